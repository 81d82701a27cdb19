//! versioned_transaction inside versioned_transaction, and what ends it early.

use super::{Conn, database, log};
use crate::support::articles as blog;
use crate::support::articles::schema::articles;
use crate::support::database::Engine;
use crate::support::history::{count, story};
use continuum_core::prelude::*;
use continuum_schema::Dialect;
use diesel::prelude::*;
use diesel::result::Error;
use serde_json::json;
use std::panic::{AssertUnwindSafe, catch_unwind};

fn insert(conn: &mut Conn, id: i32) -> QueryResult<usize> {
    diesel::insert_into(articles::table)
        .values((articles::id.eq(id), articles::name.eq("a")))
        .execute(conn)
}

/// An error of the application's.
#[derive(Debug, PartialEq)]
enum Refused {
    Diesel(Error),
    Because(&'static str),
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self::Diesel(error)
    }
}

#[test]
fn the_value_of_the_closure_comes_back() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    let value = conn.versioned_transaction(ChangeInfo::new(), |conn| {
        insert(conn, 1)?;
        Ok::<_, Refused>("value")
    });
    assert_eq!(value, Ok("value"));
}

#[test]
fn the_error_of_the_closure_comes_back_as_it_is() {
    // D04
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    let refused = conn.versioned_transaction(ChangeInfo::new(), |conn| {
        insert(conn, 1)?;
        Err::<(), _>(Refused::Because("too late"))
    });
    assert_eq!(refused, Err(Refused::Because("too late")));
    let refused = conn.versioned_transaction(ChangeInfo::new(), |conn| {
        insert(conn, 1)?;
        articles::table
            .find(7)
            .select(articles::id)
            .first::<i32>(conn)?;
        Ok::<_, Refused>(())
    });
    assert_eq!(refused, Err(Refused::Diesel(Error::NotFound)));
    assert_eq!(count(conn, "articles"), 0);
    assert_eq!(log(conn), []);
}

#[test]
fn an_inner_call_joins_the_outer_transaction() {
    // D08
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    let outer = ChangeInfo::new()
        .actor("alice")
        .reason("import")
        .meta("request", "f3a1")
        .meta("tenant", 7);
    let inner = ChangeInfo::new()
        .reason("correction")
        .remote_addr("192.0.2.7")
        .meta("tenant", 8)
        .meta("row", json!({"line": 3}));
    conn.versioned_transaction(outer, |conn| {
        insert(conn, 1)?;
        conn.versioned_transaction(inner, |conn| insert(conn, 2))?;
        insert(conn, 3)
    })
    .unwrap();
    let records = log(conn);
    let [record] = &records[..] else {
        panic!("{records:#?}")
    };
    assert_eq!(record.actor.as_deref(), Some("alice"));
    assert_eq!(record.reason.as_deref(), Some("correction"));
    assert_eq!(record.remote_addr.as_deref(), Some("192.0.2.7"));
    let meta = json!({"request": "f3a1", "tenant": 8, "row": {"line": 3}});
    assert_eq!(record.meta, Some(meta));
    assert_eq!(count(conn, "articles_version"), 3);
}

#[test]
fn what_inner_calls_say_is_on_the_record_that_a_later_change_makes() {
    // D08
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    conn.versioned_transaction(ChangeInfo::new().meta("a", 1), |conn| {
        conn.versioned_transaction(ChangeInfo::new().meta("b", 2), |conn| {
            conn.versioned_transaction(ChangeInfo::new().actor("bob").meta("c", 3), |_| {
                QueryResult::Ok(())
            })
        })?;
        insert(conn, 1)
    })
    .unwrap();
    let records = log(conn);
    assert_eq!(records.len(), 1);
    assert_eq!(records[0].actor.as_deref(), Some("bob"));
    assert_eq!(records[0].meta, Some(json!({"a": 1, "b": 2, "c": 3})));
}

#[test]
fn what_is_said_is_forgotten_after_the_transaction() {
    // D08, D12
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    let info = ChangeInfo::new()
        .actor("alice")
        .reason("import")
        .meta("k", 1);
    conn.versioned_transaction(info.clone(), |conn| {
        conn.versioned_transaction(info, |conn| insert(conn, 1))
    })
    .unwrap();
    conn.versioned_transaction(ChangeInfo::new(), |conn| insert(conn, 2))
        .unwrap();
    conn.transaction(|conn| insert(conn, 3)).unwrap();
    let records = log(conn);
    assert_eq!(records.len(), 3);
    for record in &records[1..] {
        assert_eq!(
            (&record.actor, &record.reason, &record.meta),
            (&None, &None, &None)
        );
    }
}

#[test]
fn an_inner_call_that_is_rolled_back_takes_what_it_said_with_it() {
    // D08, D04
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    for first in [1, 10] {
        let outer = ChangeInfo::new().actor("alice").meta("k", 1);
        conn.versioned_transaction(outer, |conn| {
            // Before the record is made, and after.
            if first == 10 {
                insert(conn, first)?;
            }
            let inner = ChangeInfo::new().actor("bob").reason("no").meta("k", 2);
            let refused = conn.versioned_transaction(inner, |conn| {
                insert(conn, 7)?;
                Err::<(), _>(Refused::Because("no"))
            });
            assert_eq!(refused, Err(Refused::Because("no")));
            insert(conn, first + 1)
        })
        .unwrap();
        let record = log(conn).pop().unwrap();
        assert_eq!(record.actor.as_deref(), Some("alice"));
        assert_eq!((record.reason, record.meta), (None, Some(json!({"k": 1}))));
    }
    assert_eq!(log(conn).len(), 2);
    assert_eq!(
        story(conn, "articles_version", &["id"], "1 = 1"),
        ["insert 2", "insert 10", "insert 11"]
    );
}

/// The inner call succeeds, and what is around it does not.
#[test]
fn so_does_one_in_a_savepoint_of_the_application_that_is_rolled_back() {
    let bob = || ChangeInfo::new().actor("bob").meta("line", 7);
    for recorded_before in [false, true] {
        let Some(db) = database() else { return };
        let conn: &mut Conn = &mut blog::set_up(&db);
        conn.versioned_transaction(ChangeInfo::new().actor("alice"), |conn| {
            if recorded_before {
                insert(conn, 1)?;
            }
            let savepoint = conn.transaction(|conn| {
                conn.versioned_transaction(bob(), |conn| insert(conn, 2))?;
                // As deep as the one before.
                conn.versioned_transaction(ChangeInfo::new(), |conn| insert(conn, 3))?;
                Err::<(), _>(Error::RollbackTransaction)
            });
            assert_eq!(savepoint, Err(Error::RollbackTransaction));
            insert(conn, 4)
        })
        .unwrap();
        let records = log(conn);
        assert_eq!(records.len(), 1);
        assert_eq!(records[0].actor.as_deref(), Some("alice"));
        assert_eq!(records[0].meta, None);
    }
    // Where it is not, the record says both.
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    conn.versioned_transaction(ChangeInfo::new().actor("alice"), |conn| {
        conn.transaction(|conn| conn.versioned_transaction(bob(), |conn| insert(conn, 2)))?;
        insert(conn, 3)
    })
    .unwrap();
    let records = log(conn);
    assert_eq!(records.len(), 1);
    assert_eq!(records[0].actor.as_deref(), Some("bob"));
    assert_eq!(records[0].meta, Some(json!({"line": 7})));
}

#[test]
fn an_outer_call_that_is_rolled_back_takes_the_inner_one_with_it() {
    // J06
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    let refused = conn.versioned_transaction(ChangeInfo::new(), |conn| {
        conn.versioned_transaction(ChangeInfo::new().actor("bob"), |conn| insert(conn, 1))?;
        Err::<(), _>(Refused::Because("no"))
    });
    assert_eq!(refused, Err(Refused::Because("no")));
    assert_eq!(log(conn), []);
    conn.versioned_transaction(ChangeInfo::new().reason("next"), |conn| insert(conn, 1))
        .unwrap();
    let record = log(conn).pop().unwrap();
    assert_eq!(
        (record.actor, record.reason.as_deref()),
        (None, Some("next"))
    );
}

#[test]
fn a_transaction_of_the_application_can_be_around_it() {
    // J06
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    let alice = || ChangeInfo::new().actor("alice");
    let rolled_back = conn.transaction(|conn| {
        conn.versioned_transaction(alice(), |conn| insert(conn, 1))?;
        QueryResult::<()>::Err(Error::RollbackTransaction)
    });
    assert_eq!(rolled_back, Err(Error::RollbackTransaction));
    assert_eq!(log(conn), []);
    assert_eq!(count(conn, "articles_version"), 0);

    conn.transaction(|conn| conn.versioned_transaction(alice(), |conn| insert(conn, 1)))
        .unwrap();
    insert(conn, 2).unwrap();
    let actors: Vec<_> = log(conn).into_iter().map(|record| record.actor).collect();
    assert_eq!(actors, [Some("alice".to_owned()), None]);
}

#[test]
fn several_in_a_transaction_of_the_application_are_one_where_the_engine_has_one() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    conn.transaction(|conn| {
        let alice = ChangeInfo::new().actor("alice");
        conn.versioned_transaction(alice, |conn| insert(conn, 1))?;
        let bob = ChangeInfo::new().actor("bob");
        conn.versioned_transaction(bob, |conn| insert(conn, 2))
    })
    .unwrap();
    let records = log(conn);
    let actors: Vec<_> = records.iter().map(|r| r.actor.as_deref()).collect();
    match Conn::DIALECT {
        Dialect::Sqlite | Dialect::MySql => {
            assert_eq!(actors, [Some("alice"), Some("bob")]);
        }
        _ => assert_eq!(actors, [Some("bob")]),
    }
    assert_eq!(count(conn, "articles_version"), 2);
}

#[test]
fn a_panic_commits_nothing() {
    // D04
    let Some(db) = database() else { return };
    let mut conn: Conn = blog::set_up(&db);
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        conn.versioned_transaction(
            ChangeInfo::new().actor("alice"),
            |conn| -> QueryResult<()> {
                insert(conn, 1)?;
                panic!("of the application")
            },
        )
    }));
    panicked.unwrap_err();
    drop(conn);
    let conn: &mut Conn = &mut db.connect();
    assert_eq!(count(conn, "articles"), 0);
    assert_eq!(log(conn), []);
    assert_eq!(count(conn, "articles_version"), 0);
}
