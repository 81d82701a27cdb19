//! What foreign keys do without firing triggers, where MySQL's are other than elsewhere.

mod categories;

use super::behaviour::transaction;
use super::{Conn, database};
use crate::support::database::Database;
use crate::support::history::{count, story};
use crate::support::kept::{STRATEGIES, keep};
use crate::support::plan::plan;
use crate::support::sound::assert_sound;
use continuum_core::prelude::*;
use continuum_schema::{Baseline, Dialect, ForeignKey, TableName, parse};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;

#[test]
fn a_chain_of_tables_is_followed_from_a_parent_without_a_history() {
    for options in STRATEGIES {
        let Some(db) = database() else { return };
        let conn: &mut Conn = &mut keep(
            &db,
            "CREATE TABLE owners (id INTEGER NOT NULL PRIMARY KEY);
            CREATE TABLE houses (
                id INTEGER NOT NULL PRIMARY KEY,
                owner INTEGER REFERENCES owners (id) ON DELETE CASCADE ON UPDATE CASCADE
            );
            CREATE TABLE rooms (
                house INTEGER NOT NULL REFERENCES houses (id) ON DELETE CASCADE ON UPDATE CASCADE,
                nr INTEGER NOT NULL,
                PRIMARY KEY (house, nr)
            );
            INSERT INTO owners VALUES (1), (2);
            INSERT INTO houses VALUES (10, 1), (11, 1), (12, 2);
            INSERT INTO rooms VALUES (10, 1), (10, 2), (12, 1);",
            &[
                (
                    "houses (id) { id -> Integer, owner -> Nullable<Integer> }",
                    options,
                ),
                (
                    "rooms (house, nr) { house -> Integer, nr -> Integer }",
                    options,
                ),
            ],
        );
        transaction(conn, &["UPDATE owners SET id = 3 WHERE id = 1"]);
        assert_eq!(
            story(conn, "houses_version", &["id", "owner"], "id < 12"),
            [
                "insert 10, 1",
                "insert 11, 1",
                "update 10, 3",
                "update 11, 3"
            ]
        );
        transaction(conn, &["UPDATE houses SET id = 20 WHERE id = 10"]);
        assert_eq!(
            story(conn, "rooms_version", &["house", "nr"], "nr = 2"),
            ["insert 10, 2", "delete 10, 2", "insert 20, 2"]
        );
        transaction(conn, &["DELETE FROM owners WHERE id = 3"]);
        assert_eq!(
            story(conn, "rooms_version", &["house", "nr"], "nr = 2")[3..],
            ["delete 20, 2"]
        );
        assert_sound(conn);
        transaction(
            conn,
            &[
                "INSERT INTO owners VALUES (4)",
                "INSERT INTO houses VALUES (30, 4)",
                "INSERT INTO rooms VALUES (30, 1)",
                "DELETE FROM owners WHERE id = 4",
                "DELETE FROM owners WHERE id = 2",
            ],
        );
        assert_eq!(story(conn, "rooms_version", &["nr"], "house = 30"), [""; 0]);
        assert_eq!(count(conn, "houses"), 0);
        assert_sound(conn);
    }
}

#[test]
fn a_foreign_key_that_is_not_known_ends_the_migration() {
    let Some(db) = database() else { return };
    db.apply(
        "CREATE TABLE owners (id INTEGER NOT NULL PRIMARY KEY);
        CREATE TABLE houses (
            id INTEGER NOT NULL PRIMARY KEY,
            owner INTEGER REFERENCES owners (id) ON DELETE CASCADE
        );",
    );
    let up = plan(
        "diesel::table! { houses (id) { id -> Integer, owner -> Nullable<Integer> } }",
        "#[derive(Versioned)] #[diesel(table_name = houses)] struct House;",
        &[],
        Dialect::MySql,
        Baseline::Rows,
    )
    .up_sql();
    let error = db.connect().batch_execute(&up).unwrap_err().to_string();
    assert!(error.contains("houses_ibfk_1"), "{error}");
    assert!(error.contains("joinable!"), "{error}");
}

/// `joinable!` and `foreign_key!` name no column of the other table: they lead to its primary key.
#[test]
fn a_foreign_key_to_another_column_than_the_primary_key_ends_the_migration() {
    let Some(db) = database() else { return };
    db.apply(
        "CREATE TABLE owners (id INTEGER NOT NULL PRIMARY KEY, number INTEGER NOT NULL UNIQUE);
        CREATE TABLE houses (
            id INTEGER NOT NULL PRIMARY KEY,
            owner INTEGER,
            CONSTRAINT by_number FOREIGN KEY (owner) REFERENCES owners (number) ON DELETE CASCADE
        );",
    );
    let error = refused(&db, "", "");
    assert!(error.contains("by_number"), "{error}");
    assert!(error.contains("primary key"), "{error}");
}

/// How the migration of houses, with the foreign key that schema.rs knows, ends in this database.
fn refused(db: &Database<Conn>, columns: &str, options: &str) -> String {
    let owners = TableName {
        schema: None,
        name: "owners".to_owned(),
    };
    let named = ForeignKey {
        table: TableName {
            name: "houses".to_owned(),
            ..owners.clone()
        },
        columns: vec!["owner".to_owned()],
        parent: owners,
        parent_columns: vec!["id".to_owned()],
    };
    let up = plan(
        &format!(
            "diesel::table! {{ owners (id) {{ id -> Integer }} }}
            diesel::table! {{ houses (id) {{ id -> Integer, owner -> Nullable<Integer>, {columns} }} }}"
        ),
        &format!("#[derive(Versioned)] #[diesel(table_name = houses)] #[versioned({options})] struct House;"),
        &[named],
        Dialect::MySql,
        Baseline::Rows,
    )
    .up_sql();
    let error = db.connect().batch_execute(&up).unwrap_err();
    error.to_string()
}

#[test]
fn a_foreign_key_to_a_table_of_that_name_in_another_database_ends_the_migration() {
    let (Some(db), Some(elsewhere)) = (database(), database()) else {
        return;
    };
    let owners = "CREATE TABLE owners (id INTEGER NOT NULL PRIMARY KEY)";
    db.apply(owners);
    elsewhere.apply(owners);
    let there: String = diesel::select(diesel::dsl::sql::<diesel::sql_types::Text>("DATABASE()"))
        .get_result(&mut elsewhere.connect())
        .unwrap();
    db.apply(&format!(
        "CREATE TABLE houses (
            id INTEGER NOT NULL PRIMARY KEY,
            owner INTEGER,
            CONSTRAINT elsewhere FOREIGN KEY (owner) REFERENCES {there}.owners (id) ON DELETE CASCADE
        )"
    ));
    let error = refused(&db, "", "");
    db.apply("DROP TABLE houses");
    assert!(error.contains("elsewhere"), "{error}");
}

/// The foreign key changes it without triggers.
#[test]
fn a_generated_column_of_what_is_not_kept_of_a_foreign_key_ends_the_migration() {
    let Some(db) = database() else { return };
    db.apply(
        "CREATE TABLE owners (id INTEGER NOT NULL PRIMARY KEY);
        CREATE TABLE houses (
            id INTEGER NOT NULL PRIMARY KEY,
            owner INTEGER,
            twice INTEGER AS (IFNULL(owner, 0) * 2) VIRTUAL,
            CONSTRAINT owned FOREIGN KEY (owner) REFERENCES owners (id) ON DELETE SET NULL
        );",
    );
    let error = refused(&db, "twice -> Nullable<Integer>", "exclude(owner)");
    assert!(error.contains("owned"), "{error}");
}

/// What a rollback leaves in the table would be in no version.
#[test]
fn a_table_of_an_engine_without_transactions_ends_the_migration() {
    let Some(db) = database() else { return };
    db.apply(
        "CREATE TABLE owners (id INTEGER NOT NULL PRIMARY KEY);
        CREATE TABLE houses (id INTEGER NOT NULL PRIMARY KEY, owner INTEGER) ENGINE = MyISAM;",
    );
    let error = refused(&db, "", "");
    assert!(error.contains("houses is MyISAM"), "{error}");
    assert!(error.contains("ENGINE = InnoDB"), "{error}");
}

#[test]
fn a_table_that_refers_to_itself_and_two_foreign_keys_to_one_table_are_followed() {
    let Some(db) = database() else { return };
    db.apply(
        "CREATE TABLE categories (
            id INTEGER NOT NULL PRIMARY KEY,
            parent_id INTEGER REFERENCES categories (id) ON DELETE CASCADE
        );
        CREATE TABLE transfers (
            id INTEGER NOT NULL PRIMARY KEY,
            from_id INTEGER REFERENCES categories (id) ON DELETE SET NULL,
            to_id INTEGER REFERENCES categories (id) ON DELETE CASCADE
        );
        INSERT INTO categories VALUES (1, NULL), (2, 1), (3, NULL);
        INSERT INTO transfers VALUES (10, 1, 3), (11, 3, 2);",
    );
    let schema = include_str!("foreign_keys/categories.rs");
    let tables = parse::tables(schema, "schema.rs").unwrap();
    let declared = parse::foreign_key(schema, "schema.rs").unwrap();
    let up = plan(
        schema,
        "#[derive(Versioned)] #[diesel(table_name = categories)] struct Category;
        #[derive(Versioned)] #[diesel(table_name = transfers)] struct Transfer;",
        &parse::foreign_keys(&tables, &declared, &[]).unwrap(),
        Dialect::MySql,
        Baseline::Rows,
    );
    db.apply(&up.up_sql());
    let conn: &mut Conn = &mut db.connect();
    transaction(conn, &["DELETE FROM categories WHERE id = 1"]);
    assert_eq!(
        story(conn, "categories_version", &["id"], "id = 2"),
        ["insert 2", "delete 2"]
    );
    assert_eq!(
        story(conn, "transfers_version", &["id", "from_id"], "true"),
        [
            "insert 10, 1",
            "insert 11, 3",
            "update 10, NULL",
            "delete 11, 3"
        ]
    );
    assert_sound(conn);
}

#[test]
fn a_table_without_a_history_that_loses_rows_by_a_foreign_key_ends_the_migration() {
    let Some(db) = database() else { return };
    db.apply(
        "CREATE TABLE owners (id INTEGER NOT NULL PRIMARY KEY);
        CREATE TABLE houses (
            id INTEGER NOT NULL PRIMARY KEY,
            owner INTEGER,
            CONSTRAINT of_owner FOREIGN KEY (owner) REFERENCES owners (id) ON DELETE CASCADE
        );
        CREATE TABLE rooms (
            id INTEGER NOT NULL PRIMARY KEY,
            house INTEGER,
            CONSTRAINT of_house FOREIGN KEY (house) REFERENCES houses (id) ON DELETE SET NULL
        );",
    );
    let schema = "diesel::table! { houses (id) { id -> Integer, owner -> Nullable<Integer> } }
        diesel::table! { rooms (id) { id -> Integer, house -> Nullable<Integer> } }";
    let [house, room] = ["houses", "rooms"].map(|table| {
        format!("#[derive(Versioned)] #[diesel(table_name = {table})] struct {table};")
    });
    let foreign_keys = db.foreign_keys();
    let up = |models: &str| {
        plan(
            schema,
            models,
            &foreign_keys,
            Dialect::MySql,
            Baseline::Rows,
        )
        .up_sql()
    };
    let error = db.connect().batch_execute(&up(&room)).unwrap_err();
    assert!(error.to_string().contains("of_owner"), "{error}");
    assert!(error.to_string().contains("houses"), "{error}");

    db.apply(&up(&(house + &room)));
    let conn: &mut Conn = &mut db.connect();
    transaction(
        conn,
        &[
            "INSERT INTO owners VALUES (1)",
            "INSERT INTO houses VALUES (1, 1)",
            "INSERT INTO rooms VALUES (1, 1)",
        ],
    );
    transaction(conn, &["DELETE FROM owners"]);
    assert_eq!(
        story(conn, "rooms_version", &["house"], "1 = 1"),
        ["insert 1", "update NULL"]
    );
    assert_sound(conn);
}

/// The first child was changed by a transaction that began to record later, so this one takes a fresh id
/// while it follows the foreign key, and with it what it has recorded of the second child.
#[test]
fn all_children_are_followed_by_a_transaction_that_was_overtaken() {
    for options in STRATEGIES {
        let Some(db) = database() else { return };
        let conn: &mut Conn = &mut keep(
            &db,
            "CREATE TABLE owners (id INTEGER NOT NULL PRIMARY KEY);
            CREATE TABLE houses (
                id INTEGER NOT NULL PRIMARY KEY,
                owner INTEGER REFERENCES owners (id) ON DELETE CASCADE,
                rooms INTEGER
            );
            INSERT INTO owners VALUES (1);
            INSERT INTO houses VALUES (10, 1, 5), (20, 1, 5);",
            &[(
                "houses (id) { id -> Integer, owner -> Nullable<Integer>, rooms -> Nullable<Integer> }",
                options,
            )],
        );
        let mut other = db.connect();
        conn.versioned_transaction(ChangeInfo::new(), |conn| {
            conn.batch_execute("UPDATE houses SET rooms = 6 WHERE id = 20")?;
            transaction(&mut other, &["UPDATE houses SET rooms = 7 WHERE id = 10"]);
            conn.batch_execute("DELETE FROM owners")
        })
        .unwrap();
        assert_eq!(
            story(conn, "houses_version", &["id", "rooms"], "1 = 1"),
            [
                "insert 10, 5",
                "insert 20, 5",
                "update 10, 7",
                "delete 10, 7",
                "delete 20, 6"
            ]
        );
        assert_sound(conn);
    }
}

#[test]
fn a_key_that_is_spelled_anew_is_followed() {
    for options in STRATEGIES {
        let Some(db) = database() else { return };
        let conn: &mut Conn = &mut keep(
            &db,
            "CREATE TABLE owners (name VARCHAR(9) COLLATE utf8mb4_general_ci NOT NULL PRIMARY KEY);
            CREATE TABLE houses (
                id INTEGER NOT NULL PRIMARY KEY,
                owner VARCHAR(9) COLLATE utf8mb4_general_ci,
                FOREIGN KEY (owner) REFERENCES owners (name) ON UPDATE CASCADE ON DELETE SET NULL
            );
            INSERT INTO owners VALUES ('ann');
            INSERT INTO houses VALUES (1, 'ann');",
            &[(
                "houses (id) { id -> Integer, owner -> Nullable<Text> }",
                options,
            )],
        );
        transaction(conn, &["UPDATE owners SET name = 'Ann'"]);
        transaction(conn, &["DELETE FROM owners"]);
        assert_eq!(
            story(conn, "houses_version", &["owner"], "1 = 1"),
            ["insert ann", "update Ann", "update NULL"]
        );
        assert_sound(conn);
    }
}

/// MySQL runs a procedure in the mode in which it was created.
#[test]
fn what_is_followed_is_recorded_whatever_the_mode_of_the_migration() {
    let Some(db) = database() else { return };
    let permissive = "SET SESSION sql_mode = '';";
    db.apply(&format!(
        "{permissive}
        CREATE TABLE owners (id INTEGER NOT NULL PRIMARY KEY);
        CREATE TABLE houses (
            id INTEGER NOT NULL PRIMARY KEY,
            owner INTEGER,
            built DATE NOT NULL,
            FOREIGN KEY (owner) REFERENCES owners (id) ON DELETE SET NULL
        );
        INSERT INTO owners VALUES (1), (2);
        INSERT INTO houses VALUES (1, 1, '0000-00-00');"
    ));
    let up = plan(
        "diesel::table! { houses (id) { id -> Integer, owner -> Nullable<Integer>, built -> Date } }",
        "#[derive(Versioned)] #[diesel(table_name = houses)] struct House;",
        &db.foreign_keys(),
        Dialect::MySql,
        Baseline::Rows,
    )
    .up_sql();
    let strict = "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE';\n";
    db.apply(&format!("{strict}{up}"));
    let conn: &mut Conn = &mut db.connect();
    conn.batch_execute(permissive).unwrap();
    transaction(conn, &["INSERT INTO houses VALUES (2, 2, '0000-00-00')"]);
    conn.batch_execute(strict).unwrap();
    transaction(conn, &["DELETE FROM owners"]);
    assert_eq!(
        story(conn, "houses_version", &["id", "owner", "built"], "1 = 1"),
        [
            "insert 1, 1, 0000-00-00",
            "insert 2, 2, 0000-00-00",
            "update 1, NULL, 0000-00-00",
            "update 2, NULL, 0000-00-00"
        ]
    );
    assert_sound(conn);
}

#[test]
fn all_children_are_followed_however_few_rows_a_session_selects() {
    for options in STRATEGIES {
        let Some(db) = database() else { return };
        let conn: &mut Conn = &mut keep(
            &db,
            "CREATE TABLE owners (id INTEGER NOT NULL PRIMARY KEY);
            CREATE TABLE houses (
                id INTEGER NOT NULL PRIMARY KEY,
                owner INTEGER REFERENCES owners (id) ON DELETE SET NULL,
                secret INTEGER
            );
            INSERT INTO owners VALUES (1);
            INSERT INTO houses VALUES (1, 1, 1), (2, 1, NULL), (3, 1, 3);",
            &[(
                "houses (id) { id -> Integer, owner -> Nullable<Integer>, secret -> Nullable<Integer> }",
                &format!("hidden(secret), {options}"),
            )],
        );
        conn.batch_execute("SET SESSION sql_select_limit = 1")
            .unwrap();
        transaction(conn, &["DELETE FROM owners"]);
        conn.batch_execute("SET SESSION sql_select_limit = DEFAULT")
            .unwrap();
        // Nor has a foreign key changed what is hidden.
        assert_eq!(
            story(
                conn,
                "houses_version",
                &["id", "owner", "secret_mod"],
                "operation_type = 1"
            ),
            [
                "update 1, NULL, 0",
                "update 2, NULL, 0",
                "update 3, NULL, 0"
            ]
        );
        assert_sound(conn);
        transaction(
            conn,
            &[
                "INSERT INTO owners VALUES (2)",
                "UPDATE houses SET owner = 2",
            ],
        );
        let before = count(conn, "houses_version");
        transaction(
            conn,
            &[
                "DELETE FROM owners",
                "INSERT INTO owners VALUES (2)",
                "UPDATE houses SET owner = 2",
            ],
        );
        assert_eq!(count(conn, "houses_version"), before);
    }
}
