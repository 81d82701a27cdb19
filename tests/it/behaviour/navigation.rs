//! From a version to its neighbours.

use super::{Conn, database, transaction};
use crate::support::articles as blog;
use crate::support::articles::models::{ArticleTag, ArticleTagVersion};
use crate::support::strategies::{self, KEPT, on_each_strategy};
use continuum_core::prelude::*;
use diesel::prelude::*;

/// On the table of each strategy: row 1 is inserted, changed twice, deleted and inserted again, and
/// row 2 is changed between all of that.
macro_rules! with_lives {
    (|$conn:ident, $Row:ident, $rows:ident, $versions:ident| $body:block) => {
        let Some(db) = database() else { return };
        let $conn: &mut Conn = &mut strategies::set_up(&db);
        let mut tables = KEPT.into_iter();
        on_each_strategy!(|$Row, RowVersion, $rows, rows_version| {
            let kept = tables.next().unwrap();
            for (time, step) in [
                "INSERT INTO {t} (id, name) VALUES (1, 'a'), (2, 'a')",
                "UPDATE {t} SET name = 'b' WHERE id = 1",
                "UPDATE {t} SET name = 'c' WHERE id = 1",
                "DELETE FROM {t} WHERE id = 1",
                "INSERT INTO {t} (id, name) VALUES (1, 'd')",
            ]
            .into_iter()
            .enumerate()
            {
                let between = format!("UPDATE {{t}} SET content = '{time}' WHERE id = 2");
                transaction($conn, &[step.replace("{t}", kept.table)]);
                transaction($conn, &[between.replace("{t}", kept.table)]);
            }
            let $versions: Vec<RowVersion> = rows_version::table
                .filter(rows_version::id.eq(1))
                .order(rows_version::transaction_id)
                .select(RowVersion::as_select())
                .load($conn)
                .unwrap();
            assert_eq!($versions.len(), 5);
            $body
        });
    };
}

#[test]
fn neighbours_are_those_of_the_same_row() {
    // E01, E02, E03
    with_lives!(|conn, Row, rows, versions| {
        for (index, version) in versions.iter().enumerate() {
            let ids = |v: Option<_>| v.map(|v: <Row as Versioned>::Version| v.transaction_id);
            let at = |index: usize| versions.get(index).map(|v| v.transaction_id);
            let before = index.checked_sub(1).and_then(at);
            assert_eq!(ids(version.previous(conn).unwrap()), before);
            assert_eq!(ids(version.next(conn).unwrap()), at(index + 1));
        }
    });
}

#[test]
fn neighbours_of_neighbours_are_a_chain() {
    // E04
    with_lives!(|conn, Row, rows, versions| {
        let third = versions[0]
            .next(conn)
            .unwrap()
            .unwrap()
            .next(conn)
            .unwrap()
            .unwrap();
        assert_eq!(third.name, "c");
        let first = third.previous(conn).unwrap().unwrap();
        let first = first.previous(conn).unwrap().unwrap();
        assert_eq!(first.name, "a");
    });
}

#[test]
fn the_index_counts_the_versions_before() {
    // E06
    with_lives!(|conn, Row, rows, versions| {
        for (index, version) in (0..).zip(&versions) {
            assert_eq!(version.index(conn).unwrap(), index);
        }
    });
}

#[test]
fn a_row_knows_the_ends_of_its_history_and_how_long_it_is() {
    // E18
    with_lives!(|conn, Row, rows, versions| {
        let row: Row = rows::table
            .find(1)
            .select(Row::as_select())
            .first(conn)
            .unwrap();
        assert_eq!(row.count_versions(conn).unwrap(), 5);
        assert_eq!(row.first_version(conn).unwrap().unwrap().name, "a");
        assert_eq!(row.latest_version(conn).unwrap().unwrap().name, "d");
        let never_stored = Row { id: 3, ..row };
        assert_eq!(never_stored.count_versions(conn).unwrap(), 0);
        assert!(never_stored.first_version(conn).unwrap().is_none());
        assert!(never_stored.latest_version(conn).unwrap().is_none());
    });
}

#[test]
fn rows_with_composite_keys_are_told_apart() {
    // A07
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    transaction(
        conn,
        &[
            "INSERT INTO articles (id, name) VALUES (1, 'a'), (2, 'b')",
            "INSERT INTO tags (id, name) VALUES (1, 'x'), (2, 'y')",
            "INSERT INTO article_tags (article_id, tag_id) VALUES (1, 1), (1, 2), (2, 1)",
        ],
    );
    transaction(conn, &["DELETE FROM article_tags WHERE tag_id = 1"]);
    let link = ArticleTag {
        article_id: 1,
        tag_id: 1,
    };
    assert_eq!(link.count_versions(conn).unwrap(), 2);
    let last: ArticleTagVersion = link.latest_version(conn).unwrap().unwrap();
    assert_eq!(last.operation_type, Operation::Delete);
    assert_eq!((last.article_id, last.tag_id), (1, 1));
    assert_eq!(last.index(conn).unwrap(), 1);
    assert!(last.next(conn).unwrap().is_none());
}
