//! Reverts where the session takes what others refuse.

use super::behaviour::{log, transaction};
use super::{Conn, database};
use crate::support::history::count;
use crate::support::kept::{STRATEGIES, keep};
use continuum_core::{HistoryError, Reason};
use diesel::connection::SimpleConnection;

#[test]
fn a_session_that_is_not_strict_makes_up_no_value_for_a_row_that_comes_back() {
    for strategy in STRATEGIES {
        let Some(db) = database() else { return };
        let conn: &mut Conn = &mut keep(
            &db,
            "CREATE TABLE users (
                id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(20) NOT NULL,
                views INTEGER NOT NULL, mood ENUM('good', 'bad') NOT NULL,
                password VARCHAR(20) NOT NULL
            );
            INSERT INTO users VALUES (1, 'ann', 7, 'bad', 'secret');",
            &[(
                "users (id) { id -> Integer, name -> Varchar, views -> Integer, \
                 mood -> crate::Mood, password -> Varchar }",
                &format!("exclude(views, mood), hidden(password), {strategy}"),
            )],
        );
        transaction(conn, &["DELETE FROM users"]);
        let deletion = log(conn).pop().unwrap();
        for mode in ["", "STRICT_TRANS_TABLES", "STRICT_ALL_TABLES", "ANSI"] {
            conn.batch_execute(&format!("SET SESSION sql_mode = '{mode}'"))
                .unwrap();
            let refused = deletion.revert(conn);
            let Err(HistoryError::Obstacles(obstacles)) = refused else {
                panic!("{mode}: {refused:?}")
            };
            let reasons: Vec<_> = obstacles.into_iter().map(|it| it.reason).collect();
            let no_default = ["views", "mood", "password"].map(|column| Reason::NoDefault {
                column: column.to_owned(),
            });
            assert_eq!(reasons, no_default, "{mode}");
            assert_eq!(count(conn, "users"), 0);
        }
    }
}
