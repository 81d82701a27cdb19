//! Migrations, each a folder of `tests/fixtures`: what is written is the golden file, and the
//! golden file is applied, used, reverted and applied again.
//!
//! ```text
//! schema.rs, models.rs      what is read
//! before.sql                what the application has, or changes, before
//! <engine>/{up,down}.sql    what is written
//! use.sql                   what the application does then; one transaction per paragraph
//! history.txt               what is stored then
//! then.sql                  what it does after applying the migration again
//! ```
//!
//! A file that stands in the folder of an engine is for this engine alone.

use super::{Conn, database};
use crate::support::catalog::everything;
use crate::support::database::Engine;
use crate::support::history::story;
use crate::support::plan::versioned_tables;
use continuum_core::prelude::*;
use continuum_schema::{Baseline, Dialect, Histories, Log, Plan, VersionedTable, parse};
use diesel::connection::SimpleConnection;
use expect_test::{expect, expect_file};
use std::fmt::Write;
use std::fs;
use std::path::PathBuf;

struct Case {
    name: &'static str,
    /// The case that has been applied and used before.
    after: Option<&'static str>,
    /// Version tables that keep a column which the migration lets go of: it has to take NULL from
    /// then on, also when the migration is reverted.
    relaxed: Vec<&'static str>,
}

fn case(name: &'static str) -> Case {
    Case {
        name,
        after: None,
        relaxed: Vec::new(),
    }
}

impl Case {
    fn after(self, earlier: &'static str) -> Self {
        Self {
            after: Some(earlier),
            ..self
        }
    }

    fn relaxes(mut self, version_table: &'static str) -> Self {
        self.relaxed.push(version_table);
        self
    }

    fn check(self) {
        let Some(db) = database() else { return };
        let conn = &mut db.connect();
        let wanted = tables(self.name);
        let wanted_log = log(self.name);
        let mut shown = wanted.clone();
        let installed = self.after.map(|earlier| {
            let installed = tables(earlier);
            db.apply(&read(earlier, "before.sql"));
            let log = log(earlier);
            let histories = Histories {
                tables: &installed,
                log: &log,
            };
            db.apply(&plan_with(None, histories).up_sql());
            run(conn, &read(earlier, "use.sql"));
            if wanted.is_empty() {
                shown.clone_from(&installed);
            }
            (installed, log)
        });
        let installed = installed
            .as_ref()
            .map(|(tables, log)| Histories { tables, log });
        let histories = Histories {
            tables: &wanted,
            log: &wanted_log,
        };
        let plan = plan_with(installed, histories);
        let golden = |file: &str| expect_file![engine_folder(self.name).join(file)];
        golden("up.sql").assert_eq(&plan.up_sql());
        golden("down.sql").assert_eq(&plan.down_sql());

        if let Some(sql) = find(self.name, "before.sql") {
            db.apply(&sql);
        }
        let before = everything(conn);
        db.apply(&plan.up_sql());
        let installed_once = everything(conn);
        run(conn, &read(self.name, "use.sql"));
        let mut history = history(conn, &shown);

        db.apply(&plan.down_sql());
        self.assert_same(conn, &before);
        db.apply(&plan.up_sql());
        self.assert_same(conn, &installed_once);
        if let Some(sql) = find(self.name, "then.sql") {
            run(conn, &sql);
            history += "\nAfter then.sql:\n";
            history += &self::history(conn, &shown);
        }
        let expected =
            path(self.name, "history.txt").unwrap_or_else(|| folder(self.name).join("history.txt"));
        expect_file![expected].assert_eq(&history);
    }

    /// Fails unless the database has in it what it had then.
    fn assert_same(&self, conn: &mut Conn, then: &[String]) {
        let now = everything(conn);
        let only = |these: &[String], those: &[String]| -> Vec<String> {
            let is_excused = |line: &str| {
                self.relaxed.iter().any(|table| {
                    line.starts_with(&format!("column {table} "))
                        || line.starts_with(&format!("table CREATE TABLE \"{table}\""))
                })
            };
            let missing = these.iter().filter(|line| !those.contains(line));
            missing.filter(|line| !is_excused(line)).cloned().collect()
        };
        assert_eq!(only(&now, then), [""; 0], "not there then");
        assert_eq!(only(then, &now), [""; 0], "no longer there");
    }
}

fn folder(case: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "fixtures", case]
        .iter()
        .collect()
}

fn engine_folder(case: &str) -> PathBuf {
    folder(case).join(Conn::DIALECT.as_str())
}

fn path(case: &str, file: &str) -> Option<PathBuf> {
    [engine_folder(case), folder(case)]
        .map(|folder| folder.join(file))
        .into_iter()
        .find(|path| path.exists())
}

fn find(case: &str, file: &str) -> Option<String> {
    path(case, file).map(|path| fs::read_to_string(path).unwrap())
}

fn read(case: &str, file: &str) -> String {
    find(case, file).unwrap_or_else(|| panic!("{case} has no {file}"))
}

fn tables(case: &str) -> Vec<VersionedTable> {
    let schema = read(case, "schema.rs");
    let tables = parse::tables(&schema, "schema.rs").unwrap();
    let joined = parse::joinable(&schema, "schema.rs").unwrap();
    let foreign_keys = parse::foreign_keys(&tables, &joined, &[]).unwrap();
    versioned_tables(&schema, &read(case, "models.rs"))
        .into_iter()
        .map(|table| table.with_foreign_keys(&foreign_keys, Conn::DIALECT))
        .collect()
}

fn log(case: &str) -> Log {
    crate::support::plan::log(&read(case, "schema.rs"))
}

fn plan(installed: Option<&[VersionedTable]>, wanted: &[VersionedTable]) -> Plan {
    Plan::between(installed, wanted, Conn::DIALECT, Baseline::Rows).unwrap()
}

fn plan_with(installed: Option<Histories<'_>>, wanted: Histories<'_>) -> Plan {
    Plan::between_histories(installed, wanted, Conn::DIALECT, Baseline::Rows).unwrap()
}

/// Runs each paragraph as one transaction.
fn run(conn: &mut Conn, sql: &str) {
    for paragraph in sql.split("\n\n") {
        conn.versioned_transaction(ChangeInfo::new(), |conn| conn.batch_execute(paragraph))
            .unwrap_or_else(|error| panic!("{error}, in:\n{paragraph}"));
    }
}

/// What all version tables hold, as text.
fn history(conn: &mut Conn, tables: &[VersionedTable]) -> String {
    let mut text = String::new();
    for table in tables {
        let name = match &table.version_table.schema {
            Some(schema) => format!("{}.{}", quoted(schema), quoted(&table.version_table.name)),
            None => quoted(&table.version_table.name),
        };
        writeln!(text, "{}", table.version_table).unwrap();
        let columns: Vec<_> = table
            .version_columns()
            .into_iter()
            .filter(|column| {
                !["transaction_id", "end_transaction_id", "operation_type"]
                    .contains(&column.name.as_str())
            })
            .map(|column| match column.name.strip_suffix("_mod") {
                Some(_) => format!("CASE WHEN {} THEN 'changed' END", quoted(&column.name)),
                None if column.sql_type.to_string() == "Binary" => text_of_bytes(&column.name),
                None => quoted(&column.name),
            })
            .collect();
        let columns: Vec<_> = columns.iter().map(String::as_str).collect();
        for version in story(conn, &name, &columns, "true") {
            writeln!(text, "    {version}").unwrap();
        }
    }
    text
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The fixtures store only bytes that are text.
fn text_of_bytes(column: &str) -> String {
    match Conn::DIALECT {
        Dialect::Postgres => format!("convert_from({}, 'UTF8')", quoted(column)),
        Dialect::MySql => format!("CONVERT({} USING utf8mb4)", quoted(column)),
        _ => quoted(column),
    }
}

#[test]
fn articles() {
    case("articles").check();
}

#[test]
fn composite_key() {
    case("composite_key").check();
}

#[test]
fn text_and_blob_keys() {
    case("text_and_blob_keys").check();
}

#[test]
fn uuid_keys() {
    if Conn::DIALECT == Dialect::Postgres {
        case("uuid_keys").check();
    }
}

#[test]
fn hidden_and_excluded() {
    case("hidden_and_excluded").check();
}

#[test]
fn include_list() {
    case("include_list").check();
}

#[test]
fn subquery() {
    case("subquery").check();
}

#[test]
fn version_table_named() {
    case("version_table_named").check();
}

#[test]
fn quoted_identifiers() {
    case("quoted_identifiers").check();
}

#[test]
fn long_names() {
    case("long_names").check();
}

/// K05.
#[test]
fn table_in_schema() {
    if Conn::DIALECT == Dialect::Postgres {
        case("table_in_schema").check();
    }
}

#[test]
fn table_added() {
    case("table_added").after("articles").check();
}

#[test]
fn column_added() {
    case("column_added").after("articles").check();
}

#[test]
fn column_dropped() {
    case("column_dropped")
        .after("articles")
        .relaxes("articles_version")
        .check();
}

#[test]
fn options_changed() {
    case("options_changed")
        .after("articles")
        .relaxes("articles_version")
        .check();
}

#[test]
fn track_changes() {
    case("track_changes").check();
}

#[test]
fn track_changes_on() {
    case("track_changes_on").after("articles").check();
}

#[test]
fn track_changes_off() {
    let mut case = case("track_changes_off").after("track_changes");
    if Conn::DIALECT == Dialect::Sqlite {
        // What comes again comes at the end, and with a default.
        case = case.relaxes("articles_version").relaxes("notes_version");
    }
    case.check();
}

#[test]
fn transaction_columns() {
    case("transaction_columns").check();
}

#[test]
fn transaction_columns_added() {
    case("transaction_columns_added").after("articles").check();
}

#[test]
fn versioning_stopped() {
    case("versioning_stopped").after("articles").check();
}

#[test]
fn versioning_is_stopped_also_after_the_table_was_dropped() {
    let Some(db) = database() else { return };
    let conn = &mut db.connect();
    let articles = tables("articles");
    db.apply(&read("articles", "before.sql"));
    db.apply(&plan(None, &articles).up_sql());
    run(conn, &read("articles", "use.sql"));
    let then = history(conn, &articles);

    db.apply("DROP TABLE articles");
    db.apply(&plan(Some(&articles), &[]).up_sql());

    assert_eq!(history(conn, &articles), then);
    let mut left = everything(conn);
    left.retain(|line| line.starts_with("trigger ") || line.starts_with("function articles"));
    left.retain(|line| line.contains("articles"));
    assert_eq!(left, [""; 0]);
}

#[test]
fn a_table_gets_a_new_history_beside_the_one_that_was_ended() {
    let Some(db) = database() else { return };
    let conn = &mut db.connect();
    let ended = tables("articles");
    let models = read("articles", "models.rs");
    let begun = versioned_tables(
        &read("articles", "schema.rs"),
        &format!("#[versioned(table_name = articles_since)]\n{models}"),
    );
    db.apply(&read("articles", "before.sql"));
    db.apply(&plan(None, &ended).up_sql());
    run(conn, &read("articles", "use.sql"));
    db.apply(&plan(Some(&ended), &[]).up_sql());
    let (then, before) = (history(conn, &ended), everything(conn));

    let plan = plan(Some(&[]), &begun);
    db.apply(&plan.up_sql());
    run(conn, "UPDATE articles SET content = 'New content'");
    assert_eq!(history(conn, &ended), then);
    expect![[r#"
        articles_since
            insert 3, Some article, Other content
            update 3, Some article, New content
    "#]]
    .assert_eq(&history(conn, &begun));

    db.apply(&plan.down_sql());
    assert_eq!(everything(conn), before);
    db.apply(&plan.up_sql());
}
