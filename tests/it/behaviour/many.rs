//! Many rows, and many versions, at once: in a constant number of statements, and with the same
//! answers as one by one.

use super::{Conn, database, transaction};
use crate::support::articles as blog;
use crate::support::articles::models::{ArticleTag, ArticleTagVersion};
use crate::support::articles::schema::{article_tags, article_tags_version};
use crate::support::strategies::{self, KEPT, on_each_strategy};
use crate::support::watch::statements;
use continuum_core::prelude::*;
use diesel::prelude::*;

/// On the table of each strategy: rows of lives of different lengths, that go and come back, and one
/// that was never stored; all versions, by row.
macro_rules! with_lives {
    (|$conn:ident, $Row:ident, $rows_version:ident, $all:ident, $versions:ident| $body:block) => {
        let Some(db) = database() else { return };
        let $conn: &mut Conn = &mut strategies::set_up(&db);
        let mut tables = KEPT.into_iter();
        on_each_strategy!(|$Row, RowVersion, rows, $rows_version| {
            let table = tables.next().unwrap().table;
            transaction(
                $conn,
                &[
                    "INSERT INTO {t} (id, name) VALUES (1, 'a'), (2, 'b'), (3, 'c'), (9, 'never')"
                        .replace("{t}", table),
                ],
            );
            let $all: Vec<$Row> = rows::table
                .order(rows::id.desc())
                .select($Row::as_select())
                .load($conn)
                .unwrap();
            for statement in [
                "UPDATE {t} SET name = 'x', content = 'y' WHERE id < 3",
                "DELETE FROM {t} WHERE id = 1",
                "UPDATE {t} SET secret = 's' WHERE id = 2",
                "INSERT INTO {t} (id, name) VALUES (1, 'again')",
                "UPDATE {t} SET content = NULL WHERE id < 3",
                "DELETE FROM {t} WHERE id = 2",
            ] {
                transaction($conn, &[statement.replace("{t}", table)]);
            }
            diesel::delete($rows_version::table.filter($rows_version::id.eq(9)))
                .execute($conn)
                .unwrap();
            let $versions: Vec<RowVersion> = $rows_version::table
                .order(($rows_version::id, $rows_version::transaction_id))
                .select(RowVersion::as_select())
                .load($conn)
                .unwrap();
            assert_eq!($versions.len(), 4 + 5 + 1);
            $body
        });
    };
}

/// What the closure returns, which takes this many statements.
fn counted<T>(expected: usize, conn: &mut Conn, run: impl FnOnce(&mut Conn) -> T) -> T {
    let mut answer = None;
    let seen = statements(conn, |conn| answer = Some(run(conn)));
    assert_eq!(seen, expected);
    answer.unwrap()
}

#[test]
fn the_versions_of_many_rows_are_a_query_and_grouped_by_row() {
    with_lives!(|conn, Row, rows_version, all, versions| {
        let grouped = counted(1, conn, |conn| {
            let versions: Vec<_> = Row::versions_of(&all).load(conn).unwrap();
            versions.grouped_by_key(&all)
        });
        assert_eq!(grouped.len(), all.len());
        for (row, of_row) in all.iter().zip(&grouped) {
            assert_eq!(*of_row, row.versions().load(conn).unwrap());
        }
        let deleted = counted(1, conn, |conn| {
            let deleted = rows_version::operation_type.eq(Operation::Delete);
            let deleted: Vec<_> = Row::versions_of(&all).filter(deleted).load(conn).unwrap();
            deleted.grouped_by_key(&all)
        });
        let lengths: Vec<usize> = deleted.iter().map(Vec::len).collect();
        assert_eq!(lengths, [0, 0, 1, 1]);
        let none: Vec<_> = Row::versions_of(&[]).load(conn).unwrap();
        assert!(none.is_empty());
    });
}

#[test]
#[should_panic(expected = "of none of the rows")]
fn versions_of_other_rows_are_not_lost_in_the_grouping() {
    let Some(db) = database() else {
        panic!("of none of the rows: there is no database");
    };
    let conn: &mut Conn = &mut strategies::set_up(&db);
    on_each_strategy!(|Row, RowVersion, rows, rows_version| {
        diesel::insert_into(rows::table)
            .values((rows::id.eq(1), rows::name.eq("a")))
            .execute(conn)
            .unwrap();
        let all: Vec<Row> = rows::table.select(Row::as_select()).load(conn).unwrap();
        let versions: Vec<RowVersion> = Row::versions_of(&all).load(conn).unwrap();
        versions.grouped_by_key::<Row>(&[]);
    });
}

#[test]
fn the_ends_and_the_lengths_of_many_histories_are_one_query_each() {
    with_lives!(|conn, Row, rows_version, all, versions| {
        let first = counted(1, conn, |conn| Row::first_version_of(&all, conn).unwrap());
        let latest = counted(1, conn, |conn| Row::latest_version_of(&all, conn).unwrap());
        let counts = counted(1, conn, |conn| Row::count_versions_of(&all, conn).unwrap());
        assert_eq!(counts, [0, 1, 5, 4]);
        for (index, row) in all.iter().enumerate() {
            assert_eq!(first[index], row.first_version(conn).unwrap());
            assert_eq!(latest[index], row.latest_version(conn).unwrap());
            assert_eq!(counts[index], row.count_versions(conn).unwrap());
        }
        counted(0, conn, |conn| {
            assert_eq!(Row::first_version_of(&[], conn).unwrap(), []);
            assert!(Row::count_versions_of(&[], conn).unwrap().is_empty());
        });
    });
}

#[test]
fn the_neighbours_and_the_changesets_of_every_page_are_those_of_each_version() {
    with_lives!(|conn, Row, rows_version, _all, versions| {
        type Version = <Row as Versioned>::Version;
        for size in 1..=versions.len() {
            for page in versions.chunks(size) {
                let before = counted(1, conn, |conn| Version::previous_of(page, conn).unwrap());
                let after = counted(1, conn, |conn| Version::next_of(page, conn).unwrap());
                let places = counted(1, conn, |conn| Version::index_of(page, conn).unwrap());
                let changesets = counted(2, conn, |conn| Version::changesets(page, conn).unwrap());
                assert_eq!(changesets.len(), page.len());
                for (index, version) in page.iter().enumerate() {
                    assert_eq!(before[index], version.previous(conn).unwrap());
                    assert_eq!(after[index], version.next(conn).unwrap());
                    assert_eq!(places[index], version.index(conn).unwrap());
                    assert_eq!(changesets[index], version.changeset(conn).unwrap());
                }
            }
        }
        let came_back = &versions[3];
        assert_eq!(came_back.operation_type, Operation::Insert);
        let page = [came_back.clone(), versions[2].clone(), came_back.clone()];
        let changesets = Version::changesets(&page, conn).unwrap();
        assert_eq!(
            (&changesets[0].old, changesets[0].new),
            (&None, Some(came_back))
        );
        let name = changesets[1].get(rows_version::name).unwrap();
        assert_eq!((name.old.unwrap().as_str(), name.new), ("x", None));
        assert_eq!(changesets[2], changesets[0]);
    });
}

#[test]
fn a_version_that_is_gone_has_no_changeset_among_others() {
    with_lives!(|conn, Row, rows_version, _all, versions| {
        let gone = rows_version::id.eq(3);
        diesel::delete(rows_version::table.filter(gone))
            .execute(conn)
            .unwrap();
        let changesets = <Row as Versioned>::Version::changesets(&versions, conn);
        assert_eq!(changesets.unwrap_err(), diesel::result::Error::NotFound);
    });
}

#[test]
fn rows_with_composite_keys_are_asked_for_together() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    transaction(
        conn,
        &[
            "INSERT INTO articles (id, name) VALUES (1, 'a'), (2, 'b')",
            "INSERT INTO tags (id, name) VALUES (1, 'x'), (2, 'y')",
            "INSERT INTO article_tags VALUES (1, 1), (1, 2), (2, 1)",
        ],
    );
    transaction(conn, &["DELETE FROM article_tags WHERE tag_id = 2"]);
    transaction(conn, &["INSERT INTO article_tags VALUES (1, 2), (2, 2)"]);
    let links: Vec<ArticleTag> = article_tags::table
        .filter(article_tags::tag_id.eq(2))
        .order(article_tags::article_id)
        .select(ArticleTag::as_select())
        .load(conn)
        .unwrap();
    let keys = |of: &[ArticleTagVersion]| -> Vec<(i32, i32, Operation)> {
        let key = |it: &ArticleTagVersion| (it.article_id, it.tag_id, it.operation_type);
        of.iter().map(key).collect()
    };
    let grouped = counted(1, conn, |conn| {
        let versions: Vec<_> = ArticleTag::versions_of(&links).load(conn).unwrap();
        versions.grouped_by_key(&links)
    });
    use Operation::{Delete, Insert};
    assert_eq!(
        keys(&grouped[0]),
        [(1, 2, Insert), (1, 2, Delete), (1, 2, Insert)]
    );
    assert_eq!(keys(&grouped[1]), [(2, 2, Insert)]);
    let filtered: Vec<ArticleTagVersion> = ArticleTag::versions_of(&links)
        .filter(article_tags_version::operation_type.eq(Delete))
        .load(conn)
        .unwrap();
    assert_eq!(keys(&filtered), [(1, 2, Delete)]);
    assert_eq!(ArticleTag::versions_of(&[]).load(conn).unwrap().len(), 0);
    assert_eq!(ArticleTag::count_versions_of(&links, conn).unwrap(), [3, 1]);
    let latest = ArticleTag::latest_version_of(&links, conn).unwrap();
    assert_eq!(latest[1].as_ref().map(|it| it.article_id), Some(2));
    let changesets = ArticleTagVersion::changesets(&grouped[0], conn).unwrap();
    assert!(changesets[1].new.is_none() && changesets[2].old.is_none());
}

#[test]
fn a_thousand_rows_are_asked_for_together() {
    const ROWS: i32 = 1100;
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    conn.versioned_transaction(ChangeInfo::new(), |conn| {
        use crate::support::articles::schema::{articles, tags};
        let ids = 1..=ROWS;
        let named: Vec<_> = ids
            .clone()
            .map(|id| (articles::id.eq(id), articles::name.eq("a")))
            .collect();
        diesel::insert_into(articles::table)
            .values(named)
            .execute(conn)?;
        diesel::insert_into(tags::table)
            .values(tags::id.eq(1))
            .execute(conn)?;
        let links: Vec<_> = ids
            .map(|id| (article_tags::article_id.eq(id), article_tags::tag_id.eq(1)))
            .collect();
        diesel::insert_into(article_tags::table)
            .values(links)
            .execute(conn)
    })
    .unwrap();
    let links: Vec<ArticleTag> = article_tags::table
        .select(ArticleTag::as_select())
        .load(conn)
        .unwrap();
    let versions: Vec<_> = ArticleTag::versions_of(&links).load(conn).unwrap();
    assert_eq!(versions.len(), ROWS as usize);
    let changesets = ArticleTagVersion::changesets(&versions, conn).unwrap();
    assert!(
        changesets
            .iter()
            .all(|it| it.changes.get("article_id").is_some())
    );
    let grouped = versions.grouped_by_key(&links);
    assert!(grouped.iter().all(|of_link| of_link.len() == 1));
    let counts = ArticleTag::count_versions_of(&links, conn).unwrap();
    assert!(counts.into_iter().all(|count| count == 1));
}
