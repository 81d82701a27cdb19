//! Types and columns that only PostgreSQL has.

use super::{Conn, database, run};
use crate::support::catalog::columns;
use crate::support::history::{count, number, story};
use crate::support::kept::{STRATEGIES, keep, texts};
use diesel::Connection;
use diesel::connection::SimpleConnection;

/// A fresh database for each strategy, with one table, `t`, whose first column is its key.
fn with_table(before: &str, definition: &str, table: &str, test: impl Fn(&mut Conn)) {
    for options in STRATEGIES {
        let Some(db) = database() else { return };
        let sql = format!("{before}; CREATE TABLE t ({definition});");
        test(&mut keep(&db, &sql, &[(table, options)]));
    }
}

/// The history of all rows; each `change` is a transaction of its own.
fn after(conn: &mut Conn, columns: &[&str], changes: &[&str]) -> Vec<String> {
    for change in changes {
        run(conn, change);
    }
    story(conn, "t_version", columns, "true")
}

#[test]
fn values_that_the_database_generates_are_recorded() {
    with_table(
        "",
        "id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        number serial,
        amount int NOT NULL DEFAULT 5,
        twice int GENERATED ALWAYS AS (amount * 2) STORED",
        "t (id) { id -> Int4, number -> Int4, amount -> Int4, twice -> Nullable<Int4> }",
        |conn| {
            let all = ["id", "number", "amount", "twice"];
            assert_eq!(
                after(
                    conn,
                    &all,
                    &[
                        "INSERT INTO t DEFAULT VALUES",
                        "UPDATE t SET amount = 6",
                        "INSERT INTO t (id, amount) OVERRIDING SYSTEM VALUE VALUES (7, 1)",
                        "UPDATE t SET id = DEFAULT WHERE id = 7",
                    ]
                ),
                [
                    "insert 1, 1, 5, 10",
                    "update 1, 1, 6, 12",
                    "insert 7, 2, 1, 2",
                    "insert 2, 2, 1, 2",
                    "delete 7, 2, 1, 2",
                ]
            );
            let version_columns = columns(conn, "t_version");
            assert!(
                version_columns
                    .iter()
                    .all(|c| !c.is_generated && c.default_value.is_none())
            );
            // The application's own numbers are not used up, nor is what it asks for changed.
            run(conn, "INSERT INTO t DEFAULT VALUES");
            assert_eq!(number(conn, "SELECT lastval() AS count"), 3);
            assert_eq!(number(conn, "SELECT currval('t_id_seq') AS count"), 3);
        },
    );
}

#[test]
fn a_number_with_other_digits_after_its_point_is_another_value() {
    with_table(
        "",
        "id int PRIMARY KEY, price numeric, rate float8",
        "t (id) { id -> Int4, price -> Nullable<Numeric>, rate -> Nullable<Double> }",
        |conn| {
            assert_eq!(
                after(
                    conn,
                    &["price", "rate"],
                    &[
                        "INSERT INTO t VALUES (1, 1.0, 0)",
                        "UPDATE t SET price = 1.00",
                        "UPDATE t SET price = 1.00",
                        "UPDATE t SET price = 'NaN', rate = 'NaN'",
                        "UPDATE t SET price = 'NaN', rate = 'NaN'",
                        "UPDATE t SET rate = '-0'",
                        "UPDATE t SET rate = '0'",
                    ]
                ),
                [
                    "insert 1.0, 0",
                    "update 1.00, 0",
                    "update NaN, NaN",
                    "update NaN, -0",
                    "update NaN, 0",
                ]
            );
        },
    );
}

#[test]
fn text_in_another_case_is_another_value_whatever_calls_it_equal() {
    with_table(
        "CREATE EXTENSION citext;
        CREATE COLLATION any_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false)",
        "id int PRIMARY KEY, email citext, name text COLLATE any_case, code char(3)",
        "t (id) {
            id -> Int4,
            email -> Nullable<Citext>,
            name -> Nullable<Text>,
            code -> Nullable<Bpchar>,
        }",
        |conn| {
            assert_eq!(
                after(
                    conn,
                    &["email", "name"],
                    &[
                        "INSERT INTO t VALUES (1, 'a@example.org', 'müller', 'x')",
                        "UPDATE t SET email = 'A@example.org'",
                        "UPDATE t SET name = 'Müller'",
                        "UPDATE t SET name = 'Müller', code = 'x  '",
                        "UPDATE t SET name = ''",
                        "UPDATE t SET name = NULL",
                    ]
                ),
                [
                    "insert a@example.org, müller",
                    "update A@example.org, müller",
                    "update A@example.org, Müller",
                    "update A@example.org, ",
                    "update A@example.org, NULL",
                ]
            );
            let collation = "SELECT count(*) AS count FROM pg_attribute
                WHERE attrelid = 't_version'::regclass AND attcollation = 'any_case'::regcollation";
            assert_eq!(number(conn, collation), 1);
        },
    );
}

#[test]
fn a_key_in_another_case_is_the_same_row() {
    with_table(
        "CREATE EXTENSION citext",
        "code citext PRIMARY KEY, n int",
        "t (code) { code -> Citext, n -> Nullable<Int4> }",
        |conn| {
            assert_eq!(
                after(
                    conn,
                    &["code", "n"],
                    &[
                        "INSERT INTO t VALUES ('a', 1)",
                        "UPDATE t SET code = 'A'",
                        "BEGIN; DELETE FROM t; INSERT INTO t VALUES ('a', 1); COMMIT;",
                        "DELETE FROM t",
                    ]
                ),
                ["insert a, 1", "update A, 1", "update a, 1", "delete a, 1"]
            );
        },
    );
}

/// A function without the schema in its path would compare such keys as text.
#[test]
fn a_key_of_a_type_in_another_schema_needs_the_schema_in_the_path() {
    for options in STRATEGIES {
        let Some(db) = database() else { return };
        db.apply(
            "CREATE SCHEMA other; CREATE EXTENSION citext SCHEMA other;
            CREATE TABLE t (code other.citext PRIMARY KEY, n int);",
        );
        let table = "t (code) { code -> Citext, n -> Nullable<Int4> }";
        let (schema, models) = texts(&[(table, options)]);
        let up = db.up_sql(&schema, &models);
        let conn: &mut Conn = &mut db.connect();
        let error = conn
            .transaction(|conn| conn.batch_execute(&up))
            .unwrap_err()
            .to_string();
        assert!(error.contains("code (other.citext)"), "{error}");

        conn.transaction(|conn| {
            conn.batch_execute(&format!("SET LOCAL search_path = public, other; {up}"))
        })
        .unwrap();
        assert_eq!(
            after(
                conn,
                &["code", "n"],
                &[
                    "INSERT INTO t VALUES ('a', 1)",
                    "UPDATE t SET code = 'A'",
                    "DELETE FROM t",
                    "INSERT INTO t VALUES ('a', 1)",
                ]
            ),
            ["insert a, 1", "update A, 1", "delete A, 1", "insert a, 1"]
        );
    }
}

#[test]
fn a_key_may_be_an_array() {
    with_table(
        "",
        "path int[] PRIMARY KEY, n int",
        "t (path) { path -> Array<Nullable<Int4>>, n -> Nullable<Int4> }",
        |conn| {
            assert_eq!(
                after(
                    conn,
                    &["path", "n"],
                    &[
                        "INSERT INTO t VALUES ('{1,2}', 1), ('{3}', 1)",
                        "UPDATE t SET n = 2",
                        "UPDATE t SET path = '{1}' WHERE path = '{1,2}'",
                        "DELETE FROM t WHERE path = '{1}'",
                        "INSERT INTO t VALUES ('{1}', 5)",
                        "BEGIN; UPDATE t SET n = 3; UPDATE t SET n = 4; COMMIT;",
                    ]
                ),
                [
                    "insert {1,2}, 1",
                    "insert {3}, 1",
                    "update {1,2}, 2",
                    "update {3}, 2",
                    "delete {1,2}, 2",
                    "insert {1}, 2",
                    "delete {1}, 2",
                    "insert {1}, 5",
                    "update {1}, 4",
                    "update {3}, 4",
                ]
            );
        },
    );
}

#[test]
fn types_without_equality_are_compared_all_the_same() {
    with_table(
        "",
        "id int PRIMARY KEY, document json, place point, doc xml",
        "t (id) { id -> Int4, document -> Nullable<Json>, place -> Nullable<Point>, doc -> Nullable<Xml> }",
        |conn| {
            assert_eq!(
                after(
                    conn,
                    &["document", "place"],
                    &[
                        r#"INSERT INTO t VALUES (1, '{"a": 1}', '(1,2)', '<a/>')"#,
                        r#"UPDATE t SET document = '{"a": 1}', place = '(1,2)'"#,
                        r#"UPDATE t SET document = '{"a":1}'"#,
                        "UPDATE t SET place = '(1,3)'",
                        "BEGIN; UPDATE t SET place = NULL; UPDATE t SET place = '(1,3)'; COMMIT;",
                        "DELETE FROM t",
                    ]
                ),
                [
                    r#"insert {"a": 1}, (1,2)"#,
                    r#"update {"a":1}, (1,2)"#,
                    r#"update {"a":1}, (1,3)"#,
                    r#"delete {"a":1}, (1,3)"#,
                ]
            );
        },
    );
}

#[test]
fn documents_and_arrays_are_kept_as_they_are() {
    with_table(
        "CREATE TYPE pair AS (a int, b text)",
        "id int PRIMARY KEY, document jsonb, tags text[], pairs pair[], days daterange, bits bit(3)",
        "t (id) {
            id -> Int4,
            document -> Nullable<Jsonb>,
            tags -> Nullable<Array<Nullable<Text>>>,
            pairs -> Nullable<Array<Nullable<Pair>>>,
            days -> Nullable<Range<Date>>,
            bits -> Nullable<Bit>,
        }",
        |conn| {
            let all = ["document", "tags", "pairs", "days", "bits"];
            assert_eq!(
                after(
                    conn,
                    &all,
                    &[
                        r#"INSERT INTO t VALUES (1, '{}', '{a,NULL}', '{"(1,x)"}', '[2026-01-01,2026-02-01)', '101')"#,
                        "UPDATE t SET document = 'null'",
                        "UPDATE t SET document = NULL, tags = tags || 'b'::text",
                        "UPDATE t SET tags = '[0:0]={a}'",
                        "UPDATE t SET tags = '{a}', pairs = '{}'",
                    ]
                ),
                [
                    "insert {}, {a,NULL}, {\"(1,x)\"}, [2026-01-01,2026-02-01), 101",
                    "update null, {a,NULL}, {\"(1,x)\"}, [2026-01-01,2026-02-01), 101",
                    "update NULL, {a,NULL,b}, {\"(1,x)\"}, [2026-01-01,2026-02-01), 101",
                    "update NULL, [0:0]={a}, {\"(1,x)\"}, [2026-01-01,2026-02-01), 101",
                    "update NULL, {a}, {}, [2026-01-01,2026-02-01), 101",
                ]
            );
        },
    );
}

/// K04.
#[test]
fn an_enum_may_get_and_rename_values_later() {
    with_table(
        "CREATE TYPE state AS ENUM ('draft', 'done')",
        "id int PRIMARY KEY, state state NOT NULL DEFAULT 'draft'",
        "t (id) { id -> Int4, state -> crate::schema::sql_types::State }",
        |conn| {
            run(conn, "INSERT INTO t VALUES (1)");
            run(conn, "ALTER TYPE state ADD VALUE 'review' BEFORE 'done'");
            run(conn, "ALTER TYPE state RENAME VALUE 'draft' TO 'sketch'");
            assert_eq!(
                after(
                    conn,
                    &["state"],
                    &["UPDATE t SET state = 'review'", "DELETE FROM t"]
                ),
                ["insert sketch", "update review", "delete review"]
            );
        },
    );
}

/// K04.
#[test]
fn a_domain_may_get_and_lose_checks_later() {
    with_table(
        "CREATE DOMAIN email AS text CHECK (VALUE LIKE '%@%') DEFAULT 'a@b'",
        "id int PRIMARY KEY, email email NOT NULL",
        "t (id) { id -> Int4, email -> Text }",
        |conn| {
            run(conn, "INSERT INTO t VALUES (1)");
            run(
                conn,
                "ALTER DOMAIN email ADD CHECK (length(VALUE) > 4) NOT VALID;
                ALTER DOMAIN email DROP CONSTRAINT email_check;",
            );
            assert_eq!(
                after(conn, &["email"], &["UPDATE t SET email = 'no address'"]),
                ["insert a@b", "update no address"]
            );
            let type_of = columns(conn, "t_version").swap_remove(1).sql_type;
            assert_eq!(type_of, "email");
        },
    );
}

/// The type of a version column is that of the table's column, so the check is one of old values
/// as well.
#[test]
fn a_check_of_a_domain_that_old_versions_do_not_meet_is_refused_or_not_validated() {
    with_table(
        "CREATE DOMAIN amount AS int",
        "id int PRIMARY KEY, amount amount",
        "t (id) { id -> Int4, amount -> Nullable<Int4> }",
        |conn| {
            run(conn, "INSERT INTO t VALUES (1, -1), (2, -2)");
            run(conn, "UPDATE t SET amount = 1 WHERE id = 1");
            let error = conn
                .batch_execute("ALTER DOMAIN amount ADD CHECK (VALUE > 0)")
                .unwrap_err()
                .to_string();
            assert!(error.contains("contains values that violate"), "{error}");
            run(conn, "ALTER DOMAIN amount ADD CHECK (VALUE > 0) NOT VALID");
            run(conn, "UPDATE t SET amount = 2 WHERE id = 2");
            run(conn, "DELETE FROM t WHERE id = 1");
            assert_eq!(count(conn, "t_version"), 5);
        },
    );
}

#[test]
fn large_values_are_kept_whole() {
    with_table(
        "",
        "id int PRIMARY KEY, content text, data bytea",
        "t (id) { id -> Int4, content -> Nullable<Text>, data -> Nullable<Bytea> }",
        |conn| {
            run(
                conn,
                "INSERT INTO t SELECT 1, string_agg(md5(i::text), ''), decode(repeat('00ff', 100000), 'hex')
                FROM generate_series(1, 50000) i",
            );
            run(conn, "UPDATE t SET content = content || '!'");
            run(conn, "UPDATE t SET content = content, data = data");
            let same = "t_version v JOIN t ON v.data = t.data AND v.content || '!' = t.content
                OR v.content = t.content";
            assert_eq!(count(conn, same), 2);
            assert_eq!(count(conn, "t_version"), 2);
        },
    );
}

#[test]
fn a_column_that_was_dropped_before_leaves_no_gap() {
    let Some(db) = database() else { return };
    let conn = &mut keep(
        &db,
        "CREATE TABLE t (gone int, id int PRIMARY KEY, also_gone text, name text);
        INSERT INTO t VALUES (1, 2, '3', '4');
        ALTER TABLE t DROP COLUMN gone, DROP COLUMN also_gone;",
        &[("t (id) { id -> Int4, name -> Nullable<Text> }", "")],
    );
    assert_eq!(
        after(conn, &["id", "name"], &["UPDATE t SET name = '5'"]),
        ["insert 2, 4", "update 2, 5"]
    );
}
