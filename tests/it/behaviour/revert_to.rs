//! A set of rows brought back to a moment.

use super::{Conn, database, log, transaction};
use crate::support::articles as blog;
use crate::support::articles::models::{ArticleVersion, TagVersion};
use crate::support::articles::schema::tags;
use crate::support::history::{count, story};
use crate::support::sound::assert_sound;
use crate::support::strategies::{self, KEPT, on_each_strategy};
use crate::support::watch::statements;
use continuum_core::prelude::*;
use continuum_core::{HistoryError, Later, Reason};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;

/// On the table of each strategy: rows 1 to 4, and after the transaction `then` row 1 is changed,
/// row 2 deleted, row 3 has another key, and row 5 is new.
macro_rules! after_changes {
    (|$conn:ident, $kept:ident, $RowVersion:ident, $rows:ident, $versions:ident, $then:ident| $body:block) => {
        let Some(db) = database() else { return };
        let $conn: &mut Conn = &mut strategies::set_up(&db);
        let mut tables = KEPT.into_iter();
        on_each_strategy!(|Row, $RowVersion, $rows, $versions| {
            let $kept = tables.next().unwrap();
            let change = |conn: &mut Conn, statement: &str| {
                transaction(conn, &[statement.replace("{t}", $kept.table)]);
            };
            change(
                $conn,
                "INSERT INTO {t} VALUES (1, 'a', 'x', 1, 's'), (2, 'b', 'x', 2, NULL), \
                 (3, 'c', 'y', 3, NULL), (4, 'd', 'y', 4, NULL)",
            );
            let $then = log($conn).pop().unwrap();
            for statement in [
                "UPDATE {t} SET name = 'e', content = 'y', views = 9 WHERE id = 1",
                "DELETE FROM {t} WHERE id = 2",
                "UPDATE {t} SET id = 6 WHERE id = 3",
                "INSERT INTO {t} (id, name, content) VALUES (5, 'new', 'y')",
            ] {
                change($conn, statement);
            }
            $body
            assert_sound($conn);
        });
    };
}

#[test]
fn rows_are_what_they_were() {
    after_changes!(|conn, kept, RowVersion, rows, versions, then| {
        assert_eq!(RowVersion::revert_to(then.id).execute(conn), Ok(5));
        let live: Vec<(i32, String, i32)> = rows::table
            .order(rows::id)
            .select((rows::id, rows::name, rows::views))
            .load(conn)
            .unwrap();
        // What the history does not keep stays, and has its default in a row that comes back.
        let expected = [(1, "a", 9), (2, "b", 0), (3, "c", 0), (4, "d", 4)];
        assert_eq!(
            live,
            expected.map(|(id, name, views)| (id, name.to_owned(), views))
        );
        let record = log(conn).pop().unwrap();
        let meta = serde_json::json!({"reverts_to": then.id});
        assert_eq!(record.meta, Some(meta));
        assert_eq!(
            story(
                conn,
                kept.version_table,
                &["id"],
                &format!("transaction_id = {}", record.id)
            ),
            ["update 1", "insert 2", "insert 3", "delete 5", "delete 6"]
        );
    });
}

#[test]
fn a_time_is_a_moment_as_well() {
    after_changes!(|conn, kept, RowVersion, rows, versions, then| {
        conn.batch_execute(&format!(
            "UPDATE continuum_transaction SET issued_at = '2020-01-01 12:00:00.000000' WHERE id <= {}",
            then.id
        ))
        .unwrap();
        let noon = chrono::DateTime::parse_from_rfc3339("2020-01-01T12:00:00Z").unwrap();
        let back = RowVersion::revert_to(noon.to_utc());
        assert_eq!(back.execute(conn), Ok(5));
        // Once more, there is nothing to do, and nothing is left of it.
        let recorded = log(conn);
        assert_eq!(back.execute(conn), Ok(0));
        assert_eq!(log(conn), recorded);
    });
}

#[test]
fn only_rows_that_meet_the_condition_now_or_then_go_back() {
    after_changes!(|conn, kept, RowVersion, rows, versions, then| {
        // Row 1 was meant then, row 2 as well; rows 5 and 6 are not.
        let back = RowVersion::revert_to(then.id).filter(versions::content.eq("x"));
        assert_eq!(back.execute(conn), Ok(2));
        let ids: Vec<i32> = rows::table
            .order(rows::id)
            .select(rows::id)
            .load(conn)
            .unwrap();
        assert_eq!(ids, [1, 2, 4, 5, 6]);
        // Row 5 is meant now, and its name is another one's.
        let back = RowVersion::revert_to(then.id)
            .filter(versions::content.eq("y"))
            .filter(versions::name.eq_any(["new", "a"]));
        assert_eq!(back.execute(conn), Ok(1));
        assert_eq!(count(conn, kept.table), 4);
    });
}

#[test]
fn a_dry_run_says_what_would_change_and_changes_nothing() {
    after_changes!(|conn, kept, RowVersion, rows, versions, then| {
        let recorded = log(conn);
        let back = RowVersion::revert_to(then.id).filter(versions::id.le(5));
        let preview = back.dry_run(conn).unwrap();
        let changes: Vec<_> = preview
            .changes
            .iter()
            .map(|change| (change.operation, change.version))
            .collect();
        let version = Some(then.id);
        assert_eq!(
            changes,
            [
                (Operation::Update, version),
                (Operation::Insert, version),
                (Operation::Insert, version),
                (Operation::Delete, None),
            ]
        );
        assert_eq!((preview.conflicts, preview.obstacles), (vec![], vec![]));
        assert_eq!(log(conn), recorded);
        assert_eq!(count(conn, kept.table), 4);
        assert_eq!(back.execute(conn), Ok(4));
    });
}

#[test]
fn a_moment_before_the_history_is_refused() {
    after_changes!(|conn, kept, RowVersion, rows, versions, then| {
        for back in [
            RowVersion::revert_to(0),
            RowVersion::revert_to(chrono::DateTime::UNIX_EPOCH),
        ] {
            let Err(HistoryError::Obstacles(obstacles)) = back.execute(conn) else {
                panic!("refused")
            };
            assert_eq!(obstacles[0].table, kept.table);
            assert_eq!(
                obstacles[0].reason,
                Reason::BeforeHistory { transaction_id: 1 }
            );
            assert_eq!(back.dry_run(conn).unwrap().obstacles, obstacles);
        }
        assert_eq!(count(conn, kept.table), 4);
        // Right after it began, there was nothing.
        assert!(then.id > 1);
        assert_eq!(RowVersion::revert_to(1).execute(conn), Ok(4));
        assert_eq!(count(conn, kept.table), 0);
    });
}

#[test]
fn rows_whose_target_is_gone_are_named() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    transaction(
        conn,
        &[
            "INSERT INTO articles (id, name) VALUES (1, 'a'), (2, 'b')",
            "INSERT INTO tags VALUES (1, 't', 1), (2, 'u', 2)",
        ],
    );
    let then = log(conn).pop().unwrap().id;
    transaction(
        conn,
        &[
            "DELETE FROM articles WHERE id = 1",
            "DELETE FROM tags WHERE id = 2",
        ],
    );
    let back = TagVersion::revert_to(then);
    let Err(HistoryError::Obstacles(obstacles)) = back.execute(conn) else {
        panic!("refused")
    };
    assert_eq!(obstacles.len(), 1);
    let reason = Reason::NoTarget {
        columns: vec!["article_id".to_owned()],
        target: "articles".to_owned(),
    };
    assert_eq!(obstacles[0].reason, reason);
    assert_eq!(count(conn, "tags"), 1);
    // The article first, and then the tags.
    ArticleVersion::revert_to(then).execute(conn).unwrap();
    assert_eq!(back.execute(conn), Ok(2));
    let targets: Vec<Option<i32>> = tags::table
        .order(tags::id)
        .select(tags::article_id)
        .load(conn)
        .unwrap();
    assert_eq!(targets, [Some(1), Some(2)]);
    assert_sound(conn);
}

#[test]
fn rows_that_others_refer_to_stay_unless_forced() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    transaction(conn, &["INSERT INTO articles (id, name) VALUES (1, 'a')"]);
    let then = log(conn).pop().unwrap().id;
    transaction(
        conn,
        &[
            "INSERT INTO articles (id, name) VALUES (2, 'b')",
            "INSERT INTO tags VALUES (1, 't', 2)",
        ],
    );
    let back = ArticleVersion::revert_to(then);
    let Err(HistoryError::Conflicts(conflicts)) = back.execute(conn) else {
        panic!("refused")
    };
    let table = "tags".to_owned();
    assert_eq!(conflicts[0].later, Later::Reference { table });
    assert_eq!(back.dry_run(conn).unwrap().conflicts, conflicts);
    assert_eq!(back.force().execute(conn), Ok(1));
    assert_eq!(count(conn, "articles"), 1);
    assert_sound(conn);
}

#[test]
fn the_number_of_statements_does_not_depend_on_the_number_of_rows() {
    let count = |rows: usize| {
        let db = database()?;
        let conn: &mut Conn = &mut blog::set_up(&db);
        let many = format!(
            "INSERT INTO articles (id, name) WITH RECURSIVE n (i) AS \
             (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows}) SELECT i, 'a' FROM n"
        );
        transaction(conn, &[many]);
        let then = log(conn).pop().unwrap().id;
        transaction(
            conn,
            &[
                "UPDATE articles SET name = 'b' WHERE id % 2 = 0",
                "DELETE FROM articles WHERE id % 2 = 1",
            ],
        );
        let back = ArticleVersion::revert_to(then);
        let tried = statements(conn, |conn| {
            assert_eq!(back.dry_run(conn).unwrap().changes.len(), rows);
        });
        let done = statements(conn, |conn| assert_eq!(back.execute(conn), Ok(rows)));
        Some((tried, done))
    };
    assert_eq!(count(4), count(1000));
}
