//! Bringing a row back to what a version says.

use super::{Conn, database, log, transaction};
use crate::support::articles as blog;
use crate::support::articles::models::{ArticleTag, ArticleTagVersion, Tag, TagVersion};
use crate::support::articles::schema::tags;
use crate::support::database::Engine;
use crate::support::history::{count, story};
use crate::support::kept::{STRATEGIES, keep};
use crate::support::sound::assert_sound;
use crate::support::strategies::{self, KEPT, on_each_strategy};
use continuum_core::prelude::*;
use continuum_core::{HistoryError, Reason};
use continuum_schema::Dialect;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use serde_json::json;

/// On the table of each strategy: rows 1 and 2, then these changes (`{t}` is the table), then the
/// block, with all versions of row 1.
macro_rules! after {
    (
        $changes:expr,
        |$conn:ident, $kept:ident, $Row:ident, $rows:ident, $versions:ident| $body:block
    ) => {
        let Some(db) = database() else { return };
        let $conn: &mut Conn = &mut strategies::set_up(&db);
        let mut tables = KEPT.into_iter();
        on_each_strategy!(|$Row, RowVersion, $rows, rows_version| {
            let $kept = tables.next().unwrap();
            let changes: &[&str] = $changes;
            let setting = "INSERT INTO {t} VALUES (1, 'a', 'b', 1, 's'), (2, 'a', NULL, 1, NULL)";
            for change in [&[setting], changes].concat() {
                transaction($conn, &[change.replace("{t}", $kept.table)]);
            }
            let $versions: Vec<RowVersion> = rows_version::table
                .filter(rows_version::id.eq(1))
                .order(rows_version::transaction_id)
                .select(RowVersion::as_select())
                .load($conn)
                .unwrap();
            $body
            assert_sound($conn);
        });
    };
}

const UPDATE: &str =
    "UPDATE {t} SET name = 'x', content = NULL, views = 2, secret = 't' WHERE id = 1";
const DELETE: &str = "DELETE FROM {t} WHERE id = 1";

#[test]
fn a_row_becomes_what_it_was_at_the_version() {
    // H01
    after!(&[UPDATE], |conn, kept, Row, rows, versions| {
        versions[0].revert(conn).unwrap();
        let live: Row = rows::table.find(1).first(conn).unwrap();
        assert_eq!(
            (live.name.as_str(), live.content.as_deref()),
            ("a", Some("b"))
        );
        versions[1].revert(conn).unwrap();
        let live: Row = rows::table.find(1).first(conn).unwrap();
        assert_eq!((live.name.as_str(), live.content.as_deref()), ("x", None));
    });
}

#[test]
fn a_revert_goes_on_with_the_history() {
    // H02
    after!(&[UPDATE], |conn, kept, Row, rows, versions| {
        let bob = ChangeInfo::new().actor("bob").reason("vandalism");
        conn.versioned_transaction(bob, |conn| versions[0].revert(conn))
            .unwrap();
        assert_eq!(
            story(conn, kept.version_table, &["name", "content"], "id = 1"),
            ["insert a, b", "update x, NULL", "update a, b"]
        );
        let record = log(conn).pop().unwrap();
        assert_eq!(record.actor.as_deref(), Some("bob"));
        assert_eq!(record.reason.as_deref(), Some("vandalism"));
        let reverts_to = json!({"reverts_to": versions[0].transaction_id});
        assert_eq!(record.meta, Some(reverts_to));
        // As a transaction of its own as well.
        versions[1].revert(conn).unwrap();
        let record = log(conn).pop().unwrap();
        let reverts_to = json!({"reverts_to": versions[1].transaction_id});
        assert_eq!((record.actor, record.meta), (None, Some(reverts_to)));
    });
}

#[test]
fn a_deleted_row_is_inserted_again() {
    // H03
    after!(&[UPDATE, DELETE], |conn, kept, Row, rows, versions| {
        versions[0].revert(conn).unwrap();
        let live: Row = rows::table.find(1).first(conn).unwrap();
        // What the history does not keep is what a new row has.
        let again = Row {
            id: 1,
            name: "a".into(),
            content: Some("b".into()),
            views: 0,
            secret: None,
        };
        assert_eq!(live, again);
        assert_eq!(
            story(conn, kept.version_table, &["name", "content"], "id = 1"),
            [
                "insert a, b",
                "update x, NULL",
                "delete x, NULL",
                "insert a, b"
            ]
        );
    });
}

#[test]
fn a_row_is_deleted_again_by_the_version_of_its_deletion() {
    // H04
    let again = "INSERT INTO {t} (id, name) VALUES (1, 'again')";
    after!(&[DELETE, again], |conn, kept, Row, rows, versions| {
        versions[1].revert(conn).unwrap();
        let live: Option<Row> = rows::table.find(1).first(conn).optional().unwrap();
        assert_eq!(live, None);
        assert_eq!(
            story(conn, kept.version_table, &["name"], "id = 1"),
            ["insert a", "delete a", "insert again", "delete again"]
        );
        // The other row is as it was.
        assert_eq!(count(conn, kept.table), 1);
    });
}

#[test]
fn a_row_that_is_what_the_version_says_leaves_nothing() {
    // H06
    after!(&[UPDATE], |conn, kept, Row, rows, versions| {
        let recorded = log(conn);
        versions[1].revert(conn).unwrap();
        conn.versioned_transaction(ChangeInfo::new().actor("bob"), |conn| {
            versions[1].revert(conn)
        })
        .unwrap();
        assert_eq!(log(conn), recorded);
        assert_eq!(count(conn, kept.version_table), 3);
    });
    after!(&[DELETE], |conn, kept, Row, rows, versions| {
        let recorded = log(conn);
        versions[1].revert(conn).unwrap();
        assert_eq!(log(conn), recorded);
        assert_eq!(count(conn, kept.version_table), 3);
    });
}

#[test]
fn a_revert_that_is_undone_in_the_same_transaction_leaves_nothing() {
    // B10
    after!(&[UPDATE], |conn, kept, Row, rows, versions| {
        let recorded = log(conn);
        conn.versioned_transaction(ChangeInfo::new(), |conn| {
            versions[0].revert(conn)?;
            versions[1].revert(conn)
        })
        .unwrap();
        assert_eq!(log(conn), recorded);
    });
}

#[test]
fn what_the_history_does_not_keep_stays_as_it_is() {
    // H07
    after!(&[UPDATE], |conn, kept, Row, rows, versions| {
        versions[0].revert(conn).unwrap();
        let live: Row = rows::table.find(1).first(conn).unwrap();
        assert_eq!((live.views, live.secret.as_deref()), (2, Some("t")));
        let flag = "CASE WHEN secret_mod THEN 'secret' END";
        assert_eq!(
            story(conn, kept.version_table, &["name", flag], "id = 1"),
            ["insert a, secret", "update x, secret", "update a, NULL"]
        );
    });
}

#[test]
fn other_rows_stay_as_they_are() {
    after!(
        &["UPDATE {t} SET name = 'x'"],
        |conn, kept, Row, rows, versions| {
            versions[0].revert(conn).unwrap();
            let names: Vec<String> = rows::table
                .order(rows::id)
                .select(rows::name)
                .load(conn)
                .unwrap();
            assert_eq!(names, ["a", "x"]);
        }
    );
}

#[test]
fn a_row_that_has_another_key_since_is_there_twice_then() {
    // A14
    after!(
        &["UPDATE {t} SET id = 5 WHERE id = 1"],
        |conn, kept, Row, rows, versions| {
            versions[0].revert(conn).unwrap();
            let ids: Vec<i32> = rows::table
                .order(rows::id)
                .select(rows::id)
                .load(conn)
                .unwrap();
            assert_eq!(ids, [1, 2, 5]);
        }
    );
}

#[test]
fn a_version_that_is_gone_is_not_found() {
    after!(&[UPDATE, DELETE], |conn, kept, Row, rows, versions| {
        let mut gone = versions[0].clone();
        let transaction_id = versions[0].transaction_id + 1_000_000;
        gone.transaction_id = transaction_id;
        assert_eq!(
            gone.revert(conn),
            Err(HistoryError::NoVersion { transaction_id })
        );
        assert_eq!(count(conn, kept.table), 1);
    });
}

#[test]
fn what_the_database_refuses_leaves_the_row_as_it_was() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    transaction(
        conn,
        &["INSERT INTO articles (id, name) VALUES (1, 'a'), (2, 'b')"],
    );
    transaction(conn, &["INSERT INTO tags VALUES (1, 't', 1)"]);
    transaction(conn, &["UPDATE tags SET name = 'u', article_id = 2"]);
    transaction(conn, &["DELETE FROM articles WHERE id = 1"]);
    let tag: Tag = tags::table.find(1).first(conn).unwrap();
    let versions: Vec<TagVersion> = tag.versions().load(conn).unwrap();
    let recorded = log(conn);
    let Err(HistoryError::Obstacles(obstacles)) = versions[0].revert(conn) else {
        panic!("refused")
    };
    let reason = Reason::NoTarget {
        columns: vec!["article_id".to_owned()],
        target: "articles".to_owned(),
    };
    assert_eq!(obstacles.len(), 1);
    assert_eq!(obstacles[0].reason, reason);
    assert_eq!(tags::table.find(1).first::<Tag>(conn), Ok(tag));
    assert_eq!(log(conn), recorded);
}

mod notes {
    continuum_core::version_tables! {
        diesel::table! { notes (id) { id -> Integer, page_id -> Nullable<Integer> } }
    }

    #[derive(diesel::Queryable, diesel::Selectable, continuum_core::Versioned)]
    #[diesel(table_name = notes)]
    #[allow(dead_code)]
    pub struct Note {
        pub id: i32,
        pub page_id: Option<i32>,
    }
}

#[test]
fn a_row_that_would_refer_to_nothing_is_told_of_where_the_database_would_notice_later() {
    use notes::{NoteVersion, notes_version};

    let Some(db) = database() else { return };
    let deferred = match Conn::DIALECT {
        // It defers none.
        Dialect::MySql => "",
        _ => "DEFERRABLE INITIALLY DEFERRED",
    };
    let conn: &mut Conn = &mut keep(
        &db,
        &format!(
            "CREATE TABLE pages (id INTEGER NOT NULL PRIMARY KEY);
            CREATE TABLE notes (
                id INTEGER NOT NULL PRIMARY KEY, page_id INTEGER,
                CONSTRAINT of_page FOREIGN KEY (page_id) REFERENCES pages (id) {deferred}
            );
            INSERT INTO pages VALUES (1); INSERT INTO notes VALUES (1, 1);"
        ),
        &[(
            "notes (id) { id -> Integer, page_id -> Nullable<Integer> }",
            "",
        )],
    );
    conn.batch_execute("UPDATE notes SET page_id = NULL; DELETE FROM pages")
        .unwrap();
    let first: NoteVersion = notes_version::table
        .select(NoteVersion::as_select())
        .order(notes_version::transaction_id)
        .first(conn)
        .unwrap();
    let recorded = log(conn);
    let reverted = conn.versioned_transaction(ChangeInfo::new(), |conn| first.revert(conn));
    let Err(HistoryError::Obstacles(obstacles)) = reverted else {
        panic!("{reverted:?}")
    };
    assert!(matches!(obstacles[0].reason, Reason::NoTarget { .. }));
    assert_eq!(log(conn), recorded);
}

#[test]
fn a_row_that_is_all_key_comes_back_and_goes_again() {
    // H03, H04, H06
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    transaction(
        conn,
        &[
            "INSERT INTO articles (id, name) VALUES (1, 'a')",
            "INSERT INTO tags (id) VALUES (1), (2)",
            "INSERT INTO article_tags VALUES (1, 1), (1, 2)",
        ],
    );
    transaction(conn, &["DELETE FROM article_tags WHERE tag_id = 1"]);
    let link = ArticleTag {
        article_id: 1,
        tag_id: 1,
    };
    let versions: Vec<ArticleTagVersion> = link.versions().load(conn).unwrap();
    versions[0].revert(conn).unwrap();
    versions[0].revert(conn).unwrap();
    assert_eq!(count(conn, "article_tags"), 2);
    versions[1].revert(conn).unwrap();
    assert_eq!(count(conn, "article_tags"), 1);
    assert_eq!(
        story(
            conn,
            "article_tags_version",
            &["article_id", "tag_id"],
            "tag_id = 1"
        ),
        ["insert 1, 1", "delete 1, 1", "insert 1, 1", "delete 1, 1"]
    );
}

mod counters {
    continuum_core::version_tables! {
        #[versioned(exclude(views))]
        diesel::table! {
            counters (id) {
                id -> Integer,
                a -> Nullable<Integer>,
                twice -> Nullable<Integer>,
                views -> Integer,
            }
        }
    }

    #[derive(diesel::Queryable, diesel::Selectable, continuum_core::Versioned)]
    #[diesel(table_name = counters)]
    #[versioned(exclude(views))]
    #[allow(dead_code)]
    pub struct Counter {
        pub id: i32,
        pub a: Option<i32>,
        pub views: i32,
    }
}

#[test]
fn columns_that_take_no_value_or_need_one_are_named() {
    use counters::{CounterVersion, counters_version};

    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut keep(
        &db,
        "CREATE TABLE counters (
            id INTEGER NOT NULL PRIMARY KEY, a INTEGER,
            twice INTEGER GENERATED ALWAYS AS (a * 2) STORED, views INTEGER NOT NULL
        );
        INSERT INTO counters (id, a, views) VALUES (1, 1, 0);",
        &[(
            "counters (id) { id -> Integer, a -> Nullable<Integer>, twice -> Nullable<Integer>, \
             views -> Integer }",
            "exclude(views)",
        )],
    );
    let first: CounterVersion = counters_version::table
        .select(CounterVersion::as_select())
        .first(conn)
        .unwrap();
    let reasons = |conn: &mut Conn| match first.revert(conn) {
        Err(HistoryError::Obstacles(obstacles)) => obstacles
            .into_iter()
            .map(|obstacle| obstacle.reason)
            .collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    let generated = Reason::Generated {
        column: "twice".to_owned(),
    };
    conn.batch_execute("UPDATE counters SET a = 2").unwrap();
    assert_eq!(reasons(conn), std::slice::from_ref(&generated));
    conn.batch_execute("DELETE FROM counters").unwrap();
    let no_default = Reason::NoDefault {
        column: "views".to_owned(),
    };
    assert_eq!(reasons(conn), [generated, no_default]);
    assert_eq!(count(conn, "counters"), 0);
}

#[test]
fn a_key_that_was_spelled_in_another_way_is_spelled_as_it_was() {
    if Conn::DIALECT == Dialect::Sqlite {
        // A version table has no collation, and this is another key.
        return;
    }
    for options in STRATEGIES {
        let Some(db) = database() else { return };
        let ty = match Conn::DIALECT {
            Dialect::MySql => "VARCHAR(40) COLLATE utf8mb4_general_ci",
            _ => "TEXT COLLATE whatever_case",
        };
        let collation = match Conn::DIALECT {
            Dialect::MySql => "",
            _ => {
                "CREATE COLLATION whatever_case \
                 (provider = icu, locale = 'und-u-ks-level2', deterministic = false);"
            }
        };
        let conn: &mut Conn = &mut keep(
            &db,
            &format!("{collation} CREATE TABLE words (word {ty} NOT NULL PRIMARY KEY)"),
            &[("words (word) { word -> Text }", options)],
        );
        transaction(conn, &["INSERT INTO words VALUES ('ann'), ('bob')"]);
        transaction(conn, &["UPDATE words SET word = 'ANN' WHERE word = 'ann'"]);
        let renamed = log(conn).pop().unwrap();
        renamed.revert(conn).unwrap();
        assert_eq!(
            story(conn, "words_version", &["word"], "word = 'ann'"),
            ["insert ann", "update ANN", "update ann"]
        );
        assert_sound(conn);
    }
}
