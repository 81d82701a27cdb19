//! A query as Diesel shows it, `SELECT … WHERE id = $1 -- binds: [7]`, as one that can be explained.

/// The query and its parameters, each as a literal of SQL.
pub fn taken_apart(shown: &str) -> (&str, Vec<String>) {
    let (sql, binds) = shown.rsplit_once(" -- binds: ").unwrap_or((shown, "[]"));
    let binds = binds.strip_prefix('[').and_then(|b| b.strip_suffix(']'));
    (sql, list(binds.unwrap()).into_iter().map(literal).collect())
}

/// The query with its parameters in their places, of which `$1` is one on PostgreSQL and `?` elsewhere.
pub fn with_literals(shown: &str) -> String {
    let (sql, binds) = taken_apart(shown);
    let mut sql = sql.to_owned();
    // Backwards, because $1 is the beginning of $10.
    for (index, bind) in binds.iter().enumerate().rev() {
        let numbered = format!("${}", index + 1);
        if sql.contains(&numbered) {
            sql = sql.replace(&numbered, bind);
        } else if let Some(place) = sql.rfind('?') {
            sql.replace_range(place..=place, bind);
        }
    }
    sql
}

/// The elements of a list, in which there may be lists and texts.
fn list(text: &str) -> Vec<&str> {
    let (mut elements, mut start, mut depth, mut quoted) = (Vec::new(), 0, 0, false);
    for (at, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '[' | '(' if !quoted => depth += 1,
            ']' | ')' if !quoted => depth -= 1,
            ',' if !quoted && depth == 0 => {
                elements.push(text[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    if !text.is_empty() {
        elements.push(text[start..].trim());
    }
    elements
}

fn literal(debug: &str) -> String {
    let is_time = |text: &str| text.len() >= 19 && text.as_bytes()[10] == b'T';
    match debug {
        "None" => "NULL".to_owned(),
        "Insert" => "0".to_owned(),
        "Update" => "1".to_owned(),
        "Delete" => "2".to_owned(),
        list if list.starts_with('[') => format!("'{{{}}}'", list.trim_matches(['[', ']'])),
        text if text.starts_with('"') => format!("'{}'", text.trim_matches('"')),
        time if is_time(time) => format!("'{}'", time.replacen('T', " ", 1)),
        other => other.to_owned(),
    }
}

#[test]
fn parameters_stand_in_their_places() {
    let shown =
        |sql: &str| format!("{sql} -- binds: [1, \"a, b\", [2, 3], 2020-01-02T03:04:05, None]");
    assert_eq!(
        with_literals(&shown(
            "a = $1 AND b = $2 AND c = ANY($3) AND d < $4 AND e IS $5 OR f = $1"
        )),
        "a = 1 AND b = 'a, b' AND c = ANY('{2, 3}') AND d < '2020-01-02 03:04:05' AND e IS NULL OR f = 1"
    );
    assert_eq!(
        with_literals("a = ? AND b = ? -- binds: [1, Update]"),
        "a = 1 AND b = 1"
    );
    assert_eq!(with_literals("SELECT 1 -- binds: []"), "SELECT 1");
}
