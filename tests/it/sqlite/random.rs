//! Random statements in random transactions, beside what docs/design.md says becomes of them.
//!
//! Each statement also runs on a twin without history, whose triggers only tell which rows appeared,
//! changed and disappeared; a model makes versions of that, and the stored ones have to be the same.

mod model;
mod statements;

use super::{Conn, database};
use crate::support::kept::{STRATEGIES, texts};
use crate::support::plan::plan;
use crate::support::random::Random;
use continuum_core::prelude::*;
use continuum_core::verify;
use continuum_schema::{Baseline, Dialect};
use diesel::connection::SimpleConnection;
use diesel::dsl::{select, sql};
use diesel::prelude::*;
use diesel::result::Error::RollbackTransaction;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Bool, Nullable, Text};
use model::{Event, Key, Model, Row, Version};
use statements::Statements;

const TABLES: &str = "
    CREATE TABLE items (
        id INTEGER NOT NULL PRIMARY KEY,
        name TEXT COLLATE NOCASE,
        amount,
        note TEXT,
        secret TEXT,
        parent INTEGER REFERENCES items (id) ON DELETE SET NULL ON UPDATE CASCADE
    );
    CREATE TABLE lines (
        item INTEGER NOT NULL REFERENCES items (id) ON DELETE CASCADE ON UPDATE CASCADE,
        label TEXT NOT NULL,
        PRIMARY KEY (label, item)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO items VALUES (1, 'a', 1, 'a', 'a', NULL), (2, 'b', NULL, NULL, NULL, 1);
    INSERT INTO lines VALUES (1, 'x');
";

/// The key, the content and the secret of a row as SQL, which quotes them: 1 is not 1.0.
fn parts(table: &str, row: &str) -> [String; 3] {
    match table {
        "items" => [
            format!("quote({row}.id)"),
            format!("quote({row}.name) || quote({row}.amount) || quote({row}.parent)"),
            format!("quote({row}.secret)"),
        ],
        _ => [
            format!("quote({row}.label) || quote({row}.item)"),
            "''".to_owned(),
            "'NULL'".to_owned(),
        ],
    }
}

fn twin() -> Conn {
    let mut conn = Conn::establish(":memory:").unwrap();
    let mut setup = vec![
        "PRAGMA foreign_keys = ON;".to_owned(),
        TABLES.to_owned(),
        "CREATE TABLE happened (
            id INTEGER PRIMARY KEY, table_name TEXT,
            old_key TEXT, old_content TEXT, old_secret TEXT,
            new_key TEXT, new_content TEXT, new_secret TEXT,
            now_content TEXT, now_secret TEXT
        );"
        .to_owned(),
    ];
    for table in ["items", "lines"] {
        for (event, has_old, has_new) in [
            ("INSERT", false, true),
            ("UPDATE", true, true),
            ("DELETE", true, false),
        ] {
            let of = |row: &str, there: bool| match there {
                true => parts(table, row),
                false => ["NULL"; 3].map(str::to_owned),
            };
            let ([old_key, ..], [new_key, ..]) = (of("OLD", has_old), of("NEW", has_new));
            let [_, old_content, old_secret] = of("OLD", has_old);
            let [_, new_content, new_secret] = of("NEW", has_new);
            let [now_key, now_content, now_secret] = parts(table, "r");
            setup.push(format!(
                "CREATE TRIGGER {table}_{event} AFTER {event} ON {table} BEGIN
                    INSERT INTO happened VALUES (
                        NULL, '{table}', {old_key}, {old_content}, {old_secret},
                        {new_key}, {new_content}, {new_secret},
                        (SELECT {now_content} FROM {table} r WHERE {now_key} = {new_key}),
                        (SELECT {now_secret} FROM {table} r WHERE {now_key} = {new_key})
                    );
                END;"
            ));
        }
    }
    conn.batch_execute(&setup.concat()).unwrap();
    conn
}

#[derive(QueryableByName)]
struct Happened {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Nullable<Text>)]
    old_key: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    old_content: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    old_secret: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    new_key: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    new_content: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    new_secret: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    now_content: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    now_secret: Option<String>,
}

impl From<Happened> for Event {
    fn from(happened: Happened) -> Self {
        let row = |key: &Option<String>, content: Option<String>, secret: Option<String>| {
            Some(Row {
                key: (happened.table_name.clone(), key.clone()?),
                content: content?,
                secret: secret?,
            })
        };
        Self {
            old: row(&happened.old_key, happened.old_content, happened.old_secret),
            new: row(&happened.new_key, happened.new_content, happened.new_secret),
            now: row(&happened.new_key, happened.now_content, happened.now_secret),
        }
    }
}

struct Run {
    statements: Statements,
    twin: Conn,
    model: Model,
    told: Vec<String>,
}

impl Run {
    fn statement(&mut self, conn: &mut Conn) {
        let statement = self.statements.next();
        let here = conn.batch_execute(&statement);
        let there = self.twin.batch_execute(&statement);
        self.told.push(statement);
        assert_eq!(
            here.map_err(|error| error.to_string()),
            there.map_err(|error| error.to_string()),
            "{:#?}",
            self.told
        );
        let happened: Vec<Happened> = sql_query("SELECT * FROM happened ORDER BY id")
            .load(&mut self.twin)
            .unwrap();
        self.twin.batch_execute("DELETE FROM happened").unwrap();
        for event in happened {
            self.model.record(event.into());
        }
    }

    fn statements(&mut self, conn: &mut Conn, attributed: bool, depth: u32) -> QueryResult<()> {
        for _ in 0..self.statements.below(6) {
            if depth == 3 || self.statements.below(5) > 0 {
                self.statement(conn);
                continue;
            }
            let before = self.model.clone();
            let joins = attributed && self.statements.below(2) == 0;
            self.twin_runs(&format!("SAVEPOINT s{depth}"));
            let inner = |conn: &mut Conn| {
                self.statements(conn, attributed, depth + 1)?;
                self.fail_sometimes()
            };
            let result = if joins {
                conn.versioned_transaction(ChangeInfo::new().reason("inner"), inner)
            } else {
                conn.transaction(inner)
            };
            if result.is_err() {
                self.twin_runs(&format!("ROLLBACK TO s{depth}"));
                self.model = before;
            }
            self.twin_runs(&format!("RELEASE s{depth}"));
        }
        Ok(())
    }

    fn transaction(&mut self, conn: &mut Conn, number: u32) {
        if self.statements.below(5) == 0 {
            return self.statement(conn);
        }
        let before = self.model.clone();
        let attributed = self.statements.below(4) > 0;
        let actor = format!("actor {number}");
        self.model.current = attributed.then(|| actor.clone());
        self.twin_runs("BEGIN");
        let all = |conn: &mut Conn| {
            self.statements(conn, attributed, 0)?;
            self.fail_sometimes()
        };
        let result = if attributed {
            conn.versioned_transaction(ChangeInfo::new().actor(actor), all)
        } else {
            conn.transaction(all)
        };
        if result.is_ok() {
            self.twin_runs("COMMIT");
            self.model.commit();
        } else {
            self.twin_runs("ROLLBACK");
            self.model = before;
        }
    }

    fn fail_sometimes(&mut self) -> QueryResult<()> {
        match self.statements.below(4) {
            0 => Err(RollbackTransaction),
            _ => Ok(()),
        }
    }

    fn twin_runs(&mut self, statement: &str) {
        self.told.push(statement.to_owned());
        self.twin.batch_execute(statement).unwrap();
    }
}

#[derive(QueryableByName)]
struct Stored {
    #[diesel(sql_type = Text)]
    stored_key: String,
    #[diesel(sql_type = Text)]
    content: String,
    #[diesel(sql_type = BigInt)]
    operation_type: i64,
    #[diesel(sql_type = Bool)]
    flag: bool,
    #[diesel(sql_type = Nullable<Text>)]
    actor: Option<String>,
}

/// The stored versions, those of a key together and in order.
fn stored(conn: &mut Conn) -> Vec<(Key, Version)> {
    let mut versions = Vec::new();
    for (table, flag) in [("items", "v.secret_mod"), ("lines", "false")] {
        let [key, content, _] = parts(table, "v");
        let rows: Vec<Stored> = sql_query(format!(
            "SELECT {key} AS stored_key, {content} AS content, operation_type, {flag} AS flag, actor
            FROM {table}_version v JOIN continuum_transaction t ON t.id = v.transaction_id
            ORDER BY stored_key, v.transaction_id"
        ))
        .load(conn)
        .unwrap();
        versions.extend(rows.into_iter().map(|row| {
            let version = Version {
                operation: row.operation_type,
                content: row.content,
                flag: row.flag,
                actor: row.actor,
            };
            ((table.to_owned(), row.stored_key), version)
        }));
    }
    versions
}

/// How many transactions, the baseline aside, have no version.
fn empty_transactions(conn: &mut Conn) -> i64 {
    select(sql::<BigInt>(
        "(SELECT count(*) FROM continuum_transaction WHERE id > 1
            AND id NOT IN (SELECT transaction_id FROM items_version)
            AND id NOT IN (SELECT transaction_id FROM lines_version))",
    ))
    .get_result(conn)
    .unwrap()
}

/// How many versions have a flag that a comparison with the version before does not bear out.
fn wrong_flags(conn: &mut Conn) -> i64 {
    let wrong = ["name", "amount", "parent"].map(|column| {
        format!(
            "v.{column}_mod <> CASE v.operation_type
                WHEN 0 THEN v.{column} IS NOT NULL
                WHEN 1 THEN v.{column} IS NOT p.{column} OR typeof(v.{column}) <> typeof(p.{column})
                ELSE true
            END"
        )
    });
    select(sql::<BigInt>(&format!(
        "(SELECT count(*) FROM items_version v LEFT JOIN items_version p
            ON p.id = v.id AND p.transaction_id = (
                SELECT max(q.transaction_id) FROM items_version q
                WHERE q.id = v.id AND q.transaction_id < v.transaction_id
            )
            WHERE {})",
        wrong.join(" OR ")
    )))
    .get_result(conn)
    .unwrap()
}

fn run(seed: u64, strategy: &str, baseline: Baseline) {
    let Some(db) = database() else { return };
    let tracks_changes = seed % 2 == 1;
    let flags = if tracks_changes {
        ", track_changes"
    } else {
        ""
    };
    let (schema, models) = texts(&[
        (
            "items (id) { id -> Integer, name -> Nullable<Text>, amount -> Nullable<Binary>,
                note -> Nullable<Text>, secret -> Nullable<Text>, parent -> Nullable<Integer>, }",
            &format!("{strategy}, exclude(note), hidden(secret){flags}"),
        ),
        (
            "lines (label, item) { item -> Integer, label -> Text, }",
            strategy,
        ),
    ]);
    db.apply(TABLES);
    db.apply(&plan(&schema, &models, &[], Dialect::Sqlite, baseline).up_sql());
    let conn = &mut db.connect();
    let mut run = Run {
        statements: Statements(Random::new(seed)),
        twin: twin(),
        model: Model::new(baseline == Baseline::Rows),
        told: Vec::new(),
    };
    for (key, version) in stored(conn) {
        run.model.versions.insert(key, vec![version]);
    }
    for number in 0..12 {
        run.told.clear();
        run.transaction(conn, number);
        let told = || {
            format!(
                "seed {seed}, {strategy}, {baseline:?}, after {:#?}",
                run.told
            )
        };
        let expected: Vec<_> = run.model.all().collect();
        assert_eq!(stored(conn), expected, "{}", told());
        assert_eq!(empty_transactions(conn), 0, "{}", told());
        assert_eq!(verify(conn).unwrap(), [], "{}", told());
        if tracks_changes {
            assert_eq!(wrong_flags(conn), 0, "{}", told());
        }
    }
}

#[test]
fn whatever_happens_the_history_is_what_the_design_says() {
    for seed in 0..30 {
        for strategy in STRATEGIES {
            run(seed, strategy, Baseline::Rows);
            run(seed, strategy, Baseline::None);
        }
    }
}
