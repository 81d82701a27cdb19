//! The bodies of the trigger functions of one table.

use super::values::Values;
use crate::names::END_TRANSACTION_ID;
use crate::versioned::Strategy;
use crate::write::{self, ident, list};

macro_rules! sql {
    ($file:literal) => {
        include_str!(concat!("../sql/postgres/", $file, ".sql"))
    };
}

/// Whether rows are recorded in the order in which they changed.
#[derive(Clone, Copy)]
pub(super) enum Order {
    /// They are, as far as the trigger can tell.
    Checked,
    /// They are, and they are still there.
    Ahead,
}

impl Values<'_> {
    /// What a body begins with: what is seldom so is asked in one expression, because each that
    /// PL/pgSQL evaluates costs time in each transaction.
    ///
    /// A trigger of the application may change rows of the statement that fired it, and its own
    /// statements are recorded before that one.
    fn unusual(&self, order: Order) -> String {
        match order {
            Order::Checked => self
                .fill(sql!("unusual"), &[("off", sql!("off").trim_end())])
                .trim_end()
                .to_owned(),
            Order::Ahead => String::new(),
        }
    }

    /// Rows that were not there before.
    pub(super) fn appear(&self, rows: &str, order: Order) -> String {
        let first_change = match self.table.strategy {
            Strategy::Validity => String::new(),
            Strategy::Subquery => self.fill(sql!("subquery/first_insert"), &[("rows", rows)]),
        };
        self.appear_as(
            rows,
            first_change.trim_end(),
            &[
                ("unordered", "false"),
                ("unusual", &self.unusual(order)),
                (
                    "appears",
                    "CASE WHEN continuum.unordered THEN -2 ELSE 0 END",
                ),
                (
                    "appears_again",
                    "CASE WHEN continuum.unordered OR v.operation_type <> 2 THEN -2 ELSE 1 END",
                ),
                ("take", &self.fill("{take_excluded}", &[])),
                ("first_versions", ""),
                (
                    "recheck_again",
                    &self.fill(
                        "continuum.again := continuum.again || {recheck}(continuum.again);",
                        &[],
                    ),
                ),
            ],
        )
    }

    /// Rows that an UPDATE touched, whatever has become of them.
    fn touch(&self) -> String {
        let touched = self.fill(sql!("touched").trim_end(), &[]);
        let flags = self.fill("{touched_flags}", &[]);
        let flags_again = self.fill("{touched_again_flags}", &[]);
        let old_rows = self.fill(
            "(SELECT DISTINCT ON ({key}) o.* FROM old_rows o ORDER BY {key})",
            &[],
        );
        self.appear_as(
            &touched,
            "",
            &[
                ("unordered", "true"),
                ("unusual", ""),
                ("appears", "-3"),
                ("appears_again", "-2"),
                // What it was when it was deleted may be told before this.
                ("take", &self.fill("{take_excluded_unless_deleted}", &[])),
                ("recheck_again", ""),
                ("r_set", &flags),
                ("set_flags", &flags_again),
                ("first_versions", self.first_versions(&old_rows).trim_end()),
            ],
        )
    }

    fn appear_as(&self, rows: &str, first_change: &str, own: &[(&str, &str)]) -> String {
        let rows_are = ("rows", rows);
        match self.table.strategy {
            Strategy::Validity => {
                let open = ("v_open_of_rows", &*self.open_of(rows));
                self.fill(sql!("validity/appear"), &[own, &[rows_are, open]].concat())
            }
            Strategy::Subquery => {
                let overtaken = ("overtaken", &*self.overtaken(rows));
                let first_change = ("first_change", first_change);
                self.fill(
                    sql!("subquery/appear"),
                    &[own, &[rows_are, overtaken, first_change]].concat(),
                )
            }
        }
    }

    /// Rows that are no longer there.
    pub(super) fn vanish(&self, rows: &str, order: Order) -> String {
        let again = match order {
            Order::Ahead => "CASE WHEN v.operation_type <= 0 THEN -1 ELSE 2 END",
            Order::Checked => {
                "CASE\n    \
                 WHEN continuum.unordered OR v.operation_type = 2 THEN -2\n    \
                 WHEN v.operation_type = 1 THEN 2\n    \
                 ELSE -1\n\
                 END"
            }
        };
        let recheck = match order {
            Order::Ahead => String::new(),
            Order::Checked => self.fill(
                "continuum.again := continuum.again || {recheck}(continuum.written);",
                &[],
            ),
        };
        let first_versions = self.first_versions(rows);
        let own = [
            ("rows", rows),
            ("unusual", &self.unusual(order)),
            (
                "vanishes",
                "CASE WHEN continuum.unordered THEN -3 ELSE 2 END",
            ),
            ("vanishes_again", again),
            ("recheck_written", recheck.as_str()),
            ("first_versions", first_versions.trim_end()),
        ];
        match self.table.strategy {
            Strategy::Validity => {
                let open = ("v_open_of_rows", &*self.open_of(rows));
                self.fill(sql!("validity/vanish"), &[&own[..], &[open]].concat())
            }
            Strategy::Subquery => {
                let overtaken = ("overtaken", &*self.overtaken(rows));
                self.fill(sql!("subquery/vanish"), &[&own[..], &[overtaken]].concat())
            }
        }
    }

    /// Rows of an UPDATE.
    pub(super) fn change(&self) -> String {
        let first_versions = self.first_versions("old_rows");
        // Only flags need the old rows beside the new ones.
        let paired = if self.table.flagged().next().is_none() {
            "new_rows".to_owned()
        } else {
            self.fill(
                "(SELECT {n_columns}{n_differs} FROM old_rows o FULL JOIN new_rows n ON {o_key_is_n})",
                &[],
            )
        };
        let touch = self.touch();
        // With the validity strategy, the versions that are closed tell.
        let (baseline_complete, into_baseline_complete) = match self.table.strategy {
            Strategy::Validity => (String::new(), ""),
            Strategy::Subquery => (
                self.fill(
                    ",\n    (SELECT t.baseline_complete FROM continuum_table t WHERE {registered})",
                    &[],
                ),
                ", continuum.baseline_complete",
            ),
        };
        let compared = self.fill(
            sql!("compared"),
            &[
                ("baseline_complete", baseline_complete.as_str()),
                ("into_baseline_complete", into_baseline_complete),
            ],
        );
        let common = [
            ("compared", compared.trim_end()),
            ("unusual", &self.unusual(Order::Checked)),
            ("touch", touch.trim_end()),
            ("paired", paired.as_str()),
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
                    &[&common[..], &[("overtaken", overtaken.as_str())]].concat(),
                )
            }
        }
    }

    /// The condition that finds, by index, the open versions `v` of the keys of these rows.
    ///
    /// Not a join: the plan of a join is made for the number of rows of the first call, and kept.
    fn open_of(&self, rows: &str) -> String {
        let mut key = self.table.key();
        match (key.next(), key.next()) {
            // ANY would look into an array.
            (Some(column), None) if column.sql_type.element().is_none() => {
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
            .trim_end()
            .to_owned()
    }
}
