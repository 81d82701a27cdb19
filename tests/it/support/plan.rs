//! From the text of schema.rs and of the models to a migration.

use continuum_schema::{
    Baseline, Dialect, ForeignKey, Histories, Log, Plan, VersionedTable, parse,
};

/// The tables of `schema` whose `models` derive `Versioned`.
pub fn versioned_tables(schema: &str, models: &str) -> Vec<VersionedTable> {
    let tables = parse::tables(schema, "schema.rs").unwrap();
    let models = parse::models(models, "models.rs").unwrap();
    parse::versioned_tables(&tables, &models).unwrap()
}

/// The log with the columns that `transaction_columns!` declares in `schema`.
pub fn log(schema: &str) -> Log {
    let tables = parse::tables(schema, "schema.rs").unwrap();
    let declared = parse::transaction_columns(schema, "schema.rs").unwrap();
    Log {
        columns: parse::log_columns(&tables, &declared).unwrap(),
        ..Log::default()
    }
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
    let wanted = Histories {
        tables: &tables,
        log: &log(schema),
    };
    Plan::between_histories(None, wanted, dialect, baseline).unwrap()
}
