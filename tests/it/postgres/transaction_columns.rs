//! Columns of the application's own in the log, of types that only PostgreSQL has, and the rights that
//! they take.

use super::{database, run};
use crate::support::plan;
use continuum_core::continuum_transaction;
use continuum_core::prelude::*;
use continuum_schema::{Action, Baseline, Dialect, Histories, Plan};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use schema::transaction_columns::{code, labels, mood, owner, tenant};
use schema::{Mood, TransactionColumns};
use uuid::Uuid;

const SCHEMA: &str = include_str!("transaction_columns/schema.rs");

mod schema;

fn set_up() -> Option<crate::support::database::Database<super::Conn>> {
    let db = database()?;
    db.apply(
        "CREATE TYPE mood AS ENUM ('calm', 'the \"best\"');
        CREATE DOMAIN code AS varchar(3) CHECK (value <> 'bad');
        CREATE TABLE owners (id uuid PRIMARY KEY);
        INSERT INTO owners VALUES ('0195e6a3-7b1a-7c3e-9d2f-1a2b3c4d5e6f');
        CREATE TABLE pages (id integer PRIMARY KEY, title text);
        INSERT INTO pages VALUES (1, 'a');",
    );
    let tables = db.versioned_tables(SCHEMA, "#[derive(Versioned)] struct Page { id: i32 }");
    let log = plan::log(SCHEMA);
    let on_delete = log.columns[0].references.as_ref().map(|to| to.on_delete);
    assert_eq!(on_delete, Some(Action::Restrict));
    let wanted = Histories {
        tables: &tables,
        log: &log,
    };
    let plan = Plan::between_histories(None, wanted, Dialect::Postgres, Baseline::Rows).unwrap();
    db.apply(&plan.up_sql());
    Some(db)
}

const CHANGE: &str = "UPDATE pages SET title = title || 'x'";

#[test]
fn values_of_every_type_arrive_as_they_are() {
    let Some(db) = set_up() else { return };
    let conn = &mut db.connect();
    let id = Uuid::parse_str("0195e6a3-7b1a-7c3e-9d2f-1a2b3c4d5e6f").unwrap();
    let info = ChangeInfo::new()
        .set(owner, id)
        .set(tenant, Uuid::nil())
        .set(mood, Mood::Best)
        .set(labels, vec!["a,b".to_owned(), "{\"".to_owned()])
        .set(code, "abc");
    conn.versioned_transaction(info, |conn| conn.batch_execute(CHANGE))
        .unwrap();
    let said: TransactionColumns = continuum_transaction::table
        .filter(tenant.eq(Uuid::nil()))
        .select(TransactionColumns::as_select())
        .first(conn)
        .unwrap();
    let expected = TransactionColumns {
        owner: Some(id),
        tenant: Some(Uuid::nil()),
        mood: Some(Mood::Best),
        labels: Some(vec!["a,b".to_owned(), "{\"".to_owned()]),
        code: Some("abc".to_owned()),
    };
    assert_eq!(said, expected);
}

#[test]
fn a_value_that_the_type_refuses_fails_the_change_and_is_not_cut_off() {
    let Some(db) = set_up() else { return };
    let conn = &mut db.connect();
    for (value, why) in [("abcd", "too long"), ("bad", "violates check constraint")] {
        let info = ChangeInfo::new().set(code, value);
        let result = conn.versioned_transaction(info, |conn| conn.batch_execute(CHANGE));
        let error = result.unwrap_err().to_string();
        assert!(error.contains(why), "{error}");
    }
    let titles: Vec<Option<String>> = schema::pages::table
        .select(schema::pages::title)
        .load(conn)
        .unwrap();
    assert_eq!(titles, [Some("a".to_owned())]);
}

#[test]
fn a_role_without_rights_on_the_log_says_something_in_its_columns() {
    let Some(db) = set_up() else { return };
    let conn = &mut db.connect();
    let role = format!("continuum_app_{}", std::process::id());
    run(
        conn,
        &format!("CREATE ROLE {role}; GRANT SELECT, UPDATE ON pages TO {role}; SET ROLE {role}"),
    );
    let id = Uuid::parse_str("0195e6a3-7b1a-7c3e-9d2f-1a2b3c4d5e6f").unwrap();
    conn.versioned_transaction(ChangeInfo::new().set(owner, id), |conn| {
        conn.batch_execute(CHANGE)?;
        conn.versioned_transaction(ChangeInfo::new().set(code, "abc"), |conn| {
            conn.batch_execute(CHANGE)
        })
    })
    .unwrap();
    run(conn, "RESET ROLE");
    let said: TransactionColumns = continuum_transaction::table
        .order(continuum_transaction::id.desc())
        .select(TransactionColumns::as_select())
        .first(conn)
        .unwrap();
    assert_eq!((said.owner, said.code.as_deref()), (Some(id), Some("abc")));
    run(conn, &format!("DROP OWNED BY {role}; DROP ROLE {role}"));
    // `on delete restrict`
    conn.batch_execute("DELETE FROM owners").unwrap_err();
}
