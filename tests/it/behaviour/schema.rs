//! What version tables look like, by what the engine's catalogs say of them.

use super::{Conn, database};
use crate::support::catalog::{columns, indexes};
use crate::support::database::{Database, Engine};
use crate::support::history::story;
use crate::support::kept::{STRATEGIES, keep, texts};
use continuum_schema::Dialect;
use diesel::connection::SimpleConnection;

/// Everything that a version table must not take over.
const TABLES: &str = "
    CREATE TABLE owners (id INTEGER NOT NULL PRIMARY KEY);
    INSERT INTO owners VALUES (1), (2);
    CREATE TABLE items (
        shop VARCHAR(20) NOT NULL DEFAULT 'main',
        number INTEGER NOT NULL,
        name VARCHAR(40) NOT NULL UNIQUE,
        state VARCHAR(20) DEFAULT 'new' CHECK (state <> ''),
        amount INTEGER CHECK (amount > 0),
        owner_id INTEGER DEFAULT 1 REFERENCES owners (id) ON DELETE SET NULL,
        twice INTEGER GENERATED ALWAYS AS (number * 2) STORED,
        PRIMARY KEY (number, shop)
    );
    CREATE INDEX items_state ON items (state);
    CREATE UNIQUE INDEX items_amount ON items (amount) WHERE state = 'new';
";

const ITEMS: &str = "items (number, shop) {
    #[max_length = 20]
    shop -> Varchar,
    number -> Integer,
    #[max_length = 40]
    name -> Varchar,
    #[max_length = 20]
    state -> Nullable<Varchar>,
    amount -> Nullable<Integer>,
    owner_id -> Nullable<Integer>,
    twice -> Nullable<Integer>,
}";

fn items(db: &Database<Conn>, options: &str) -> Conn {
    let tables = match Conn::DIALECT {
        // Has no partial indexes, and follows foreign keys from rows with keys of text nowhere.
        Dialect::MySql => TABLES
            .replace(" WHERE state = 'new'", "")
            .replace(" ON DELETE SET NULL", "")
            .replace(
                "owner_id INTEGER DEFAULT 1 REFERENCES",
                "owner_id INTEGER DEFAULT 1, FOREIGN KEY (owner_id) REFERENCES",
            ),
        _ => TABLES.to_owned(),
    };
    keep(db, &tables, &[(ITEMS, options)])
}

fn names(conn: &mut Conn, table: &str) -> Vec<String> {
    columns(conn, table).into_iter().map(|c| c.name).collect()
}

const OWN: [&str; 7] = [
    "shop", "number", "name", "state", "amount", "owner_id", "twice",
];

#[test]
fn the_columns_are_those_of_the_table_and_then_the_bookkeeping() {
    for (options, bookkeeping) in [
        (
            STRATEGIES[0],
            &["transaction_id", "end_transaction_id", "operation_type"][..],
        ),
        (STRATEGIES[1], &["transaction_id", "operation_type"]),
        (
            "hidden(state, amount), exclude(name, owner_id, twice)",
            &[
                "transaction_id",
                "end_transaction_id",
                "operation_type",
                "state_mod",
                "amount_mod",
            ],
        ),
    ] {
        let Some(db) = database() else { return };
        let conn = &mut items(&db, options);
        let tracked = if options.contains("hidden") {
            &OWN[..2]
        } else {
            &OWN[..]
        };
        assert_eq!(
            names(conn, "items_version"),
            [tracked, bookkeeping].concat()
        );
    }
}

/// K01.
#[test]
fn the_key_is_that_of_the_table_and_the_transaction() {
    for options in STRATEGIES {
        let Some(db) = database() else { return };
        let conn = &mut items(&db, options);
        let mut key: Vec<_> = columns(conn, "items_version")
            .into_iter()
            .filter(|column| column.key_place > 0)
            .collect();
        key.sort_by_key(|column| column.key_place);
        let key: Vec<_> = key.iter().map(|column| column.name.as_str()).collect();
        assert_eq!(key, ["number", "shop", "transaction_id"]);
    }
}

/// K01.
#[test]
fn what_can_be_null_in_the_table_can_be_null_in_its_history_and_nothing_else() {
    let Some(db) = database() else { return };
    let conn = &mut items(&db, "hidden(state)");
    let nullable: Vec<_> = columns(conn, "items_version")
        .into_iter()
        .filter(|column| !column.not_null)
        .map(|column| column.name)
        .collect();
    assert_eq!(
        nullable,
        ["amount", "owner_id", "twice", "end_transaction_id"]
    );
}

#[test]
fn the_columns_have_the_types_of_the_table() {
    let Some(db) = database() else { return };
    let conn = &mut items(&db, "hidden(state)");
    let types = |conn: &mut Conn, table| -> Vec<_> {
        columns(conn, table)
            .into_iter()
            .filter(|column| column.name != "state")
            .map(|column| (column.name, column.sql_type.to_lowercase()))
            .collect()
    };
    let table = types(conn, "items");
    let mut version_table = types(conn, "items_version");
    let bookkeeping = version_table.split_off(table.len());
    assert_eq!(version_table, table);
    let [bigint, smallint, boolean] = match Conn::DIALECT {
        // MySQL has no widths, but that of BOOLEAN.
        Dialect::MySql if !super::is_mariadb(conn) => ["bigint", "smallint", "tinyint(1)"],
        Dialect::MySql => ["bigint(20)", "smallint(6)", "tinyint(1)"],
        _ => ["bigint", "smallint", "boolean"],
    };
    let expected = [
        ("transaction_id", bigint),
        ("end_transaction_id", bigint),
        ("operation_type", smallint),
        ("state_mod", boolean),
    ];
    assert_eq!(
        bookkeeping,
        expected.map(|(a, b)| (a.to_owned(), b.to_owned()))
    );
}

/// K02, K03.
#[test]
fn there_are_no_defaults_and_nothing_is_generated() {
    let Some(db) = database() else { return };
    let conn = &mut items(&db, "");
    for column in columns(conn, "items_version") {
        assert_eq!(column.default_value, None, "{}", column.name);
        assert!(!column.is_generated, "{}", column.name);
    }
}

/// K02.
#[test]
fn what_the_table_no_longer_allows_stays_in_the_history() {
    let Some(db) = database() else { return };
    let conn = &mut items(&db, "");
    for statement in [
        "INSERT INTO items (number, name, state, amount, owner_id) VALUES (1, 'a', 'used', 5, 2)",
        // The same unique name and amount, in another row.
        "UPDATE items SET number = 2",
        match Conn::DIALECT {
            Dialect::MySql => "UPDATE items SET owner_id = NULL",
            _ => "DELETE FROM owners WHERE id = 2",
        },
        "DELETE FROM items",
        "INSERT INTO items (number, name, amount) VALUES (1, 'a', 5)",
    ] {
        conn.batch_execute(statement).unwrap();
    }
    let columns = ["name", "amount", "owner_id", "twice"];
    assert_eq!(
        story(conn, "items_version", &columns, "number = 1"),
        [
            "insert a, 5, 2, 2",
            "delete a, 5, 2, 2",
            "insert a, 5, 1, 2"
        ]
    );
    assert_eq!(
        story(conn, "items_version", &columns, "number = 2"),
        [
            "insert a, 5, 2, 4",
            "update a, 5, NULL, 4",
            "delete a, 5, NULL, 4"
        ]
    );
}

/// K03.
#[test]
fn null_is_kept_where_the_table_has_a_default() {
    let Some(db) = database() else { return };
    let conn = &mut items(&db, "");
    conn.batch_execute(
        "INSERT INTO items (number, name, state, owner_id) VALUES (1, 'a', NULL, NULL)",
    )
    .unwrap();
    assert_eq!(
        story(
            conn,
            "items_version",
            &["shop", "state", "owner_id"],
            "true"
        ),
        ["insert main, NULL, NULL"]
    );
}

/// K08.
#[test]
fn the_indexes_are_those_that_the_history_needs_and_none_of_the_table() {
    for (options, expected) in [
        (
            STRATEGIES[0],
            &[
                "(transaction_id)",
                "unique (number, shop) partial",
                "unique (number, shop, transaction_id)",
            ][..],
        ),
        (
            STRATEGIES[1],
            &["(transaction_id)", "unique (number, shop, transaction_id)"],
        ),
    ] {
        let Some(db) = database() else { return };
        let conn = &mut items(&db, options);
        let mut expected = expected.to_vec();
        // MySQL has no partial indexes.
        expected.retain(|index| Conn::DIALECT != Dialect::MySql || !index.ends_with("partial"));
        assert_eq!(indexes(conn, "items_version"), expected);
    }
}

/// By a key that several rows have, their versions would be taken for those of one row.
#[test]
fn a_key_that_is_none_of_the_table_ends_the_migration() {
    for (columns, is_key) in [
        (
            "a INTEGER NOT NULL, b INTEGER NOT NULL, PRIMARY KEY (a, b)",
            false,
        ),
        ("a INTEGER NOT NULL, b INTEGER NOT NULL", false),
        ("a INTEGER NOT NULL, b INTEGER NOT NULL PRIMARY KEY", false),
        ("a INTEGER NOT NULL PRIMARY KEY, b INTEGER NOT NULL", true),
        (
            "A INTEGER NOT NULL UNIQUE, b INTEGER NOT NULL PRIMARY KEY",
            true,
        ),
    ] {
        let Some(db) = database() else { return };
        db.apply(&format!("CREATE TABLE pairs ({columns})"));
        let (schema, models) = texts(&[("pairs (a) { a -> Integer, b -> Integer }", "")]);
        let up = db.up_sql(&schema, &models);
        let installed = db.connect().batch_execute(&up);
        match installed {
            Ok(()) => assert!(is_key, "{columns}"),
            Err(error) => {
                assert!(!is_key, "{columns}: {error}");
                let error = error.to_string();
                assert!(error.contains("pairs has no unique key of (a)"), "{error}");
                assert!(error.contains("table!"), "{error}");
            }
        }
    }
}

#[test]
fn a_second_open_version_of_a_row_is_refused() {
    // By a partial index, which MySQL does not have; `verify` finds it.
    if Conn::DIALECT == Dialect::MySql {
        return;
    }
    let Some(db) = database() else { return };
    let conn = &mut items(&db, "");
    conn.batch_execute("INSERT INTO items (number, name) VALUES (1, 'a')")
        .unwrap();
    let second = "INSERT INTO items_version (shop, number, name, transaction_id, operation_type)
        VALUES ('main', 1, 'a', 99, 1)";
    let error = conn.batch_execute(second).unwrap_err().to_string();
    assert!(error.to_lowercase().contains("unique"), "{error}");
}

/// K07.
#[test]
fn reading_the_history_of_a_row_and_of_a_transaction_goes_by_index() {
    for options in STRATEGIES {
        let Some(db) = database() else { return };
        let conn = &mut items(&db, options);
        conn.batch_execute(
            "INSERT INTO items (number, name)
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
            SELECT i, 'name ' || i FROM n",
        )
        .unwrap();
        conn.batch_execute(match Conn::DIALECT {
            Dialect::MySql => "ANALYZE TABLE items_version",
            _ => "ANALYZE",
        })
        .unwrap();
        for query in [
            // The newest version of a row that is not after a transaction.
            "SELECT * FROM items_version WHERE number = 7 AND shop = 'main' AND transaction_id <= 9
            ORDER BY transaction_id DESC LIMIT 1",
            "SELECT * FROM items_version WHERE number = 7 AND shop = 'main' ORDER BY transaction_id",
        ] {
            let plan = plan_of(conn, query);
            assert!(
                ["items_version_pkey", "autoindex", "PRIMARY"]
                    .iter()
                    .any(|key| plan.contains(key)),
                "{plan}"
            );
            assert!(
                !plan.to_lowercase().contains("sort") && !plan.contains("TEMP B-TREE"),
                "{plan}"
            );
        }
        let by_transaction = "SELECT * FROM items_version WHERE transaction_id = 1000000";
        let plan = plan_of(conn, by_transaction);
        assert!(plan.contains("items_version_transaction"), "{plan}");
        if options.contains("validity") {
            let open = "SELECT * FROM items_version
                WHERE number = 7 AND shop = 'main' AND end_transaction_id IS NULL";
            let plan = plan_of(conn, open);
            assert!(
                ["items_version_open", "items_version_pkey", "PRIMARY"]
                    .iter()
                    .any(|key| plan.contains(key)),
                "{plan}"
            );
        }
    }
}

/// How the engine would run the query.
fn plan_of(conn: &mut Conn, query: &str) -> String {
    use diesel::prelude::*;
    use diesel::sql_types::Text;

    let explain = match Conn::DIALECT {
        Dialect::Postgres => {
            #[derive(QueryableByName)]
            struct Step {
                #[diesel(sql_type = Text, column_name = "QUERY PLAN")]
                detail: String,
            }
            let rows = diesel::sql_query(format!("EXPLAIN {query}")).load::<Step>(conn);
            rows.unwrap()
                .into_iter()
                .map(|step| step.detail)
                .collect::<Vec<_>>()
        }
        Dialect::MySql => return super::plans::plan_of(conn, query),
        _ => {
            #[derive(QueryableByName)]
            struct Step {
                #[diesel(sql_type = Text)]
                detail: String,
            }
            let rows = diesel::sql_query(format!("EXPLAIN QUERY PLAN {query}")).load::<Step>(conn);
            rows.unwrap().into_iter().map(|step| step.detail).collect()
        }
    };
    explain.join("\n")
}
