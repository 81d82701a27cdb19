//! A renamed column, as `docs/getting-started.md` says to do it.

use super::{Conn, database, transaction};
use crate::support::catalog::lines;
use crate::support::database::Engine;
use crate::support::history::{number, story};
use crate::support::kept::{STRATEGIES, versioned};
use crate::support::sound::assert_sound;
use continuum_core::prelude::*;
use continuum_schema::{Baseline, Dialect, Plan, VersionedTable};

/// The table, with this name of the column.
fn articles(column: &str, options: &str) -> Vec<VersionedTable> {
    let table = format!("articles (id) {{ id -> Integer, {column} -> Nullable<Text> }}");
    versioned(&[(&table, options)])
}

fn renamed(table: &str, from: &str, to: &str) -> String {
    format!("ALTER TABLE {table} RENAME COLUMN {from} TO {to};\n")
}

/// What the application's own migration does.
fn own(from: &str, to: &str) -> String {
    let table = renamed("articles", from, to);
    match Conn::DIALECT {
        Dialect::Sqlite => format!(
            "{table}{}UPDATE continuum_table
            SET tracked_columns = replace(tracked_columns, '\"{from}\"', '\"{to}\"')
            WHERE version_table = 'articles_version';",
            renamed("articles_version", from, to)
        ),
        _ => table,
    }
}

/// What is left of the migration that `gen-migrations` writes then.
fn continuum_s(options: &str) -> Option<Plan> {
    if Conn::DIALECT == Dialect::Sqlite {
        return None;
    }
    let (before, after) = (articles("name", options), articles("title", options));
    let mut plan = Plan::between(Some(&before), &after, Conn::DIALECT, Baseline::Rows).unwrap();
    let step = plan
        .steps
        .iter_mut()
        .find(|step| step.comment == "The history follows articles.");
    let step = step.unwrap();
    step.up = renamed("articles_version", "name", "title");
    step.down = renamed("articles_version", "title", "name");
    Some(plan)
}

fn past(conn: &mut Conn, transaction_id: i64, column: &str) -> Vec<String> {
    conn.as_of(transaction_id, |conn| {
        Ok::<_, diesel::result::Error>(lines(
            conn,
            &format!("SELECT {column} AS line FROM articles"),
        ))
    })
    .unwrap()
}

#[test]
fn the_history_of_a_renamed_column_goes_on_and_back() {
    for options in STRATEGIES {
        // SQLite does not rename it in the view by which `subquery` writes first versions.
        if Conn::DIALECT == Dialect::Sqlite && options.contains("subquery") {
            continue;
        }
        let Some(db) = database() else { return };
        db.apply("CREATE TABLE articles (id INTEGER NOT NULL PRIMARY KEY, name TEXT)");
        let installed = articles("name", options);
        let first = Plan::between(None, &installed, Conn::DIALECT, Baseline::Rows).unwrap();
        db.apply(&first.up_sql());
        let conn: &mut Conn = &mut db.connect();
        transaction(conn, &["INSERT INTO articles VALUES (1, 'a')"]);
        let then = number(conn, "SELECT max(id) AS count FROM continuum_transaction");
        transaction(conn, &["UPDATE articles SET name = 'b'"]);

        db.apply(&own("name", "title"));
        let plan = continuum_s(options);
        if let Some(plan) = &plan {
            db.apply(&plan.up_sql());
        }
        let conn: &mut Conn = &mut db.connect();
        transaction(conn, &["UPDATE articles SET title = 'c'"]);
        let told = |conn: &mut Conn, column| story(conn, "articles_version", &[column], "id = 1");
        assert_eq!(told(conn, "title"), ["insert a", "update b", "update c"]);
        assert_eq!(past(conn, then, "title"), ["a"]);
        assert_sound(conn);

        if let Some(plan) = &plan {
            if Conn::DIALECT == Dialect::MySql {
                db.apply(&own("title", "name"));
                db.apply(&plan.down_sql());
                db.apply(&own("name", "title"));
            } else {
                db.apply(&plan.down_sql());
            }
        }
        db.apply(&own("title", "name"));
        let conn: &mut Conn = &mut db.connect();
        transaction(conn, &["UPDATE articles SET name = 'd'"]);
        assert_eq!(
            told(conn, "name"),
            ["insert a", "update b", "update c", "update d"]
        );
        assert_eq!(past(conn, then, "name"), ["a"]);
        assert_sound(conn);
    }
}
