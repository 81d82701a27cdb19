//! A whole transaction undone.

use super::{Conn, database, log, transaction};
use crate::support::articles as blog;
use crate::support::articles::models::ArticleVersion;
use crate::support::articles::schema::{articles, articles_version};
use crate::support::database::{Database, Engine};
use crate::support::history::{count, story};
use crate::support::kept::{STRATEGIES, keep};
use crate::support::sound::assert_sound;
use continuum_core::prelude::*;
use continuum_core::{Conflict, HistoryError, Later, Obstacle, Reason, RevertTransaction};
use continuum_schema::Dialect;
use diesel::connection::{InstrumentationEvent, SimpleConnection};
use diesel::prelude::*;
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::Duration;

/// The transaction that these statements make.
fn made(conn: &mut Conn, statements: &[&str]) -> Transaction {
    transaction(conn, statements);
    log(conn).pop().unwrap()
}

/// The rows of a table, each as its values.
fn rows(conn: &mut Conn, table: &str, columns: &[&str]) -> Vec<String> {
    // As a version table whose versions are all of one transaction.
    let table = format!("(SELECT r.*, 1 AS transaction_id, 1 AS operation_type FROM {table} r) r",);
    let table = match Conn::DIALECT {
        Dialect::Postgres => table
            .replace("1 AS operation_type", "1::smallint AS operation_type")
            .replace("1 AS transaction_id", "1::bigint AS transaction_id"),
        _ => table,
    };
    story(conn, &table, columns, "1 = 1")
        .into_iter()
        .map(|row| row.trim_start_matches("update ").to_owned())
        .collect()
}

const PAGES: &str = "pages (lang, nr) { nr -> Integer, lang -> Text, title -> Nullable<Text> }";

/// A table with a key of two columns, under this strategy, and three rows.
fn pages(options: &str) -> Option<(Conn, Database<Conn>)> {
    let db = database()?;
    let mut conn = keep(
        &db,
        "CREATE TABLE pages (
            nr INTEGER NOT NULL, lang VARCHAR(9) NOT NULL, title TEXT, PRIMARY KEY (lang, nr)
        );",
        &[(PAGES, options)],
    );
    transaction(
        &mut conn,
        &["INSERT INTO pages VALUES (1, 'en', 'a'), (2, 'en', NULL), (3, 'it''s', 'c')"],
    );
    Some((conn, db))
}

fn titles(conn: &mut Conn) -> Vec<String> {
    rows(conn, "pages", &["nr", "lang", "title"])
}

#[test]
fn every_row_becomes_what_it_was_before_the_transaction() {
    // H20
    for options in STRATEGIES {
        let Some((mut conn, _db)) = pages(options) else {
            return;
        };
        let conn = &mut conn;
        let before = titles(conn);
        let mixed = made(
            conn,
            &[
                "UPDATE pages SET title = 'x'",
                "DELETE FROM pages WHERE nr = 2",
                "INSERT INTO pages VALUES (4, 'en', 'd'), (5, 'en', 'e')",
                "UPDATE pages SET nr = 7 WHERE nr = 3",
            ],
        );
        assert_eq!(mixed.revert(conn), Ok(6));
        assert_eq!(titles(conn), before);
        assert_sound(conn);
        // And the revert can be reverted.
        let revert = log(conn).pop().unwrap();
        assert_eq!(revert.revert(conn), Ok(6));
        assert_eq!(
            titles(conn),
            ["1, en, x", "4, en, d", "5, en, e", "7, it's, x"]
        );
        assert_sound(conn);
    }
}

#[test]
fn a_row_that_was_changed_and_deleted_is_what_it_was_before_both() {
    // H20
    for options in STRATEGIES {
        let Some((mut conn, _db)) = pages(options) else {
            return;
        };
        let conn = &mut conn;
        let gone = made(
            conn,
            &[
                "UPDATE pages SET title = 'x' WHERE nr = 1",
                "DELETE FROM pages WHERE nr = 1",
            ],
        );
        gone.revert(conn).unwrap();
        assert_eq!(
            story(conn, "pages_version", &["title"], "nr = 1"),
            ["insert a", "delete x", "insert a"]
        );
    }
}

#[test]
fn it_is_a_transaction_that_says_what_it_reverts() {
    for options in STRATEGIES {
        let Some((mut conn, _db)) = pages(options) else {
            return;
        };
        let conn = &mut conn;
        let renamed = made(conn, &["UPDATE pages SET title = 'x'"]);
        let records = log(conn).len();
        renamed.revert(conn).unwrap();
        let revert = log(conn).pop().unwrap();
        assert_eq!(log(conn).len(), records + 1);
        assert_eq!(
            revert.meta,
            Some(serde_json::json!({"reverts": renamed.id}))
        );

        let renamed = made(conn, &["UPDATE pages SET title = 'y'"]);
        let bob = ChangeInfo::new().actor("bob").meta("request", 7);
        conn.versioned_transaction(bob, |conn| {
            conn.batch_execute("INSERT INTO pages VALUES (9, 'en', 'new')")?;
            renamed.revert(conn)
        })
        .unwrap();
        let revert = log(conn).pop().unwrap();
        assert_eq!(revert.actor.as_deref(), Some("bob"));
        let meta = serde_json::json!({"request": 7, "reverts": renamed.id});
        assert_eq!(revert.meta, Some(meta));
        assert_eq!(
            story(
                conn,
                "pages_version",
                &["title"],
                &format!("transaction_id = {}", revert.id)
            )
            .len(),
            4
        );
    }
}

#[test]
fn where_everything_is_what_it_was_nothing_is_left() {
    // H06
    for options in STRATEGIES {
        let Some((mut conn, _db)) = pages(options) else {
            return;
        };
        let conn = &mut conn;
        let renamed = made(conn, &["UPDATE pages SET title = 'x' WHERE nr = 1"]);
        transaction(conn, &["UPDATE pages SET title = 'a' WHERE nr = 1"]);
        let recorded = log(conn);
        assert_eq!(renamed.reverting().force().execute(conn), Ok(0));
        assert_eq!(log(conn), recorded);
    }
}

#[test]
fn what_a_later_transaction_changed_again_is_kept_unless_forced() {
    for options in STRATEGIES {
        let Some((mut conn, _db)) = pages(options) else {
            return;
        };
        let conn = &mut conn;
        let renamed = made(
            conn,
            &[
                "UPDATE pages SET title = 'x'",
                "INSERT INTO pages VALUES (4, 'en', 'd')",
            ],
        );
        transaction(conn, &["UPDATE pages SET title = 'y' WHERE nr = 1"]);
        let later = made(
            conn,
            &["UPDATE pages SET title = 'z' WHERE nr = 1 OR nr = 4"],
        );
        let (before, recorded) = (titles(conn), log(conn));

        let row = |nr| match Conn::DIALECT {
            Dialect::Postgres => format!("lang = 'en' AND nr = '{nr}'"),
            Dialect::MySql => format!("`lang` = 'en' AND `nr` = '{nr}'"),
            _ => format!("\"lang\" = 'en' AND \"nr\" = {nr}"),
        };
        let conflict = |nr| Conflict {
            schema: (Conn::DIALECT == Dialect::Postgres).then(|| "public".to_owned()),
            table: "pages".to_owned(),
            row: row(nr),
            later: Later::Change {
                transaction_id: later.id,
            },
        };
        let refused = renamed.revert(conn);
        let conflicts = vec![conflict(1), conflict(4)];
        assert_eq!(refused, Err(HistoryError::Conflicts(conflicts.clone())));
        assert_eq!(
            (titles(conn), log(conn)),
            (before.clone(), recorded.clone())
        );

        let preview = renamed.reverting().dry_run(conn).unwrap();
        assert_eq!(preview.conflicts, conflicts);
        assert_eq!(preview.changes.len(), 4);
        assert_eq!((titles(conn), log(conn)), (before, recorded));

        assert_eq!(renamed.reverting().force().execute(conn), Ok(4));
        assert_eq!(titles(conn), ["1, en, a", "2, en, NULL", "3, it's, c"]);
        assert_sound(conn);
    }
}

#[test]
fn a_dry_run_says_what_would_change_and_changes_nothing() {
    for options in STRATEGIES {
        let Some((mut conn, _db)) = pages(options) else {
            return;
        };
        let conn = &mut conn;
        let first = log(conn).pop().unwrap().id;
        let mixed = made(
            conn,
            &[
                "UPDATE pages SET title = 'x' WHERE nr = 1",
                "DELETE FROM pages WHERE nr = 2",
                "INSERT INTO pages VALUES (4, 'en', 'd')",
            ],
        );
        let (before, recorded) = (titles(conn), log(conn));
        let preview = mixed.reverting().dry_run(conn).unwrap();
        let changes: Vec<_> = preview
            .changes
            .iter()
            .map(|change| (change.table.as_str(), change.operation, change.version))
            .collect();
        assert_eq!(
            changes,
            [
                ("pages", Operation::Update, Some(first)),
                ("pages", Operation::Insert, Some(first)),
                ("pages", Operation::Delete, None),
            ]
        );
        assert_eq!((preview.conflicts, preview.obstacles), (vec![], vec![]));
        assert_eq!((titles(conn), log(conn)), (before, recorded));
    }
}

#[test]
fn the_number_of_statements_does_not_depend_on_the_number_of_rows() {
    let statements = |rows: i32| {
        let (mut conn, _db) = pages(STRATEGIES[0])?;
        let conn = &mut conn;
        let insert = format!(
            "INSERT INTO pages WITH RECURSIVE n (i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n \
             WHERE i < {}) SELECT i, 'en', 'a' FROM n",
            10 + rows
        );
        transaction(conn, &[&insert]);
        let mixed = made(
            conn,
            &[
                "UPDATE pages SET title = 'x' WHERE nr % 2 = 0",
                "DELETE FROM pages WHERE nr % 2 = 1",
                &insert.replace("'en'", "'de'"),
            ],
        );
        let seen = Arc::new(Mutex::new(0));
        let counted = Arc::clone(&seen);
        conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
            if let InstrumentationEvent::StartQuery { .. } = event {
                *counted.lock().unwrap() += 1;
            }
        });
        mixed.revert(conn).unwrap();
        let seen = *seen.lock().unwrap();
        assert_sound(conn);
        Some(seen)
    };
    let (Some(few), Some(many)) = (statements(2), statements(2000)) else {
        return;
    };
    assert_eq!(few, many);
    assert!(few < 30, "{few}");
}

#[test]
fn parents_and_children_come_and_go_in_an_order_that_foreign_keys_allow() {
    // H20, H11
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    transaction(
        conn,
        &[
            "INSERT INTO articles (id, name) VALUES (1, 'a'), (2, 'b')",
            "INSERT INTO tags VALUES (1, 't', 1), (2, 'u', 2)",
            "INSERT INTO article_tags VALUES (1, 1), (1, 2)",
        ],
    );
    let all = |conn: &mut Conn| {
        [
            rows(conn, "articles", &["id", "name"]),
            rows(conn, "tags", &["id", "name", "article_id"]),
            rows(conn, "article_tags", &["article_id", "tag_id"]),
        ]
    };
    let before = all(conn);
    // The old article goes, with what refers to it, and its tags move to one that is new.
    let merged = made(
        conn,
        &[
            "INSERT INTO articles (id, name) VALUES (3, 'c')",
            "INSERT INTO tags VALUES (3, 'v', 3)",
            "INSERT INTO article_tags VALUES (3, 1), (3, 3)",
            "UPDATE tags SET article_id = 3 WHERE id = 1",
            "DELETE FROM articles WHERE id = 1",
        ],
    );
    let after = all(conn);
    merged.revert(conn).unwrap();
    assert_eq!(all(conn), before);
    assert_sound(conn);
    log(conn).pop().unwrap().revert(conn).unwrap();
    assert_eq!(all(conn), after);
    assert_sound(conn);
}

#[test]
fn rows_that_have_each_other_s_unique_value_change_places() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut keep(
        &db,
        "CREATE TABLE owners (id INTEGER NOT NULL PRIMARY KEY);
        CREATE TABLE items (
            id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(9) NOT NULL UNIQUE,
            owner INTEGER REFERENCES owners (id) ON DELETE CASCADE
        );
        INSERT INTO owners VALUES (1); INSERT INTO items VALUES (1, 'a', 1), (2, 'b', 1);",
        &[
            ("owners (id) { id -> Integer }", ""),
            (
                "items (id) { id -> Integer, name -> Text, owner -> Nullable<Integer> }",
                "",
            ),
        ],
    );
    let before = rows(conn, "items", &["id", "name", "owner"]);
    // The list is written anew: the same names, other keys, another owner.
    let rewritten = made(
        conn,
        &[
            "INSERT INTO owners VALUES (2)",
            "DELETE FROM items WHERE id = 1",
            "INSERT INTO items VALUES (3, 'a', 2)",
            "UPDATE items SET owner = 2, name = 'c' WHERE id = 2",
            "INSERT INTO items VALUES (4, 'b', 2)",
            "DELETE FROM owners WHERE id = 1",
        ],
    );
    rewritten.revert(conn).unwrap();
    assert_eq!(rows(conn, "items", &["id", "name", "owner"]), before);
    assert_eq!(rows(conn, "owners", &["id"]), ["1"]);
    assert_sound(conn);
}

#[test]
fn rows_that_refer_to_rows_of_their_own_table_come_and_go_together() {
    let Some(db) = database() else { return };
    // InnoDB deletes no row that refers to itself.
    let last = match Conn::DIALECT {
        Dialect::MySql => "(4, 3)",
        _ => "(4, 4)",
    };
    let conn: &mut Conn = &mut keep(
        &db,
        &format!(
            "CREATE TABLE nodes (
                id INTEGER NOT NULL PRIMARY KEY, parent INTEGER REFERENCES nodes (id)
            );
            INSERT INTO nodes VALUES (1, NULL), (2, 1), (3, 2), {last};"
        ),
        &[(
            "nodes (id) { id -> Integer, parent -> Nullable<Integer> }",
            "",
        )],
    );
    let before = rows(conn, "nodes", &["id", "parent"]);
    let delete = match Conn::DIALECT {
        // InnoDB checks foreign keys row by row, and not when the statement ends:
        // https://dev.mysql.com/doc/refman/8.0/en/ansi-diff-foreign-keys.html
        Dialect::MySql => "DELETE FROM nodes WHERE id <> 1 ORDER BY id DESC",
        _ => "DELETE FROM nodes WHERE id <> 1",
    };
    let deleted = made(conn, &[delete]);
    deleted.revert(conn).unwrap();
    assert_eq!(rows(conn, "nodes", &["id", "parent"]), before);
    log(conn).pop().unwrap().revert(conn).unwrap();
    assert_eq!(rows(conn, "nodes", &["id", "parent"]), ["1, NULL"]);
    assert_sound(conn);
}

#[test]
fn a_row_that_a_later_one_refers_to_stays_unless_forced() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    let inserted = made(conn, &["INSERT INTO articles (id, name) VALUES (1, 'a')"]);
    transaction(conn, &["INSERT INTO tags VALUES (1, 't', 1)"]);
    let Err(HistoryError::Conflicts(conflicts)) = inserted.revert(conn) else {
        panic!("refused")
    };
    assert_eq!(conflicts.len(), 1);
    let table = "tags".to_owned();
    assert_eq!(conflicts[0].later, Later::Reference { table });
    assert_eq!(count(conn, "articles"), 1);
    inserted.reverting().force().execute(conn).unwrap();
    assert_eq!(rows(conn, "tags", &["id", "article_id"]), ["1, NULL"]);
    assert_sound(conn);
}

#[test]
fn the_beginning_of_a_history_is_not_undone() {
    let Some((mut conn, _db)) = pages(STRATEGIES[0]) else {
        return;
    };
    let conn = &mut conn;
    conn.batch_execute("DELETE FROM pages").unwrap();
    let baseline = 1;
    conn.batch_execute("INSERT INTO pages VALUES (8, 'en', 'h')")
        .unwrap();
    conn.batch_execute("UPDATE pages_version SET transaction_id = 1 WHERE nr = 8")
        .unwrap();
    let Err(HistoryError::Obstacles(obstacles)) =
        RevertTransaction::new(baseline).force().execute(conn)
    else {
        panic!("refused")
    };
    assert_eq!(
        obstacles[0].reason,
        Reason::BeforeHistory { transaction_id: 1 }
    );
    assert_eq!(count(conn, "pages"), 1);
    let never = RevertTransaction::new(99).execute(conn);
    assert_eq!(never, Err(HistoryError::NoTransaction { id: 99 }));
}

#[test]
fn a_version_that_is_gone_is_missed() {
    for options in STRATEGIES {
        let Some((mut conn, _db)) = pages(options) else {
            return;
        };
        let conn = &mut conn;
        let renamed = made(conn, &["UPDATE pages SET title = 'x'"]);
        conn.batch_execute("DELETE FROM pages_version WHERE operation_type = 0 AND nr = 2")
            .unwrap();
        let Err(HistoryError::Obstacles(obstacles)) = renamed.revert(conn) else {
            panic!("refused")
        };
        assert_eq!(obstacles.len(), 1);
        assert_eq!(obstacles[0].reason, Reason::NoVersion);
        assert!(
            obstacles[0].row.as_ref().unwrap().contains("2"),
            "{obstacles:?}"
        );
        assert_eq!(titles(conn)[0], "1, en, x");
    }
}

/// What keeps a row from coming back, on a table of an excluded, a hidden, and a generated column.
#[test]
fn what_cannot_be_written_is_told_before_anything_is() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut keep(
        &db,
        "CREATE TABLE owners (id INTEGER NOT NULL PRIMARY KEY);
        CREATE TABLE items (
            id INTEGER NOT NULL PRIMARY KEY, name TEXT, views INTEGER NOT NULL,
            secret TEXT NOT NULL, owner INTEGER REFERENCES owners (id) ON DELETE CASCADE
        );
        CREATE TABLE sums (
            id INTEGER NOT NULL PRIMARY KEY, a INTEGER,
            twice INTEGER GENERATED ALWAYS AS (a * 2) STORED
        );
        INSERT INTO owners VALUES (1);
        INSERT INTO items VALUES (1, 'a', 1, 's', 1);
        INSERT INTO sums (id, a) VALUES (1, 1);",
        &[
            (
                "items (id) { id -> Integer, name -> Nullable<Text>, views -> Integer, \
                 secret -> Text, owner -> Nullable<Integer> }",
                "exclude(views), hidden(secret)",
            ),
            (
                "sums (id) { id -> Integer, a -> Nullable<Integer>, twice -> Nullable<Integer> }",
                "",
            ),
        ],
    );
    let deleted = made(conn, &["DELETE FROM owners", "UPDATE sums SET a = 2"]);
    let recorded = log(conn);
    let Err(HistoryError::Obstacles(obstacles)) = deleted.revert(conn) else {
        panic!("refused")
    };
    let reasons: Vec<_> = obstacles
        .iter()
        .map(|Obstacle { table, reason, .. }| (table.as_str(), reason.clone()))
        .collect();
    let no_default = |column: &str| Reason::NoDefault {
        column: column.to_owned(),
    };
    assert_eq!(
        reasons,
        [
            ("items", no_default("views")),
            ("items", no_default("secret")),
            (
                "items",
                Reason::NoTarget {
                    columns: vec!["owner".to_owned()],
                    target: "owners".to_owned()
                }
            ),
            (
                "sums",
                Reason::Generated {
                    column: "twice".to_owned()
                }
            ),
        ]
    );
    assert_eq!(
        deleted.reverting().dry_run(conn).unwrap().obstacles,
        obstacles
    );
    assert_eq!((count(conn, "items"), log(conn)), (0, recorded));
    let text = HistoryError::Obstacles(obstacles).to_string();
    assert!(
        text.contains(
            "items: a row has to be inserted again, and the history does not keep the column views"
        ),
        "{text}"
    );
}

#[test]
fn a_revert_in_the_transaction_that_it_reverts_leaves_nothing() {
    for options in STRATEGIES {
        let Some((mut conn, _db)) = pages(options) else {
            return;
        };
        let conn = &mut conn;
        let (before, recorded) = (titles(conn), log(conn));
        conn.versioned_transaction(ChangeInfo::new(), |conn| {
            conn.batch_execute("UPDATE pages SET title = 'x'; DELETE FROM pages WHERE nr = 1")?;
            let own = log(conn).pop().unwrap();
            own.revert(conn)
        })
        .unwrap();
        assert_eq!((titles(conn), log(conn)), (before, recorded));
    }
}

/// Whoever changes the row first, the other one knows of it.
#[test]
fn a_change_that_is_committed_meanwhile_is_not_lost() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    transaction(conn, &["INSERT INTO articles (id, name) VALUES (1, 'a')"]);
    let renamed = made(conn, &["UPDATE articles SET name = 'b'"]);
    let mut other = db.connect();
    let (begin, begun) = mpsc::channel();
    thread::scope(|scope| {
        let reverting = scope.spawn(move || {
            begun.recv().unwrap();
            renamed.revert(&mut other)
        });
        conn.versioned_transaction(ChangeInfo::new(), |conn| {
            diesel::update(articles::table)
                .set(articles::name.eq("c"))
                .execute(conn)?;
            begin.send(()).unwrap();
            // Time to run into the lock.
            thread::sleep(Duration::from_millis(300));
            QueryResult::Ok(())
        })
        .unwrap();
        let reverted = reverting.join().unwrap();
        let Err(HistoryError::Conflicts(conflicts)) = reverted else {
            panic!("{reverted:?}")
        };
        assert_eq!(conflicts.len(), 1);
    });
    let names: Vec<String> = articles::table.select(articles::name).load(conn).unwrap();
    assert_eq!(names, ["c"]);
    assert_sound(conn);
}

#[test]
fn a_row_that_somebody_inserts_again_meanwhile_is_a_conflict() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    transaction(conn, &["INSERT INTO articles (id, name) VALUES (1, 'a')"]);
    let deleted = made(conn, &["DELETE FROM articles"]);
    let mut other = db.connect();
    let (begin, begun) = mpsc::channel();
    thread::scope(|scope| {
        let reverting = scope.spawn(move || {
            begun.recv().unwrap();
            deleted.revert(&mut other)
        });
        conn.versioned_transaction(ChangeInfo::new(), |conn| {
            conn.batch_execute("INSERT INTO articles (id, name) VALUES (1, 'again')")?;
            begin.send(()).unwrap();
            thread::sleep(Duration::from_millis(300));
            QueryResult::Ok(())
        })
        .unwrap();
        let reverted = reverting.join().unwrap();
        assert!(
            matches!(reverted, Err(HistoryError::Conflicts(_))),
            "{reverted:?}"
        );
    });
    let versions: Vec<ArticleVersion> = articles_version::table
        .order(articles_version::transaction_id)
        .select(ArticleVersion::as_select())
        .load(conn)
        .unwrap();
    assert_eq!(versions.last().unwrap().name, "again");
}
