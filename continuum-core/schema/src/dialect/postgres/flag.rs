//! Flags that say what a comparison with the version before says.

use super::values::Values;
use crate::model::Column;
use crate::names;
use crate::write::{ident, list};

impl Values<'_> {
    /// The statement that sets the flags of these columns, in the versions `own` for which the
    /// condition holds; none where there are no such columns.
    pub(super) fn flag(&self, columns: &[&Column], condition: &str) -> String {
        if columns.is_empty() {
            return String::new();
        }
        let each = |separator, write: &dyn Fn(&str, &str) -> String| {
            list(columns, separator, |column| {
                let flag = ident(&names::mod_column(&column.name));
                write(&ident(&column.name), &flag)
            })
        };
        let said = each(",\n", &|name, flag| {
            format!(
                "CASE own.operation_type WHEN 0 THEN own.{name} IS NOT NULL \
                 WHEN 1 THEN ROW(previous.{name})::record *<> ROW(own.{name})::record \
                 ELSE true END AS {flag}"
            )
        });
        let flags = |row: &str| each(", ", &|_, flag| format!("{row}.{flag}"));
        self.fill(
            include_str!("../sql/postgres/flag.sql"),
            &[
                (
                    "take_said",
                    &each(", ", &|_, flag| format!("{flag} = own.{flag}")),
                ),
                ("said", &said),
                ("condition", condition),
                ("v_flags", &flags("v")),
                ("own_flags", &flags("own")),
            ],
        )
    }
}
