//! What versions and transactions changed.

mod edges;

use super::{Conn, database, log, transaction};
use crate::support::articles as blog;
use crate::support::articles::models::Article;
use crate::support::database::Engine;
use crate::support::kept::{STRATEGIES, keep};
use crate::support::strategies::{self, KEPT, on_each_strategy};
use continuum_core::Changes;
use continuum_core::prelude::*;
use continuum_schema::Dialect;
use diesel::prelude::*;
use serde_json::{Value, json};

/// On the table of each strategy: these transactions, each one statement (`{t}` is the table), then
/// the block, with all versions of row 1.
macro_rules! after {
    ($steps:expr, |$conn:ident, $Row:ident, $rows:ident, $rows_version:ident, $versions:ident| $body:block) => {
        let Some(db) = database() else { return };
        let $conn: &mut Conn = &mut strategies::set_up(&db);
        let mut tables = KEPT.into_iter();
        on_each_strategy!(|$Row, RowVersion, $rows, $rows_version| {
            let kept = tables.next().unwrap();
            for step in $steps {
                transaction($conn, &[step.replace("{t}", kept.table)]);
            }
            let $versions: Vec<RowVersion> = $rows_version::table
                .filter($rows_version::id.eq(1))
                .order($rows_version::transaction_id)
                .select(RowVersion::as_select())
                .load($conn)
                .unwrap();
            $body
        });
    };
}

const LIFE: [&str; 6] = [
    "INSERT INTO {t} (id, name, content, secret) VALUES (1, 'a', NULL, 's'), (2, 'a', 'x', NULL)",
    "UPDATE {t} SET name = 'b' WHERE id = 1",
    "UPDATE {t} SET name = '', content = 'c', secret = 't' WHERE id = 1",
    "UPDATE {t} SET secret = 'u' WHERE id = 1",
    "DELETE FROM {t} WHERE id = 1",
    "INSERT INTO {t} (id, name) VALUES (1, 'a')",
];

fn life() -> [Value; 6] {
    [
        json!({"id": [null, 1], "name": [null, "a"]}),
        json!({"name": ["a", "b"]}),
        json!({"name": ["b", ""], "content": [null, "c"]}),
        json!({}),
        json!({"id": [1, null], "name": ["", null], "content": ["c", null]}),
        json!({"id": [null, 1], "name": [null, "a"]}),
    ]
}

#[test]
fn a_changeset_has_the_columns_that_differ() {
    // E11, E12, E13, E16, E17
    after!(LIFE, |conn, Row, rows, rows_version, versions| {
        for (version, expected) in versions.iter().zip(life()) {
            let changeset = version.changeset(conn).unwrap();
            assert_eq!(changeset.changes.to_json(), expected);
        }
    });
}

#[test]
fn a_changeset_has_the_row_before_and_after() {
    after!(LIFE, |conn, Row, rows, rows_version, versions| {
        let inserted = versions[0].changeset(conn).unwrap();
        assert_eq!(inserted.old, None);
        assert_eq!(inserted.new, Some(&versions[0]));
        let updated = versions[1].changeset(conn).unwrap();
        assert_eq!(updated.old.as_ref(), Some(&versions[0]));
        let name = updated.get(rows_version::name).unwrap();
        assert_eq!(name.old.unwrap(), "a");
        assert_eq!(name.new.unwrap(), "b");
        assert_eq!(updated.get(rows_version::content), None);
        let deleted = versions[4].changeset(conn).unwrap();
        assert_eq!(deleted.old.as_ref(), Some(&versions[3]));
        assert_eq!(deleted.new, None);
        let content = deleted.get(rows_version::content).unwrap();
        assert_eq!(content.old.unwrap().as_deref(), Some("c"));
        assert_eq!(content.new, None);
        let again = versions[5].changeset(conn).unwrap();
        assert_eq!(again.old, None);
    });
}

#[test]
fn the_changes_of_many_versions_are_one_query_right_at_the_edges_of_a_page() {
    after!(LIFE, |conn, Row, rows, rows_version, versions| {
        let mut pages = Vec::new();
        let mut last = 0;
        loop {
            let page: Vec<(i64, Changes)> = rows_version::table
                .filter(rows_version::id.eq(1))
                .filter(rows_version::transaction_id.gt(last))
                .order(rows_version::transaction_id)
                .limit(2)
                .select((
                    rows_version::transaction_id,
                    <Row as Versioned>::Version::changes(),
                ))
                .load(conn)
                .unwrap();
            let Some((newest, _)) = page.last() else {
                break;
            };
            last = *newest;
            pages.extend(page.into_iter().map(|(_, changes)| changes.to_json()));
        }
        assert_eq!(pages, life());
        assert_eq!(versions.len(), 6);
    });
}

#[test]
fn versions_are_found_by_the_column_that_they_changed() {
    after!(LIFE, |conn, Row, rows, rows_version, versions| {
        type Version = <Row as Versioned>::Version;
        let changed_content: Vec<Version> = rows_version::table
            .filter(rows_version::id.eq(1))
            .filter(Version::changed(rows_version::content))
            .order(rows_version::transaction_id)
            .select(Version::as_select())
            .load(conn)
            .unwrap();
        assert_eq!(changed_content, [versions[2].clone(), versions[4].clone()]);
    });
}

#[test]
fn what_was_changed_and_then_deleted_in_one_transaction_was_what_it_had_been_before() {
    after!(LIFE[..2].iter(), |conn,
                              Row,
                              rows,
                              rows_version,
                              versions| {
        let table = match <Row as Versioned>::Version::STRATEGY {
            continuum_core::Strategy::Validity => "with_validity",
            continuum_core::Strategy::Subquery => "with_subquery",
        };
        transaction(
            conn,
            &[
                format!("UPDATE {table} SET name = 'meanwhile' WHERE id = 1"),
                format!("DELETE FROM {table} WHERE id = 1"),
            ],
        );
        let last = versions[1].next(conn).unwrap().unwrap();
        assert_eq!(
            last.changeset(conn).unwrap().changes.to_json(),
            json!({"id": [1, null], "name": ["b", null]})
        );
    });
}

/// Numbers keep their digits, bytes are told in hexadecimal, and columns have any name.
#[test]
fn values_of_any_type_and_columns_of_any_name_are_told() {
    for options in STRATEGIES {
        let Some(db) = database() else { return };
        let (bytes, number, one, other) = match Conn::DIALECT {
            Dialect::Postgres => ("BYTEA", "NUMERIC(9, 2)", "'\\x00ff'", "'\\xab'"),
            // NUMERIC alone has no decimals.
            Dialect::MySql => ("BLOB", "NUMERIC(9, 2)", "x'00ff'", "x'ab'"),
            _ => ("BLOB", "NUMERIC", "x'00ff'", "x'ab'"),
        };
        let conn: &mut Conn = &mut keep(
            &db,
            &format!(
                "CREATE TABLE things (
                    id INTEGER NOT NULL PRIMARY KEY, data {bytes}, number {number},
                    \"it's a \"\"name\"\"\" TEXT, flag BOOLEAN
                )"
            ),
            &[(
                "things (id) { id -> Integer, data -> Nullable<Binary>, number -> Nullable<Double>,
                    #[sql_name = \"it's a \\\"name\\\"\"] other -> Nullable<Text>, flag -> Nullable<Bool> }",
                options,
            )],
        );
        transaction(
            conn,
            &[format!(
                "INSERT INTO things VALUES (1, {one}, 1.5, 'x', true)"
            )],
        );
        transaction(
            conn,
            &[format!(
                "UPDATE things SET data = {other}, number = 2, flag = false, \"it's a \"\"name\"\"\" = 'y\"z'"
            )],
        );
        let record = log(conn).pop().unwrap();
        let tables = record.changes(conn).unwrap();
        let flag = match Conn::DIALECT {
            Dialect::Postgres => json!([true, false]),
            _ => json!([1, 0]),
        };
        let number = &tables[0].rows[0].changes.get("number").unwrap();
        assert_eq!(number.old.as_f64(), Some(1.5));
        assert_eq!(number.new.as_f64(), Some(2.0));
        let mut told = tables[0].rows[0].changes.to_json();
        told.as_object_mut().unwrap().remove("number");
        assert_eq!(
            told,
            json!({"data": ["\\x00ff", "\\xab"], "flag": flag, "it's a \"name\"": ["x", "y\"z"]})
        );
    }
}

#[test]
fn numbers_that_a_double_would_round_are_told_digit_by_digit() {
    let (ty, steps) = match Conn::DIALECT {
        // All its numbers are integers and doubles.
        Dialect::Sqlite => (
            "REAL",
            [
                ("0.30000000000000004", json!(0.30000000000000004)),
                ("9e999", json!("9.0e+999")),
                ("1.5", json!(1.5)),
            ],
        ),
        _ => (
            "NUMERIC(30, 10)",
            [
                ("12345678901234567.8", json!("12345678901234567.8000000000")),
                ("12345678901234567.9", json!("12345678901234567.9000000000")),
                ("1.5", json!(1.5)),
            ],
        ),
    };
    for options in STRATEGIES {
        let Some(db) = database() else { return };
        let conn: &mut Conn = &mut keep(
            &db,
            &format!("CREATE TABLE prices (id INTEGER NOT NULL PRIMARY KEY, price {ty})"),
            &[(
                "prices (id) { id -> Integer, price -> Nullable<Double> }",
                options,
            )],
        );
        transaction(conn, &["INSERT INTO prices VALUES (1, NULL)"]);
        let mut before = Value::Null;
        for (price, told) in &steps {
            transaction(conn, &[format!("UPDATE prices SET price = {price}")]);
            let tables = log(conn).pop().unwrap().changes(conn).unwrap();
            let changes = tables[0].rows[0].changes.to_json();
            assert_eq!(changes, json!({"price": [before, told]}));
            before = told.clone();
        }
    }
}

#[test]
fn a_transaction_tells_what_it_changed_in_every_table() {
    // D16
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    transaction(
        conn,
        &[
            "INSERT INTO articles (id, name) VALUES (1, 'a'), (2, 'b')",
            "INSERT INTO tags (id, name) VALUES (1, 'x')",
            "INSERT INTO article_tags (article_id, tag_id) VALUES (1, 1)",
        ],
    );
    transaction(
        conn,
        &[
            "UPDATE articles SET name = 'c' WHERE id = 1",
            "DELETE FROM article_tags",
            "INSERT INTO articles (id, name) VALUES (3, 'd')",
        ],
    );
    let records = log(conn);
    let changed: Vec<_> = records[1]
        .changes(conn)
        .unwrap()
        .into_iter()
        .flat_map(|table| {
            table
                .rows
                .into_iter()
                .map(move |row| (table.table.clone(), row.operation, row.changes.to_json()))
        })
        .collect();
    assert_eq!(
        changed,
        [
            (
                "article_tags".to_owned(),
                Operation::Delete,
                json!({"article_id": [1, null], "tag_id": [1, null]})
            ),
            (
                "articles".to_owned(),
                Operation::Update,
                json!({"name": ["a", "c"]})
            ),
            (
                "articles".to_owned(),
                Operation::Insert,
                json!({"id": [null, 3], "name": [null, "d"]})
            ),
        ]
    );
    assert_eq!(records[0].changes(conn).unwrap().len(), 3);
}

#[test]
fn each_column_knows_who_set_it() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    for (actor, statement) in [
        (
            "alice",
            "INSERT INTO articles (id, name, description) VALUES (1, 'a', 'd'), (2, 'a', 'd')",
        ),
        ("bob", "UPDATE articles SET content = 'c' WHERE id = 1"),
        ("carol", "UPDATE articles SET name = 'x', content = 'c'"),
        ("dave", "UPDATE articles SET content = NULL WHERE id = 1"),
    ] {
        conn.versioned_transaction(ChangeInfo::new().actor(actor), |conn| {
            diesel::sql_query(statement).execute(conn)
        })
        .unwrap();
    }
    let mut article = Article {
        id: 1,
        name: String::new(),
        content: None,
        description: None,
    };
    let mut who = |article: &Article| -> Vec<(String, String)> {
        article
            .blame(conn)
            .unwrap()
            .into_iter()
            .map(|set| (set.column, set.transaction.actor.unwrap_or_default()))
            .collect()
    };
    let expected = |columns: [(&str, &str); 4]| {
        columns.map(|(column, actor)| (column.to_owned(), actor.to_owned()))
    };
    assert_eq!(
        who(&article),
        expected([
            ("id", "alice"),
            ("name", "carol"),
            ("content", "dave"),
            ("description", "alice")
        ])
    );
    article.id = 2;
    assert_eq!(
        who(&article),
        expected([
            ("id", "alice"),
            ("name", "carol"),
            ("content", "carol"),
            ("description", "alice")
        ])
    );
    article.id = 3;
    assert_eq!(who(&article), []);
}

/// A deleted row was set by whom it was before; one that came back, by who brought it back.
#[test]
fn blame_begins_anew_when_a_row_comes_back() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    let run = |conn: &mut Conn, actor: &str, statement: &str| {
        conn.versioned_transaction(ChangeInfo::new().actor(actor), |conn| {
            diesel::sql_query(statement).execute(conn)
        })
        .unwrap();
    };
    let article = Article {
        id: 1,
        name: String::new(),
        content: None,
        description: None,
    };
    let who = |conn: &mut Conn| -> Vec<String> {
        let blame = article.blame(conn).unwrap();
        blame
            .into_iter()
            .filter_map(|set| set.transaction.actor)
            .collect()
    };
    run(
        conn,
        "alice",
        "INSERT INTO articles (id, name, content) VALUES (1, 'a', 'c')",
    );
    run(conn, "bob", "DELETE FROM articles");
    assert_eq!(who(conn), ["alice"; 4]);
    run(
        conn,
        "carol",
        "INSERT INTO articles (id, name) VALUES (1, 'a')",
    );
    assert_eq!(who(conn), ["carol"; 4]);
}
