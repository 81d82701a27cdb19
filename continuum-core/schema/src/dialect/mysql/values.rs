//! The values of the placeholders in the templates of one table.

use super::column::{self, literal};
use crate::dialect::Dialect;
use crate::model::Column;
use crate::names;
use crate::versioned::{Tracking, VersionedTable};
use crate::write::{backticked, fill, list};

pub(super) struct Values {
    shared: Vec<(String, String)>,
}

impl Values {
    pub(super) fn new(table: &VersionedTable) -> Self {
        let mut shared = objects(table);
        shared.extend(rows(table));
        shared.extend(keys(table));
        shared.extend(changes(table));
        shared.extend(flags(table));
        Self { shared }
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
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .filter(|(name, _)| own.iter().all(|(taken, _)| taken != name))
            .filter(|(name, _)| template.contains(&format!("{{{name}}}")))
            .chain(own.iter().copied())
            .collect();
        fill(template, &values)
    }

    pub(super) fn get(&self, name: &str) -> &str {
        self.shared
            .iter()
            .find(|(known, _)| known == name)
            .map_or("", |(_, value)| value)
    }
}

type Named = (String, String);

fn objects(table: &VersionedTable) -> Vec<Named> {
    let newest = names::newest_table(Dialect::MySql, &table.version_table);
    let mut objects = vec![
        ("table".to_owned(), backticked(&table.table.name.name)),
        ("version".to_owned(), backticked(&table.version_table.name)),
        ("newest".to_owned(), backticked(&newest.name)),
        ("table_name".to_owned(), literal(&table.table.name.name)),
        (
            "version_name".to_owned(),
            literal(&table.version_table.name),
        ),
    ];
    objects.extend(["insert", "update", "delete"].map(|role| {
        let trigger = names::object(Dialect::MySql, &table.version_table, role);
        (format!("{role}_trigger"), backticked(&trigger.name))
    }));
    objects
}

fn rows(table: &VersionedTable) -> Vec<Named> {
    let mut rows = vec![("columns".to_owned(), columns(table.tracked()))];
    for (name, row) in [("new", "NEW"), ("old", "OLD"), ("r", "r"), ("v", "v")] {
        let of = |column: &Column| column::of(row, column);
        rows.push((format!("{name}_columns"), list(table.tracked(), ", ", of)));
        rows.push((format!("{name}_key"), list(table.key(), ", ", of)));
    }
    rows
}

fn keys(table: &VersionedTable) -> Vec<Named> {
    let same = |left, right| {
        list(table.key(), " AND ", |c| {
            format!("{} = {}", column::of(left, c), column::of(right, c))
        })
    };
    let mut keys = vec![
        ("key".to_owned(), columns(table.key())),
        ("same_key".to_owned(), same("NEW", "OLD")),
        ("v_key_is_q".to_owned(), same("v", "q")),
        ("p_key_is_q".to_owned(), same("p", "q")),
        ("r_key_is_q".to_owned(), same("r", "q")),
        ("v_key_is_r".to_owned(), same("v", "r")),
        ("r_key_is_old".to_owned(), same("r", "OLD")),
        ("r_key_is_new".to_owned(), same("r", "NEW")),
    ];
    for (name, row) in [("new", "NEW"), ("old", "OLD")] {
        keys.push((
            format!("key_is_{name}"),
            list(table.key(), " AND ", |c| {
                format!("{} = {}", backticked(&c.name), column::of(row, c))
            }),
        ));
        for alias in ["v", "q"] {
            keys.push((format!("{alias}_key_is_{name}"), same(alias, row)));
        }
    }
    keys
}

fn changes(table: &VersionedTable) -> Vec<Named> {
    let watched: Vec<_> = table.tracked().chain(table.hidden()).collect();
    let is_old = |row| list(&watched, "\nAND ", |c| column::same(row, "OLD", c));
    let mut changes = vec![
        ("new_is_old".to_owned(), is_old("NEW")),
        ("r_is_old".to_owned(), is_old("r")),
        (
            "v_is_p".to_owned(),
            list(table.tracked(), "\nAND ", |c| column::same("v", "p", c)),
        ),
    ];
    for (name, row) in [("new", "NEW"), ("old", "OLD")] {
        changes.push((
            format!("take_{name}"),
            list(table.tracked(), ", ", |c| {
                format!("{} = {}", column::of("v", c), column::of(row, c))
            }),
        ));
    }
    changes
}

/// The flags of hidden columns are put together of what the statements changed, because the values
/// are not kept. Those of the others are what a comparison with the version before says: where a
/// version is written again, by the statement of [`super::flag`].
fn flags(table: &VersionedTable) -> Vec<Named> {
    let flag = |c: &Column| backticked(&names::mod_column(&c.name));
    let is_hidden = |c: &Column| table.tracking(&c.name) == Some(Tracking::Hidden);
    let listed = |write: &dyn Fn(&Column) -> String| {
        list(table.flagged(), "", |c| format!(", {}", write(c)))
    };
    let set = |value: &dyn Fn(&Column) -> String| {
        list(table.hidden(), "", |c| {
            format!(", v.{} = {}", flag(c), value(c))
        })
    };
    let is_set = |row| listed(&|c| format!("{} IS NOT NULL", column::of(row, c)));
    let differs = |c: &Column| format!("NOT ({})", column::same("NEW", "OLD", c));
    [
        ("flags", listed(&flag)),
        ("new_set", is_set("NEW")),
        ("old_set", is_set("OLD")),
        ("r_set", is_set("r")),
        // No foreign key changes what is hidden.
        (
            "followed_set",
            listed(&|c| {
                let is_set = format!("{} IS NOT NULL", column::of("r", c));
                match is_hidden(c) {
                    true => format!("(continuum_was MOD 4 = 2 OR continuum_was = 0) AND {is_set}"),
                    false => is_set,
                }
            }),
        ),
        // A row that comes back is like one that comes; one that was there all along has changed.
        (
            "appear_set",
            listed(&|c| {
                let is_set = format!("{} IS NOT NULL", column::of("NEW", c));
                match is_hidden(c) {
                    true => format!("continuum_was MOD 4 <> 2 OR {is_set}"),
                    false => is_set,
                }
            }),
        ),
        ("differs", listed(&differs)),
        ("all_flags", listed(&|_| "TRUE".to_owned())),
        ("set_flags", listed(&|c| format!("v.{} = TRUE", flag(c)))),
        (
            "or_flags",
            set(&|c| format!("v.{} OR {}", flag(c), differs(c))),
        ),
        ("appear_flags", set(&|_| "TRUE".to_owned())),
        (
            "and_unflagged",
            list(table.hidden(), "", |c| format!(" AND NOT v.{}", flag(c))),
        ),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into()
}

/// Their names, with commas.
pub(super) fn columns<'a>(columns: impl Iterator<Item = &'a Column>) -> String {
    list(columns, ", ", |column| backticked(&column.name))
}
