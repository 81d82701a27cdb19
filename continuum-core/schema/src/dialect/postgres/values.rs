//! The values of the placeholders of one table's templates.

use crate::dialect::Dialect;
use crate::model::Column;
use crate::names::{self, END_TRANSACTION_ID};
use crate::versioned::{Strategy, VersionedTable};
use crate::write::{self, fill, ident, list, literal};

macro_rules! sql {
    ($file:literal) => {
        include_str!(concat!("../sql/postgres/", $file, ".sql"))
    };
}

/// The values of the placeholders that the templates of one table share.
pub(super) struct Values<'a> {
    table: &'a VersionedTable,
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
            list(table.hidden(), "", |column| format!(", {}", write(column)))
        };
        let settle = names::object(Dialect::Postgres, &table.version_table, "settle");
        let shared = vec![
            ("version", write::table(&table.version_table)),
            ("settle", write::table(&settle)),
            ("columns", columns(table.tracked())),
            ("key", columns(table.key())),
            ("r_columns", tracked("r")),
            ("n_columns", tracked("n")),
            ("own_columns", tracked("own")),
            ("previous_columns", tracked("previous")),
            ("o_watched", watched("o")),
            ("n_watched", watched("n")),
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
                each_flag(&|column| {
                    format!("{0} = v.operation_type > 0 OR EXCLUDED.{0}", flag(column))
                }),
            ),
            (
                "or_flags",
                each_flag(&|column| format!("{0} = v.{0} OR EXCLUDED.{0}", flag(column))),
            ),
            (
                "and_own_unflagged",
                list(table.hidden(), "", |column| {
                    format!(" AND NOT own.{}", flag(column))
                }),
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

    fn choose<'t>(&self, validity: &'t str, subquery: &'t str) -> &'t str {
        match self.table.strategy {
            Strategy::Validity => validity,
            Strategy::Subquery => subquery,
        }
    }

    /// The condition that finds, by index, the open versions `v` of the keys of these rows.
    ///
    /// Not a join: the plan of a join is made for the number of rows of the first call, and kept.
    fn open_of(&self, rows: &str) -> String {
        let mut key = self.table.key();
        match (key.next(), key.next()) {
            (Some(column), None) => {
                let name = ident(&column.name);
                format!("v.{name} = ANY (ARRAY(SELECT r.{name} FROM {rows} r))")
            }
            _ => format!(
                "v.ctid = ANY (ARRAY(\n    SELECT (SELECT v.ctid FROM {} v\n            WHERE {} AND v.{END_TRANSACTION_ID} IS NULL)\n    FROM {rows} r))",
                write::table(&self.table.version_table),
                list(self.table.key(), " AND ", |column| {
                    let name = ident(&column.name);
                    format!("v.{name} = r.{name}")
                })
            ),
        }
    }

    fn first_versions(&self, rows: &str) -> String {
        let template = self.choose(
            sql!("validity/first_versions"),
            sql!("subquery/first_versions"),
        );
        self.fill(template, &[("rows", rows)])
    }

    fn overtaken(&self, rows: &str) -> String {
        self.fill(sql!("subquery/overtaken"), &[("rows", rows)])
    }

    pub(super) fn appear(&self, rows: &str) -> String {
        match self.table.strategy {
            Strategy::Validity => self.fill(
                sql!("validity/appear"),
                &[("rows", rows), ("v_open_of_rows", &self.open_of(rows))],
            ),
            Strategy::Subquery => self.fill(
                sql!("subquery/appear"),
                &[
                    ("rows", rows),
                    ("overtaken", self.overtaken(rows).trim_end()),
                ],
            ),
        }
    }

    pub(super) fn vanish(&self, rows: &str) -> String {
        let first_versions = self.first_versions(rows);
        let first_versions = ("first_versions", first_versions.trim_end());
        match self.table.strategy {
            Strategy::Validity => self.fill(
                sql!("validity/vanish"),
                &[
                    ("rows", rows),
                    ("v_open_of_rows", &self.open_of(rows)),
                    first_versions,
                ],
            ),
            Strategy::Subquery => self.fill(
                sql!("subquery/vanish"),
                &[
                    ("rows", rows),
                    ("overtaken", self.overtaken(rows).trim_end()),
                    first_versions,
                ],
            ),
        }
    }

    pub(super) fn change(&self) -> String {
        let rekeyed = |side: &str, missing: &str| {
            self.fill(
                &format!(
                    "(SELECT {side}.* FROM old_rows o FULL JOIN new_rows n ON {{o_key_is_n}} WHERE {{{missing}}})"
                ),
                &[],
            )
        };
        let vanish = self.vanish(&rekeyed("o", "n_missing"));
        let appear = self.appear(&rekeyed("n", "o_missing"));
        let first_versions = self.first_versions("old_rows");
        // Only the flags of hidden columns need the old rows beside the new ones.
        let paired = if self.table.hidden().next().is_none() {
            "new_rows".to_owned()
        } else {
            self.fill(
                "(SELECT {n_columns}{n_differs} FROM old_rows o FULL JOIN new_rows n ON {o_key_is_n})",
                &[],
            )
        };
        let common = [
            ("paired", paired.as_str()),
            ("vanish_rekeyed", vanish.trim_end()),
            ("appear_rekeyed", appear.trim_end()),
            ("first_versions", first_versions.trim_end()),
        ];
        match self.table.strategy {
            Strategy::Validity => {
                let open = self.open_of("changed");
                let open_new = self.open_of("new_rows");
                self.fill(
                    sql!("validity/change"),
                    &[
                        &common[..],
                        &[("v_open_of_changed", &open), ("v_open_of_new", &open_new)],
                    ]
                    .concat(),
                )
            }
            Strategy::Subquery => {
                let overtaken = self.overtaken("new_rows");
                self.fill(
                    sql!("subquery/change"),
                    &[&common[..], &[("overtaken", overtaken.trim_end())]].concat(),
                )
            }
        }
    }
}

/// Their names, with commas.
pub(super) fn columns<'a>(columns: impl Iterator<Item = &'a Column>) -> String {
    list(columns, ", ", |column| ident(&column.name))
}

/// The condition that finds the table in the registry.
pub(super) fn registered(table: &VersionedTable) -> String {
    format!(
        "(schema_name = {} AND table_name = {})",
        match &table.table.name.schema {
            Some(schema) => literal(schema),
            None => "current_schema()".to_owned(),
        },
        literal(&table.table.name.name)
    )
}
