//! Flags that say what a comparison with the version before says.

use super::column;
use super::values::Values;
use crate::model::Column;
use crate::names;
use crate::write::{ident, list};

impl Values<'_> {
    /// The statement that sets the flags of these columns, without its condition.
    pub(super) fn flag(&self, columns: &[&Column]) -> String {
        let version = self.get("version");
        let flags = list(columns, ", ", |c| ident(&names::mod_column(&c.name)));
        let said = list(columns, ",\n", |c| {
            format!(
                "CASE {version}.operation_type WHEN 0 THEN {} IS NOT NULL WHEN 1 THEN {} ELSE true END",
                column::of(version, c),
                column::differs("p", version, c)
            )
        });
        let flag = self.fill_with(
            include_str!("../sql/sqlite/flag.sql"),
            &[("flag_names", &flags), ("said", &said)],
        );
        flag.trim_end().to_owned()
    }
}
