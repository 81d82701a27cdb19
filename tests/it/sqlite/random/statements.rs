//! Statements on few keys and few values, so that they meet.

use crate::support::random::Random;

pub struct Statements(pub Random);

impl Statements {
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0.below(limit)
    }

    fn one_of(&mut self, words: &[&'static str]) -> &'static str {
        self.0.one_of(words)
    }

    fn id(&mut self) -> &'static str {
        self.one_of(&["1", "2", "3", "4"])
    }

    fn text(&mut self) -> &'static str {
        self.one_of(&["NULL", "'a'", "'A'", "'b'"])
    }

    fn assignment(&mut self) -> String {
        match self.below(7) {
            0 => format!("parent = {}", self.one_of(&["NULL", "1", "2", "id"])),
            1 => format!("amount = {}", self.one_of(&["1", "1.0", "'1'", "x'31'"])),
            2 => format!("secret = {}", self.text()),
            3 => format!("note = {}", self.text()),
            4 => format!("name = {}, secret = secret", self.text()),
            5 => format!("name = {}, amount = NULL", self.text()),
            _ => format!("name = {}", self.text()),
        }
    }

    fn item(&mut self) -> String {
        format!(
            "({}, {}, {}, 'note', {}, {})",
            self.id(),
            self.one_of(&["NULL", "'a'", "'A'"]),
            self.one_of(&["1", "1.0", "NULL"]),
            self.one_of(&["NULL", "'a'"]),
            self.one_of(&["NULL", "NULL", "1", "2"]),
        )
    }

    fn line(&mut self) -> String {
        format!("({}, {})", self.id(), self.one_of(&["'x'", "'X'", "'y'"]))
    }

    pub fn next(&mut self) -> String {
        let (id, other) = (self.id(), self.id());
        let or = self.one_of(&["", "OR IGNORE", "OR REPLACE", "OR FAIL"]);
        match self.below(16) {
            0 | 1 => format!(
                "INSERT {or} INTO items VALUES {}, {}",
                self.item(),
                self.item()
            ),
            2 | 3 => format!("REPLACE INTO items VALUES {}", self.item()),
            4 => "REPLACE INTO items SELECT * FROM items".to_owned(),
            5 => format!(
                "INSERT INTO items VALUES {} ON CONFLICT (id) DO UPDATE SET {}",
                self.item(),
                self.assignment()
            ),
            6..=8 => format!(
                "UPDATE {or} items SET {} WHERE id = {id}",
                self.assignment()
            ),
            9 => format!("UPDATE items SET {}", self.assignment()),
            10 => format!("UPDATE {or} items SET id = {other} WHERE id = {id}"),
            11 => format!("UPDATE items SET rowid = -rowid WHERE id <> {id}"),
            12 => format!("DELETE FROM items WHERE id = {id}"),
            13 => format!(
                "INSERT {or} INTO lines VALUES {}, {}",
                self.line(),
                self.line()
            ),
            14 => format!("UPDATE {or} lines SET item = {other} WHERE item = {id}"),
            _ => self
                .one_of(&["DELETE FROM lines", "DELETE FROM items"])
                .to_owned(),
        }
    }
}
