//! What the macros make, whole, in `tests/expansions/`; and what they say of mistakes.
//! `UPDATE_EXPECT=1 cargo test -p continuum-derive` writes the files anew.

mod columns;
mod derive;
mod tables;

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use syn::{File, Item};

/// Compares with `tests/expansions/<name>.rs`.
fn check(name: &str, expanded: TokenStream) {
    // Before it is laid out: the length of the path shall not matter.
    let expanded = expanded
        .to_string()
        .replace(env!("CARGO_MANIFEST_DIR"), "$DIR");
    let mut file: File = syn::parse_str(&expanded).unwrap();
    let mut tables = Vec::new();
    take_tables(&mut file.items, &mut tables);
    let text = prettyplease::unparse(&file);
    let text: String = text.lines().map(|line| put_back(line, &tables)).collect();
    let path = format!("{}/tests/expansions/{name}.rs", env!("CARGO_MANIFEST_DIR"));
    expect_test::expect_file![path].assert_eq(&text);
}

/// The messages of the `compile_error!` in it.
fn errors(expanded: TokenStream) -> Vec<String> {
    let file: File = syn::parse2(expanded).unwrap();
    file.items
        .iter()
        .filter_map(|item| match item {
            Item::Macro(item) if item.mac.path.segments.last()?.ident == "compile_error" => {
                let message: syn::LitStr = item.mac.parse_body().unwrap();
                Some(message.value())
            }
            _ => None,
        })
        .collect()
}

/// Numbers in place of the bodies of `table!`, which prettyplease would write as one paragraph.
fn take_tables(items: &mut [Item], tables: &mut Vec<String>) {
    for item in items {
        match item {
            Item::Macro(item) if item.mac.path.segments.last().unwrap().ident == "table" => {
                let number = proc_macro2::Literal::usize_unsuffixed(tables.len());
                let body = std::mem::replace(&mut item.mac.tokens, TokenTree::from(number).into());
                tables.push(lay_out(body));
            }
            Item::Mod(module) => take_tables(&mut module.content.as_mut().unwrap().1, tables),
            _ => {}
        }
    }
}

/// The line, or the table of the number that the line is.
fn put_back(line: &str, tables: &[String]) -> String {
    match line.trim().parse::<usize>() {
        Ok(index) => {
            let indentation = &line[..line.len() - line.trim_start().len() - 4];
            let table = tables[index].lines();
            table.map(|line| format!("{indentation}{line}\n")).collect()
        }
        Err(_) => format!("{line}\n"),
    }
}

/// The body of a `table!`, one statement, attribute or column a line.
fn lay_out(body: TokenStream) -> String {
    let mut text = String::new();
    let mut depth = 1;
    write(body, &mut depth, true, &mut text);
    text
}

fn write(tokens: TokenStream, depth: &mut usize, lines: bool, text: &mut String) {
    let mut angles = 0_usize;
    let mut hash = false;
    for token in tokens {
        if text.is_empty() || text.ends_with('\n') {
            text.push_str(&"    ".repeat(*depth));
        }
        let mut ends = false;
        match &token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace && lines => {
                text.push_str(" {\n");
                *depth += 1;
                write(group.stream(), depth, lines, text);
                *depth -= 1;
                text.push_str(&"    ".repeat(*depth));
                text.push('}');
                ends = true;
            }
            TokenTree::Group(group) => {
                let text_of = group.to_string();
                text.push_str(&text_of.replace("# [", "#[").replace(" , ", ", "));
                ends = hash;
            }
            TokenTree::Punct(punct) => {
                let character = punct.as_char();
                let arrow = text.ends_with('-');
                match character {
                    '<' => angles += 1,
                    '>' if !arrow => angles = angles.saturating_sub(1),
                    '-' => text.push(' '),
                    _ => {}
                }
                text.push(character);
                if arrow || (character == ',' && angles > 0) {
                    text.push(' ');
                }
                ends = lines && angles == 0 && matches!(character, ',' | ';');
            }
            TokenTree::Ident(ident) if ident == "use" => text.push_str("use "),
            other => text.push_str(&other.to_string()),
        }
        hash = matches!(&token, TokenTree::Punct(punct)
            if punct.as_char() == '#' && punct.spacing() == Spacing::Alone);
        if ends {
            text.push('\n');
        }
    }
}
