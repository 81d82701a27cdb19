//! Ordinary queries, as of a moment.

use super::{Conn, database, log, transaction};
use crate::support::articles as blog;
use crate::support::articles::models::{Article, Tag};
use crate::support::articles::schema::{article_tags, articles, tags};
use crate::support::database::Engine;
use crate::support::history::count;
use crate::support::kept::{STRATEGIES, keep};
use crate::support::plan::plan;
use crate::support::strategies::{self, KEPT, on_each_strategy};
use crate::support::watch::statements;
use continuum_core::Past;
use continuum_core::prelude::*;
use continuum_schema::{Baseline, Dialect};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::result::Error;
use diesel::sql_query;
use std::panic::{AssertUnwindSafe, catch_unwind};

const LIFE: [&str; 4] = [
    "INSERT INTO {t} (id, name) VALUES (1, 'a'), (2, 'x')",
    "UPDATE {t} SET name = 'b' WHERE id = 1",
    "DELETE FROM {t} WHERE id = 1",
    "INSERT INTO {t} (id, name) VALUES (1, 'c')",
];

/// The names of the rows 1 and 2 after each step of `LIFE`.
const NAMES: [&[&str]; 4] = [&["a", "x"], &["b", "x"], &["x"], &["c", "x"]];

/// Runs `LIFE` on the table of each strategy, then the block, with the id of each step.
macro_rules! after_life {
    (|$conn:ident, $table:ident, $rows:ident, $ids:ident| $body:block) => {
        after_life!(|db, $conn, $table, $rows, $ids| $body)
    };
    (|$db:ident, $conn:ident, $table:ident, $rows:ident, $ids:ident| $body:block) => {
        let Some($db) = database() else { return };
        let $conn: &mut Conn = &mut strategies::set_up(&$db);
        let mut tables = KEPT.into_iter();
        on_each_strategy!(|Row, RowVersion, $rows, rows_version| {
            let $table = tables.next().unwrap().table;
            let before = log($conn).len();
            for step in LIFE {
                transaction($conn, &[step.replace("{t}", $table)]);
            }
            let $ids: Vec<i64> = log($conn)[before..]
                .iter()
                .map(|record| record.id)
                .collect();
            $body
        });
    };
}

#[test]
fn a_query_answers_as_of_each_moment() {
    after_life!(|conn, table, rows, ids| {
        // Once before, so that the statement is prepared, and once after.
        let names = |conn: &mut Conn| -> QueryResult<Vec<String>> {
            rows::table.order(rows::id).select(rows::name).load(conn)
        };
        for (id, expected) in ids.iter().zip(NAMES) {
            assert_eq!(names(conn).unwrap(), NAMES[3]);
            assert_eq!(conn.as_of(*id, names).unwrap(), expected, "{table}");
            assert_eq!(names(conn).unwrap(), NAMES[3]);
        }
        let found = |conn: &mut Conn| rows::table.find(1).select(rows::name).first::<String>(conn);
        assert_eq!(conn.as_of(ids[1], found), Ok("b".to_owned()));
        assert_eq!(conn.as_of(ids[2], found), Err(Error::NotFound));
        let now = conn.as_of(chrono::Utc::now(), names).unwrap();
        assert_eq!(now, NAMES[3]);
    });
}

#[test]
fn columns_that_the_history_does_not_keep_are_null() {
    after_life!(|conn, table, rows, ids| {
        let kept = |conn: &mut Conn| {
            rows::table
                .find(1)
                .select((rows::views.nullable(), rows::secret))
                .first::<(Option<i32>, Option<String>)>(conn)
        };
        assert_eq!(kept(conn), Ok((Some(0), None)));
        assert_eq!(conn.as_of(ids[0], kept), Ok((None, None)), "{table}");
    });
}

#[test]
fn joins_are_of_one_moment() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    for statements in [
        [
            "INSERT INTO articles (id, name) VALUES (1, 'draft')",
            "INSERT INTO tags (id, name, article_id) VALUES (1, 'red', 1), (2, 'blue', NULL)",
            "INSERT INTO article_tags VALUES (1, 1)",
        ],
        [
            "UPDATE articles SET name = 'article'",
            "UPDATE tags SET name = 'RED', article_id = 1",
            "UPDATE article_tags SET tag_id = 2",
        ],
    ] {
        transaction(conn, &statements);
    }
    let ids: Vec<i64> = log(conn).iter().map(|record| record.id).collect();
    let of_articles = |conn: &mut Conn| {
        articles::table
            .inner_join(tags::table)
            .order(tags::id)
            .select((articles::name, tags::name))
            .load::<(String, Option<String>)>(conn)
    };
    let linked = |conn: &mut Conn| {
        article_tags::table
            .inner_join(tags::table)
            .select(tags::id)
            .load::<i32>(conn)
    };
    let pair = |article: &str, tag: &str| (article.to_owned(), Some(tag.to_owned()));
    let then = conn.as_of(ids[0], |conn| {
        Ok::<_, Error>((of_articles(conn)?, linked(conn)?))
    });
    assert_eq!(then, Ok((vec![pair("draft", "red")], vec![1])));
    let now = conn.as_of(ids[1], |conn| {
        Ok::<_, Error>((of_articles(conn)?, linked(conn)?))
    });
    assert_eq!(
        now,
        Ok((
            vec![pair("article", "RED"), pair("article", "RED")],
            vec![2]
        ))
    );
    let whole: (Vec<Article>, Vec<Tag>) = conn
        .as_of(ids[0], |conn| {
            Ok::<_, Error>((articles::table.load(conn)?, tags::table.load(conn)?))
        })
        .unwrap();
    assert_eq!((whole.0.len(), whole.1.len()), (1, 2));
}

#[test]
fn nothing_can_be_written_in_the_past_and_everything_afterwards() {
    after_life!(|conn, table, rows, ids| {
        let before = count(conn, table);
        for statement in [
            format!("INSERT INTO {table} (id, name) VALUES (9, 'z')"),
            format!("UPDATE {table} SET name = 'z'"),
            format!("DELETE FROM {table}_version"),
            "CREATE TABLE more (id INTEGER)".to_owned(),
        ] {
            let refused = conn.as_of(ids[0], |conn| conn.batch_execute(&statement));
            assert!(refused.is_err(), "{statement}");
        }
        assert_eq!(count(conn, table), before);
        let step = format!("INSERT INTO {table} (id, name) VALUES (9, 'z')");
        transaction(conn, &[step]);
        assert_eq!(count(conn, table), before + 1);
    });
}

#[test]
fn the_scope_ends_whatever_happens_inside() {
    after_life!(|conn, table, rows, ids| {
        let live = count(conn, table);
        let error = conn.as_of(ids[2], |_| Err::<(), _>(Error::NotFound));
        assert_eq!(error, Err(Error::NotFound));
        assert_eq!(count(conn, table), live);
        let failed = conn.as_of(ids[2], |conn| conn.batch_execute("SELECT * FROM nowhere"));
        assert!(failed.is_err());
        assert_eq!(count(conn, table), live);
        // In a transaction of the application, which goes on.
        conn.transaction(|conn| {
            sql_query(format!("INSERT INTO {table} (id, name) VALUES (8, 'y')")).execute(conn)?;
            let then = conn.as_of(ids[2], |conn| rows::table.count().get_result::<i64>(conn))?;
            assert_eq!(then, 1);
            sql_query(format!("UPDATE {table} SET name = 'z' WHERE id = 8")).execute(conn)?;
            QueryResult::Ok(())
        })
        .unwrap();
        assert_eq!(count(conn, table), live + 1);
    });
}

fn panics(conn: &mut Conn, id: i64) {
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        conn.as_of(id, |_| -> QueryResult<()> { panic!("on purpose") })
    }));
    assert!(panicked.is_err());
}

#[test]
fn the_scope_ends_with_a_panic_as_well() {
    after_life!(|conn, table, rows, ids| {
        let live = count(conn, table);
        panics(conn, ids[2]);
        assert_eq!(count(conn, table), live);
        let step = format!("INSERT INTO {table} (id, name) VALUES (9, 'z')");
        transaction(conn, &[step]);
        assert_eq!(count(conn, table), live + 1);
        // In a transaction of the application, which goes on.
        conn.transaction(|conn| {
            sql_query(format!("DELETE FROM {table} WHERE id = 9")).execute(conn)?;
            panics(conn, ids[2]);
            assert_eq!(count(conn, table), live);
            sql_query(format!("UPDATE {table} SET name = 'y' WHERE id = 2")).execute(conn)
        })
        .unwrap();
        assert_eq!(count(conn, table), live);
        // Caught inside, it leaves a transaction open.
        let caught = conn.as_of(ids[2], |conn| {
            let panicked = catch_unwind(AssertUnwindSafe(|| {
                conn.transaction(|_| -> QueryResult<()> { panic!("on purpose") })
            }));
            assert!(panicked.is_err());
            Ok::<_, Error>(())
        });
        let error = caught.unwrap_err().to_string();
        assert!(error.contains("begun in as_of was left open"), "{error}");
        assert_eq!(count(conn, table), live);
    });
}

#[test]
fn the_scope_ends_where_its_transaction_was_ended_inside() {
    after_life!(|db, conn, table, rows, ids| {
        let live = count(conn, table);
        for end in ["COMMIT", "ROLLBACK"] {
            let conn = &mut db.connect();
            let ended = conn.as_of(ids[2], |conn| conn.batch_execute(end));
            // MySQL's temporary tables are of no transaction.
            assert_eq!(ended.is_ok(), Conn::DIALECT == Dialect::MySql, "{end}");
            assert_eq!(count(conn, table), live, "{end}");
        }
        let step = format!("INSERT INTO {table} (id, name) VALUES (9, 'z')");
        conn.batch_execute(&step).unwrap();
    });
}

#[test]
fn tables_without_a_past_are_refused_unless_live_rows_are_asked_for() {
    for options in STRATEGIES {
        let Some(db) = database() else { return };
        db.apply(
            "CREATE TABLE loose (id INTEGER NOT NULL PRIMARY KEY); INSERT INTO loose VALUES (1);",
        );
        let conn: &mut Conn = &mut keep(
            &db,
            "CREATE TABLE items (id INTEGER NOT NULL PRIMARY KEY); INSERT INTO items VALUES (1);
            CREATE VIEW all_items AS SELECT * FROM items;",
            &[("items (id) { id -> Integer }", options)],
        );
        transaction(conn, &["INSERT INTO items VALUES (2)"]);
        for table in ["loose", "all_items"] {
            let read = |conn: &mut Conn| sql_query(format!("SELECT * FROM {table}")).execute(conn);
            let refused = conn.as_of(1, read).unwrap_err().to_string();
            assert!(refused.contains(table), "{refused}");
            assert!(refused.contains("no past"), "{refused}");
            conn.as_of(Past::at(1).with_live_tables(), read).unwrap();
        }
        let loose = conn.as_of(Past::at(1).with_live_tables(), |conn| {
            Ok::<_, Error>((count(conn, "loose"), count(conn, "items")))
        });
        assert_eq!(loose, Ok((1, 1)));
        // Before its history began, nobody knows.
        for past in [Past::at(0), Past::at(0).with_live_tables()] {
            let read = |conn: &mut Conn| sql_query("SELECT * FROM items").execute(conn);
            let refused = conn.as_of(past, read).unwrap_err().to_string();
            assert!(refused.contains("items"), "{refused}");
        }
    }
}

#[test]
fn rows_without_a_version_are_what_they_were_when_the_history_began() {
    for options in STRATEGIES {
        let Some(db) = database() else { return };
        db.apply(
            "CREATE TABLE items (id INTEGER NOT NULL PRIMARY KEY, name TEXT);
            INSERT INTO items VALUES (1, 'a'), (2, 'b');",
        );
        let (schema, models) = crate::support::kept::texts(&[(
            "items (id) { id -> Integer, name -> Nullable<Text> }",
            options,
        )]);
        db.apply(&plan(&schema, &models, &[], Conn::DIALECT, Baseline::None).up_sql());
        let conn = &mut db.connect();
        transaction(conn, &["UPDATE items SET name = 'c' WHERE id = 1"]);
        let then = conn.as_of(1, |conn| {
            Ok::<_, Error>((
                count(conn, "items"),
                count(conn, "items WHERE name = 'a' AND id = 1"),
                count(conn, "items WHERE name = 'b' AND id = 2"),
            ))
        });
        assert_eq!(then, Ok((2, 1, 1)));
    }
}

/// On PostgreSQL a name with a schema leads past every view.
#[test]
fn a_table_that_cannot_be_shadowed_is_refused() {
    if Conn::DIALECT != Dialect::Postgres {
        return;
    }
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut keep(
        &db,
        "CREATE SCHEMA blog; CREATE TABLE blog.items (id INTEGER NOT NULL PRIMARY KEY);",
        &[("blog.items (id) { id -> Integer }", "")],
    );
    let refused = conn
        .as_of(1, |_| QueryResult::Ok(()))
        .unwrap_err()
        .to_string();
    assert!(refused.contains("blog.items"), "{refused}");
}

#[test]
fn scopes_do_not_nest() {
    after_life!(|conn, table, rows, ids| {
        let names = |conn: &mut Conn| -> QueryResult<Vec<String>> {
            rows::table.order(rows::id).select(rows::name).load(conn)
        };
        conn.as_of(ids[1], |conn| {
            for moment in [ids[0], ids[1], ids[3]] {
                let inner = conn.as_of(moment, names);
                assert!(inner.is_err(), "{inner:?}");
                // The outer one goes on.
                assert_eq!(names(conn)?, NAMES[1]);
            }
            QueryResult::Ok(())
        })
        .unwrap();
        assert_eq!(names(conn).unwrap(), NAMES[3]);
        transaction(conn, &[format!("UPDATE {table} SET content = 'later'")]);
    });
}

#[test]
fn a_scope_costs_as_many_statements_whatever_the_rows() {
    after_life!(|conn, table, rows, ids| {
        let cost = |conn: &mut Conn| {
            statements(conn, |conn| {
                let count: QueryResult<i64> =
                    conn.as_of(ids[1], |conn| rows::table.count().get_result(conn));
                assert_eq!(count, Ok(2));
            })
        };
        let few = cost(conn);
        for id in 100..200 {
            let insert = format!("INSERT INTO {table} (id, name) VALUES ({id}, 'a')");
            transaction(conn, &[insert]);
        }
        transaction(conn, &[format!("UPDATE {table} SET name = 'z'")]);
        assert_eq!(cost(conn), few);
        let one_more = statements(conn, |conn| {
            let names: QueryResult<Vec<String>> = conn.as_of(ids[1], |conn| {
                rows::table.count().get_result::<i64>(conn)?;
                rows::table.order(rows::id).select(rows::name).load(conn)
            });
            assert_eq!(names.unwrap(), NAMES[1]);
        });
        assert_eq!(one_more, few + 1);
    });
}
