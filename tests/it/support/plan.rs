//! From the text of schema.rs and of the models to a migration.

use continuum_schema::{Baseline, Dialect, ForeignKey, Plan, VersionedTable, parse};

/// The tables of `schema` whose `models` derive `Versioned`.
pub fn versioned_tables(schema: &str, models: &str) -> Vec<VersionedTable> {
    let tables = parse::tables(schema, "schema.rs").unwrap();
    let models = parse::models(models, "models.rs").unwrap();
    parse::versioned_tables(&tables, &models).unwrap()
}

/// The first migration for them.
pub fn plan(
    schema: &str,
    models: &str,
    foreign_keys: &[ForeignKey],
    dialect: Dialect,
    baseline: Baseline,
) -> Plan {
    let tables: Vec<_> = versioned_tables(schema, models)
        .into_iter()
        .map(|table| table.with_foreign_keys(foreign_keys, dialect))
        .collect();
    Plan::between(None, &tables, dialect, baseline).unwrap()
}
