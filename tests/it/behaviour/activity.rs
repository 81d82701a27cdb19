//! What was done besides changing rows.

mod keys;

use super::{Conn, database, log};
use crate::support::articles as blog;
use crate::support::articles::models::{Article, ArticleTag, ArticleVersion, Tag, TagVersion};
use crate::support::articles::schema::{article_tags, articles, tags};
use crate::support::database::{Database, Engine};
use crate::support::sound::assert_sound;
use crate::support::watch::statements;
use continuum_core::prelude::*;
use continuum_core::{
    Activity, HistoryError, NewActivity, continuum_activity, continuum_transaction,
};
use continuum_schema::Dialect;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use serde_json::json;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// An article, and a tag of it.
fn set_up(db: &Database<Conn>) -> (Conn, Article, Tag) {
    let mut conn = blog::set_up(db);
    conn.batch_execute(
        "INSERT INTO articles (id, name) VALUES (1, 'draft'), (2, 'other');
         INSERT INTO tags (id, name, article_id) VALUES (1, 'news', 1)",
    )
    .unwrap();
    let article = articles::table.find(1).first(&mut conn).unwrap();
    let tag = tags::table.find(1).first(&mut conn).unwrap();
    (conn, article, tag)
}

fn activities(conn: &mut Conn) -> Vec<Activity> {
    continuum_activity::table
        .order(continuum_activity::id)
        .select(Activity::as_select())
        .load(conn)
        .unwrap()
}

fn rename(conn: &mut Conn, article: &Article, name: &str) -> QueryResult<usize> {
    diesel::update(article)
        .set(articles::name.eq(name))
        .execute(conn)
}

#[test]
fn an_activity_has_its_object_and_target_as_they_were_then() {
    // M09
    let Some(db) = database() else { return };
    let (mut conn, article, tag) = set_up(&db);
    let conn = &mut conn;
    let alice = ChangeInfo::new().actor("alice");
    conn.versioned_transaction(alice, |conn| {
        rename(conn, &article, "published")?;
        NewActivity::new("tagged")
            .object(&article)
            .target(&tag)
            .data(json!({"from": "the web", "it's": "\"quoted\" \\ 'too'"}))
            .record(conn)
    })
    .unwrap();
    rename(conn, &article, "later").unwrap();
    diesel::delete(&tag).execute(conn).unwrap();

    let recorded = activities(conn);
    assert_eq!(recorded.len(), 1);
    assert_eq!(recorded[0].verb, "tagged");
    assert_eq!(recorded[0].object_table.as_deref(), Some("articles"));
    assert_eq!(recorded[0].object_key.as_deref(), Some("[1]"));
    assert_eq!(
        recorded[0].data,
        Some(json!({"from": "the web", "it's": "\"quoted\" \\ 'too'"}))
    );
    let objects = Activity::objects::<Article, _>(&recorded, conn).unwrap();
    let targets = Activity::targets::<Tag, _>(&recorded, conn).unwrap();
    let name = |object: &Option<ArticleVersion>| object.as_ref().map(|it| it.name.clone());
    assert_eq!(name(&objects[0]).as_deref(), Some("published"));
    let target: &TagVersion = targets[0].as_ref().unwrap();
    assert_eq!(target.name.as_deref(), Some("news"));
    assert_ne!(target.transaction_id, recorded[0].transaction_id);
}

#[test]
fn an_activity_outlives_what_it_is_about() {
    // M09
    let Some(db) = database() else { return };
    let (mut conn, article, _) = set_up(&db);
    let conn = &mut conn;
    NewActivity::new("read")
        .object(&article)
        .record(conn)
        .unwrap();
    diesel::delete(&article).execute(conn).unwrap();
    NewActivity::new("missed")
        .object(&article)
        .record(conn)
        .unwrap();

    let about: Vec<Activity> = continuum_activity::table
        .filter(Activity::about(&article))
        .order(continuum_activity::id)
        .select(Activity::as_select())
        .load(conn)
        .unwrap();
    assert_eq!(about.len(), 2);
    let objects = Activity::objects::<Article, _>(&about, conn).unwrap();
    let operations: Vec<_> = objects
        .iter()
        .map(|object| object.as_ref().unwrap().operation_type)
        .collect();
    assert_eq!(operations, [Operation::Insert, Operation::Delete]);
}

#[test]
fn all_activity_about_a_row_is_that_of_which_it_is_object_or_target() {
    // M10
    let Some(db) = database() else { return };
    let (mut conn, article, tag) = set_up(&db);
    let conn = &mut conn;
    let other: Article = articles::table.find(2).first(conn).unwrap();
    NewActivity::new("as object")
        .object(&article)
        .record(conn)
        .unwrap();
    NewActivity::new("as target")
        .object(&tag)
        .target(&article)
        .record(conn)
        .unwrap();
    // The same key in another table, and another key in the same one.
    NewActivity::new("tag alone")
        .object(&tag)
        .record(conn)
        .unwrap();
    NewActivity::new("other")
        .object(&other)
        .record(conn)
        .unwrap();
    NewActivity::new("nothing").record(conn).unwrap();

    let verbs: Vec<String> = continuum_activity::table
        .filter(Activity::about(&article))
        .order(continuum_activity::id)
        .select(continuum_activity::verb)
        .load(conn)
        .unwrap();
    assert_eq!(verbs, ["as object", "as target"]);

    let recorded = activities(conn);
    let objects = Activity::objects::<Article, _>(&recorded, conn).unwrap();
    let ids: Vec<_> = objects
        .iter()
        .map(|it| it.as_ref().map(|it| it.id))
        .collect();
    assert_eq!(ids, [Some(1), None, None, Some(2), None]);
}

#[test]
fn what_many_activities_are_about_is_one_query() {
    let Some(db) = database() else { return };
    let (mut conn, article, tag) = set_up(&db);
    let conn = &mut conn;
    for name in ["b", "c", "d", "e"] {
        rename(conn, &article, name).unwrap();
        let read = NewActivity::new("read").object(&article).target(&tag);
        read.record(conn).unwrap();
    }
    let recorded = activities(conn);
    let mut names = Vec::new();
    let seen = statements(conn, |conn| {
        let objects = Activity::objects::<Article, _>(&recorded, conn).unwrap();
        names = objects.into_iter().map(|it| it.unwrap().name).collect();
    });
    assert_eq!(
        (seen, names),
        (1, ["b", "c", "d", "e"].map(str::to_owned).to_vec())
    );
}

#[test]
fn any_key_will_do() {
    let Some(db) = database() else { return };
    let (mut conn, ..) = set_up(&db);
    let conn = &mut conn;
    let link = ArticleTag {
        article_id: 1,
        tag_id: 1,
    };
    diesel::insert_into(article_tags::table)
        .values(&link)
        .execute(conn)
        .unwrap();
    NewActivity::new("linked")
        .object(&link)
        .record(conn)
        .unwrap();
    let recorded: Vec<Activity> = continuum_activity::table
        .filter(Activity::about(&link))
        .select(Activity::as_select())
        .load(conn)
        .unwrap();
    let objects = Activity::objects::<ArticleTag, _>(&recorded, conn).unwrap();
    assert_eq!(
        objects[0].as_ref().map(|it| (it.article_id, it.tag_id)),
        Some((1, 1))
    );
}

#[test]
fn an_activity_about_a_row_that_was_never_stored_is_refused() {
    // M11
    let Some(db) = database() else { return };
    let (mut conn, article, tag) = set_up(&db);
    let conn = &mut conn;
    let never_stored = Article { id: 7, ..article };
    let refused = HistoryError::NeverStored {
        table: "articles".to_owned(),
    };
    let object = NewActivity::new("read").object(&never_stored).record(conn);
    assert_eq!(object, Err(refused));
    let target = NewActivity::new("read")
        .object(&tag)
        .target(&never_stored)
        .record(conn);
    assert_eq!(
        target.unwrap_err().to_string(),
        "articles: the row has no version yet, so nothing can point to it; store it first"
    );
    assert_eq!(activities(conn), []);
}

#[test]
fn it_belongs_to_the_transaction_of_the_changes_around_it() {
    let Some(db) = database() else { return };
    let (mut conn, article, _) = set_up(&db);
    let conn = &mut conn;
    let before = log(conn).len();
    conn.versioned_transaction(ChangeInfo::new().actor("alice"), |conn| {
        NewActivity::new("opened").object(&article).record(conn)?;
        rename(conn, &article, "b")?;
        NewActivity::new("closed").object(&article).record(conn)
    })
    .unwrap();
    assert_eq!(log(conn).len(), before + 1);
    let who: Vec<(String, Option<String>)> = continuum_activity::table
        .inner_join(continuum_transaction::table)
        .order(continuum_activity::id)
        .select((continuum_activity::verb, continuum_transaction::actor))
        .load(conn)
        .unwrap();
    let alice = Some("alice".to_owned());
    assert_eq!(
        who,
        [
            ("opened".to_owned(), alice.clone()),
            ("closed".to_owned(), alice)
        ]
    );
    let newest = article
        .latest_version(conn)
        .unwrap()
        .unwrap()
        .transaction_id;
    let recorded = activities(conn);
    assert!(recorded.iter().all(|it| it.transaction_id == newest));
    assert_ne!(recorded[0].object_transaction_id, Some(newest));
    assert_eq!(recorded[1].object_transaction_id, Some(newest));
}

#[test]
fn its_transaction_stays_in_the_log_where_the_changes_cancel_out() {
    let Some(db) = database() else { return };
    let (mut conn, article, _) = set_up(&db);
    let conn = &mut conn;
    conn.versioned_transaction(ChangeInfo::new().actor("alice"), |conn| {
        NewActivity::new("tried").object(&article).record(conn)?;
        rename(conn, &article, "b")?;
        rename(conn, &article, &article.name)?;
        Ok::<_, HistoryError>(())
    })
    .unwrap();
    let recorded = activities(conn);
    let records = log(conn);
    let last = records.last().unwrap();
    assert_eq!(last.actor.as_deref(), Some("alice"));
    assert_eq!(recorded[0].transaction_id, last.id);
    assert_eq!(article.count_versions(conn), Ok(1));
}

#[test]
fn it_is_rolled_back_with_its_transaction() {
    let Some(db) = database() else { return };
    let (mut conn, article, _) = set_up(&db);
    let conn = &mut conn;
    let before = log(conn).len();
    let tried = conn.versioned_transaction(ChangeInfo::new(), |conn| {
        NewActivity::new("tried").object(&article).record(conn)?;
        Err::<(), _>(HistoryError::from(
            diesel::result::Error::RollbackTransaction,
        ))
    });
    assert!(tried.is_err());
    assert_eq!(activities(conn), []);
    assert_eq!(log(conn).len(), before);
}

#[test]
fn it_follows_its_transaction_to_another_id() {
    if Conn::DIALECT == Dialect::Sqlite {
        // One writer at a time: the ids are in order as they are.
        return;
    }
    let Some(db) = database() else { return };
    let (mut conn, article, _) = set_up(&db);
    let conn = &mut conn;
    let mut other_conn = db.connect();
    let (begin, begun) = mpsc::channel();
    let (end, ended) = mpsc::channel();
    let other: Article = articles::table.find(2).first(conn).unwrap();
    thread::scope(|scope| {
        let other = &other;
        scope.spawn(move || {
            begun.recv().unwrap();
            rename(&mut other_conn, other, "theirs").unwrap();
            end.send(()).unwrap();
        });
        conn.versioned_transaction(ChangeInfo::new(), |conn| {
            rename(conn, &article, "ours")?;
            NewActivity::new("renamed")
                .object(&article)
                .target(other)
                .record(conn)?;
            begin.send(()).unwrap();
            ended.recv_timeout(Duration::from_secs(30)).unwrap();
            rename(conn, other, "ours")?;
            Ok::<_, HistoryError>(())
        })
        .unwrap();
    });
    let newest = other.latest_version(conn).unwrap().unwrap().transaction_id;
    let recorded = activities(conn);
    assert_eq!(recorded[0].transaction_id, newest);
    let objects = Activity::objects::<Article, _>(&recorded, conn).unwrap();
    assert_eq!(objects[0].as_ref().unwrap().name, "ours");
    let targets = Activity::targets::<Article, _>(&recorded, conn).unwrap();
    assert_eq!(targets[0].as_ref().unwrap().name, "other");
    assert_sound(conn);
}
