//! What differs between the tables that are installed and those that are wanted: the same
//! comparison as [`Plan::between`](continuum_schema::Plan::between), for the state file and the summary.

use continuum_schema::{Log, LogColumn, VersionedTable};

#[derive(Debug)]
pub(crate) struct Changes<'a> {
    pub(crate) added: Vec<&'a VersionedTable>,
    pub(crate) changed: Vec<&'a VersionedTable>,
    pub(crate) stopped: Vec<&'a VersionedTable>,
    /// Those that do not refuse yet what all tables refuse.
    pub(crate) behind: Vec<&'a VersionedTable>,
    /// Whether what all tables share does not know all of them.
    pub(crate) unshared: bool,
    /// What held for all tables, and what holds now, where that changes.
    pub(crate) log: Option<(&'a Log, &'a Log)>,
}

impl<'a> Changes<'a> {
    pub(crate) fn between(installed: &'a [VersionedTable], wanted: &'a [VersionedTable]) -> Self {
        let same = |a: &VersionedTable, b: &VersionedTable| a.table.name == b.table.name;
        let (kept, added): (Vec<_>, Vec<_>) = wanted
            .iter()
            .partition(|table| installed.iter().any(|earlier| same(earlier, table)));
        Self {
            added,
            changed: kept
                .into_iter()
                .filter(|table| !installed.contains(table))
                .collect(),
            stopped: installed
                .iter()
                .filter(|earlier| !wanted.iter().any(|table| same(earlier, table)))
                .collect(),
            behind: Vec::new(),
            unshared: false,
            log: None,
        }
    }

    pub(crate) fn count(&self) -> usize {
        self.added.len() + self.changed.len() + self.stopped.len() + self.behind.len()
    }

    /// The columns that the log gets, and those that it loses.
    pub(crate) fn columns(&self) -> (Vec<&'a LogColumn>, Vec<&'a LogColumn>) {
        match self.log {
            None => (Vec::new(), Vec::new()),
            Some((before, after)) => before.changed_columns(after),
        }
    }
}
