//! "One version per row and transaction" in docs/design.md, without SQL.

use std::collections::BTreeMap;

/// A table and a key.
pub type Key = (String, String);

/// A row: its key, what the history keeps of it, what it hides.
#[derive(Debug, Clone)]
pub struct Row {
    pub key: Key,
    pub content: String,
    pub secret: String,
}

impl Row {
    fn has_secret(&self) -> bool {
        self.secret != "NULL"
    }

    fn can_hide(&self) -> bool {
        self.key.0 == "items"
    }
}

/// What happened to a row, and what it is when that is told: something may have happened meanwhile.
pub struct Event {
    pub old: Option<Row>,
    pub new: Option<Row>,
    pub now: Option<Row>,
}

impl Event {
    /// Whether nothing happened to the row after this that was told before.
    fn is_told_in_order(&self) -> bool {
        let Some(new) = &self.new else { return true };
        self.now
            .as_ref()
            .is_some_and(|now| now.content == new.content && now.secret == new.secret)
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct Version {
    pub operation: i64,
    pub content: String,
    /// Whether what is hidden changed.
    pub flag: bool,
    pub actor: Option<String>,
}

#[derive(Clone)]
pub struct Model {
    pub versions: BTreeMap<Key, Vec<Version>>,
    /// Who makes the transaction that runs; nobody: every change is a transaction.
    pub current: Option<String>,
    /// The versions of the transaction that runs.
    own: BTreeMap<Key, Version>,
    /// The keys of which the newest version is of the transaction before.
    last: Vec<Key>,
    has_baseline: bool,
}

impl Model {
    pub fn new(has_baseline: bool) -> Self {
        Self {
            versions: BTreeMap::new(),
            current: None,
            own: BTreeMap::new(),
            last: Vec::new(),
            has_baseline,
        }
    }

    pub fn all(&self) -> impl Iterator<Item = (Key, Version)> {
        self.versions
            .iter()
            .flat_map(|(key, versions)| versions.iter().map(|v| (key.clone(), v.clone())))
    }

    pub fn record(&mut self, event: Event) {
        if self.current.is_none() && !event.is_told_in_order() {
            self.go_on_with_the_last();
        }
        match (event.old, event.new) {
            (Some(old), Some(new)) if old.key == new.key => {
                if let Some(now) = event.now {
                    self.changes(&old, &new, now);
                }
            }
            (old, _) => {
                if let Some(old) = old {
                    self.disappears(old);
                }
                if let Some(now) = event.now {
                    self.appears(now);
                }
            }
        }
        if self.current.is_none() {
            self.commit();
        }
    }

    pub fn commit(&mut self) {
        self.last = self.own.keys().cloned().collect();
        for (key, version) in std::mem::take(&mut self.own) {
            self.versions.entry(key).or_default().push(version);
        }
        self.current = None;
    }

    fn go_on_with_the_last(&mut self) {
        for key in std::mem::take(&mut self.last) {
            if let Some(version) = self.versions.get_mut(&key).and_then(Vec::pop) {
                self.own.insert(key, version);
            }
        }
    }

    fn newest(&self, key: &Key) -> Option<&Version> {
        self.versions.get(key)?.last()
    }

    fn is_unknown(&self, key: &Key) -> bool {
        self.newest(key).is_none() && !self.own.contains_key(key)
    }

    fn version(&self, operation: i64, content: String, flag: bool) -> Version {
        Version {
            operation,
            content,
            flag,
            actor: self.current.clone(),
        }
    }

    /// The row may be there already: REPLACE says nothing of what it replaces.
    fn appears(&mut self, row: Row) {
        let (has_secret, can_hide) = (row.has_secret(), row.can_hide());
        let version = match (self.own.get(&row.key), self.newest(&row.key)) {
            (Some(own), before)
                if own.operation == 0 || before.is_some_and(|before| before.operation == 2) =>
            {
                self.version(0, row.content, own.flag || has_secret)
            }
            (None, None) => self.version(0, row.content, has_secret),
            (None, Some(before)) if before.operation == 2 => {
                self.version(0, row.content, has_secret)
            }
            (Some(_), _) | (None, Some(_)) => self.version(1, row.content, can_hide),
        };
        self.own.insert(row.key.clone(), version);
        self.settle(&row.key);
    }

    fn changes(&mut self, old: &Row, new: &Row, now: Row) {
        let flag = old.secret != new.secret;
        if old.content == new.content && !flag {
            return;
        }
        // With a baseline, a row without version is one whose insert or change of key runs, and
        // the action of a foreign key is told first.
        let runs = self.has_baseline && self.is_unknown(&now.key);
        if !runs && self.is_unknown(&now.key) {
            self.first_version(old);
        }
        let was_deleted = self.newest(&now.key).is_some_and(|v| v.operation == 2);
        let (operation, flag) = match self.own.get(&now.key) {
            Some(own) => (own.operation.min(1), own.flag || flag),
            // Its change of key runs, and is told after what its foreign key to itself does.
            None if was_deleted => (0, new.has_secret()),
            None => (i64::from(!runs), flag || runs && old.has_secret()),
        };
        let version = self.version(operation, now.content, flag);
        if self.own.insert(now.key.clone(), version).is_some() {
            self.settle(&now.key);
        }
    }

    fn disappears(&mut self, row: Row) {
        if self.is_unknown(&row.key) {
            self.first_version(&row);
        }
        if self.own.get(&row.key).is_some_and(|own| own.operation == 0) {
            self.own.remove(&row.key);
        } else {
            let can_hide = row.can_hide();
            let version = self.version(2, row.content, can_hide);
            self.own.insert(row.key, version);
        }
    }

    fn first_version(&mut self, row: &Row) {
        let version = Version {
            operation: 0,
            content: row.content.clone(),
            flag: row.has_secret(),
            actor: None,
        };
        self.versions.insert(row.key.clone(), vec![version]);
    }

    fn settle(&mut self, key: &Key) {
        let says_nothing = match (self.own.get(key), self.newest(key)) {
            (Some(own), Some(before)) => {
                own.operation == 1
                    && !own.flag
                    && before.operation != 2
                    && before.content == own.content
            }
            _ => false,
        };
        if says_nothing {
            self.own.remove(key);
        }
    }
}
