//! Printing versions: a table, and what each changed.

use crate::models::{Article, ArticleVersion};
use comfy_table::presets::UTF8_FULL_CONDENSED;
use comfy_table::{Attribute, Cell, Color, Table};
use console::style;
use continuum_core::continuum_transaction;
use continuum_core::prelude::*;
use diesel::prelude::*;
use similar::{ChangeTag, TextDiff};
use std::error::Error;
use std::io::Write;

pub fn print(conn: &mut SqliteConnection, article: &Article) -> Result<(), Box<dyn Error>> {
    let versions: Vec<ArticleVersion> = article.versions().load(conn)?;
    let mut table = Table::new();
    table.load_preset(UTF8_FULL_CONDENSED).set_header(
        ["version", "operation", "who", "why", "name"]
            .map(|title| Cell::new(title).add_attribute(Attribute::Bold)),
    );
    let mut diffs = String::new();
    let mut before = String::new();
    for (index, version) in versions.iter().enumerate() {
        let transaction: Transaction = continuum_transaction::table
            .find(version.transaction_id)
            .select(Transaction::as_select())
            .first(conn)?;
        let (operation, color) = match version.operation_type {
            Operation::Insert => ("insert", Color::Green),
            Operation::Update => ("update", Color::Yellow),
            Operation::Delete => ("delete", Color::Red),
        };
        table.add_row([
            Cell::new(index),
            Cell::new(operation).fg(color),
            Cell::new(transaction.actor.as_deref().unwrap_or("?")),
            Cell::new(transaction.reason.as_deref().unwrap_or("")),
            Cell::new(&version.name),
        ]);
        let after = match version.operation_type {
            Operation::Delete => String::new(),
            _ => format!(
                "{}\n{}\n",
                version.name,
                version.content.as_deref().unwrap_or("")
            ),
        };
        diffs += &format!(
            "\n{}\n{}",
            style(format!("version {index}")).bold(),
            diff(&before, &after)
        );
        before = after;
    }
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "The life of article {}:\n\n{table}\n{diffs}",
        article.id
    )?;
    Ok(())
}

fn diff(before: &str, after: &str) -> String {
    TextDiff::from_lines(before, after)
        .iter_all_changes()
        .map(|change| {
            let line = change.to_string_lossy();
            match change.tag() {
                ChangeTag::Delete => style(format!("- {line}")).red().to_string(),
                ChangeTag::Insert => style(format!("+ {line}")).green().to_string(),
                ChangeTag::Equal => format!("  {line}"),
            }
        })
        .collect()
}
