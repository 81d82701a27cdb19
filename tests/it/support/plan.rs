//! From the text of schema.rs and of the models to a migration.

use continuum_schema::{Baseline, Dialect, Plan, VersionedTable, parse};

/// The tables of `schema` whose `models` derive `Versioned`.
pub fn versioned_tables(schema: &str, models: &str) -> Vec<VersionedTable> {
    let tables = parse::tables(schema, "schema.rs").unwrap();
    let models = parse::models(models, "models.rs").unwrap();
    parse::versioned_tables(&tables, &models).unwrap()
}

/// The first migration for them.
pub fn plan(schema: &str, models: &str, dialect: Dialect, baseline: Baseline) -> Plan {
    Plan::between(None, &versioned_tables(schema, models), dialect, baseline).unwrap()
}
