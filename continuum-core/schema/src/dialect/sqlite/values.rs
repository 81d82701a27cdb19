//! The values of the placeholders in the templates of one table.

use super::{column, columns};
use crate::dialect::Dialect;
use crate::model::Column;
use crate::names;
use crate::versioned::{Strategy, Tracking, VersionedTable};
use crate::write::{fill, ident, list, literal};

/// Placeholders of triggers, and what the triggers are for.
const TRIGGERS: [(&str, &str); 7] = [
    ("insert_trigger", "insert"),
    ("update_trigger", "update"),
    ("rekey_trigger", "rekey"),
    ("delete_trigger", "delete"),
    ("follow_trigger", "follow"),
    ("settle_trigger", "settle"),
    ("flag_trigger", "flag"),
];

pub(super) struct Values<'a> {
    table: &'a VersionedTable,
    shared: Vec<(&'static str, String)>,
}

impl<'a> Values<'a> {
    pub(super) fn new(table: &'a VersionedTable) -> Self {
        let mut shared = rows(table);
        shared.extend(keys(table));
        shared.extend(changes(table));
        shared.extend(flags(table));
        shared.extend(registry(table));
        shared.extend(TRIGGERS.map(|(placeholder, role)| {
            let trigger = names::object(Dialect::Sqlite, &table.version_table, role);
            (placeholder, crate::write::table(&trigger))
        }));
        let first = ["first", "first_insert"]
            .map(|role| names::object(Dialect::Sqlite, &table.version_table, role));
        shared.push(("first_view", ident(&first[0].name)));
        shared.push(("first_trigger", crate::write::table(&first[1])));
        Self { table, shared }
    }

    /// Those that this table has.
    pub(super) fn triggers(&self) -> impl Iterator<Item = &str> {
        let has_flags = self.table.flagged_and_tracked().next().is_some();
        TRIGGERS
            .iter()
            .filter(move |(name, _)| has_flags || *name != "flag_trigger")
            .map(|(name, _)| self.get(name))
    }

    /// Fills a template with those of the values that it has a place for.
    pub(super) fn fill(&self, template: &str) -> String {
        self.fill_with(template, &[])
    }

    /// Fills a template with `own` values as well.
    pub(super) fn fill_with(&self, template: &str, own: &[(&str, &str)]) -> String {
        let values: Vec<(&str, &str)> = self
            .shared
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .filter(|(name, _)| own.iter().all(|(taken, _)| taken != name))
            .filter(|(name, _)| template.contains(&format!("{{{name}}}")))
            .chain(own.iter().copied())
            .collect();
        fill(template, &values)
    }

    pub(super) fn get(&self, name: &str) -> &str {
        self.shared
            .iter()
            .find(|(known, _)| *known == name)
            .map_or("", |(_, value)| value)
    }

    pub(super) fn choose<'t>(&self, validity: &'t str, subquery: &'t str) -> &'t str {
        match self.table.strategy {
            Strategy::Validity => validity,
            Strategy::Subquery => subquery,
        }
    }
}

type Named = (&'static str, String);

fn rows(table: &VersionedTable) -> Vec<Named> {
    let tracked = |row| list(table.tracked(), ", ", |c| column::of(row, c));
    vec![
        // Statements inside triggers find the tables of their own schema, and take no other.
        ("table", ident(&table.table.name.name)),
        ("version", ident(&table.version_table.name)),
        ("columns", columns(table.tracked())),
        ("new_columns", tracked("NEW")),
        ("old_columns", tracked("OLD")),
        ("r_columns", tracked("r")),
    ]
}

fn keys(table: &VersionedTable) -> Vec<Named> {
    let all = |write: &dyn Fn(&Column) -> String| list(table.key(), " AND ", write);
    let version = ident(&table.version_table.name);
    let same_as_version =
        |alias: &'static str| all(&|c| format!("{alias}.{0} = {version}.{0}", ident(&c.name)));
    let gone = all(&|c| column::same_in_table("OLD", c));
    let live = ident(&table.table.name.name);
    vec![
        ("key", columns(table.key())),
        ("key_is_new", key_is_new(table, "")),
        ("p_key_is_new", key_is_new(table, "p.")),
        (
            "key_is_old",
            all(&|c| column::same_in_version("", "OLD", c)),
        ),
        (
            "q_key_is_old",
            all(&|c| column::same_in_version("q.", "OLD", c)),
        ),
        (
            "q_key_is_appearing",
            all(&|c| column::same_in_version("q.", "NEW", c)),
        ),
        ("r_key_is_new", all(&|c| column::same_in_table("NEW", c))),
        ("p_key_is_version", same_as_version("p")),
        ("q_key_is_version", same_as_version("q")),
        (
            "p_key_is_q",
            all(&|c| format!("p.{0} = q.{0}", ident(&c.name))),
        ),
        (
            "old_is_gone",
            format!("NOT EXISTS (SELECT 1 FROM {live} AS r WHERE {gone})"),
        ),
        ("key_names", key_names(table)),
        ("key_kept", all(&|c| column::same_key("OLD", "NEW", c))),
        (
            "key_changed",
            list(table.key(), "\n    OR ", |c| {
                column::differs_as_key("OLD", "NEW", c)
            }),
        ),
        (
            "touch_key",
            list(table.key(), ", ", |c| {
                let name = ident(&c.name);
                format!("{name} = {name}")
            }),
        ),
    ]
}

/// The versions of the row that is there now.
fn key_is_new(table: &VersionedTable, alias: &str) -> String {
    list(table.key(), " AND ", |c| {
        format!("{alias}{} = {}", ident(&c.name), column::of("NEW", c))
    })
}

/// An INTEGER PRIMARY KEY can be changed by other names as well
/// (<https://www.sqlite.org/lang_createtable.html#rowid>).
fn key_names(table: &VersionedTable) -> String {
    let key = columns(table.key());
    if table.key().count() == 1 {
        format!("{key}, rowid, _rowid_, oid")
    } else {
        key
    }
}

fn changes(table: &VersionedTable) -> Vec<Named> {
    let is_key = |c: &Column| table.table.is_key(c);
    let tracked = table.tracked().filter_map(|c| {
        if is_key(c) {
            column::other_type("OLD", "NEW", c)
        } else {
            Some(column::differs("OLD", "NEW", c))
        }
    });
    let hidden = table.hidden().map(|c| column::differs("OLD", "NEW", c));
    let valued = || {
        table
            .tracked()
            .filter(|c| !is_key(c) || column::is_untyped(c))
    };
    vec![
        (
            "changed",
            list(tracked.chain(hidden), "\n    OR ", |condition| condition),
        ),
        (
            "and_p_is_new",
            list(valued(), "", |c| {
                format!("\n    AND {}", column::same_version("p", "NEW", c))
            }),
        ),
        (
            "take_excluded",
            list(valued(), "", |c| {
                let name = ident(&c.name);
                format!("{name} = excluded.{name},\n")
            }),
        ),
        ("refuse_null", refuse_null(table)),
        ("told_in_order", told_in_order(table)),
    ]
}

/// Whether the row is what the change at hand has made of it. If not, a trigger of the application's
/// has changed it again, and that was told first.
fn told_in_order(table: &VersionedTable) -> String {
    let key = table.key().map(|c| column::same_in_table("NEW", c));
    let is_other = |c: &&Column| !table.table.is_key(c) || column::is_untyped(c);
    let others = table.tracked().chain(table.hidden()).filter(is_other);
    let same = others.map(|c| column::same("r", "NEW", c));
    format!(
        "EXISTS (\n    SELECT 1 FROM {} AS r\n    WHERE {}\n)",
        ident(&table.table.name.name),
        list(key.chain(same), "\n        AND ", |condition| condition)
    )
}

/// SQLite lets the key of most tables be NULL. The version table does not, but under `INSERT OR
/// IGNORE` its refusal would be ignored, and the change go unrecorded.
fn refuse_null(table: &VersionedTable) -> String {
    let never_null: Vec<&Column> = table
        .tracked()
        .filter(|c| table.table.is_key(c) || !c.sql_type.is_nullable())
        .collect();
    let message = format!(
        "continuum: {}: the history takes no NULL in {}; declare what is never NULL as NOT NULL in \
         the table, and what can be NULL as Nullable in schema.rs",
        table.table.name,
        list(&never_null, ", ", |c| c.name.clone())
    );
    format!(
        "SELECT RAISE(ABORT, {})\nWHERE {};",
        literal(&message),
        list(&never_null, " OR ", |c| format!(
            "{} IS NULL",
            column::of("NEW", c)
        ))
    )
}

/// The flags of hidden columns are put together of what the statements changed, because the values
/// are not kept. Those of the others are what a comparison with the version before says: where a
/// version is written again, by the flag trigger.
fn flags(table: &VersionedTable) -> Vec<Named> {
    let flag = |c: &Column| ident(&names::mod_column(&c.name));
    let is_hidden = |c: &Column| table.tracking(&c.name) == Some(Tracking::Hidden);
    let listed = |write: &dyn Fn(&Column) -> String| {
        list(table.flagged(), "", |c| format!(", {}", write(c)))
    };
    let set_hidden = |value: &dyn Fn(String) -> String| {
        list(table.hidden(), "", |c| {
            format!(",\n{} = {}", flag(c), value(flag(c)))
        })
    };
    let is_set = |row| listed(&|c| format!("{} IS NOT NULL", column::of(row, c)));
    let is_new = is_new(table);
    vec![
        ("flags", listed(&flag)),
        ("old_flags", listed(&|c| format!("OLD.{}", flag(c)))),
        ("new_flags", listed(&|c| format!("NEW.{}", flag(c)))),
        ("new_set", is_set("NEW")),
        ("old_set", is_set("OLD")),
        ("r_set", is_set("r")),
        (
            "differs",
            // What is kept of a column is what the row has now.
            listed(&|c| column::differs("OLD", if is_hidden(c) { "NEW" } else { "r" }, c)),
        ),
        ("all_flags", listed(&|_| "true".to_owned())),
        (
            "set_flags",
            list(table.flagged(), "", |c| format!(",\n{} = true", flag(c))),
        ),
        (
            "new_set_flags",
            list(table.hidden(), "", |c| {
                format!(",\n{} = {} IS NOT NULL", flag(c), column::of("NEW", c))
            }),
        ),
        (
            "or_flags",
            set_hidden(&|flag| format!("{flag} OR excluded.{flag}")),
        ),
        ("is_new", is_new.clone()),
        (
            "appear_flags",
            set_hidden(&|flag| {
                format!(
                    "CASE\n    \
                     WHEN transaction_id = (SELECT max(id) FROM continuum_transaction) AND ({is_new}) THEN {flag} OR excluded.{flag}\n    \
                     WHEN operation_type = 2 AND transaction_id < (SELECT max(id) FROM continuum_transaction) THEN excluded.{flag}\n    \
                     ELSE true\n\
                     END"
                )
            }),
        ),
        (
            "and_unflagged",
            list(table.hidden(), "", |c| format!(" AND NOT NEW.{}", flag(c))),
        ),
    ]
}

/// Whether a version of this transaction is the insert of its row. One that says update is, where a
/// trigger or a foreign key changed the row before its insert was told.
fn is_new(table: &VersionedTable) -> String {
    let version = ident(&table.version_table.name);
    format!(
        "operation_type = 0 OR 2 = (\n    SELECT p.operation_type FROM {version} AS p\n    \
         WHERE {} AND p.transaction_id < {version}.transaction_id\n    \
         ORDER BY p.transaction_id DESC LIMIT 1\n)",
        key_is_new(table, "p.")
    )
}

fn registry(table: &VersionedTable) -> Vec<Named> {
    let registered = |column: &str| {
        format!(
            "(SELECT {column} FROM continuum_table WHERE version_table = {})",
            literal(&table.version_table.name)
        )
    };
    vec![
        ("version_table", literal(&table.version_table.name)),
        ("baseline", registered("baseline_transaction_id")),
        ("baseline_complete", registered("baseline_complete")),
    ]
}
