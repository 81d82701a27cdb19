//! DDL commits by itself, so a migration can end half-way.

use super::{Conn, database};
use crate::support::articles::{MODELS, SCHEMA, TABLES};
use crate::support::catalog::everything;
use crate::support::history::{count, number, story};
use crate::support::kept::{STRATEGIES, keep, versioned};
use crate::support::plan::{log, plan, versioned_tables};
use crate::support::sound::assert_sound;
use continuum_core::prelude::*;
use continuum_schema::{
    Baseline, Dialect, ForeignKey, Histories, Log, Plan, VersionedTable, parse,
};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;

fn first() -> Plan {
    let tables = parse::tables(SCHEMA, "schema.rs").unwrap();
    let joined = parse::joinable(SCHEMA, "schema.rs").unwrap();
    let foreign_keys = parse::foreign_keys(&tables, &joined, &[]).unwrap();
    plan(
        SCHEMA,
        MODELS,
        &foreign_keys,
        Dialect::MySql,
        Baseline::Rows,
    )
}

#[test]
fn a_migration_that_failed_half_way_can_be_run_again_or_reverted() {
    let plan = first();
    let cut = |part: usize, of: usize| {
        // After some of the steps, where a statement ends.
        let steps = plan.steps.len();
        let kept: String = plan.steps[..steps * part / of]
            .iter()
            .map(|step| step.up.as_str())
            .collect();
        kept + "SELECT no_such_column;"
    };
    for part in 0..=6 {
        let Some(db) = database() else { return };
        db.apply(TABLES);
        let conn: &mut Conn = &mut db.connect();
        conn.batch_execute("INSERT INTO articles (id, name) VALUES (1, 'a')")
            .unwrap();
        let before = everything(conn);
        let half = |conn: &mut Conn| {
            conn.transaction(|conn| conn.batch_execute(&cut(part, 6)))
                .unwrap_err();
        };
        half(conn);
        if part < 6 {
            // The last step is one transaction: with it the history has begun.
            db.apply(&plan.up_sql());
            assert_sound(conn);
            assert_eq!(count(conn, "articles_version"), 1);
            db.apply(&plan.down_sql());
            assert_eq!(everything(conn), before);
            half(conn);
        }
        if part > 0 {
            db.apply(&plan.down_sql());
            assert_eq!(everything(conn), before, "{part}");
        }
    }
}

/// The statements of a script. Bodies of several lines end at the margin.
fn statements(script: &str) -> Vec<String> {
    let mut statements = vec![String::new()];
    let mut in_body = false;
    for line in script.lines() {
        let statement = statements.last_mut().unwrap();
        in_body |= line.ends_with("BEGIN") && !line.starts_with(' ');
        *statement += line;
        *statement += "\n";
        if line.ends_with(';') && (!in_body || line == "END;") {
            in_body = false;
            statements.push(String::new());
        }
    }
    statements.retain(|statement| !statement.trim().is_empty());
    statements
}

#[test]
fn a_later_migration_that_failed_anywhere_can_be_run_again_or_reverted() {
    let Some(db) = database() else { return };
    db.apply("CREATE TABLE c (id INT NOT NULL PRIMARY KEY, n INT NOT NULL, k INT)");
    let versioned = |columns: &str, options: &str, foreign_keys: &[ForeignKey]| {
        let schema = format!("diesel::table! {{ c (id) {{ id -> Integer, {columns} }} }}");
        let models = format!(
            "#[derive(Versioned)] #[diesel(table_name = c)] #[versioned({options})] struct Row;"
        );
        let table = versioned_tables(&schema, &models).pop().unwrap();
        [table.with_foreign_keys(foreign_keys, Dialect::MySql)]
    };
    let planned = |installed, wanted| {
        Plan::between_histories(installed, wanted, Dialect::MySql, Baseline::Rows).unwrap()
    };
    let before = &versioned("n -> Integer, k -> Nullable<Integer>", "", &[]);
    let before = Histories {
        tables: before,
        log: &Log::default(),
    };
    db.apply(&planned(None, before).up_sql());
    db.apply(
        "CREATE TABLE a (id INT NOT NULL PRIMARY KEY);
        ALTER TABLE c ADD COLUMN m INT NOT NULL DEFAULT 7, ADD COLUMN a_id INT,
            ADD FOREIGN KEY (a_id) REFERENCES a (id) ON DELETE CASCADE;
        INSERT INTO a VALUES (1);
        INSERT INTO c VALUES (1, 1, 1, 1, 1)",
    );
    let after = &versioned(
        "n -> Integer, k -> Nullable<Integer>, m -> Integer, a_id -> Nullable<Integer>",
        "track_changes, hidden(k)",
        &db.foreign_keys(),
    );
    let log = &Log {
        append_only: true,
        ..log("diesel::table! { a (id) { id -> Integer } }
            continuum_core::transaction_columns! {
                a_id -> Nullable<Integer> references a (id) on delete set null,
            }")
    };
    let after = Histories { tables: after, log };
    let plan = planned(Some(before), after);
    let (up, down) = (statements(&plan.up_sql()), statements(&plan.down_sql()));
    let run = |statements: &[String]| {
        let mut conn: Conn = db.connect();
        for statement in statements {
            conn.batch_execute(statement)
                .unwrap_or_else(|error| panic!("{error}, in:\n{statement}"));
        }
    };
    let conn: &mut Conn = &mut db.connect();
    let then = everything(conn);
    // Triggers and procedures are dropped before they are made.
    let cuts = |statements: &[String]| {
        let repeatable = |statement: &String| {
            let made = [
                "CREATE TRIGGER",
                "CREATE PROCEDURE",
                "DROP",
                "SET",
                "PREPARE",
                "DEALLOCATE",
            ];
            let mut lines = statement.lines();
            let first = lines.find(|line| !line.is_empty() && !line.starts_with("--"));
            made.iter()
                .any(|made| first.unwrap_or_default().starts_with(made))
        };
        let cuts = (1..statements.len()).filter(|cut| !repeatable(&statements[cut - 1]));
        cuts.collect::<Vec<_>>()
    };
    for cut in cuts(&up) {
        run(&up[..cut]);
        run(&up);
        conn.batch_execute("UPDATE c SET n = n + 1, k = k + 1, m = m + 1")
            .unwrap();
        assert_sound(conn);
        run(&down);
        run(&up[..cut]);
        run(&down);
        assert_eq!(everything(conn), then, "{cut}");
    }
    for cut in cuts(&down) {
        run(&up);
        run(&down[..cut]);
        run(&down);
        assert_eq!(everything(conn), then, "{cut}");
    }
    conn.batch_execute("UPDATE c SET n = 0").unwrap();
    assert_sound(conn);
}

/// `information_schema` shows some defaults in part, others with letters in a wrong encoding.
#[test]
fn old_versions_get_the_default_that_rows_got_whatever_it_is() {
    let Some(db) = database() else { return };
    let added = [
        ("plain", "VARCHAR(20)", "'it''s ä \\\\'", "Text"),
        ("texts", "TEXT", "('it''s ä \\\\')", "Text"),
        ("latin", "TEXT CHARACTER SET latin1", "('ä')", "Text"),
        ("bytes", "VARBINARY(4)", "x'6100ff'", "Binary"),
        ("padded", "BINARY(4)", "x'00ff'", "Binary"),
        ("blobs", "BLOB", "(x'00ff')", "Binary"),
        ("bits", "BIT(3)", "b'101'", "Bit"),
        ("json", "JSON", "(json_object('k', 'ä''s'))", "Json"),
        ("sums", "INTEGER", "(1 + length('a''b'))", "Integer"),
        ("dates", "DATE", "'2024-02-29'", "Date"),
        ("mood", "ENUM('good', 'it''s')", "'it''s'", "crate::Mood"),
        ("nothing", "VARBINARY(4)", "''", "Binary"),
    ];
    let versioned = |columns: &str| {
        let schema = format!("diesel::table! {{ t (id) {{ id -> Integer, {columns} }} }}");
        let models = "#[derive(Versioned)] #[diesel(table_name = t)] struct Row;";
        versioned_tables(&schema, models)
    };
    let log = &Log::default();
    let planned = |installed, wanted| {
        Plan::between_histories(installed, wanted, Dialect::MySql, Baseline::Rows).unwrap()
    };
    db.apply("CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY); INSERT INTO t VALUES (1), (2)");
    let before = versioned("");
    let before = Histories {
        tables: &before,
        log,
    };
    db.apply(&planned(None, before).up_sql());
    let conn: &mut Conn = &mut db.connect();
    conn.batch_execute("DELETE FROM t WHERE id = 2").unwrap();
    for (name, sql_type, default, _) in added {
        db.apply(&format!(
            "ALTER TABLE t ADD COLUMN {name} {sql_type} NOT NULL DEFAULT {default}"
        ));
    }
    let columns = added.map(|(name, _, _, diesel)| format!("{name} -> {diesel}"));
    let after = versioned(&columns.join(", "));
    let after = Histories {
        tables: &after,
        log,
    };
    db.apply(&planned(Some(before), after).up_sql());
    for (name, ..) in added {
        let same = number(
            conn,
            &format!(
                "SELECT count(*) AS count FROM t JOIN t_version AS v ON v.id = 2
                WHERE HEX(CAST(v.{name} AS BINARY)) = HEX(CAST(t.{name} AS BINARY))"
            ),
        );
        assert_eq!(same, 2, "{name}");
    }
    assert_sound(conn);
}

#[test]
fn what_is_set_aside_is_not_lost_where_a_migration_failed_anywhere() {
    let Some(db) = database() else { return };
    db.apply("CREATE TABLE items (id INT NOT NULL PRIMARY KEY, views INT NOT NULL)");
    let versioned = |views: &str, options: &str| {
        let schema = format!("diesel::table! {{ items (id) {{ id -> Integer, {views} }} }}");
        let models = format!(
            "#[derive(Versioned)] #[diesel(table_name = items)] #[versioned({options})] struct Row;"
        );
        versioned_tables(&schema, &models)
    };
    let planned = |installed: Option<&[VersionedTable]>, wanted: &mut Vec<VersionedTable>| {
        if let Some(installed) = installed {
            let table = wanted.remove(0);
            wanted.push(table.following(installed.first()));
        }
        Plan::between(installed, wanted, Dialect::MySql, Baseline::Rows).unwrap()
    };
    let mut number = versioned("views -> Integer,", "");
    db.apply(&planned(None, &mut number).up_sql());
    db.apply("INSERT INTO items VALUES (1, 1)");
    let mut excluded = versioned("views -> Integer,", "exclude(views)");
    db.apply(&planned(Some(&number), &mut excluded).up_sql());
    db.apply("ALTER TABLE items DROP COLUMN views; ALTER TABLE items ADD COLUMN views TEXT;");
    let plan = planned(
        Some(&excluded),
        &mut versioned("views -> Nullable<Text>,", ""),
    );

    let (up, down) = (statements(&plan.up_sql()), statements(&plan.down_sql()));
    let conn: &mut Conn = &mut db.connect();
    let mut check = |begun: String, cut: usize| {
        db.apply(&begun);
        db.apply(&plan.down_sql());
        let told = story(conn, "items_version", &["views"], "true");
        assert_eq!(told, ["insert 1"], "{cut} of:\n{begun}");
    };
    for cut in 0..=up.len() {
        check(format!("DO 0;{}", up[..cut].concat()), cut);
    }
    for cut in 0..=down.len() {
        check(plan.up_sql() + &down[..cut].concat(), cut);
    }
    db.apply(&plan.up_sql());
    let told = story(conn, "items_version", &["views", "views_1"], "true");
    assert_eq!(told, ["insert NULL, 1"]);
    assert_sound(conn);
}

#[test]
fn the_record_of_a_transaction_stays_where_only_a_history_that_began_after_its_snapshot_has_versions_of_it()
 {
    for options in STRATEGIES {
        let Some(db) = database() else { return };
        let items = ("items (id) { id -> Integer, name -> Text }", options);
        let later = ("later (id) { id -> Integer, name -> Text }", options);
        let conn: &mut Conn = &mut keep(
            &db,
            "CREATE TABLE items (id INTEGER PRIMARY KEY, name VARCHAR(20) NOT NULL);
            CREATE TABLE later (id INTEGER PRIMARY KEY, name VARCHAR(20) NOT NULL);
            INSERT INTO items VALUES (1, 'a');",
            &[items],
        );
        let (one, both) = (versioned(&[items]), versioned(&[items, later]));
        let plan = Plan::between(Some(&one), &both, Dialect::MySql, Baseline::Rows).unwrap();
        conn.batch_execute("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            .unwrap();
        conn.versioned_transaction::<_, diesel::result::Error, _>(
            ChangeInfo::new().actor("alice"),
            |conn| {
                assert_eq!(count(conn, "items"), 1);
                db.apply(&plan.up_sql());
                conn.batch_execute(
                    "INSERT INTO later VALUES (1, 'b');
                    UPDATE items SET name = 'b'; UPDATE items SET name = 'a';",
                )
            },
        )
        .unwrap();
        assert_sound(conn);
        assert_eq!(
            story(conn, "later_version", &["name"], "1 = 1"),
            ["insert b"]
        );
    }
}
