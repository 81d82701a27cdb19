//! The row of the log: who, when, why, what else.

use super::{Conn, database, log, transaction};
use crate::support::articles as blog;
use crate::support::articles::schema::{articles, articles_version};
use crate::support::database::Engine;
use crate::support::history::{count, versions};
use crate::support::watch::statements;
use chrono::{TimeDelta, Utc};
use continuum_core::prelude::*;
use continuum_core::{continuum_transaction, meta_text};
use continuum_schema::Dialect;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::result::Error;
use serde_json::json;

fn insert(conn: &mut Conn, id: i32) -> QueryResult<usize> {
    diesel::insert_into(articles::table)
        .values((articles::id.eq(id), articles::name.eq("a")))
        .execute(conn)
}

/// The only record.
fn record(conn: &mut Conn) -> Transaction {
    let mut records = log(conn);
    assert_eq!(records.len(), 1);
    records.remove(0)
}

#[test]
fn all_statements_of_a_transaction_share_one_record() {
    // D01
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    transaction(
        conn,
        &[
            "INSERT INTO articles (id, name) VALUES (1, 'a'), (2, 'b')",
            "INSERT INTO tags (id, name, article_id) VALUES (1, 't', 1)",
            "INSERT INTO article_tags VALUES (1, 1)",
            "UPDATE articles SET name = 'c'",
        ],
    );
    let id = record(conn).id;
    for (table, rows) in [("articles", 2), ("tags", 1), ("article_tags", 1)] {
        let made: Vec<_> = versions(conn, &format!("{table}_version"), &[], "1 = 1")
            .iter()
            .map(|version| version.transaction_id)
            .collect();
        assert_eq!(made, vec![id; rows], "{table}");
    }
}

#[test]
fn what_is_said_at_the_start_is_on_the_record_of_the_changes_that_follow() {
    // D02, D06, D12
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    let info = ChangeInfo::new()
        .actor("alice")
        .remote_addr("192.0.2.7")
        .reason("import");
    conn.versioned_transaction(info, |conn| {
        assert_eq!(count(conn, "articles"), 0);
        insert(conn, 1)?;
        insert(conn, 2)
    })
    .unwrap();
    insert(conn, 3).unwrap();
    let records = log(conn);
    let said: Vec<_> = records
        .iter()
        .map(|t| {
            (
                t.actor.as_deref(),
                t.remote_addr.as_deref(),
                t.reason.as_deref(),
            )
        })
        .collect();
    assert_eq!(
        said,
        [
            (Some("alice"), Some("192.0.2.7"), Some("import")),
            (None, None, None)
        ]
    );
    assert!(records.iter().all(|record| record.meta.is_none()));
}

#[test]
fn a_transaction_that_changes_nothing_versioned_leaves_no_record() {
    // D03, J07, A10, C05
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    conn.batch_execute("CREATE TABLE drafts (id INTEGER PRIMARY KEY)")
        .unwrap();
    let info = || ChangeInfo::new().actor("alice").meta("k", 1);
    conn.versioned_transaction(info(), |_| QueryResult::Ok(()))
        .unwrap();
    conn.versioned_transaction(info(), |conn| {
        articles::table.count().get_result::<i64>(conn)
    })
    .unwrap();
    conn.versioned_transaction(info(), |conn| {
        conn.batch_execute("INSERT INTO drafts VALUES (1)")
    })
    .unwrap();
    conn.versioned_transaction(info(), |conn| {
        insert(conn, 1)?;
        diesel::delete(articles::table.find(1)).execute(conn)
    })
    .unwrap();
    assert_eq!(log(conn), []);
    assert_eq!(count(conn, "articles_version"), 0);
}

#[test]
fn a_transaction_whose_changes_cancel_out_in_one_table_keeps_its_record_for_the_other() {
    // B06
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    transaction(
        conn,
        &[
            "INSERT INTO tags (id) VALUES (1)",
            "INSERT INTO articles (id, name) VALUES (1, 'a')",
            "DELETE FROM articles",
        ],
    );
    transaction(
        conn,
        &[
            "INSERT INTO articles (id, name) VALUES (1, 'a')",
            "DELETE FROM articles",
            "INSERT INTO tags (id) VALUES (2)",
        ],
    );
    let made: Vec<_> = versions(conn, "tags_version", &["id"], "1 = 1")
        .iter()
        .map(|version| version.transaction_id)
        .collect();
    let ids: Vec<_> = log(conn).iter().map(|record| record.id).collect();
    assert_eq!(ids, made);
    assert_eq!(ids.len(), 2);
    assert_eq!(count(conn, "articles_version"), 0);
}

#[test]
fn what_is_said_is_kept_though_the_first_changes_cancel_out() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    conn.versioned_transaction(ChangeInfo::new().actor("alice"), |conn| {
        insert(conn, 1)?;
        diesel::delete(articles::table.find(1)).execute(conn)?;
        insert(conn, 2)
    })
    .unwrap();
    assert_eq!(record(conn).actor.as_deref(), Some("alice"));
}

#[test]
fn a_rollback_leaves_neither_record_nor_versions() {
    // D04
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    let alice = ChangeInfo::new().actor("alice");
    let rolled_back = conn.versioned_transaction(alice, |conn| {
        insert(conn, 1)?;
        QueryResult::<()>::Err(Error::RollbackTransaction)
    });
    assert_eq!(rolled_back, Err(Error::RollbackTransaction));
    assert_eq!(log(conn), []);
    assert_eq!(count(conn, "articles_version"), 0);

    let bob = ChangeInfo::new().reason("again");
    conn.versioned_transaction(bob, |conn| insert(conn, 1))
        .unwrap();
    let record = record(conn);
    assert_eq!(
        (record.actor, record.reason.as_deref()),
        (None, Some("again"))
    );
    assert_eq!(count(conn, "articles_version"), 1);
}

#[test]
fn a_commit_that_fails_leaves_neither_record_nor_versions() {
    // D04
    // MySQL checks every foreign key at once: no commit fails.
    if Conn::DIALECT == Dialect::MySql {
        return;
    }
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    conn.batch_execute(
        "CREATE TABLE drafts (
            id INTEGER PRIMARY KEY,
            article_id INTEGER REFERENCES articles (id) DEFERRABLE INITIALLY DEFERRED
        )",
    )
    .unwrap();
    conn.versioned_transaction(ChangeInfo::new().actor("alice"), |conn| {
        insert(conn, 1)?;
        conn.batch_execute("INSERT INTO drafts VALUES (1, 7)")
    })
    .unwrap_err();
    assert_eq!(log(conn), []);
    assert_eq!(count(conn, "articles_version"), 0);
    insert(conn, 1).unwrap();
    assert_eq!(record(conn).actor, None);
}

#[test]
fn an_actor_is_any_text() {
    // D05
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    let actors = [
        "17",
        "9b2d6b2e-70a5-4b0e-9d5a-3e5b1c1f7a55",
        "Zoë <zoe@example.org>",
        "it's \"her\" \\ {\"actor\": 1} ?1 $1 %s\n\t🦀",
    ];
    for (id, actor) in (1..).zip(actors) {
        conn.versioned_transaction(ChangeInfo::new().actor(actor), |conn| insert(conn, id))
            .unwrap();
    }
    let stored: Vec<_> = log(conn).into_iter().map(|record| record.actor).collect();
    assert_eq!(stored, actors.map(|actor| Some(actor.to_owned())));
}

#[test]
fn an_empty_address_is_an_unknown_one() {
    // D07
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    let info = ChangeInfo::new().actor("").remote_addr("").reason("");
    conn.versioned_transaction(info, |conn| insert(conn, 1))
        .unwrap();
    let record = record(conn);
    assert_eq!(
        (record.actor, record.remote_addr, record.reason),
        (None, None, None)
    );
}

#[test]
fn anything_else_can_be_said_and_found_again() {
    // D11
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    let info = ChangeInfo::new()
        .meta("request", "f3a1")
        .meta("tenant", 7)
        .meta("tenant", 8)
        .meta("trace", json!({"span": [1, 2, null], "ok": true}));
    conn.versioned_transaction(info, |conn| insert(conn, 1))
        .unwrap();
    let said: Option<Transaction> = continuum_transaction::table
        .filter(continuum_transaction::meta.is_not_null())
        .order(continuum_transaction::id.desc())
        .first(&mut db.connect() as &mut Conn)
        .optional()
        .unwrap();
    assert_eq!(
        said.unwrap().meta.unwrap(),
        json!({
            "request": "f3a1",
            "tenant": 8,
            "trace": {"span": [1, 2, null], "ok": true},
        })
    );
}

#[test]
fn the_time_is_in_utc() {
    // D20
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    if Conn::DIALECT == Dialect::Postgres {
        conn.batch_execute("SET TIME ZONE 'Asia/Tokyo'").unwrap();
    }
    if Conn::DIALECT == Dialect::MySql {
        conn.batch_execute("SET time_zone = '+09:00'").unwrap();
    }
    // The log's clock may have milliseconds only.
    let before = Utc::now() - TimeDelta::milliseconds(1);
    insert(conn, 1).unwrap();
    let issued_at = record(conn).issued_at;
    assert!(
        before <= issued_at && issued_at <= Utc::now(),
        "{issued_at}"
    );
}

#[test]
fn records_are_in_the_order_of_the_transactions() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    for id in 1..=3 {
        insert(conn, id).unwrap();
    }
    let records = log(conn);
    assert!(records.is_sorted_by_key(|record| record.issued_at));
    for (id, record) in (1..).zip(records) {
        let made = versions(conn, "articles_version", &[], &format!("id = {id}"));
        assert_eq!(made[0].transaction_id, record.id);
    }
}

#[test]
fn transactions_are_found_by_their_meta_and_joined_to_versions() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    for (id, tenant) in [(1, json!(7)), (2, json!("it's \u{fc}")), (3, json!(null))] {
        let info = ChangeInfo::new().meta("the tenant", tenant);
        conn.versioned_transaction(info, |conn| {
            conn.batch_execute(&format!(
                "INSERT INTO articles (id, name) VALUES ({id}, 'a')"
            ))
        })
        .unwrap();
    }
    for (tenant, ids) in [("7", vec![1]), ("it's \u{fc}", vec![2]), ("8", vec![])] {
        let found: Vec<i32> = articles_version::table
            .inner_join(continuum_transaction::table)
            .filter(meta_text("the tenant").eq(tenant))
            .select(articles_version::id)
            .load(conn)
            .unwrap();
        assert_eq!(found, ids);
    }
    let unsaid: i64 = continuum_transaction::table
        .filter(meta_text("the tenant").is_null())
        .filter(continuum_transaction::reason.is_null())
        .count()
        .get_result(conn)
        .unwrap();
    assert_eq!(unsaid, 1);
}

#[test]
fn transactions_are_listed_by_time_actor_and_table_in_one_query() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    for (actor, statement) in [
        ("alice", "INSERT INTO articles (id, name) VALUES (1, 'a')"),
        ("alice", "INSERT INTO tags (id) VALUES (1)"),
        ("bob", "UPDATE articles SET name = 'b'"),
        ("alice", "DELETE FROM articles"),
    ] {
        // SQLite's clock has milliseconds.
        std::thread::sleep(std::time::Duration::from_millis(3));
        let info = ChangeInfo::new().actor(actor);
        conn.versioned_transaction(info, |conn| conn.batch_execute(statement))
            .unwrap();
    }
    let records = log(conn);
    // SQLite compares texts, of as many digits as there are.
    let (around, at) = (TimeDelta::milliseconds(1), |index: usize| {
        records[index].issued_at.naive_utc()
    });
    let mut listed = |actors: &[&str], from: usize, to: usize| -> Vec<usize> {
        let mut found: Vec<Transaction> = Vec::new();
        let seen = statements(conn, |conn| {
            found = continuum_transaction::table
                .filter(
                    continuum_transaction::issued_at.between(at(from) - around, at(to) + around),
                )
                .filter(continuum_transaction::actor.eq_any(actors))
                .filter(
                    continuum_transaction::id
                        .eq_any(articles_version::table.select(articles_version::transaction_id)),
                )
                .order(continuum_transaction::id.desc())
                .select(Transaction::as_select())
                .load(conn)
                .unwrap();
        });
        assert_eq!(seen, 1);
        let place = |it: &Transaction| records.iter().position(|record| record == it).unwrap();
        found.iter().map(place).collect()
    };
    assert_eq!(listed(&["alice", "bob"], 0, 3), [3, 2, 0]);
    assert_eq!(listed(&["alice"], 0, 3), [3, 0]);
    assert_eq!(listed(&["alice", "bob"], 1, 2), [2]);
    assert_eq!(listed(&["carol"], 0, 3), [0; 0]);
}
