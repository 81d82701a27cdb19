//! What the database refuses: changes that say too little, and changes of the history.

mod merged;

use super::{Conn, database, log, on_conflict};
use crate::support::articles as blog;
use crate::support::database::{Database, Engine};
use crate::support::history::{count, number};
use crate::support::kept::{STRATEGIES, versioned};
use crate::support::sound::assert_sound;
use continuum_core::prelude::*;
use continuum_core::{HistoryError, NewActivity};
use continuum_schema::{Baseline, Dialect, Histories, Log, Plan, Required, VersionedTable};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;

const TABLES: &str = "CREATE TABLE pages (id INTEGER NOT NULL PRIMARY KEY, title TEXT);
    INSERT INTO pages VALUES (1, 'a'), (2, 'a');";

fn pages(options: &str) -> Vec<VersionedTable> {
    versioned(&[(
        "pages (id) { id -> Integer, title -> Nullable<Text> }",
        options,
    )])
}

fn require(required: &[Required]) -> Log {
    Log {
        require: required.to_vec(),
        ..Log::default()
    }
}

fn append_only() -> Log {
    Log {
        append_only: true,
        ..Log::default()
    }
}

/// The migration from one state to another.
fn plan(
    installed: Option<(&[VersionedTable], &Log)>,
    tables: &[VersionedTable],
    log: &Log,
) -> Plan {
    let installed = installed.map(|(tables, log)| Histories { tables, log });
    let wanted = Histories { tables, log };
    Plan::between_histories(installed, wanted, Conn::DIALECT, Baseline::Rows).unwrap()
}

/// Pages with a history, of which this holds.
fn set_up(options: &str, log: &Log) -> Option<(Conn, Database<Conn>)> {
    let db = database()?;
    db.apply(TABLES);
    db.apply(&plan(None, &pages(options), log).up_sql());
    Some((db.connect(), db))
}

#[track_caller]
fn refused<E: std::error::Error>(result: Result<(), E>, why: &str) {
    let error = result.unwrap_err();
    let cause = error.source().map(ToString::to_string);
    let error = format!("{error}: {}", cause.unwrap_or_default());
    assert!(error.contains(why), "{error}");
}

const CHANGES: [&str; 3] = [
    "INSERT INTO pages VALUES (9, 'x')",
    "UPDATE pages SET title = 'x'",
    "DELETE FROM pages",
];

#[test]
fn a_change_outside_of_a_versioned_transaction_is_refused_where_one_is_required() {
    for options in STRATEGIES {
        let Some((mut conn, _db)) = set_up(options, &require(&[Required::Transaction])) else {
            return;
        };
        let conn = &mut conn;
        for change in CHANGES {
            let why = "pages is changed outside of a versioned_transaction";
            refused(conn.batch_execute(change), why);
            refused(conn.transaction(|conn| conn.batch_execute(change)), why);
        }
        assert_eq!(count(conn, "pages"), 2);
        assert_eq!(log(conn), []);
        for change in CHANGES {
            conn.versioned_transaction(ChangeInfo::new(), |conn| conn.batch_execute(change))
                .unwrap();
        }
        assert_sound(conn);
    }
}

#[test]
fn a_change_without_actor_or_reason_is_refused_where_they_are_required() {
    // D15
    for options in STRATEGIES {
        let both = [Required::Actor, Required::Reason];
        let Some((mut conn, _db)) = set_up(options, &require(&both)) else {
            return;
        };
        let conn = &mut conn;
        let change = |conn: &mut Conn, info: ChangeInfo| {
            conn.versioned_transaction(info, |conn| conn.batch_execute(CHANGES[1]))
        };
        refused(
            conn.batch_execute(CHANGES[1]),
            "pages is changed without an actor",
        );
        let none = ChangeInfo::new();
        refused(
            change(conn, none.clone()),
            "pages is changed without an actor",
        );
        refused(
            change(conn, none.clone().reason("r")),
            "pages is changed without an actor",
        );
        refused(
            change(conn, none.clone().actor("a")),
            "pages is changed without a reason",
        );
        assert_eq!(log(conn), []);
        let info = none.actor("a").reason("r");
        change(conn, info.clone()).unwrap();
        // What the calls around one another say counts together.
        conn.versioned_transaction(ChangeInfo::new().actor("a"), |conn| {
            conn.versioned_transaction(ChangeInfo::new().reason("r"), |conn| {
                conn.batch_execute(CHANGES[0])
            })
        })
        .unwrap();
        // An activity is a record as well.
        let activity = NewActivity::new("looked").record(conn);
        refused(activity, "continuum_activity is changed without an actor");
        // What changes nothing needs nobody.
        conn.batch_execute("UPDATE pages SET title = title; DELETE FROM pages WHERE id = 77")
            .unwrap();
        assert_eq!(log(conn).len(), 2);
        assert_sound(conn);
    }
}

#[test]
fn nothing_is_required_where_nothing_is_recorded() {
    let required = [Required::Transaction, Required::Actor, Required::Reason];
    let Some((mut conn, _db)) = set_up(STRATEGIES[0], &require(&required)) else {
        return;
    };
    let conn = &mut conn;
    for change in CHANGES {
        conn.without_versioning(|conn| conn.batch_execute(change))
            .unwrap();
    }
    refused(conn.batch_execute(CHANGES[0]), "pages is changed");
}

/// What would change the history, on every engine.
const FORGERIES: [&str; 8] = [
    "UPDATE pages_version SET title = 'forged'",
    "UPDATE pages_version SET operation_type = 2 WHERE id = 1",
    "DELETE FROM pages_version",
    "DELETE FROM pages_version WHERE transaction_id = (SELECT max(id) FROM continuum_transaction)",
    "UPDATE continuum_transaction SET actor = 'forged'",
    "DELETE FROM continuum_transaction",
    "UPDATE continuum_activity SET verb = 'forged'",
    "DELETE FROM continuum_activity",
];

/// On engines that have REPLACE.
const REPLACEMENTS: [&str; 4] = [
    "REPLACE INTO pages_version SELECT * FROM pages_version",
    "REPLACE INTO pages_version SELECT * FROM pages_version WHERE id = 1 ORDER BY transaction_id DESC LIMIT 1",
    "REPLACE INTO continuum_transaction SELECT * FROM continuum_transaction",
    "REPLACE INTO continuum_activity SELECT * FROM continuum_activity",
];

/// On engines that have TRUNCATE. It commits on MySQL, so the transaction that it is in ends.
const TRUNCATES: [&str; 3] = [
    "TRUNCATE TABLE pages_version",
    "TRUNCATE TABLE continuum_transaction",
    "TRUNCATE TABLE continuum_activity",
];

fn assert_guarded(conn: &mut Conn) {
    let info = ChangeInfo::new().actor("alice");
    conn.versioned_transaction(info, |conn| {
        NewActivity::new("looked").record(conn)?;
        conn.batch_execute("UPDATE pages SET title = title || 'y'")?;
        Ok::<_, HistoryError>(())
    })
    .unwrap();
    let (truncates, why) = match Conn::DIALECT {
        Dialect::Sqlite => (&[][..], ""),
        // What the foreign key is called that refuses it.
        Dialect::MySql => (&TRUNCATES[..], "_is_only_added_to"),
        _ => (&TRUNCATES[..], "the history is only added to"),
    };
    for truncate in truncates {
        refused(conn.batch_execute(truncate), why);
    }
    let replacements = match Conn::DIALECT {
        Dialect::Postgres => &[][..],
        _ => &REPLACEMENTS[..],
    };
    // An activity is first asked who makes it.
    for replacement in replacements {
        refused(conn.batch_execute(replacement), "continuum: ");
    }
    for forgery in FORGERIES {
        refused(conn.batch_execute(forgery), "the history is only added to");
        let info = ChangeInfo::new().actor("mallory");
        let inside = conn.versioned_transaction(info, |conn| {
            conn.batch_execute("UPDATE pages SET title = title || 'x'")?;
            conn.batch_execute(forgery)
        });
        refused(inside, "the history is only added to");
    }
}

#[test]
fn a_history_that_is_only_added_to_refuses_every_other_change() {
    // K19, M08
    for options in STRATEGIES {
        let Some((mut conn, _db)) = set_up(options, &append_only()) else {
            return;
        };
        let conn = &mut conn;
        conn.batch_execute("UPDATE pages SET title = 'b' WHERE id = 1")
            .unwrap();
        assert_guarded(conn);
        if Conn::DIALECT == Dialect::Sqlite && options == STRATEGIES[0] {
            let in_place_of_the_newest = "REPLACE INTO pages_version
                (id, title, transaction_id, operation_type) VALUES (1, 'forged', 999999, 1)";
            refused(
                conn.batch_execute(in_place_of_the_newest),
                "the history is only added to: REPLACE",
            );
        }
        assert_sound(conn);
    }
}

#[test]
fn a_history_that_is_only_added_to_records_like_any_other() {
    for options in STRATEGIES {
        let Some((mut conn, _db)) = set_up(options, &append_only()) else {
            return;
        };
        let conn = &mut conn;
        // Everything that the recording does to versions: end them, net them, take them away, move
        // them, also for statements of their own.
        for _ in 0..2 {
            for statement in [
                "UPDATE pages SET title = 'b'",
                "DELETE FROM pages WHERE id = 1",
                "INSERT INTO pages VALUES (1, 'c'), (3, 'c')",
                "UPDATE pages SET id = id + 10",
                "UPDATE pages SET id = id - 10",
                "DELETE FROM pages WHERE id = 3",
            ] {
                conn.batch_execute(statement).unwrap();
            }
        }
        conn.versioned_transaction(ChangeInfo::new().actor("alice"), |conn| {
            conn.batch_execute("INSERT INTO pages VALUES (4, 'a')")?;
            conn.versioned_transaction(ChangeInfo::new().actor("bob"), |conn| {
                conn.batch_execute("UPDATE pages SET title = 'd'; DELETE FROM pages WHERE id = 4")
            })
        })
        .unwrap();
        assert_eq!(log(conn).pop().unwrap().actor.as_deref(), Some("bob"));
        let before = log(conn).len();
        conn.versioned_transaction(ChangeInfo::new().actor("nobody"), |conn| {
            conn.batch_execute("INSERT INTO pages VALUES (5, 'a')")?;
            conn.batch_execute("DELETE FROM pages WHERE id = 5")
        })
        .unwrap();
        assert_eq!(log(conn).len(), before);
        conn.batch_execute("INSERT INTO pages VALUES (6, 'a')")
            .unwrap();
        if Conn::DIALECT == Dialect::Sqlite {
            conn.batch_execute(
                "REPLACE INTO pages VALUES (6, 'a'); REPLACE INTO pages VALUES (6, 'b')",
            )
            .unwrap();
        }
        let on_conflict = on_conflict("id", &["title"]);
        conn.batch_execute(&format!("INSERT INTO pages VALUES (6, 'c') {on_conflict}"))
            .unwrap();
        assert_sound(conn);
        assert_guarded(conn);
    }
}

#[test]
fn whoever_says_so_may_change_a_history_that_is_only_added_to() {
    // K19
    let Some((mut conn, db)) = set_up(STRATEGIES[0], &append_only()) else {
        return;
    };
    let conn = &mut conn;
    let (begin, end) = match Conn::DIALECT {
        Dialect::Sqlite => (
            "INSERT INTO continuum_writing VALUES (2)",
            "DELETE FROM continuum_writing WHERE writer = 2",
        ),
        Dialect::MySql => (
            "SET @continuum_maintenance = TRUE",
            "SET @continuum_maintenance = NULL",
        ),
        _ => ("SET LOCAL continuum.maintenance = 'on'", "SELECT 1"),
    };
    conn.transaction(|conn| {
        conn.batch_execute(begin)?;
        conn.batch_execute(
            "DELETE FROM pages_version WHERE id = 2; UPDATE pages_version SET title = NULL",
        )?;
        conn.batch_execute(end)
    })
    .unwrap();
    assert_eq!(count(conn, "pages_version"), 1);
    assert_guarded(conn);
    assert_guarded(&mut db.connect());
}

/// What the catalog says of this migration's objects, before and after it and back again.
fn assert_reversible(db: &Database<Conn>, plan: &Plan) {
    let conn = &mut db.connect();
    let objects = |conn: &mut Conn| {
        let names = match Conn::DIALECT {
            Dialect::Sqlite => "SELECT count(*) AS count FROM sqlite_master WHERE sql IS NOT NULL",
            Dialect::MySql => {
                "SELECT CAST((SELECT count(*) FROM information_schema.TRIGGERS
                    WHERE TRIGGER_SCHEMA = DATABASE()) + (SELECT count(*)
                    FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = DATABASE())
                    + (SELECT count(*) FROM information_schema.TABLES
                    WHERE TABLE_SCHEMA = DATABASE()) AS signed) AS count"
            }
            _ => {
                "SELECT (SELECT count(*) FROM pg_trigger) + (SELECT count(*) FROM pg_proc) AS count"
            }
        };
        (number(conn, names), count(conn, "continuum_transaction"))
    };
    let before = objects(conn);
    db.apply(&plan.up_sql());
    let after = objects(conn);
    db.apply(&plan.down_sql());
    assert_eq!(objects(conn), before);
    db.apply(&plan.up_sql());
    assert_eq!(objects(conn), after);
}

#[test]
fn what_holds_for_all_tables_is_changed_by_a_migration_and_back() {
    for options in STRATEGIES {
        let Some((mut conn, db)) = set_up(options, &Log::default()) else {
            return;
        };
        let conn = &mut conn;
        let tables = &pages(options);
        let mut installed = Log::default();
        for log in [
            require(&[Required::Actor]),
            append_only(),
            Log {
                append_only: true,
                ..require(&[Required::Transaction])
            },
            Log::default(),
        ] {
            assert_reversible(&db, &plan(Some((tables, &installed)), tables, &log));
            let change = "UPDATE pages SET title = title || 'x'";
            let by_nobody = conn.batch_execute(change);
            assert_eq!(
                by_nobody.is_ok(),
                log.require.is_empty(),
                "{log:?}: {by_nobody:?}"
            );
            conn.versioned_transaction(ChangeInfo::new().actor("alice"), |conn| {
                conn.batch_execute(change)
            })
            .unwrap();
            if log.append_only {
                assert_guarded(conn);
            }
            assert_sound(conn);
            installed = log;
        }
        let nothing = plan(Some((tables, &installed)), tables, &installed);
        assert!(nothing.is_empty(), "{}", nothing.up_sql());
    }
}

#[test]
fn later_migrations_work_on_a_history_that_is_only_added_to() {
    for options in STRATEGIES {
        let log = Log {
            append_only: true,
            ..require(&[Required::Transaction])
        };
        let Some((mut conn, db)) = set_up(options, &log) else {
            return;
        };
        let conn = &mut conn;
        let alice = || ChangeInfo::new().actor("alice");
        let before = pages(options);
        db.apply(
            "ALTER TABLE pages ADD COLUMN views INTEGER NOT NULL DEFAULT 7;
            CREATE TABLE notes (id INTEGER NOT NULL PRIMARY KEY); INSERT INTO notes VALUES (1);",
        );
        let after = versioned(&[
            (
                "pages (id) { id -> Integer, title -> Nullable<Text>, views -> Integer }",
                options,
            ),
            ("notes (id) { id -> Integer }", options),
        ]);
        assert_reversible(&db, &plan(Some((&before, &log)), &after, &log));
        conn.versioned_transaction(alice(), |conn| {
            conn.batch_execute("UPDATE pages SET views = 8; INSERT INTO notes VALUES (2)")
        })
        .unwrap();
        assert_sound(conn);
        assert_guarded(conn);
        refused(
            conn.batch_execute("DELETE FROM notes_version"),
            "only added to",
        );
        refused(
            conn.batch_execute("INSERT INTO notes VALUES (3)"),
            "notes is changed outside",
        );

        let only_notes = after[1..].to_vec();
        assert_reversible(&db, &plan(Some((&after, &log)), &only_notes, &log));
        conn.batch_execute("UPDATE pages SET title = 'unrecorded'")
            .unwrap();
        refused(
            conn.batch_execute("DELETE FROM pages_version"),
            "only added to",
        );
        refused(
            conn.batch_execute("INSERT INTO notes VALUES (3)"),
            "notes is changed outside",
        );
    }
}

#[test]
fn the_first_migration_is_taken_back_with_everything() {
    let log = Log {
        append_only: true,
        ..require(Required::ALL)
    };
    let Some(db) = database() else { return };
    db.apply(blog::TABLES);
    let first = plan(None, &db.versioned_tables(blog::SCHEMA, blog::MODELS), &log);
    for _ in 0..2 {
        db.apply(&first.up_sql());
        db.apply(&first.down_sql());
    }
    db.connect()
        .batch_execute("INSERT INTO articles (id, name) VALUES (1, 'a')")
        .unwrap();
}
