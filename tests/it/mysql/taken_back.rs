//! A down.sql whose triggers cannot be made does nothing.

use super::behaviour::transaction;
use super::{Conn, database};
use crate::support::catalog::everything;
use crate::support::history::count;
use crate::support::kept::versioned;
use crate::support::sound::assert_sound;
use continuum_schema::{Baseline, Dialect, Histories, Log, Plan, VersionedTable};
use diesel::connection::SimpleConnection;

fn table(columns: &str) -> Vec<VersionedTable> {
    versioned(&[(&format!("c (id) {{ id -> Integer, {columns} }}"), "")])
}

#[test]
fn what_cannot_be_reverted_is_recorded_and_guarded_as_before() {
    let cases = [
        (
            "ALTER TABLE c DROP COLUMN n",
            "k -> Nullable<Integer>",
            "ALTER TABLE c ADD COLUMN n INT",
        ),
        (
            "ALTER TABLE c RENAME COLUMN n TO m",
            "m -> Nullable<Integer>, k -> Nullable<Integer>",
            "ALTER TABLE c RENAME COLUMN m TO n",
        ),
    ];
    for (change, columns, back) in cases {
        let Some(db) = database() else { return };
        db.apply("CREATE TABLE c (id INT NOT NULL PRIMARY KEY, n INT, k INT)");
        let log = &Log {
            append_only: true,
            ..Log::default()
        };
        let before = table("n -> Nullable<Integer>, k -> Nullable<Integer>");
        let before = Histories {
            tables: &before,
            log,
        };
        let planned = |installed, wanted| {
            Plan::between_histories(installed, wanted, Dialect::MySql, Baseline::Rows).unwrap()
        };
        db.apply(&planned(None, before).up_sql());
        let conn: &mut Conn = &mut db.connect();
        transaction(conn, &["INSERT INTO c VALUES (1, 1, 1)"]);

        db.apply(change);
        let after = table(columns);
        let after = Histories {
            tables: &after,
            log,
        };
        let plan = planned(Some(before), after);
        db.apply(&plan.up_sql());
        let then = everything(conn);
        let refused = db.connect().batch_execute(&plan.down_sql()).unwrap_err();
        let refused = refused.to_string();
        assert!(refused.contains("c has no column n"), "{refused}");
        assert!(refused.contains("add it back"), "{refused}");
        assert_eq!(everything(conn), then);
        transaction(conn, &["UPDATE c SET k = 2"]);
        assert_eq!(count(conn, "c_version"), 2);
        let guarded = conn.batch_execute("DELETE FROM c_version").unwrap_err();
        assert!(guarded.to_string().contains("only added to"), "{guarded}");
        assert_sound(conn);

        db.apply(back);
        db.apply(&plan.down_sql());
        transaction(conn, &["UPDATE c SET n = 3"]);
        assert_eq!(count(conn, "c_version"), 3);
        assert_sound(conn);
    }
}
