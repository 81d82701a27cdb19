//! What becomes of the columns of a version table when its table or its options change.
//!
//! The history of values is never dropped: a column that is no longer wanted stays, and is taken up again
//! when it is wanted again. So does a flag that was once that of a hidden column. Another flag can be
//! told from the values, and goes.

use crate::model::Column;
use crate::names;
use crate::versioned::{Tracking, VersionedTable};
use crate::write::list;

/// What becomes of a column of the version table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Becomes {
    /// It is made.
    Added,
    /// It is there, and is written to again.
    Resumed,
    /// It stays, and is no longer written to.
    Retired,
    /// It goes; values never do.
    Dropped,
}

/// Columns of the table, and what becomes of what the version table holds of them.
type Changes<'a> = Vec<(&'a Column, Becomes)>;

/// How an engine changes the columns of one version table. Every statement ends with `;` and a line
/// break, or is empty where there is nothing to do.
pub(crate) trait Columns {
    /// For the values of this column of the table.
    fn add_values(&self, column: &Column) -> String;
    /// Takes values again. Where they cannot be NULL, versions that were made meanwhile get what is known
    /// of them, and with `strict` the column is NOT NULL from then on.
    fn resume_values(&self, column: &Column, strict: bool) -> String;
    /// Takes NULL from now on.
    fn retire_values(&self, column: &Column) -> String;
    /// For the flag of this column of the table.
    fn add_flag(&self, flag: &str) -> String;
    /// Its value is written with each version.
    fn resume_flag(&self, flag: &str) -> String;
    /// Has a default, which is false.
    fn retire_flag(&self, flag: &str) -> String;
    /// The flags of these columns say what a comparison of each version with the one before it says;
    /// with `only_unset`, they do where they say nothing yet.
    fn tell_flags(&self, columns: &[&Column], only_unset: bool) -> String;
    /// Rows of which the newest version says something else about these columns than the row get a version
    /// that says what they are; `now` is the table as it is recorded then.
    fn catch_up(&self, now: &VersionedTable, columns: &[&Column]) -> String;
    /// Drops a column of the version table; where another one had its name before, only if that one is still
    /// set aside, because this may be that one.
    fn drop(&self, name: &str, set_aside: Option<&str>) -> String;
    /// Gives a column of the version table another name.
    fn rename(&self, from: &str, to: &str) -> String;
}

/// The statements and their undo; both empty where no column changes.
pub(crate) fn script(
    before: &VersionedTable,
    after: &VersionedTable,
    engine: &impl Columns,
) -> (String, String) {
    let mut up = String::new();
    let mut down = String::new();
    let set_aside = after.set_aside(before);
    for (from, to) in &set_aside {
        up += &engine.rename(from, to);
    }
    let drop = |name: &str| {
        let aside = set_aside
            .iter()
            .find(|(from, _)| from.eq_ignore_ascii_case(name));
        engine.drop(name, aside.map(|(_, to)| to.as_str()))
    };
    let (values, flags) = (values(before, after), flags(before, after));
    for (column, becomes) in &values {
        let is_there = after.table.column(&column.name).is_some();
        let (does, undoes) = match becomes {
            Becomes::Added => (engine.add_values(column), drop(&column.name)),
            Becomes::Resumed => (
                engine.resume_values(column, true),
                engine.retire_values(column),
            ),
            Becomes::Retired if is_there => (
                engine.retire_values(column),
                engine.resume_values(column, false),
            ),
            // It is gone from the table, and not back yet when this is undone.
            Becomes::Retired | Becomes::Dropped => (engine.retire_values(column), String::new()),
        };
        up += &does;
        down = undoes + &down;
    }
    for (column, becomes) in &flags {
        let flag = names::mod_column(&column.name);
        let (does, undoes) = match becomes {
            Becomes::Added => (engine.add_flag(&flag), drop(&flag)),
            Becomes::Resumed => (engine.resume_flag(&flag), engine.retire_flag(&flag)),
            Becomes::Retired => (engine.retire_flag(&flag), engine.resume_flag(&flag)),
            Becomes::Dropped => (drop(&flag), engine.add_flag(&flag)),
        };
        up += &does;
        down += &undoes;
    }
    let taken_up = |those: Becomes| -> Vec<&Column> {
        let columns = those_that(&values, those);
        columns
            .filter(|column| after.table.column(&column.name).is_some())
            .collect()
    };
    let (resumed, restored) = (taken_up(Becomes::Resumed), taken_up(Becomes::Retired));
    if !resumed.is_empty() {
        up += &engine.catch_up(after, &resumed);
    }
    if !restored.is_empty() {
        down += &engine.catch_up(before, &restored);
    }
    // A flag can be told where values are, or have been, kept; what undoes new ones has dropped them.
    let has_values = |column: &Column| {
        [before, after]
            .map(|table| table.tracking(&column.name))
            .contains(&Some(Tracking::Tracked))
    };
    let had_values = |column: &Column| {
        let mut new = those_that(&values, Becomes::Added);
        has_values(column) && !new.any(|new| new.name == column.name)
    };
    let told = |those: Becomes, can_be_told: &dyn Fn(&Column) -> bool, only_unset| {
        let flags = those_that(&flags, those).filter(|column| can_be_told(column));
        match flags.collect::<Vec<_>>().as_slice() {
            [] => String::new(),
            columns => engine.tell_flags(columns, only_unset),
        }
    };
    up += &told(Becomes::Added, &has_values, false);
    up += &told(Becomes::Resumed, &has_values, true);
    down += &told(Becomes::Dropped, &had_values, false);
    down += &told(Becomes::Retired, &had_values, true);
    // When what had taken the name is gone.
    for (from, to) in &set_aside {
        down += &engine.rename(to, from);
    }
    (up, down)
}

fn those_that<'a>(changes: &Changes<'a>, become_it: Becomes) -> impl Iterator<Item = &'a Column> {
    let changes = changes
        .iter()
        .filter(move |(_, becomes)| *becomes == become_it);
    changes.map(|(column, _)| *column)
}

fn values<'a>(before: &'a VersionedTable, after: &'a VersionedTable) -> Changes<'a> {
    let is_tracked =
        |table: &VersionedTable, name: &str| table.tracking(name) == Some(Tracking::Tracked);
    let retired = before
        .tracked()
        .filter(|column| !is_tracked(after, &column.name));
    let taken_up = after
        .tracked()
        .filter(|column| !is_tracked(before, &column.name));
    retired
        .map(|column| (column, Becomes::Retired))
        .chain(taken_up.map(|column| (column, comes(before, column, false))))
        .collect()
}

fn flags<'a>(before: &'a VersionedTable, after: &'a VersionedTable) -> Changes<'a> {
    let is_flagged = |table: &VersionedTable, name: &str| table.flagged().any(|c| c.name == name);
    let goes = before
        .flagged()
        .filter(|column| !is_flagged(after, &column.name));
    let comes_now = after
        .flagged()
        .filter(|column| !is_flagged(before, &column.name));
    let goes = goes.map(|column| {
        let was_hidden = before.tracking(&column.name) == Some(Tracking::Hidden);
        match was_hidden || before.keeps(column, true) {
            true => (column, Becomes::Retired),
            false => (column, Becomes::Dropped),
        }
    });
    let comes_now = comes_now.map(|column| (column, comes(before, column, true)));
    goes.chain(comes_now).collect()
}

/// Whether the column, or its flag, is made, or is there from before.
fn comes(before: &VersionedTable, column: &Column, is_flag: bool) -> Becomes {
    match before.keeps(column, is_flag) {
        true => Becomes::Resumed,
        false => Becomes::Added,
    }
}

/// The reason of the transaction that [`Columns::catch_up`] makes.
pub(crate) fn caught_up(table: &VersionedTable, columns: &[&Column]) -> String {
    let names = list(columns, ", ", |column| {
        format!("{}.{}", table.table.name, column.name)
    });
    format!("what changed while it had no history: {names}")
}

/// The values of the flags where of all columns only some can have changed, each with a comma before it.
pub(crate) fn said_by_flags(
    table: &VersionedTable,
    changed: &[&Column],
    differs: impl Fn(&Column) -> String,
) -> String {
    list(table.flagged(), "", |column| {
        match changed.iter().any(|it| it.name == column.name) {
            true => format!(", {}", differs(column)),
            false => ", false".to_owned(),
        }
    })
}
