//! What committed transactions did to each row, in the order in which they held its lock, and the
//! history that this makes.

use std::collections::BTreeMap;

/// What one statement did to one row.
#[derive(Debug, Clone)]
pub struct Change {
    /// Drawn while the row was locked, so that of two changes of one row the later has the higher.
    pub order: u64,
    pub table: &'static str,
    pub key: String,
    /// The row afterwards; `None`: it is gone.
    pub row: Option<String>,
}

/// A version, as it has to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    pub key: String,
    pub operation: i16,
    pub row: String,
    pub actor: Option<String>,
}

/// What one transaction did to one row in the end.
struct NetChange {
    order: u64,
    actor: Option<String>,
    row: Option<String>,
    /// What the row was last in this transaction, if it changed it before it deleted it.
    last: Option<String>,
}

/// What all committed transactions did.
#[derive(Default)]
pub struct Ledger {
    rows: BTreeMap<(&'static str, String), Vec<NetChange>>,
}

impl Ledger {
    /// A transaction has committed these changes, in this order.
    pub fn committed(&mut self, actor: Option<&str>, changes: Vec<Change>) {
        let mut net = BTreeMap::new();
        for change in changes {
            let earlier: Option<NetChange> = net.remove(&(change.table, change.key.clone()));
            let last = change
                .row
                .clone()
                .or_else(|| earlier.and_then(|earlier| earlier.row.or(earlier.last)));
            net.insert(
                (change.table, change.key),
                NetChange {
                    order: change.order,
                    actor: actor.map(str::to_owned),
                    row: change.row,
                    last,
                },
            );
        }
        for (row, change) in net {
            self.rows.entry(row).or_default().push(change);
        }
    }

    /// The versions of each row of the table, in order.
    pub fn versions(&mut self, table: &str) -> Vec<Version> {
        let mut versions = Vec::new();
        for ((_, key), changes) in self.rows.iter_mut().filter(|((of, _), _)| *of == table) {
            changes.sort_by_key(|change| change.order);
            let mut before: Option<&String> = None;
            for change in changes {
                let now = change.row.as_ref();
                let (operation, row) = match (before, now) {
                    (None, Some(row)) => (0, row),
                    (Some(before), Some(row)) if before != row => (1, row),
                    (Some(before), None) => (2, change.last.as_ref().unwrap_or(before)),
                    (None, None) | (Some(_), Some(_)) => continue,
                };
                versions.push(Version {
                    key: key.clone(),
                    operation,
                    row: row.clone(),
                    actor: change.actor.clone(),
                });
                before = now;
            }
        }
        versions
    }
}
