//! A history that is not whole says so.

use super::{Conn, database, transaction};
use crate::support::database::{Database, Engine};
use crate::support::kept::{STRATEGIES, keep};
use continuum_core::{Rule, verify};
use continuum_schema::Dialect;
use diesel::connection::SimpleConnection;

const TABLE: &str = "pages (lang, nr) { nr -> Integer, lang -> Text, title -> Nullable<Text> }";

/// Row ('it''s', 1) with an insert, two updates, a delete and an insert; row ('en', 2) with an insert
/// and a delete; row ('en', 3), that was there before.
fn set_up(options: &str) -> Option<(Conn, Database<Conn>)> {
    let db = database()?;
    let mut conn = keep(
        &db,
        "CREATE TABLE pages (
            nr INTEGER NOT NULL, lang VARCHAR(9) NOT NULL, title TEXT, PRIMARY KEY (lang, nr)
        );
        INSERT INTO pages VALUES (3, 'en', NULL);",
        &[(TABLE, options)],
    );
    for statement in [
        "INSERT INTO pages VALUES (1, 'it''s', 'a'), (2, 'en', 'a')",
        "UPDATE pages SET title = 'b' WHERE nr = 1",
        "DELETE FROM pages WHERE nr = 2",
        "UPDATE pages SET title = 'c' WHERE nr = 1",
        "DELETE FROM pages WHERE nr = 1",
        "INSERT INTO pages VALUES (1, 'it''s', 'd')",
    ] {
        transaction(&mut conn, &[statement]);
    }
    Some((conn, db))
}

/// Rules that are broken, each by the version of which transaction.
type Wrong<'a> = &'a [(Rule, Option<i64>)];

/// What is wrong after this statement, which the history was not made for.
fn wrong_after(conn: &mut Conn, forgery: &str) -> Vec<(Rule, Option<i64>)> {
    conn.batch_execute(forgery)
        .unwrap_or_else(|error| panic!("{error}: {forgery}"));
    let mut wrong: Vec<_> = verify(conn)
        .unwrap()
        .into_iter()
        .inspect(|violation| {
            assert_eq!(violation.table, "pages");
            assert_eq!(violation.version_table, "pages_version");
        })
        .map(|violation| (violation.rule, violation.transaction_id))
        .collect();
    wrong.sort_by_key(|(rule, id)| (format!("{rule:?}"), *id));
    wrong
}

#[test]
fn a_history_that_continuum_wrote_breaks_no_rule() {
    for options in STRATEGIES {
        let Some((mut conn, _db)) = set_up(options) else {
            return;
        };
        assert_eq!(verify(&mut conn).unwrap(), []);
    }
}

#[test]
fn each_forgery_is_found() {
    let cases: [(&str, Wrong<'_>); 7] = [
        (
            "DELETE FROM continuum_transaction WHERE id = 4",
            &[(Rule::UnknownTransaction, Some(4))],
        ),
        (
            "UPDATE pages_version SET operation_type = 0 WHERE transaction_id = 3",
            &[(Rule::WrongOperation, Some(3))],
        ),
        (
            "UPDATE pages_version SET title = 'forged' WHERE transaction_id = 7",
            &[(Rule::DifferentValues, Some(7))],
        ),
        (
            "UPDATE pages_version SET title = '' WHERE nr = 3",
            &[(Rule::DifferentValues, Some(1))],
        ),
        (
            "DELETE FROM pages_version WHERE nr = 3",
            &[(Rule::NoVersion, None)],
        ),
        (
            "INSERT INTO pages_version (nr, lang, transaction_id, operation_type) VALUES (4, 'en', 2, 0)",
            &[(Rule::NoRow, Some(2))],
        ),
        (
            "UPDATE pages_version SET operation_type = 2 WHERE nr = 3",
            &[
                (Rule::RowAfterDelete, Some(1)),
                (Rule::WrongOperation, Some(1)),
            ],
        ),
    ];
    for options in STRATEGIES {
        for (forgery, expected) in cases {
            let Some((mut conn, _db)) = set_up(options) else {
                return;
            };
            assert_eq!(wrong_after(&mut conn, forgery), expected, "{forgery}");
        }
    }
}

#[test]
fn intervals_that_do_not_follow_each_other_are_found() {
    for (forgery, expected) in [
        (
            "UPDATE pages_version SET end_transaction_id = 6 WHERE transaction_id = 3",
            vec![(Rule::BrokenInterval, Some(3))],
        ),
        (
            "UPDATE pages_version SET end_transaction_id = 7 WHERE transaction_id = 7",
            vec![(Rule::BrokenInterval, Some(7))],
        ),
        (
            // Which is no transaction, and yet an end.
            "UPDATE pages_version SET end_transaction_id = 0 WHERE transaction_id = 7",
            vec![(Rule::BrokenInterval, Some(7))],
        ),
        (
            // No open version is left, so the index lets another one be it.
            "UPDATE pages_version SET end_transaction_id = 9 WHERE transaction_id = 7;
            UPDATE pages_version SET end_transaction_id = NULL WHERE transaction_id = 3",
            vec![
                (Rule::BrokenInterval, Some(7)),
                (Rule::SecondOpenVersion, Some(3)),
            ],
        ),
    ] {
        let Some((mut conn, _db)) = set_up(STRATEGIES[0]) else {
            return;
        };
        assert_eq!(wrong_after(&mut conn, forgery), expected, "{forgery}");
    }
}

/// The row is named so that it can be looked for.
#[test]
fn a_violation_names_the_table_the_row_and_the_transaction() {
    let Some((mut conn, _db)) = set_up(STRATEGIES[0]) else {
        return;
    };
    conn.batch_execute("UPDATE pages_version SET title = 'x' WHERE transaction_id = 7")
        .unwrap();
    let violations = verify(&mut conn).unwrap();
    let (row, text) = match Conn::DIALECT {
        Dialect::Postgres => (
            "lang = 'it''s' AND nr = '1'",
            "public.pages_version: the row lang = 'it''s' AND nr = '1' is not what its newest \
             version says (transaction 7)",
        ),
        Dialect::MySql => (
            "`lang` = 'it\\'s' AND `nr` = '1'",
            "pages_version: the row `lang` = 'it\\'s' AND `nr` = '1' is not what its newest version \
             says (transaction 7)",
        ),
        _ => (
            "\"lang\" = 'it''s' AND \"nr\" = 1",
            "pages_version: the row \"lang\" = 'it''s' AND \"nr\" = 1 is not what its newest \
             version says (transaction 7)",
        ),
    };
    assert_eq!(violations[0].row.as_deref(), Some(row));
    assert_eq!(violations[0].to_string(), text);
}

#[test]
fn a_table_that_is_not_recorded_any_more_is_found() {
    for options in STRATEGIES {
        let Some((mut conn, _db)) = set_up(options) else {
            return;
        };
        let forgery = match Conn::DIALECT {
            Dialect::Postgres => "ALTER TABLE pages DISABLE TRIGGER pages_version_update",
            _ => "DROP TRIGGER pages_version_update",
        };
        assert_eq!(wrong_after(&mut conn, forgery), [(Rule::NotRecorded, None)]);
    }
}

#[test]
fn tables_that_are_missing_are_found() {
    for options in STRATEGIES {
        let Some((mut conn, _db)) = set_up(options) else {
            return;
        };
        let gone = wrong_after(&mut conn, "DROP TABLE pages");
        assert!(gone.contains(&(Rule::NoTable, None)), "{gone:?}");
        assert_eq!(
            wrong_after(&mut conn, "DROP TABLE pages_version").first(),
            Some(&(Rule::NoTable, None))
        );
        let gone = wrong_after(&mut conn, "SELECT 1");
        assert!(gone.contains(&(Rule::NoVersionTable, None)), "{gone:?}");
    }
}

/// A history without a baseline, and one that was ended: rows that it does not know are no mistake.
#[test]
fn what_the_history_never_saw_is_no_violation() {
    use crate::support::plan::plan;
    use continuum_schema::Baseline;

    for options in STRATEGIES {
        let Some(db) = database() else { return };
        db.apply(
            "CREATE TABLE pages (nr INTEGER NOT NULL, lang VARCHAR(9) NOT NULL, title TEXT, PRIMARY KEY (lang, nr));
            INSERT INTO pages VALUES (1, 'en', 'a'), (2, 'en', 'b');",
        );
        let (schema, models) = crate::support::kept::texts(&[(TABLE, options)]);
        db.apply(&plan(&schema, &models, &[], Conn::DIALECT, Baseline::None).up_sql());
        let conn = &mut db.connect();
        assert_eq!(verify(conn).unwrap(), []);
        transaction(conn, &["UPDATE pages SET title = 'c' WHERE nr = 1"]);
        assert_eq!(verify(conn).unwrap(), []);
    }
}
