//! PostgreSQL: statement triggers with transition tables.
//!
//! The bodies of the trigger functions are built from three parts, each for a set of rows: rows
//! that appeared, rows that changed, rows that vanished. An INSERT is rows that appeared, an
//! UPDATE that changes keys is all three.

use crate::error::Result;
use crate::model::Column;
use crate::names::{self, END_TRANSACTION_ID, Limit, OPERATION_TYPE, TRANSACTION_ID};
use crate::plan::{Baseline, Step};
use crate::versioned::{Strategy, Tracking, VersionedTable};
use crate::write::{self, fill, ident, list, literal};

use super::Dialect;

/// NAMEDATALEN - 1, <https://www.postgresql.org/docs/current/limits.html>
pub(super) const IDENTIFIER_LIMIT: Limit = Limit::Bytes(63);

macro_rules! sql {
    ($file:literal) => {
        include_str!(concat!("sql/postgres/", $file, ".sql"))
    };
}

pub(super) fn create_log() -> Step {
    const FUNCTIONS: [&str; 6] = [
        "continuum_transaction_id()",
        "continuum_drawn_transaction_id()",
        "continuum_add_context(jsonb)",
        "continuum_overtaken()",
        "continuum_renew_transaction()",
        "continuum_forget_empty_transaction()",
    ];
    Step {
        comment: "The transaction log, and what all versioned tables share.".to_owned(),
        up: format!(
            "{}\n{}",
            sql!("log"),
            pin(&FUNCTIONS.map(str::to_owned), false)
        ),
        down: sql!("log_down").to_owned(),
    }
}

pub(super) fn create_version(table: &VersionedTable) -> Step {
    let version = write::table(&table.version_table);
    let mut alterations: Vec<String> = table
        .tracked()
        .filter(|column| !column.sql_type.is_nullable() || table.table.is_key(column))
        .map(|column| format!("ALTER COLUMN {} SET NOT NULL", ident(&column.name)))
        .collect();
    alterations.push(format!("ADD COLUMN {TRANSACTION_ID} bigint NOT NULL"));
    if table.strategy == Strategy::Validity {
        alterations.push(format!("ADD COLUMN {END_TRANSACTION_ID} bigint"));
    }
    alterations.push(format!("ADD COLUMN {OPERATION_TYPE} smallint NOT NULL"));
    alterations.extend(table.hidden().map(|column| {
        format!(
            "ADD COLUMN {} boolean NOT NULL",
            ident(&names::mod_column(&column.name))
        )
    }));
    alterations.push(format!(
        "ADD PRIMARY KEY ({}, {TRANSACTION_ID})",
        columns(table.key())
    ));

    let mut up = fill(
        sql!("shadow"),
        &[
            ("version", &version),
            ("columns", &columns(table.tracked())),
            ("table", &write::table(&table.table.name)),
            ("alterations", &alterations.join(",\n")),
        ],
    );
    let index =
        |role: &str| ident(&names::object(Dialect::Postgres, &table.version_table, role).name);
    if table.strategy == Strategy::Validity {
        up += &format!(
            "CREATE UNIQUE INDEX {} ON {version} ({})\n    WHERE {END_TRANSACTION_ID} IS NULL;\n",
            index("open"),
            columns(table.key())
        );
    }
    // BRIN: a B-tree on the transaction alone can attract the planner inside the triggers, and so
    // can end_transaction_id in this index, by its IS NULL.
    up += &format!(
        "CREATE INDEX {} ON {version} USING brin ({TRANSACTION_ID})\n    WITH (pages_per_range = 16, autosummarize = on);\n",
        index("transaction")
    );
    Step {
        comment: format!(
            "The history of {}: one row for each version of each row.",
            table.table.name
        ),
        up,
        down: format!("DROP TABLE {version};\n"),
    }
}

pub(super) fn create_triggers(table: &VersionedTable) -> Step {
    let values = Values::new(table);
    let role = |role: &str| names::object(Dialect::Postgres, &table.version_table, role);
    let function = |name: &str| write::table(&role(name));
    let trigger = |name: &str| ident(&role(name).name);
    let [settle, insert, update, delete, truncate] =
        ["settle", "insert", "update", "delete", "truncate"].map(function);
    let [on_insert, on_update, on_delete, on_truncate] =
        ["insert", "update", "delete", "truncate"].map(trigger);
    let live = write::table(&table.table.name);
    let objects = [
        ("settle", settle.as_str()),
        ("insert", &insert),
        ("update", &update),
        ("delete", &delete),
        ("truncate", &truncate),
        ("table", &live),
        ("insert_trigger", &on_insert),
        ("update_trigger", &on_update),
        ("delete_trigger", &on_delete),
        ("truncate_trigger", &on_truncate),
    ];
    let bodies = [
        ("insert_body", values.appear("new_rows")),
        ("update_body", values.change()),
        ("delete_body", values.vanish("old_rows")),
        (
            "truncate_body",
            format!("{}{}", sql!("truncate_guard"), values.vanish(&live)),
        ),
    ];
    let all: Vec<(&str, &str)> = objects
        .into_iter()
        .chain(bodies.iter().map(|(name, body)| (*name, body.trim_end())))
        .collect();
    let functions = [
        format!("{settle}(tid[])"),
        format!("{insert}()"),
        format!("{update}()"),
        format!("{delete}()"),
        format!("{truncate}()"),
    ];
    Step {
        comment: format!("Recording of {}.", table.table.name),
        up: format!(
            "{}\n{}",
            values.fill(sql!("triggers"), &all),
            pin(&functions, true)
        ),
        down: fill(sql!("triggers_down"), &objects),
    }
}

pub(super) fn start(tables: &[&VersionedTable], baseline: Baseline) -> Step {
    let entries = list(tables, ",\n", |table| {
        let schema = match &table.table.name.schema {
            Some(schema) => literal(schema),
            None => "NULL::text".to_owned(),
        };
        format!(
            "({schema}, {}, {}, {})",
            literal(&table.table.name.name),
            literal(&table.version_table.name),
            literal(table.strategy.as_str())
        )
    });
    let (reason, comment) = match baseline {
        Baseline::Rows => (
            "baseline: the rows that were there when their history began",
            "The history begins: the rows that are there get their first version.",
        ),
        Baseline::None => (
            "the history begins; rows that were there get their first version when they change",
            "The history begins; rows that are there get their first version when they change.",
        ),
    };
    let names = list(tables, ", ", |table| literal(&table.table.name.to_string()));
    let mut up = fill(
        sql!("start"),
        &[
            ("reason", &literal(reason)),
            (
                "meta",
                &format!("jsonb_build_object('baseline', jsonb_build_array({names}))"),
            ),
            ("tables", &entries),
            (
                "complete",
                match baseline {
                    Baseline::Rows => "true",
                    Baseline::None => "false",
                },
            ),
        ],
    );
    if baseline == Baseline::Rows {
        for table in tables {
            let live = write::table(&table.table.name);
            up += &Values::new(table).fill(sql!("baseline"), &[("table", &live)]);
        }
    }
    let registered = list(tables, "\n   OR ", |table| registered(table));
    Step {
        comment: comment.to_owned(),
        up,
        down: fill(sql!("start_down"), &[("tables", &registered)]),
    }
}

pub(super) fn alter_version(before: &VersionedTable, after: &VersionedTable) -> Result<Vec<Step>> {
    super::follow::refuse_what_cannot_be_followed(before, after)?;
    let version = write::table(&after.version_table);
    let mut up = Vec::new();
    let mut down = Vec::new();
    for column in &before.table.columns {
        let name = ident(&column.name);
        let is = after.tracking(&column.name);
        match (before.tracking(&column.name), is) {
            (Some(Tracking::Tracked), Some(Tracking::Tracked)) => {}
            (Some(Tracking::Tracked), _) if !column.sql_type.is_nullable() => {
                up.push(format!("ALTER COLUMN {name} DROP NOT NULL"));
            }
            (Some(Tracking::Hidden), was) if was != Some(Tracking::Hidden) => {
                up.push(format!(
                    "ALTER COLUMN {} SET DEFAULT false",
                    ident(&names::mod_column(&column.name))
                ));
                down.push(format!(
                    "ALTER COLUMN {} DROP DEFAULT",
                    ident(&names::mod_column(&column.name))
                ));
            }
            _ => {}
        }
    }
    let mut statements = String::new();
    if !up.is_empty() {
        statements += &format!("ALTER TABLE {version}\n    {};\n", up.join(",\n    "));
    }
    let mut undo = String::new();
    for column in &after.table.columns {
        let name = ident(&column.name);
        match (before.tracking(&column.name), after.tracking(&column.name)) {
            (Some(Tracking::Tracked), _) | (_, None | Some(Tracking::Excluded)) => {}
            (_, Some(Tracking::Tracked)) => {
                statements += &fill(
                    sql!("add_column"),
                    &[
                        ("version", &version),
                        ("version_name", &literal(&version)),
                        ("table_name", &literal(&write::table(&after.table.name))),
                        ("column", &name),
                        ("column_name", &literal(&column.name)),
                    ],
                );
                undo = format!("ALTER TABLE {version} DROP COLUMN {name};\n{undo}");
            }
            (Some(Tracking::Hidden), Some(Tracking::Hidden)) => {}
            (_, Some(Tracking::Hidden)) => {
                let flag = ident(&names::mod_column(&column.name));
                statements += &format!(
                    "ALTER TABLE {version} ADD COLUMN {flag} boolean NOT NULL DEFAULT false;\n\
                     ALTER TABLE {version} ALTER COLUMN {flag} DROP DEFAULT;\n"
                );
                undo = format!("ALTER TABLE {version} DROP COLUMN {flag};\n{undo}");
            }
        }
    }
    if !down.is_empty() {
        undo += &format!("ALTER TABLE {version}\n    {};\n", down.join(",\n    "));
    }
    let old = create_triggers(before);
    let new = create_triggers(after);
    Ok(vec![
        Step {
            comment: format!("Recording of {} as it was.", after.table.name),
            up: old.down,
            down: old.up,
        },
        Step {
            comment: format!("The history follows {}.", after.table.name),
            up: statements,
            down: undo,
        },
        new,
    ])
}

pub(super) fn stop(table: &VersionedTable) -> Step {
    let triggers = create_triggers(table);
    Step {
        comment: format!(
            "{} is no longer recorded; its history stays in {}.",
            table.table.name, table.version_table
        ),
        up: triggers.down,
        down: triggers.up,
    }
}

/// Functions that run as their owner must not find objects of the caller's before the real ones
/// (<https://www.postgresql.org/docs/current/sql-createfunction.html>, "Writing SECURITY DEFINER
/// Functions Safely"); those with queries on version tables must not keep a sequential scan that
/// was right while the table was small.
fn pin(functions: &[String], queries_versions: bool) -> String {
    let functions_list = list(functions, ",\n", |name| literal(name));
    let settings = if queries_versions {
        "SET search_path = %s, pg_temp SET enable_seqscan = off SET enable_mergejoin = off SET jit = off"
    } else {
        "SET search_path = %s, pg_temp"
    };
    fill(
        sql!("pin"),
        &[("functions", &functions_list), ("settings", settings)],
    )
}

fn columns<'a>(columns: impl Iterator<Item = &'a Column>) -> String {
    list(columns, ", ", |column| ident(&column.name))
}

fn registered(table: &VersionedTable) -> String {
    format!(
        "(schema_name = {} AND table_name = {})",
        match &table.table.name.schema {
            Some(schema) => literal(schema),
            None => "current_schema()".to_owned(),
        },
        literal(&table.table.name.name)
    )
}

/// The values of the placeholders that the templates of one table share.
struct Values<'a> {
    table: &'a VersionedTable,
    shared: Vec<(&'static str, String)>,
}

impl<'a> Values<'a> {
    fn new(table: &'a VersionedTable) -> Self {
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
    fn fill(&self, template: &str, own: &[(&str, &str)]) -> String {
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

    fn appear(&self, rows: &str) -> String {
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

    fn vanish(&self, rows: &str) -> String {
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

    fn change(&self) -> String {
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
