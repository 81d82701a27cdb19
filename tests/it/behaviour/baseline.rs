//! Rows that were there before their history began.

use super::{Conn, database, log, transaction};
use crate::support::database::{Database, Engine};
use crate::support::history::{count, story};
use crate::support::plan::plan;
use crate::support::sound::assert_sound;
use crate::support::strategies::{self, KEPT, on_each_strategy};
use continuum_core::continuum_transaction;
use continuum_core::prelude::*;
use continuum_schema::Baseline;
use diesel::prelude::*;

const ROWS: i32 = 5;

/// The tables with rows 1 to 5, all alike, whose history begins with this baseline.
fn set_up(db: &Database<Conn>, baseline: Baseline) -> Conn {
    db.apply(strategies::TABLES);
    for kept in KEPT {
        let rows: Vec<_> = (1..=ROWS).map(|id| format!("({id}, 'old', 's')")).collect();
        db.apply(&format!(
            "INSERT INTO {} (id, name, secret) VALUES {}",
            kept.table,
            rows.join(", ")
        ));
    }
    let plan = plan(
        strategies::SCHEMA,
        strategies::MODELS,
        &[],
        Conn::DIALECT,
        baseline,
    );
    db.apply(&plan.up_sql());
    db.connect()
}

/// The transaction with which the history begins.
fn beginning(conn: &mut Conn) -> Transaction {
    continuum_transaction::table
        .order(continuum_transaction::id)
        .select(Transaction::as_select())
        .first(conn)
        .unwrap()
}

#[test]
fn a_baseline_is_one_insert_of_each_row_in_one_transaction_that_says_so() {
    // K15
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut set_up(&db, Baseline::Rows);
    let beginning = beginning(conn);
    assert_eq!(beginning.actor, None);
    let reason = beginning.reason.unwrap();
    assert!(reason.starts_with("baseline"), "{reason}");
    let said: Vec<_> = beginning.meta.unwrap()["baseline"]
        .as_array()
        .unwrap()
        .clone();
    for kept in KEPT {
        assert!(said.iter().any(|table| table == kept.table), "{said:?}");
        assert_eq!(
            story(
                conn,
                kept.version_table,
                &["name"],
                &format!("transaction_id = {}", beginning.id)
            ),
            vec!["insert old"; ROWS as usize]
        );
        assert_sound(conn);
    }
    assert_eq!(log(conn), []);
}

/// What the steps, statements of one transaction, leave of a row that has no version. `{t}` is the
/// table, `{id}` the row.
type Case<'a> = (&'a [&'a str], &'a [&'a str]);

fn check(cases: &[Case<'_>]) {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut set_up(&db, Baseline::None);
    let beginning = beginning(conn).id;
    for kept in KEPT {
        assert_eq!(count(conn, kept.version_table), 0);
        for (id, (steps, expected)) in (1..=ROWS).zip(cases) {
            let on_row = |step: &&str| {
                step.replace("{t}", kept.table)
                    .replace("{id}", &id.to_string())
            };
            transaction(conn, &steps.iter().map(on_row).collect::<Vec<_>>());
            assert_eq!(
                &story(conn, kept.version_table, &["name"], &format!("id = {id}")),
                expected,
                "{}: {steps:#?}",
                kept.table
            );
            let first = format!(
                "{} WHERE id = {id} AND transaction_id = {beginning} AND operation_type = 0",
                kept.version_table
            );
            assert_eq!(count(conn, &first), i64::from(!expected.is_empty()));
        }
        assert_sound(conn);
    }
}

const UPDATE: &str = "UPDATE {t} SET name = 'new' WHERE id = {id}";
const UPDATE_AGAIN: &str = "UPDATE {t} SET name = 'newer' WHERE id = {id}";
const UPDATE_BACK: &str = "UPDATE {t} SET name = 'old' WHERE id = {id}";
const DELETE: &str = "DELETE FROM {t} WHERE id = {id}";
const INSERT: &str = "INSERT INTO {t} (id, name) VALUES ({id}, 'again')";

#[test]
fn a_row_without_a_version_gets_its_first_from_its_old_values_when_it_changes() {
    check(&[
        (&[UPDATE], &["insert old", "update new"]),
        (&[UPDATE, UPDATE_AGAIN], &["insert old", "update newer"]),
        (
            &["UPDATE {t} SET secret = 't' WHERE id = {id}"],
            &["insert old", "update old"],
        ),
        (&["UPDATE {t} SET views = 7 WHERE id = {id}"], &[]),
        (&["UPDATE {t} SET name = name WHERE id = {id}"], &[]),
    ]);
}

#[test]
fn a_row_without_a_version_gets_its_first_from_its_old_values_when_it_disappears() {
    check(&[
        (&[DELETE], &["insert old", "delete old"]),
        (&[UPDATE, DELETE], &["insert old", "delete new"]),
        (&[DELETE, INSERT], &["insert old", "update again"]),
        (&[DELETE, INSERT, DELETE], &["insert old", "delete again"]),
        (
            &["UPDATE {t} SET id = -id WHERE id = {id}"],
            &["insert old", "delete old"],
        ),
    ]);
}

#[test]
fn a_row_without_a_version_that_is_what_it_was_has_its_first_at_most() {
    check(&[(&[UPDATE, UPDATE_BACK], &["insert old"])]);
}

#[test]
fn a_row_that_is_inserted_after_the_history_began_has_no_version_from_before() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut set_up(&db, Baseline::None);
    let beginning = beginning(conn).id;
    for kept in KEPT {
        let on_row = |step: &str| step.replace("{t}", kept.table).replace("{id}", "7");
        transaction(conn, &[on_row(INSERT), on_row(UPDATE)]);
        transaction(conn, &[on_row(UPDATE_AGAIN)]);
        transaction(conn, &[on_row(INSERT).replace("7", "8")]);
        transaction(conn, &[on_row(DELETE).replace("7", "8")]);
        let stored =
            |conn: &mut Conn, id| story(conn, kept.version_table, &["name"], &format!("id = {id}"));
        assert_eq!(stored(conn, 7), ["insert new", "update newer"]);
        assert_eq!(stored(conn, 8), ["insert again", "delete again"]);
        let before = format!("{} WHERE transaction_id = {beginning}", kept.version_table);
        assert_eq!(count(conn, &before), 0);
    }
}

#[test]
fn one_statement_gives_first_versions_to_the_rows_that_have_none() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut set_up(&db, Baseline::None);
    for kept in KEPT {
        let on_table = |step: &str| step.replace("{t}", kept.table);
        transaction(
            conn,
            &[on_table("UPDATE {t} SET name = 'mid' WHERE id IN (2, 4)")],
        );
        transaction(conn, &[on_table("UPDATE {t} SET name = 'new'")]);
        let old = ["insert old", "update new"];
        let changed = ["insert old", "update mid", "update new"];
        for id in 1..=ROWS {
            let expected = if id % 2 == 0 { &changed[..] } else { &old[..] };
            assert_eq!(
                story(conn, kept.version_table, &["name"], &format!("id = {id}")),
                expected
            );
        }
        assert_sound(conn);
    }
}

#[test]
fn a_row_that_has_no_version_yet_is_asked_about_without_an_error() {
    // M13
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut set_up(&db, Baseline::None);
    let mut tables = KEPT.into_iter();
    on_each_strategy!(|Row, RowVersion, rows, rows_version| {
        let table = tables.next().unwrap().table;
        let row: Row = rows::table.find(3).first(conn).unwrap();
        assert_eq!(row.versions().load::<RowVersion>(conn), Ok(vec![]));
        assert_eq!(row.count_versions(conn), Ok(0));
        assert_eq!(row.first_version(conn), Ok(None));
        assert_eq!(row.latest_version(conn), Ok(None));
        assert_eq!(row.blame(conn), Ok(vec![]));
        assert_eq!(row.has_changed_since(0, conn), Ok(false));
        let now: Option<RowVersion> = row.as_of(i64::MAX).first(conn).optional().unwrap();
        assert_eq!(now, None);
        let all: Vec<RowVersion> = RowVersion::as_of(i64::MAX).load(conn).unwrap();
        assert_eq!(all, []);
        let then: Vec<String> = conn
            .as_of(1, |conn| {
                rows::table.order(rows::id).select(rows::name).load(conn)
            })
            .unwrap();
        assert_eq!(then, ["old"; ROWS as usize]);

        transaction(
            conn,
            &[format!("UPDATE {table} SET name = 'new' WHERE id = 3")],
        );
        let versions: Vec<RowVersion> = row.versions().load(conn).unwrap();
        let told: Vec<_> = versions
            .iter()
            .map(|v| (v.operation_type, v.name.as_str()))
            .collect();
        assert_eq!(
            told,
            [(Operation::Insert, "old"), (Operation::Update, "new")]
        );
        let changeset = versions[1].changeset(conn).unwrap();
        assert_eq!(changeset.changes.iter().count(), 1);
    });
}
