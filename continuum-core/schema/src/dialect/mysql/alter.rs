//! The columns of a version table that follows its table.

use super::column::{self, literal};
use super::flag;
use super::in_own_mode;
use super::once::{self, Part};
use super::values::Values;
use crate::evolution::{self, Columns};
use crate::model::Column;
use crate::names;
use crate::versioned::{Strategy, VersionedTable};
use crate::write::{backticked, list};

macro_rules! sql {
    ($file:literal) => {
        include_str!(concat!("../sql/mysql/", $file, ".sql"))
    };
}

/// The statements and their undo; both empty where no column changes. The triggers are away.
pub(super) fn columns(before: &VersionedTable, after: &VersionedTable) -> (String, String) {
    evolution::script(before, after, &Alter(after))
}

struct Alter<'a>(&'a VersionedTable);

impl Columns for Alter<'_> {
    /// With the exact type, which only the database knows.
    fn add_values(&self, column: &Column) -> String {
        // What takes NULL keeps that as its default: without, MySQL refuses a version that does not name the
        // column, which it does not when the table has lost it.
        if column.sql_type.is_nullable() {
            return self.filled(
                sql!("add_column"),
                column,
                &[("null_or_default", "' NULL'"), ("no_default", "")],
            ) + &self.filled(sql!("newest_values"), column, &[("and_unknown", "")]);
        }
        let no_default = format!(
            "\nALTER TABLE {} ALTER COLUMN {} DROP DEFAULT;",
            self.version(),
            backticked(&column.name)
        );
        let own = [
            ("null_or_default", sql!("not_null_default").trim_end()),
            ("no_default", no_default.as_str()),
        ];
        self.filled(sql!("default_value"), column, &[])
            + &self.filled(sql!("add_column"), column, &own)
            + &self.filled(sql!("newest_values"), column, &[("and_unknown", "")])
    }

    /// Where somebody has dropped it, it is made again.
    fn resume_values(&self, column: &Column, strict: bool) -> String {
        let own = [("null_or_default", "' NULL'"), ("no_default", "")];
        let there = self.filled(sql!("add_column"), column, &own);
        if column.sql_type.is_nullable() {
            return there;
        }
        let and_unknown = format!(" AND v.{} IS NULL", backticked(&column.name));
        let own = [("and_unknown", and_unknown.as_str())];
        let newest = self.filled(sql!("newest_values"), column, &own);
        let known = self.filled(sql!("known_values"), column, &[]);
        // Rows that came meanwhile are known by what they are.
        let unknown = known.clone() + &newest + &known;
        if !strict {
            return there + &unknown;
        }
        there
            + &unknown
            + &self.filled(sql!("default_values"), column, &[])
            + &self.filled(sql!("modify_column"), column, &[("null", "NOT NULL")])
    }

    fn retire_values(&self, column: &Column) -> String {
        if column.sql_type.is_nullable() {
            return String::new();
        }
        self.filled(sql!("modify_column"), column, &[("null", "NULL")])
    }

    fn add_flag(&self, flag: &str) -> String {
        let (table, name) = (self.version(), backticked(flag));
        let add = format!("ALTER TABLE {table} ADD COLUMN {name} BOOLEAN NOT NULL DEFAULT FALSE");
        once::make(Part::Column, &self.0.version_table.name, flag, &add)
            + &format!("ALTER TABLE {table} ALTER COLUMN {name} DROP DEFAULT;\n")
    }

    /// Where somebody has dropped it, it is made again.
    fn resume_flag(&self, flag: &str) -> String {
        self.add_flag(flag)
    }

    fn retire_flag(&self, flag: &str) -> String {
        format!(
            "ALTER TABLE {} ALTER COLUMN {} SET DEFAULT FALSE;\n",
            self.version(),
            backticked(flag)
        )
    }

    fn tell_flags(&self, columns: &[&Column], only_unset: bool) -> String {
        if !only_unset {
            return flag::all(self.0, columns, "TRUE");
        }
        list(columns, "", |column| {
            let name = backticked(&names::mod_column(&column.name));
            flag::all(self.0, &[column], &format!("NOT v.{name}"))
        })
    }

    fn catch_up(&self, now: &VersionedTable, columns: &[&Column]) -> String {
        let differs = |c: &Column| format!("NOT ({})", column::same("v", "r", c));
        let close = match now.strategy {
            Strategy::Validity => sql!("catch_up_close").trim_end(),
            Strategy::Subquery => "",
        };
        let template = sql!("catch_up").replace("{close}", close);
        let own = [
            ("reason", literal(&evolution::caught_up(now, columns))),
            ("stale", list(columns, " OR ", |c| differs(c))),
            ("changed", evolution::said_by_flags(now, columns, differs)),
        ];
        let own = own.each_ref().map(|(name, value)| (*name, value.as_str()));
        in_own_mode(&Values::new(now).fill_with(&template, &own))
    }

    fn drop(&self, name: &str, set_aside: Option<&str>) -> String {
        let version = &self.0.version_table.name;
        let drop = format!(
            "ALTER TABLE {} DROP COLUMN {}",
            self.version(),
            backticked(name)
        );
        match set_aside {
            None => once::drop(Part::Column, version, name, &drop),
            Some(aside) => once::beside(version, name, "EXISTS", aside, &drop),
        }
    }

    fn rename(&self, from: &str, to: &str) -> String {
        let rename = format!(
            "ALTER TABLE {} RENAME COLUMN {} TO {}",
            self.version(),
            backticked(from),
            backticked(to)
        );
        once::beside(&self.0.version_table.name, from, "NOT EXISTS", to, &rename)
    }
}

impl Alter<'_> {
    fn version(&self) -> String {
        backticked(&self.0.version_table.name)
    }

    fn filled(&self, template: &str, column: &Column, own: &[(&str, &str)]) -> String {
        let name = backticked(&column.name);
        let column_name = literal(&column.name);
        let version_literal = literal(&self.version());
        let column_literal = literal(&name);
        let all = [
            ("column", name.as_str()),
            ("column_name", &column_name),
            ("column_literal", &column_literal),
            ("version_literal", &version_literal),
        ];
        let used: Vec<_> = all
            .into_iter()
            .filter(|(name, _)| template.contains(&format!("{{{name}}}")))
            .chain(own.iter().copied())
            .collect();
        Values::new(self.0).fill_with(template, &used)
    }
}
