//! The values of the placeholders of one table's templates.

use crate::dialect::Dialect;
use crate::model::Column;
use crate::names;
use crate::versioned::{Strategy, Tracking, VersionedTable};
use crate::write::{self, fill, ident, list, literal};

macro_rules! sql {
    ($file:literal) => {
        include_str!(concat!("../sql/postgres/", $file, ".sql"))
    };
}

/// The values of the placeholders that the templates of one table share.
pub(super) struct Values<'a> {
    pub(super) table: &'a VersionedTable,
    shared: Vec<(&'static str, String)>,
}

impl<'a> Values<'a> {
    pub(super) fn new(table: &'a VersionedTable) -> Self {
        let of =
            |alias: &'static str| move |column: &Column| format!("{alias}.{}", ident(&column.name));
        let tracked = |alias| list(table.tracked(), ", ", of(alias));
        let watched = |alias| list(table.tracked().chain(table.hidden()), ", ", of(alias));
        let keys_equal = |left: &'static str, right: &'static str| {
            list(table.key(), " AND ", |column| {
                format!("{} = {}", of(left)(column), of(right)(column))
            })
        };
        let missing = |alias| match table.key().next() {
            Some(column) => format!("{} IS NULL", of(alias)(column)),
            None => String::new(),
        };
        let flag = |column: &Column| ident(&names::mod_column(&column.name));
        let each_flag = |write: &dyn Fn(&Column) -> String| {
            list(table.flagged(), "", |column| format!(", {}", write(column)))
        };
        // Those of hidden columns are put together of what the statements changed, because the values
        // are not kept. The others are what a comparison with the version before says, where there
        // were several statements: the settle function makes it, except of inserts.
        let hidden_or_tracked =
            |hidden: &dyn Fn(&Column) -> String, tracked: &dyn Fn(&Column) -> String| {
                each_flag(&|column| match table.tracking(&column.name) {
                    Some(Tracking::Hidden) => hidden(column),
                    _ => tracked(column),
                })
            };
        let function = |role: &str| {
            write::table(&names::object(
                Dialect::Postgres,
                &table.version_table,
                role,
            ))
        };
        let live = write::table(&table.table.name);
        let shared = vec![
            ("version", write::table(&table.version_table)),
            (
                "version_name",
                literal(&write::table(&table.version_table)),
            ),
            ("table_name", literal(&live)),
            ("table", live),
            ("settle", function("settle")),
            ("recheck", function("recheck")),
            ("columns", columns(table.tracked())),
            ("key", columns(table.key())),
            ("r_columns", tracked("r")),
            ("v_columns", tracked("v")),
            ("n_columns", tracked("n")),
            ("o_watched", watched("o")),
            ("n_watched", watched("n")),
            (
                "either_columns",
                list(table.tracked(), ", ", |column| {
                    format!(
                        "CASE WHEN {} THEN {} ELSE {} END AS {}",
                        missing("n"),
                        of("o")(column),
                        of("n")(column),
                        ident(&column.name)
                    )
                }),
            ),
            (
                "either_differs",
                list(table.hidden(), "", |column| {
                    let name = ident(&column.name);
                    format!(
                        ", {} OR ROW(o.{name})::record *<> ROW(n.{name})::record AS {}",
                        missing("n"),
                        flag(column)
                    )
                }),
            ),
            ("r_watched", watched("r")),
            ("r_key_is_own", keys_equal("r", "own")),
            (
                "take_now",
                list(table.tracked(), ",\n", |column| {
                    let name = ident(&column.name);
                    format!(
                        "{name} = CASE WHEN now.continuum_is THEN now.{name} ELSE own.{name} END"
                    )
                }),
            ),
            (
                "now_flags",
                list(table.hidden(), "", |column| {
                    format!(
                        ",\n{0} = CASE\n    \
                         WHEN now.continuum_is IS NULL THEN true\n    \
                         WHEN now.continuum_was THEN own.{0}\n    \
                         ELSE now.{1} IS NOT NULL\n\
                         END",
                        flag(column),
                        ident(&column.name)
                    )
                }),
            ),
            ("o_missing", missing("o")),
            ("n_missing", missing("n")),
            ("o_key_is_n", keys_equal("o", "n")),
            ("v_key_is_r", keys_equal("v", "r")),
            ("v_key_is_own", keys_equal("v", "own")),
            (
                "take_excluded",
                list(table.tracked(), ", ", |column| {
                    let name = ident(&column.name);
                    format!("{name} = EXCLUDED.{name}")
                }),
            ),
            (
                "take_excluded_unless_deleted",
                list(table.tracked(), ",\n", |column| {
                    let name = ident(&column.name);
                    format!(
                        "{name} = CASE v.operation_type WHEN 2 THEN v.{name} ELSE EXCLUDED.{name} END"
                    )
                }),
            ),
            ("flags", each_flag(&flag)),
            (
                "r_set",
                each_flag(&|column| format!("r.{} IS NOT NULL", ident(&column.name))),
            ),
            (
                "r_flags",
                each_flag(&|column| format!("r.{}", flag(column))),
            ),
            ("all_flags", each_flag(&|_| "true".to_owned())),
            (
                "n_differs",
                each_flag(&|column| {
                    let name = ident(&column.name);
                    format!(
                        "ROW(o.{name})::record *<> ROW(n.{name})::record AS {}",
                        flag(column)
                    )
                }),
            ),
            (
                "set_flags",
                hidden_or_tracked(
                    &|column| format!("{0} = v.operation_type > 0 OR EXCLUDED.{0}", flag(column)),
                    &|column| format!("{0} = EXCLUDED.{0}", flag(column)),
                ),
            ),
            (
                "or_flags",
                hidden_or_tracked(
                    &|column| format!("{0} = v.{0} OR EXCLUDED.{0}", flag(column)),
                    &|column| {
                        let name = ident(&column.name);
                        format!("{} = EXCLUDED.{name} IS NOT NULL", flag(column))
                    },
                ),
            ),
            // Of rows of which the settle function says what became of them.
            (
                "touched_flags",
                hidden_or_tracked(&|column| format!("r.{}", flag(column)), &|_| {
                    "true".to_owned()
                }),
            ),
            (
                "touched_again_flags",
                hidden_or_tracked(
                    &|column| format!("{0} = v.{0} OR EXCLUDED.{0}", flag(column)),
                    &|column| format!("{} = true", flag(column)),
                ),
            ),
            (
                "any_flag",
                list(table.hidden(), "", |column| {
                    format!(
                        ", bool_or({0}) OVER (PARTITION BY {1}) AS {0}",
                        flag(column),
                        columns(table.key())
                    )
                }),
            ),
            // An insert that follows what was there is out of order as well.
            (
                "own_undecided",
                "own.operation_type < -1 OR own.operation_type = -1 AND previous.operation_type <> 2"
                    .to_owned(),
            ),
            (
                "own_empty",
                format!(
                    "own.operation_type = -1\n    \
                     OR own.operation_type = 1 AND previous.operation_type <> 2{}\n    \
                     AND ROW({})::record *= ROW({})::record",
                    list(table.hidden(), "", |column| {
                        format!(" AND NOT own.{}", flag(column))
                    }),
                    tracked("own"),
                    tracked("previous")
                ),
            ),
            ("registered", registered(table)),
            (
                "baseline",
                format!(
                    "(SELECT t.baseline_transaction_id FROM continuum_table t WHERE {})",
                    registered(table)
                ),
            ),
        ];
        Self { table, shared }
    }

    /// Fills a template with those of the shared values that it has a place for, and with `own`.
    pub(super) fn fill(&self, template: &str, own: &[(&str, &str)]) -> String {
        let reopen = self.choose(sql!("validity/reopen"), "");
        let reopen = if reopen.is_empty() {
            String::new()
        } else {
            fill(
                reopen,
                &[("version", &write::table(&self.table.version_table))],
            )
        };
        let values: Vec<(&str, &str)> = self
            .shared
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .chain([("reopen", reopen.trim_end())])
            .filter(|(name, _)| own.iter().all(|(taken, _)| taken != name))
            .filter(|(name, _)| template.contains(&format!("{{{name}}}")))
            .chain(own.iter().copied())
            .collect();
        fill(template, &values)
    }

    pub(super) fn choose<'t>(&self, validity: &'t str, subquery: &'t str) -> &'t str {
        match self.table.strategy {
            Strategy::Validity => validity,
            Strategy::Subquery => subquery,
        }
    }
}

/// Their names, with commas.
pub(super) fn columns<'a>(columns: impl Iterator<Item = &'a Column>) -> String {
    list(columns, ", ", |column| ident(&column.name))
}

/// The condition that finds the history in the registry.
pub(super) fn registered(table: &VersionedTable) -> String {
    format!(
        "(schema_name = {} AND version_table = {})",
        match &table.table.name.schema {
            Some(schema) => literal(schema),
            None => "current_schema()".to_owned(),
        },
        literal(&table.version_table.name)
    )
}
