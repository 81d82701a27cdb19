//! Transactions that are overtaken again and again by others, which change a row before they do, and commit.

use super::{Conn, database, run};
use crate::support::database::Database;
use crate::support::history::{number, story};
use crate::support::kept::{STRATEGIES, keep, texts, versioned};
use crate::support::sound::{assert_sound, empty_transactions};
use continuum_schema::{Baseline, Dialect, Histories, Log, Plan};
use diesel::connection::SimpleConnection;

const ROWS: i32 = 60;

const ITEMS: &str = "items (id) { id -> Integer, name -> Text }";

/// What the slow transaction begins with.
const FIRST: &str = "SELECT continuum_add_context('{\"actor\": \"slow\"}'); UPDATE items SET name = 'slow' WHERE id = 1";

/// Items from 1 to `ROWS`, and a transaction that has changed the first one.
fn begun(options: &str) -> Option<(Database<Conn>, Conn)> {
    let db = database()?;
    let mut conn = keep(
        &db,
        &format!(
            "CREATE TABLE items (id int PRIMARY KEY, name text NOT NULL);
            INSERT INTO items SELECT id, 'old' FROM generate_series(1, {ROWS}) id;"
        ),
        &[(ITEMS, options)],
    );
    run(&mut conn, &format!("BEGIN; {FIRST}"));
    Some((db, conn))
}

/// Has another transaction change each of these rows, and then this one.
fn overtake(db: &Database<Conn>, conn: &mut Conn, rows: std::ops::RangeInclusive<i32>) {
    let mut other = db.connect();
    for id in rows {
        run(
            &mut other,
            &format!("UPDATE items SET name = 'quick' WHERE id = {id}"),
        );
        run(
            conn,
            &format!("UPDATE items SET name = 'slow' WHERE id = {id}"),
        );
    }
}

fn of_the_slow_one(conn: &mut Conn) -> i64 {
    number(
        conn,
        "SELECT count(*) AS count FROM items_version v JOIN continuum_transaction t ON t.id = v.transaction_id
        WHERE t.actor = 'slow' AND v.name = 'slow'",
    )
}

/// How often this transaction has updated a version.
fn updated(conn: &mut Conn) -> i64 {
    number(
        conn,
        "SELECT n_tup_upd AS count FROM pg_stat_xact_user_tables WHERE relname = 'items_version'",
    )
}

/// That the transaction has changed all of these rows, in the order in which they really changed.
#[track_caller]
fn assert_in_its_place(conn: &mut Conn, overtaken: std::ops::RangeInclusive<i32>) {
    assert_sound(conn);
    assert_eq!(empty_transactions(conn, &["items_version"]), 0);
    let rows = i64::from(*overtaken.end() - *overtaken.start()) + 2;
    assert_eq!(of_the_slow_one(conn), rows);
    for id in overtaken {
        assert_eq!(
            story(conn, "items_version", &["name"], &format!("id = {id}")),
            ["insert old", "update quick", "update slow"]
        );
    }
    let transactions = number(
        conn,
        "SELECT count(*) AS count FROM continuum_transaction WHERE actor = 'slow'",
    );
    assert_eq!(transactions, 1);
    // The ids are those of the sequence again.
    let ahead = number(
        conn,
        "SELECT count(*) AS count FROM continuum_transaction, continuum_transaction_id_seq s WHERE id > s.last_value",
    );
    assert_eq!(ahead, 0);
}

#[test]
fn a_transaction_that_is_overtaken_again_and_again_is_recorded_after_all_of_them() {
    for options in STRATEGIES {
        let Some((db, mut conn)) = begun(options) else {
            return;
        };
        overtake(&db, &mut conn, 2..=ROWS);
        // It can tell already what it has done.
        assert_eq!(of_the_slow_one(&mut conn), i64::from(ROWS));
        assert_eq!(
            story(&mut conn, "items_version", &["name"], "id = 9"),
            ["insert old", "update quick", "update slow"]
        );
        run(&mut conn, "COMMIT");
        assert_in_its_place(&mut conn, 2..=ROWS);
        run(&mut conn, "UPDATE items SET name = 'next'");
        assert_sound(&mut conn);
    }
}

/// To be moved to a fresh id with all its versions each time would make the square of that.
#[test]
fn what_it_costs_to_be_overtaken_does_not_grow_with_what_the_transaction_has_recorded() {
    for options in STRATEGIES {
        let Some((db, mut conn)) = begun(options) else {
            return;
        };
        overtake(&db, &mut conn, 2..=ROWS);
        let updated = updated(&mut conn);
        assert!(updated < 4 * i64::from(ROWS), "{options}: {updated}");
        run(&mut conn, "ROLLBACK");
    }
}

/// At these levels the other one's versions cannot be seen, so that with `subquery` each statement takes a fresh id.
#[test]
fn so_it_is_where_the_transaction_does_not_see_the_others() {
    for options in STRATEGIES {
        let Some((db, mut conn)) = begun(options) else {
            return;
        };
        run(
            &mut conn,
            &format!("ROLLBACK; BEGIN ISOLATION LEVEL SERIALIZABLE; {FIRST}"),
        );
        let mut other = db.connect();
        for id in 2..=ROWS / 2 {
            let of_others = ROWS / 2 + id;
            run(
                &mut other,
                &format!("UPDATE items SET name = 'quick' WHERE id = {of_others}"),
            );
            run(
                &mut conn,
                &format!("UPDATE items SET name = 'slow' WHERE id = {id}"),
            );
        }
        let updated = updated(&mut conn);
        assert!(updated < 2 * i64::from(ROWS), "{options}: {updated}");
        run(&mut conn, "COMMIT");
        assert_sound(&mut conn);
        assert_eq!(of_the_slow_one(&mut conn), i64::from(ROWS / 2));
    }
}

#[test]
fn it_is_so_with_whatever_the_application_does_before_it_commits() {
    for before_the_commit in [
        "SET CONSTRAINTS ALL IMMEDIATE",
        "SET session_replication_role = replica",
        "SELECT continuum_add_context('{\"reason\": \"said late\"}')",
        "SAVEPOINT a; UPDATE items SET name = 'undone'; DELETE FROM items; SET CONSTRAINTS ALL IMMEDIATE; ROLLBACK TO a",
        "SAVEPOINT a; SELECT continuum_add_context('{}'); RELEASE a; SET LOCAL search_path = pg_catalog",
    ] {
        for options in STRATEGIES {
            let Some((db, mut conn)) = begun(options) else {
                return;
            };
            overtake(&db, &mut conn, 2..=5);
            run(&mut conn, before_the_commit);
            run(&mut conn, "COMMIT");
            run(&mut conn, "RESET session_replication_role");
            assert_in_its_place(&mut conn, 2..=5);
        }
    }
}

#[test]
fn it_is_so_where_constraints_are_immediate_before_it_is_overtaken() {
    for options in STRATEGIES {
        let Some((db, mut conn)) = begun(options) else {
            return;
        };
        run(&mut conn, "SET CONSTRAINTS ALL IMMEDIATE");
        overtake(&db, &mut conn, 2..=6);
        run(&mut conn, "SET CONSTRAINTS ALL DEFERRED");
        overtake(&db, &mut conn, 7..=9);
        run(&mut conn, "SET CONSTRAINTS ALL IMMEDIATE");
        overtake(&db, &mut conn, 10..=12);
        run(&mut conn, "COMMIT");
        assert_in_its_place(&mut conn, 2..=12);
    }
}

#[test]
fn a_savepoint_that_is_rolled_back_leaves_the_id_from_before_it() {
    for options in STRATEGIES {
        let Some((db, mut conn)) = begun(options) else {
            return;
        };
        run(&mut conn, "SAVEPOINT a");
        overtake(&db, &mut conn, 10..=14);
        run(&mut conn, "ROLLBACK TO a");
        overtake(&db, &mut conn, 2..=6);
        run(
            &mut conn,
            "SAVEPOINT b; SET CONSTRAINTS ALL IMMEDIATE; ROLLBACK TO b",
        );
        run(&mut conn, "COMMIT");
        assert_in_its_place(&mut conn, 2..=6);
        assert_eq!(
            story(&mut conn, "items_version", &["name"], "id = 10"),
            ["insert old", "update quick"]
        );
    }
}

#[test]
fn a_transaction_that_has_nothing_left_to_tell_leaves_nothing() {
    for options in STRATEGIES {
        let Some((db, mut conn)) = begun(options) else {
            return;
        };
        overtake(&db, &mut conn, 2..=5);
        run(
            &mut conn,
            "UPDATE items SET name = 'old' WHERE id = 1; UPDATE items SET name = 'quick' WHERE id BETWEEN 2 AND 5; COMMIT",
        );
        assert_sound(&mut conn);
        assert_eq!(empty_transactions(&mut conn, &["items_version"]), 0);
        assert_eq!(of_the_slow_one(&mut conn), 0);
    }
}

/// Has the application change what is ordered, when a transaction commits.
fn order_items(db: &Database<Conn>) {
    run(
        &mut db.connect(),
        "CREATE TABLE orders (item int);
        CREATE FUNCTION order_item() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN UPDATE items SET name = 'ordered' WHERE id = NEW.item; RETURN NULL; END $$;
        CREATE CONSTRAINT TRIGGER order_item AFTER INSERT ON orders DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION order_item();",
    );
}

/// They fire after the transaction has drawn its id, and are overtaken as well.
#[test]
fn triggers_of_the_application_that_wait_for_the_commit_are_of_the_same_transaction() {
    for options in STRATEGIES {
        let Some((db, mut conn)) = begun(options) else {
            return;
        };
        order_items(&db);
        run(&mut conn, "INSERT INTO orders VALUES (6), (7)");
        overtake(&db, &mut conn, 2..=5);
        run(&mut conn, "INSERT INTO orders VALUES (8)");
        run(
            &mut db.connect(),
            "UPDATE items SET name = 'quick' WHERE id IN (6, 7, 8)",
        );
        run(&mut conn, "COMMIT");
        assert_in_its_place(&mut conn, 2..=5);
        for id in 6..=8 {
            assert_eq!(
                story(&mut conn, "items_version", &["name"], &format!("id = {id}")),
                ["insert old", "update quick", "update ordered"]
            );
        }
    }
}

#[test]
fn a_transaction_with_two_records_draws_an_id_for_each() {
    let Some((db, mut conn)) = begun(STRATEGIES[0]) else {
        return;
    };
    order_items(&db);
    overtake(&db, &mut conn, 2..=4);
    run(
        &mut conn,
        "INSERT INTO orders VALUES (1); RESET ALL; UPDATE items SET name = 'again' WHERE id = 1",
    );
    overtake(&db, &mut conn, 5..=7);
    run(&mut conn, "COMMIT");
    assert_sound(&mut conn);
    assert_eq!(empty_transactions(&mut conn, &["items_version"]), 0);
    assert_eq!(
        story(&mut conn, "items_version", &["name"], "id = 1"),
        ["insert old", "update slow", "update ordered"]
    );
}

#[test]
fn it_is_so_where_the_history_is_only_added_to() {
    for options in STRATEGIES {
        let Some((db, mut conn)) = begun(options) else {
            return;
        };
        run(&mut conn, "ROLLBACK");
        let tables = versioned(&[(ITEMS, options)]);
        let guarded = Log {
            append_only: true,
            ..Log::default()
        };
        let histories = |log| Histories {
            tables: &tables,
            log,
        };
        let plan = Plan::between_histories(
            Some(histories(&Log::default())),
            histories(&guarded),
            Dialect::Postgres,
            Baseline::Rows,
        );
        db.apply(&plan.unwrap().up_sql());
        run(&mut conn, &format!("BEGIN; {FIRST}"));
        overtake(&db, &mut conn, 2..=6);
        run(&mut conn, "COMMIT");
        assert_in_its_place(&mut conn, 2..=6);
    }
}

/// A transaction that writes to two histories, each in a schema of its own, has a record in each; whichever it wrote to last.
#[test]
fn it_is_so_beside_a_history_in_another_schema() {
    for options in STRATEGIES {
        let Some((db, mut conn)) = begun(options) else {
            return;
        };
        run(&mut conn, "ROLLBACK");
        let (schema, models) = texts(&[(ITEMS, options)]);
        db.apply(&format!(
            "CREATE SCHEMA other; SET search_path = other; CREATE TABLE items (id int PRIMARY KEY, name text NOT NULL);
            INSERT INTO items VALUES (1, 'old'); {}",
            db.up_sql(&schema, &models)
        ));
        run(&mut conn, &format!("BEGIN; {FIRST}"));
        overtake(&db, &mut conn, 2..=5);
        run(
            &mut conn,
            "UPDATE other.items SET name = 'elsewhere'; UPDATE items SET name = 'later' WHERE id = 5;
            UPDATE other.items SET name = 'slow'; UPDATE items SET name = 'slow' WHERE id = 5; COMMIT",
        );
        assert_in_its_place(&mut conn, 2..=5);
        run(&mut conn, "SET search_path = other");
        assert_sound(&mut conn);
        assert_eq!(
            story(&mut conn, "items_version", &["name"], "id = 1"),
            ["insert old", "update elsewhere", "update slow"]
        );
    }
}

/// Where that is missing, the id would stay what it is, and be wrong.
#[test]
fn verify_tells_where_nothing_draws_the_id_at_the_end() {
    let Some((db, _)) = begun(STRATEGIES[0]) else {
        return;
    };
    let conn = &mut db.connect();
    conn.batch_execute(
        "ALTER TABLE continuum_transaction DISABLE TRIGGER continuum_transaction_place",
    )
    .unwrap();
    let faults = continuum_core::verify(conn).unwrap();
    assert_eq!(faults.len(), 1, "{faults:?}");
    assert_eq!(faults[0].rule, continuum_core::Rule::NotRecorded);
}
