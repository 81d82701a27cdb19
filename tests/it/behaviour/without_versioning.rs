//! What is changed without being recorded, and nothing else.

use super::{Conn, database, log};
use crate::support::articles as blog;
use crate::support::articles::models::Article;
use crate::support::articles::schema::{articles, articles_version};
use crate::support::history::{count, story};
use crate::support::kept::{STRATEGIES, keep};
use continuum_core::prelude::*;
use continuum_core::{HistoryError, NewActivity, Rule, verify};
use diesel::connection::{SimpleConnection, TransactionManager};
use diesel::prelude::*;
use diesel::r2d2::{ConnectionManager, Pool};
use diesel::result::Error;
use std::panic::{AssertUnwindSafe, catch_unwind};

fn insert(conn: &mut Conn, id: i32) -> QueryResult<usize> {
    diesel::insert_into(articles::table)
        .values((articles::id.eq(id), articles::name.eq("a")))
        .execute(conn)
}

/// Which articles have been recorded.
fn recorded(conn: &mut Conn) -> Vec<i32> {
    articles_version::table
        .select(articles_version::id)
        .order(articles_version::id)
        .load(conn)
        .unwrap()
}

/// Recording is on, and nothing of a scope is left.
fn assert_on(conn: &mut Conn, id: i32) {
    insert(conn, id).unwrap();
    assert!(recorded(conn).contains(&id), "{id} was not recorded");
}

#[test]
fn what_is_changed_inside_is_not_recorded() {
    // K20
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    insert(conn, 1).unwrap();
    let before = log(conn).len();
    let changed = conn
        .without_versioning(|conn| {
            insert(conn, 2)?;
            conn.batch_execute(
                "UPDATE articles SET name = 'b'; DELETE FROM articles WHERE id = 1",
            )?;
            QueryResult::Ok(7)
        })
        .unwrap();
    assert_eq!(changed, 7);
    assert_eq!(recorded(conn), [1]);
    assert_eq!(log(conn).len(), before);
    assert_eq!(count(conn, "articles"), 1);
    assert_on(conn, 3);
}

#[test]
fn statements_report_what_they_did() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    conn.without_versioning(|conn| {
        assert_eq!(insert(conn, 1)?, 1);
        let article: Article = articles::table.find(1).first(conn)?;
        let updated = diesel::update(&article)
            .set(articles::name.eq("b"))
            .execute(conn)?;
        assert_eq!(updated, 1);
        assert_eq!(diesel::delete(&article).execute(conn)?, 1);
        QueryResult::Ok(())
    })
    .unwrap();
}

#[test]
fn commits_inside_are_covered_and_are_commits() {
    // K20
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    let other: &mut Conn = &mut db.connect();
    conn.without_versioning(|conn| {
        conn.transaction(|conn| insert(conn, 1))?;
        assert_eq!(count(other, "articles"), 1);
        conn.versioned_transaction(ChangeInfo::new().actor("alice"), |conn| insert(conn, 2))?;
        let refused = conn.transaction(|conn| {
            insert(conn, 3)?;
            QueryResult::<()>::Err(Error::RollbackTransaction)
        });
        assert_eq!(refused, Err(Error::RollbackTransaction));
        insert(conn, 4)
    })
    .unwrap();
    assert_eq!(count(conn, "articles"), 3);
    assert_eq!(recorded(conn), [0; 0]);
    assert_eq!(log(conn), []);
    assert_on(conn, 5);
}

#[test]
fn recording_is_on_again_after_an_error() {
    // K20
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    let refused = conn.without_versioning(|conn| {
        insert(conn, 1)?;
        QueryResult::<()>::Err(Error::NotFound)
    });
    assert_eq!(refused, Err(Error::NotFound));
    // It is no transaction.
    assert_eq!(count(conn, "articles"), 1);
    assert_on(conn, 2);
    let refused = conn.without_versioning(|conn| insert(conn, 2));
    assert!(matches!(refused, Err(Error::DatabaseError(..))));
    let refused = conn.without_versioning(|conn| conn.transaction(|conn| insert(conn, 2)));
    assert!(matches!(refused, Err(Error::DatabaseError(..))));
    assert_on(conn, 3);
}

#[test]
fn recording_is_on_again_after_a_panic() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    for (id, in_transaction) in [(1, false), (2, true)] {
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            conn.without_versioning(|conn| -> QueryResult<()> {
                if in_transaction {
                    return conn.transaction(|_| panic!("of the application"));
                }
                panic!("of the application")
            })
        }));
        panicked.unwrap_err();
        assert_on(conn, id);
    }
    // The transaction around the scope is the caller's to end.
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        conn.transaction(|conn| {
            conn.without_versioning(|conn| -> QueryResult<()> {
                insert(conn, 3)?;
                panic!("of the application")
            })
        })
    }));
    panicked.unwrap_err();
    <Conn as Connection>::TransactionManager::rollback_transaction(conn).unwrap();
    assert_eq!(count(conn, "articles"), 2);
    assert_on(conn, 3);
}

#[test]
fn inside_a_transaction_what_comes_before_and_after_is_recorded() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    conn.versioned_transaction(ChangeInfo::new().actor("alice"), |conn| {
        insert(conn, 1)?;
        conn.without_versioning(|conn| {
            insert(conn, 2)?;
            conn.versioned_transaction(ChangeInfo::new().reason("why"), |conn| insert(conn, 3))
        })?;
        insert(conn, 4)
    })
    .unwrap();
    assert_eq!(recorded(conn), [1, 4]);
    let records = log(conn);
    assert_eq!(records.len(), 1);
    assert_eq!(records[0].actor.as_deref(), Some("alice"));
    assert_on(conn, 5);
}

#[test]
fn a_transaction_around_it_that_is_rolled_back_leaves_recording_on() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    let refused = conn.transaction(|conn| {
        conn.without_versioning(|conn| insert(conn, 1))?;
        QueryResult::<()>::Err(Error::RollbackTransaction)
    });
    assert_eq!(refused, Err(Error::RollbackTransaction));
    assert_on(conn, 1);
    conn.transaction(|conn| {
        let refused = conn.transaction(|conn| {
            // The statement fails, so PostgreSQL takes no other before the rollback.
            conn.without_versioning(|conn| insert(conn, 1))
        });
        assert!(
            matches!(refused, Err(Error::DatabaseError(..))),
            "{refused:?}"
        );
        insert(conn, 2)
    })
    .unwrap();
    assert_eq!(recorded(conn), [1, 2]);
    assert_on(conn, 3);
}

#[test]
fn a_savepoint_inside_that_is_rolled_back_leaves_recording_off() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    conn.transaction(|conn| {
        conn.without_versioning(|conn| {
            let refused = conn.transaction(|conn| {
                conn.without_versioning(|conn| insert(conn, 1))?;
                QueryResult::<()>::Err(Error::RollbackTransaction)
            });
            assert_eq!(refused, Err(Error::RollbackTransaction));
            insert(conn, 2)
        })
    })
    .unwrap();
    assert_eq!(recorded(conn), [0; 0]);
    assert_on(conn, 3);
}

#[test]
fn scopes_nest() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    conn.without_versioning(|conn| {
        conn.without_versioning(|conn| insert(conn, 1))?;
        insert(conn, 2)?;
        conn.transaction(|conn| conn.without_versioning(|conn| insert(conn, 3)))?;
        let refused = conn.without_versioning(|_| QueryResult::<()>::Err(Error::NotFound));
        assert_eq!(refused, Err(Error::NotFound));
        insert(conn, 4)
    })
    .unwrap();
    assert_eq!(recorded(conn), [0; 0]);
    assert_on(conn, 5);
}

#[test]
fn an_activity_is_refused_where_nothing_is_recorded() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    insert(conn, 1).unwrap();
    let refused = conn.without_versioning(|conn| NewActivity::new("looked").record(conn));
    let HistoryError::Database(error) = refused.unwrap_err() else {
        panic!("not the database")
    };
    let message = error.to_string();
    assert!(
        message.contains("an activity has no transaction"),
        "{message}"
    );
    NewActivity::new("looked").record(conn).unwrap();
}

#[test]
fn other_connections_go_on_recording() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    let other: &mut Conn = &mut db.connect();
    conn.without_versioning(|conn| {
        insert(conn, 1)?;
        insert(other, 2)?;
        assert_eq!(recorded(other), [2]);
        insert(&mut db.connect(), 3)
    })
    .unwrap();
    assert_eq!(recorded(conn), [2, 3]);
}

#[test]
fn the_next_user_of_a_pooled_connection_is_recorded() {
    let Some(db) = database() else { return };
    let check: &mut Conn = &mut blog::set_up(&db);
    let pool = Pool::builder()
        .max_size(1)
        .build(ConnectionManager::<Conn>::new(db.url()))
        .unwrap();
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        pool.get()
            .unwrap()
            .without_versioning(|_| -> QueryResult<()> { panic!("of the application") })
    }));
    panicked.unwrap_err();
    pool.get()
        .unwrap()
        .without_versioning(|conn| {
            conn.batch_execute("INSERT INTO articles (id, name) VALUES (1, 'a')")
        })
        .unwrap();
    let conn = &mut pool.get().unwrap();
    conn.batch_execute("INSERT INTO articles (id, name) VALUES (2, 'a')")
        .unwrap();
    assert_eq!(recorded(check), [2]);
}

#[test]
fn a_transaction_that_is_left_open_is_rolled_back_and_said() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    type Manager = <Conn as Connection>::TransactionManager;
    let begin: [fn(&mut Conn) -> QueryResult<()>; 2] = [
        |conn| Manager::begin_transaction(conn),
        |conn| conn.batch_execute("BEGIN"),
    ];
    for (id, begin) in (1..).zip(begin) {
        let left_open = conn.without_versioning(|conn| {
            begin(conn)?;
            insert(conn, id)
        });
        let message = left_open.unwrap_err().to_string();
        assert!(message.contains("was left open"), "{message}");
        assert_on(conn, id);
    }
}

#[test]
fn a_transaction_that_was_begun_with_sql_can_be_around_it() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    for (id, end) in [(1, "ROLLBACK"), (2, "COMMIT")] {
        conn.batch_execute("BEGIN").unwrap();
        conn.without_versioning(|conn| insert(conn, id)).unwrap();
        insert(conn, id + 10).unwrap();
        conn.batch_execute(end).unwrap();
        assert_on(conn, id + 20);
    }
    assert_eq!(recorded(conn), [12, 21, 22]);
}

#[test]
fn what_was_changed_meanwhile_is_found_by_verify_and_right_from_the_next_change_on() {
    for options in STRATEGIES {
        let Some(db) = database() else { return };
        let conn: &mut Conn = &mut keep(
            &db,
            "CREATE TABLE pages (id INTEGER NOT NULL PRIMARY KEY, title TEXT);",
            &[(
                "pages (id) { id -> Integer, title -> Nullable<Text> }",
                options,
            )],
        );
        conn.batch_execute("INSERT INTO pages VALUES (1, 'a'), (2, 'a'), (3, 'a'), (4, 'a')")
            .unwrap();
        conn.batch_execute("DELETE FROM pages WHERE id IN (3, 4)")
            .unwrap();
        conn.without_versioning(|conn| {
            conn.batch_execute(
                "UPDATE pages SET title = 'b' WHERE id = 1; DELETE FROM pages WHERE id = 2;
                INSERT INTO pages VALUES (3, 'b'), (4, 'b'), (5, 'b'), (6, 'b')",
            )
        })
        .unwrap();
        let rules: Vec<_> = verify(conn).unwrap().into_iter().map(|v| v.rule).collect();
        for rule in [
            Rule::DifferentValues,
            Rule::NoRow,
            Rule::RowAfterDelete,
            Rule::NoVersion,
        ] {
            assert!(rules.contains(&rule), "{rules:?}");
        }
        conn.batch_execute("UPDATE pages SET title = 'c' WHERE id = 1")
            .unwrap();
        conn.batch_execute("INSERT INTO pages VALUES (2, 'c')")
            .unwrap();
        conn.batch_execute("UPDATE pages SET title = 'c' WHERE id = 3")
            .unwrap();
        conn.batch_execute("DELETE FROM pages WHERE id = 4")
            .unwrap();
        conn.batch_execute("UPDATE pages SET title = 'c' WHERE id = 5")
            .unwrap();
        conn.batch_execute("DELETE FROM pages WHERE id = 6")
            .unwrap();
        // The newest versions are what the rows are; what was done is said as it was done.
        let rules: Vec<_> = verify(conn).unwrap().into_iter().map(|v| v.rule).collect();
        assert!(
            rules.iter().all(|rule| *rule == Rule::WrongOperation),
            "{rules:?}"
        );
        let newest = |conn: &mut Conn, id: i32| {
            story(conn, "pages_version", &["title"], &format!("id = {id}")).pop()
        };
        assert_eq!(newest(conn, 1).unwrap(), "update c");
        assert_eq!(newest(conn, 3).unwrap(), "update c");
        assert_eq!(newest(conn, 4).unwrap(), "delete b");
        assert_eq!(newest(conn, 6).unwrap(), "delete b");
    }
}
