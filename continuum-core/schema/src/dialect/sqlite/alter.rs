//! The columns of a version table that follows its table.

use super::column;
use super::values::Values;
use crate::evolution::{self, Columns};
use crate::model::{Column, SqlType};
use crate::names;
use crate::versioned::{Strategy, VersionedTable};
use crate::write::{fill, ident, list, literal};

macro_rules! sql {
    ($file:literal) => {
        include_str!(concat!("../sql/sqlite/", $file, ".sql"))
    };
}

/// The statements and their undo; both empty where no column changes. The triggers are away.
///
/// What SQLite cannot add at a column's place goes to the end. A table is never made anew: it may have
/// columns of earlier days that are not known here.
pub(super) fn columns(before: &VersionedTable, after: &VersionedTable) -> (String, String) {
    evolution::script(before, after, &Alter { before, after })
}

struct Alter<'a> {
    before: &'a VersionedTable,
    after: &'a VersionedTable,
}

impl Columns for Alter<'_> {
    fn add_values(&self, column: &Column) -> String {
        let definition = column::definition(&column.name, &column.sql_type, false);
        let own = [("definition", definition.as_str())];
        if column.sql_type.is_nullable() {
            return self.filled(sql!("add_column"), column, &own)
                + &self.filled(sql!("newest_values"), column, &[("and_unknown", "")]);
        }
        // What an excluded column was in the past, nobody knows; a new one had one value so far.
        let (or_live, live) = if self.before.table.column(&column.name).is_none() {
            (
                ", else what the row has now",
                format!(
                    ",\n(SELECT r.{} FROM {} AS r WHERE {})",
                    ident(&column.name),
                    ident(&self.after.table.name.name),
                    self.live_row()
                ),
            )
        } else {
            ("", String::new())
        };
        let own = [
            ("definition", definition.as_str()),
            ("dummy", dummy(column)),
            ("or_live", or_live),
            ("live", &live),
            ("default_value", &default_value(self.after, column)),
        ];
        self.filled(sql!("add_required_column"), column, &own)
    }

    fn resume_values(&self, column: &Column, strict: bool) -> String {
        if column.sql_type.is_nullable() {
            return String::new();
        }
        let and_unknown = format!(" AND {} IS NULL", ident(&column.name));
        let own = [("and_unknown", and_unknown.as_str())];
        let newest = self.filled(sql!("newest_values"), column, &own);
        let known = self.filled(sql!("known_values"), column, &[]);
        // Rows that came meanwhile are known by what they are.
        let unknown = known.clone() + &newest + &known;
        if !strict {
            return unknown;
        }
        let default_value = default_value(self.after, column);
        let own = [("default_value", default_value.as_str())];
        let definition = column::definition(&column.name, &column.sql_type, false);
        unknown
            + &self.filled(sql!("default_values"), column, &own)
            + &self.redefine(
                &column.name,
                &format!("{definition} DEFAULT {}", dummy(column)),
            )
    }

    fn retire_values(&self, column: &Column) -> String {
        if column.sql_type.is_nullable() {
            return String::new();
        }
        self.redefine(&column.name, &nullable_definition(column))
    }

    fn add_flag(&self, flag: &str) -> String {
        let definition = flag_definition(flag);
        format!("ALTER TABLE {} ADD COLUMN {definition};\n", self.version())
    }

    /// It has its default from when it was retired, or was made, and nothing uses it.
    fn resume_flag(&self, _: &str) -> String {
        String::new()
    }

    fn retire_flag(&self, flag: &str) -> String {
        self.redefine(flag, &flag_definition(flag))
    }

    fn tell_flags(&self, columns: &[&Column], only_unset: bool) -> String {
        let values = Values::new(self.after);
        let tell = |columns: &[&Column], condition: &str| {
            format!("{TELL_FLAGS}{}{condition};\n", values.flag(columns))
        };
        if !only_unset {
            return tell(columns, "");
        }
        list(columns, "", |column| {
            let flag = ident(&names::mod_column(&column.name));
            tell(&[column], &format!("\nWHERE NOT {flag}"))
        })
    }

    fn catch_up(&self, now: &VersionedTable, columns: &[&Column]) -> String {
        let values = Values::new(now);
        let same = |left, right| {
            list(now.key(), " AND ", |c| {
                format!("{} = {}", column::of(left, c), column::of(right, c))
            })
        };
        let differs = |c: &Column| column::differs("v", "r", c);
        let own = [
            ("reason", literal(&evolution::caught_up(now, columns))),
            ("r_key_is_v", same("r", "v")),
            ("q_key_is_v", same("q", "v")),
            ("stale", list(columns, " OR ", |c| differs(c))),
            ("changed", evolution::said_by_flags(now, columns, differs)),
        ];
        let own = own.each_ref().map(|(name, value)| (*name, value.as_str()));
        let template = values.choose(sql!("validity/catch_up"), sql!("subquery/catch_up"));
        values.fill_with(template, &own)
    }

    fn drop(&self, name: &str, _: Option<&str>) -> String {
        format!(
            "ALTER TABLE {} DROP COLUMN {};\n",
            self.version(),
            ident(name)
        )
    }

    fn rename(&self, from: &str, to: &str) -> String {
        format!(
            "ALTER TABLE {} RENAME COLUMN {} TO {};\n",
            self.version(),
            ident(from),
            ident(to)
        )
    }
}

impl Alter<'_> {
    fn version(&self) -> String {
        ident(&self.after.version_table.name)
    }

    fn redefine(&self, name: &str, definition: &str) -> String {
        fill(
            sql!("redefine_column"),
            &[
                ("version", &self.version()),
                ("column", &ident(name)),
                ("definition", definition),
            ],
        )
    }

    fn live_row(&self) -> String {
        let version = self.version();
        list(self.after.key(), " AND ", |c| {
            format!("r.{0} = {version}.{0}", ident(&c.name))
        })
    }

    fn filled(&self, template: &str, column: &Column, own: &[(&str, &str)]) -> String {
        let newest = match self.after.strategy {
            Strategy::Validity => "end_transaction_id IS NULL".to_owned(),
            Strategy::Subquery => format!(
                "NOT EXISTS (SELECT 1 FROM {0} AS q WHERE {1} AND q.transaction_id > {0}.transaction_id)",
                self.version(),
                Values::new(self.after).get("q_key_is_version")
            ),
        };
        let column = ident(&column.name);
        let live_row = self.live_row();
        let all = [
            ("column", column.as_str()),
            ("newest", &newest),
            ("r_key_is_version", &live_row),
        ];
        let used: Vec<_> = all
            .into_iter()
            .filter(|(name, _)| template.contains(&format!("{{{name}}}")))
            .chain(own.iter().copied())
            .collect();
        Values::new(self.after).fill_with(template, &used)
    }
}

const TELL_FLAGS: &str =
    "-- Versions that are there get what comparing each with the one before it says.\n";

/// The default of a column, where that is a plain text or number.
fn default_value(table: &VersionedTable, column: &Column) -> String {
    let sql = fill(
        sql!("default_value"),
        &[
            ("table_name", &literal(&table.table.name.name)),
            ("column_name", &literal(&column.name)),
        ],
    );
    sql.trim_end().to_owned()
}

fn nullable_definition(column: &Column) -> String {
    let sql_type = SqlType::new(
        &format!("Nullable<{}>", column.sql_type.tokens()),
        column.sql_type.max_length,
    );
    column::definition(&column.name, &sql_type, false)
}

/// With a default, which ADD COLUMN wants, and versions of before and after the column was hidden.
fn flag_definition(flag: &str) -> String {
    format!("{} BOOLEAN NOT NULL DEFAULT false", ident(flag))
}

fn dummy(column: &Column) -> &'static str {
    if column::is_untyped(column) {
        "x''"
    } else {
        "''"
    }
}
