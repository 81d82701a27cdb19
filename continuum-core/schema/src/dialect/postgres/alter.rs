//! The columns of a version table that follows its table.

use crate::evolution::{self, Columns};
use crate::model::Column;
use crate::names::{self, END_TRANSACTION_ID, TRANSACTION_ID};
use crate::versioned::{Strategy, VersionedTable};
use crate::write::{self, fill, ident, list, literal};

use super::values::Values;

macro_rules! sql {
    ($file:literal) => {
        include_str!(concat!("../sql/postgres/", $file, ".sql"))
    };
}

/// The statements and their undo; both empty where no column changes. The triggers are away.
pub(super) fn columns(before: &VersionedTable, after: &VersionedTable) -> (String, String) {
    evolution::script(before, after, &Alter(after))
}

struct Alter<'a>(&'a VersionedTable);

impl Columns for Alter<'_> {
    fn add_values(&self, column: &Column) -> String {
        self.add(column, &self.newest_values(column, ""))
    }

    /// Where somebody has dropped it, it is made again.
    fn resume_values(&self, column: &Column, strict: bool) -> String {
        let name = ident(&column.name);
        if column.sql_type.is_nullable() {
            return if strict {
                self.add(column, "")
            } else {
                String::new()
            };
        }
        let known = fill(
            sql!("known_values"),
            &[
                ("version", &self.version()),
                ("column", &name),
                ("key", &list(self.0.key(), ", ", |key| ident(&key.name))),
                ("p_key_is_q", &self.same_key("p", "q")),
                ("v_key_is_q", &self.same_key("v", "q")),
            ],
        );
        let newest = self.newest_values(column, &format!(" AND v.{name} IS NULL"));
        // Rows that came meanwhile are known by what they are.
        let unknown = known.clone() + &newest + &known;
        match strict {
            true => self.add(column, &unknown),
            false => unknown,
        }
    }

    fn retire_values(&self, column: &Column) -> String {
        if column.sql_type.is_nullable() {
            return String::new();
        }
        self.alter(&format!(
            "ALTER COLUMN {} DROP NOT NULL",
            ident(&column.name)
        ))
    }

    fn add_flag(&self, flag: &str) -> String {
        let add = format!(
            "ADD COLUMN IF NOT EXISTS {} boolean NOT NULL DEFAULT false",
            ident(flag)
        );
        self.alter(&add) + &self.alter(&format!("ALTER COLUMN {} DROP DEFAULT", ident(flag)))
    }

    /// Where somebody has dropped it, it is made again.
    fn resume_flag(&self, flag: &str) -> String {
        self.add_flag(flag)
    }

    fn retire_flag(&self, flag: &str) -> String {
        self.alter(&format!("ALTER COLUMN {} SET DEFAULT false", ident(flag)))
    }

    fn tell_flags(&self, columns: &[&Column], only_unset: bool) -> String {
        let values = Values::new(self.0);
        let tell = |columns: &[&Column], condition: &str| {
            format!("{TELL_FLAGS}{}", values.flag(columns, condition))
        };
        if !only_unset {
            return tell(columns, "true");
        }
        list(columns, "", |column| {
            let flag = ident(&names::mod_column(&column.name));
            tell(&[column], &format!("NOT own.{flag}"))
        })
    }

    fn catch_up(&self, now: &VersionedTable, columns: &[&Column]) -> String {
        let values = Values::new(now);
        let differs = |column: &Column| {
            let name = ident(&column.name);
            format!("ROW(v.{name})::record *<> ROW(r.{name})::record")
        };
        let (close, newest) = match now.strategy {
            Strategy::Validity => (
                format!("\n{}", sql!("validity/catch_up_close").trim_end()),
                "v.end_transaction_id = resumed".to_owned(),
            ),
            Strategy::Subquery => (String::new(), "{stale}".to_owned()),
        };
        let stale = format!(
            "v.operation_type <> 2 AND {} AND ({})",
            self.newest(),
            list(columns, " OR ", |c| differs(c))
        );
        let template = sql!("catch_up")
            .replace("{close}", &close)
            .replace("{is_caught_up}", &newest);
        let own = [
            ("reason", literal(&evolution::caught_up(now, columns))),
            ("stale", stale),
            ("changed", evolution::said_by_flags(now, columns, differs)),
        ];
        let own = own.each_ref().map(|(name, value)| (*name, value.as_str()));
        values.fill(&template, &own)
    }

    fn drop(&self, name: &str, _: Option<&str>) -> String {
        self.alter(&format!("DROP COLUMN {}", ident(name)))
    }

    fn rename(&self, from: &str, to: &str) -> String {
        fill(
            sql!("rename_column"),
            &[
                ("version", &self.version()),
                ("version_name", &literal(&self.version())),
                ("from", &ident(from)),
                ("from_name", &literal(from)),
                ("to", &ident(to)),
            ],
        )
    }
}

const TELL_FLAGS: &str =
    "-- Versions that are there get what comparing each with the one before it says.\n";

impl Alter<'_> {
    fn version(&self) -> String {
        write::table(&self.0.version_table)
    }

    fn alter(&self, what: &str) -> String {
        format!("ALTER TABLE {} {what};\n", self.version())
    }

    fn same_key(&self, left: &str, right: &str) -> String {
        list(self.0.key(), " AND ", |key| {
            format!("{left}.{0} = {right}.{0}", ident(&key.name))
        })
    }

    fn newest(&self) -> String {
        match self.0.strategy {
            Strategy::Validity => format!("v.{END_TRANSACTION_ID} IS NULL"),
            Strategy::Subquery => format!(
                "NOT EXISTS (SELECT FROM {} q WHERE {} AND q.{TRANSACTION_ID} > v.{TRANSACTION_ID})",
                self.version(),
                self.same_key("v", "q")
            ),
        }
    }

    fn newest_values(&self, column: &Column, and_unknown: &str) -> String {
        fill(
            sql!("newest_values"),
            &[
                ("version", &self.version()),
                ("table", &write::table(&self.0.table.name)),
                ("column", &ident(&column.name)),
                ("v_key_is_r", &self.same_key("v", "r")),
                ("newest", &self.newest()),
                ("and_unknown", and_unknown),
            ],
        )
    }

    /// With the exact type, which only the database knows; `values` is what tells what it was.
    fn add(&self, column: &Column, values: &str) -> String {
        let (version, table) = (self.version(), write::table(&self.0.table.name));
        let required = !column.sql_type.is_nullable();
        fill(
            sql!("add_column"),
            &[
                ("version", &version),
                ("version_name", &literal(&version)),
                ("table_name", &literal(&table)),
                ("column", &ident(&column.name)),
                ("column_name", &literal(&column.name)),
                ("required", if required { "true" } else { "false" }),
                ("values", values.trim_end()),
            ],
        )
    }
}
