//! A database of a test's own, whatever the engine.

use super::plan::{plan, versioned_tables};
use continuum_schema::{Baseline, Dialect, ForeignKey, Plan, VersionedTable};
use diesel::Connection;
use std::env;

/// An engine, by the type of Diesel's connection to it.
pub trait Engine: Connection {
    /// The engine.
    const DIALECT: Dialect;
    /// A database on it, which goes when it is dropped.
    type Storage;

    /// A new, empty database.
    fn create() -> Self::Storage;
    /// Where it is, as `DATABASE_URL` says it.
    fn url(storage: &Self::Storage) -> String;
    /// A new connection to it.
    fn connect(storage: &Self::Storage) -> Self;
    /// The foreign keys in it, on engines where continuum has to know them.
    fn foreign_keys(_storage: &Self::Storage) -> Vec<ForeignKey> {
        Vec::new()
    }
}

/// A database of a test's own.
pub struct Database<C: Engine> {
    storage: C::Storage,
}

impl<C: Engine> Database<C> {
    /// A new one; `None`, and a line in the output, where the engine is not to be tested.
    pub fn fresh() -> Option<Self> {
        if !is_selected(C::DIALECT) {
            println!(
                "skipped: CONTINUUM_TEST_ENGINES does not name {}",
                C::DIALECT.as_str()
            );
            return None;
        }
        Some(Self::of(C::create()))
    }

    /// The one in this storage, which has nothing in it.
    pub fn of(storage: C::Storage) -> Self {
        Self { storage }
    }

    /// Where it is, as `DATABASE_URL` says it.
    pub fn url(&self) -> String {
        C::url(&self.storage)
    }

    /// A new connection.
    pub fn connect(&self) -> C {
        C::connect(&self.storage)
    }

    /// Runs a script as Diesel runs a migration: on a connection of its own, in a transaction.
    pub fn apply(&self, sql: &str) {
        self.connect()
            .transaction(|conn| conn.batch_execute(sql))
            .unwrap_or_else(|error| panic!("{error}, in:\n{sql}"));
    }

    /// Installs the history of the models that derive `Versioned`, with a baseline.
    pub fn install(&self, schema: &str, models: &str) {
        self.apply(&self.up_sql(schema, models));
    }

    /// The SQL with which `install` does.
    pub fn up_sql(&self, schema: &str, models: &str) -> String {
        self.plan(schema, models).up_sql()
    }

    /// Takes away what `install` of the same texts installed.
    pub fn uninstall(&self, schema: &str, models: &str) {
        self.apply(&self.plan(schema, models).down_sql());
    }

    /// The tables of these texts, with the foreign keys that continuum has to know.
    pub fn versioned_tables(&self, schema: &str, models: &str) -> Vec<VersionedTable> {
        let foreign_keys = self.foreign_keys();
        versioned_tables(schema, models)
            .into_iter()
            .map(|table| table.with_foreign_keys(&foreign_keys, C::DIALECT))
            .collect()
    }

    /// The foreign keys that continuum has to know.
    pub fn foreign_keys(&self) -> Vec<ForeignKey> {
        C::foreign_keys(&self.storage)
    }

    fn plan(&self, schema: &str, models: &str) -> Plan {
        let foreign_keys = self.foreign_keys();
        plan(schema, models, &foreign_keys, C::DIALECT, Baseline::Rows)
    }
}

fn is_selected(dialect: Dialect) -> bool {
    let Ok(engines) = env::var("CONTINUUM_TEST_ENGINES") else {
        return true;
    };
    engines
        .split(',')
        .map(|word| {
            Dialect::from_word(word.trim()).unwrap_or_else(|| {
                panic!("CONTINUUM_TEST_ENGINES names {word:?}, which is no engine of continuum's")
            })
        })
        .any(|selected| selected == dialect)
}
