//! Everything that can be done to a row in a few steps, against the net effect.

use super::super::{Conn, database, transaction};
use super::{KEPT, newest_transaction, set_up};
use crate::support::history::story;
use crate::support::kept::Kept;
use crate::support::sound::{assert_sound, empty_transactions};
use std::collections::BTreeMap;

const VERSION_TABLES: [&str; 2] = ["with_validity_version", "with_subquery_version"];

/// How many steps the longest life has.
const MOST: usize = 4;

/// What is done to a row; a row has a key and, when it moves, the negative of it.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Step {
    Insert(&'static str),
    Update(&'static str),
    Delete,
    Move,
}

impl Step {
    const ALL: [Self; 6] = [
        Self::Insert("a"),
        Self::Insert("b"),
        Self::Update("a"),
        Self::Update("b"),
        Self::Delete,
        Self::Move,
    ];

    /// The statement that does it to all of these rows.
    fn sql(self, table: &str, keys: &[i32]) -> String {
        let list = |write: &dyn Fn(&i32) -> String| -> String {
            keys.iter().map(write).collect::<Vec<_>>().join(", ")
        };
        let these = list(&|key| format!("{key}, {}", -key));
        match self {
            Self::Insert(name) => {
                let rows = list(&|key| format!("({key}, '{name}')"));
                format!("INSERT INTO {table} (id, name) VALUES {rows}")
            }
            Self::Update(name) => {
                format!("UPDATE {table} SET name = '{name}' WHERE id IN ({these})")
            }
            Self::Delete => format!("DELETE FROM {table} WHERE id IN ({these})"),
            Self::Move => format!("UPDATE {table} SET id = -id WHERE id IN ({these})"),
        }
    }
}

/// What a key held before a transaction, what it holds, and what it held last.
#[derive(Debug, Clone, Copy, Default)]
struct Key {
    before: Option<&'static str>,
    now: Option<&'static str>,
    last: Option<&'static str>,
}

impl Key {
    fn set(&mut self, now: Option<&'static str>) {
        self.now = now;
        self.last = now.or(self.last);
    }

    fn net_effect(self, id: i32) -> Option<String> {
        match (self.before, self.now) {
            (None, Some(name)) => Some(format!("insert {id}, {name}")),
            (Some(before), Some(name)) if before != name => Some(format!("update {id}, {name}")),
            (Some(_), None) => Some(format!("delete {id}, {}", self.last?)),
            _ => None,
        }
    }
}

/// A row's life in one transaction.
#[derive(Debug, Clone)]
struct Life {
    deleted_before: bool,
    steps: Vec<Step>,
    /// Under its own key, and under the negative of it.
    keys: [Key; 2],
}

impl Life {
    /// All that can be done to a row in at most `most` steps, whatever it was before.
    fn all(most: usize) -> Vec<Self> {
        let life = |before: Option<&'static str>, deleted_before| {
            let mut key = Key {
                before,
                ..Key::default()
            };
            key.set(before);
            Self {
                deleted_before,
                steps: Vec::new(),
                keys: [key, Key::default()],
            }
        };
        let mut lives = Vec::new();
        let mut newest = vec![life(None, false), life(None, true), life(Some("a"), false)];
        for _ in 0..most {
            newest = newest
                .iter()
                .flat_map(|life| Step::ALL.iter().filter_map(|step| life.with(*step)))
                .collect();
            lives.extend_from_slice(&newest);
        }
        lives
    }

    fn with(&self, step: Step) -> Option<Self> {
        let mut next = self.clone();
        let place = self.keys.iter().position(|key| key.now.is_some());
        match (step, place) {
            (Step::Insert(name), None) => next.keys[0].set(Some(name)),
            (Step::Update(name), Some(place)) => next.keys[place].set(Some(name)),
            (Step::Delete, Some(place)) => next.keys[place].set(None),
            (Step::Move, Some(place)) => {
                next.keys[1 - place].set(self.keys[place].now);
                next.keys[place].set(None);
            }
            _ => return None,
        }
        next.steps.push(step);
        Some(next)
    }

    /// What its transaction leaves.
    fn net_effect(&self, id: i32) -> Vec<String> {
        let [own, moved] = self.keys;
        let mut versions: Vec<_> = [own.net_effect(id), moved.net_effect(-id)]
            .into_iter()
            .flatten()
            .collect();
        versions.sort();
        versions
    }
}

fn numbered_lives(most: usize) -> Vec<(i32, Life)> {
    (1..).zip(Life::all(most)).collect()
}

/// Brings the rows to where these lives begin.
fn prepare(conn: &mut Conn, table: &str, lives: &[(i32, Life)]) {
    let keys = |wanted: &dyn Fn(&Life) -> bool| -> Vec<i32> {
        let chosen = lives.iter().filter(|(_, life)| wanted(life));
        chosen.map(|(id, _)| *id).collect()
    };
    let deleted = keys(&|life| life.deleted_before);
    let were_there = keys(&|life| life.deleted_before || life.keys[0].before.is_some());
    transaction(conn, &[Step::Insert("a").sql(table, &were_there)]);
    transaction(conn, &[Step::Delete.sql(table, &deleted)]);
}

/// Fails unless what was stored after the transaction `before` is the net effect of each life.
fn assert_net_effects(conn: &mut Conn, kept: &Kept, lives: &[(i32, Life)], before: i64) {
    assert_sound(conn);
    let new = format!("transaction_id > {before}");
    let mut stored: BTreeMap<i32, Vec<String>> = BTreeMap::new();
    for version in story(conn, kept.version_table, &["id", "name"], &new) {
        let id = version.split([' ', ',']).nth(1).unwrap();
        let id = id.parse::<i32>().unwrap().abs();
        stored.entry(id).or_default().push(version);
    }
    for (id, life) in lives {
        let mut stored = stored.remove(id).unwrap_or_default();
        stored.sort();
        assert_eq!(stored, life.net_effect(*id), "{}: {life:?}", kept.table);
    }
    assert!(stored.is_empty(), "of no row: {stored:?}");
}

/// The statements of all lives' steps from this place on: at each place one for all rows to which
/// the same happens.
fn statements(table: &str, lives: &[(i32, Life)], from: usize) -> Vec<Vec<String>> {
    (from..MOST)
        .map(|place| {
            Step::ALL
                .into_iter()
                .filter_map(|step| {
                    let now = lives
                        .iter()
                        .filter(|(_, l)| l.steps.get(place) == Some(&step));
                    let keys: Vec<_> = now.map(|(id, _)| *id).collect();
                    (!keys.is_empty()).then(|| step.sql(table, &keys))
                })
                .collect()
        })
        .collect()
}

#[test]
fn whatever_one_transaction_does_to_a_row_its_version_is_the_net_effect() {
    // B11, B15
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut set_up(&db);
    let lives = numbered_lives(3);
    for kept in KEPT {
        prepare(conn, kept.table, &lives);
        let before = newest_transaction(conn);
        for (id, life) in &lives {
            let steps = life.steps.iter().map(|step| step.sql(kept.table, &[*id]));
            transaction(conn, &[steps.collect::<Vec<_>>().join(";\n")]);
        }
        assert_net_effects(conn, &kept, &lives, before);
        assert_eq!(empty_transactions(conn, &VERSION_TABLES), 0);
    }
}

#[test]
fn whatever_one_transaction_does_to_many_rows_each_version_is_the_net_effect() {
    // B11, B15
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut set_up(&db);
    let lives = numbered_lives(MOST);
    for kept in KEPT {
        prepare(conn, kept.table, &lives);
        let before = newest_transaction(conn);
        transaction(conn, &statements(kept.table, &lives, 0).concat());
        assert_net_effects(conn, &kept, &lives, before);
    }
}

#[test]
fn what_is_rolled_back_to_a_savepoint_has_no_part_in_the_net_effect() {
    // J01: before each step, everything that is still to come is done and rolled back.
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut set_up(&db);
    let lives = numbered_lives(MOST);
    for kept in KEPT {
        prepare(conn, kept.table, &lives);
        let before = newest_transaction(conn);
        let mut all = Vec::new();
        for (place, step) in statements(kept.table, &lives, 0).into_iter().enumerate() {
            all.push("SAVEPOINT here".to_owned());
            all.extend(statements(kept.table, &lives, place).concat());
            all.push("ROLLBACK TO SAVEPOINT here".to_owned());
            all.extend(step);
        }
        transaction(conn, &all);
        assert_net_effects(conn, &kept, &lives, before);
    }
}
