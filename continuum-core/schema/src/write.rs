//! Writing SQL: identifiers and literals are quoted here and nowhere else.

use crate::model::TableName;

/// An identifier in double quotes (SQL:2016, 5.2 `<delimited identifier>`).
pub(crate) fn ident(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// An identifier in backticks, which MySQL takes in every `sql_mode`.
pub(crate) fn backticked(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

/// A table, or another object of a schema, by its full name.
pub(crate) fn table(name: &TableName) -> String {
    match &name.schema {
        Some(schema) => format!("{}.{}", ident(schema), ident(&name.name)),
        None => ident(&name.name),
    }
}

/// A string literal.
pub(crate) fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// An array of texts as JSON (RFC 8259, 7).
pub(crate) fn json_array<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let escaped = |character: char| match character {
        '"' | '\\' => format!("\\{character}"),
        '\0'..='\x1f' => format!("\\u{:04x}", u32::from(character)),
        _ => character.to_string(),
    };
    let texts = list(texts, ",", |text| {
        format!("\"{}\"", text.chars().map(escaped).collect::<String>())
    });
    format!("[{texts}]")
}

/// Every item through `write`, with `separator` between them.
pub(crate) fn list<T>(
    items: impl IntoIterator<Item = T>,
    separator: &str,
    write: impl FnMut(T) -> String,
) -> String {
    items
        .into_iter()
        .map(write)
        .collect::<Vec<_>>()
        .join(separator)
}

/// Fills `{placeholders}` of a `.sql` file. A value of several lines keeps the indentation of
/// the line that its placeholder stands on.
///
/// # Panics
///
/// When the file has a placeholder without a value, or a value has no placeholder: both are
/// mistakes in this package that its tests find.
pub(crate) fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut sql = String::with_capacity(template.len() * 2);
    let mut used = vec![false; values.len()];
    for line in template.split_inclusive('\n') {
        let indent = &line[..line.len() - line.trim_start().len()];
        let start = sql.len();
        let mut rest = line;
        while let Some((before, after)) = rest.split_once('{') {
            let (name, tail) = after
                .split_once('}')
                .unwrap_or_else(|| panic!("`{{` without `}}` in: {line}"));
            let index = values
                .iter()
                .position(|(known, _)| *known == name)
                .unwrap_or_else(|| panic!("no value for {{{name}}} in: {line}"));
            used[index] = true;
            sql.push_str(before);
            sql.push_str(&values[index].1.replace('\n', &format!("\n{indent}")));
            rest = tail;
        }
        sql.push_str(rest);
        // A line whose placeholders are all empty is no line.
        if line.contains('{') && sql[start..].trim().is_empty() {
            sql.truncate(start);
        }
    }
    for ((name, _), used) in values.iter().zip(used) {
        assert!(used, "no placeholder {{{name}}} in: {template}");
    }
    sql
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_inside_identifiers_and_literals_are_doubled() {
        assert_eq!(ident("a\"b"), "\"a\"\"b\"");
        assert_eq!(backticked("a`b"), "`a``b`");
        assert_eq!(literal("it's"), "'it''s'");
    }

    #[test]
    fn texts_in_an_array_are_escaped() {
        assert_eq!(
            json_array(["a", "b\"\\", "\n"]),
            r#"["a","b\"\\","\u000a"]"#
        );
        assert_eq!(json_array([]), "[]");
    }

    #[test]
    fn values_of_several_lines_keep_the_indentation() {
        assert_eq!(
            fill("  ({list});\n", &[("list", "a,\nb")]),
            "  (a,\n  b);\n"
        );
    }

    #[test]
    #[should_panic(expected = "no value for {b}")]
    fn a_placeholder_without_value_is_refused() {
        fill("{a}{b}", &[("a", "")]);
    }
}
