//! Everything that can be done to a row in a few steps, and what the flags say of it.

use super::super::{Conn, database, transaction};
use super::{KEPT, number, set_up};
use crate::support::database::Engine;
use crate::support::sound::assert_sound;
use continuum_schema::Dialect;

/// How many steps the longest life has.
const MOST: usize = 4;

#[derive(Debug, Clone, Copy, PartialEq)]
enum Step {
    Insert,
    Name(&'static str),
    Content(&'static str),
    Delete,
    Move,
    /// Whether or not the row is there; PostgreSQL has no such statement.
    Replace,
}

impl Step {
    fn all() -> Vec<Self> {
        let mut steps = vec![
            Self::Insert,
            Self::Name("'a'"),
            Self::Name("'b'"),
            Self::Content("'x'"),
            Self::Content("NULL"),
            Self::Delete,
            Self::Move,
        ];
        if Conn::DIALECT != Dialect::Postgres {
            steps.push(Self::Replace);
        }
        steps
    }

    /// The statement that does it to this row, which is there under its key or the negative of it.
    fn sql(self, table: &str, id: usize) -> String {
        let this = format!("WHERE id IN ({id}, -{id})");
        match self {
            Self::Insert => format!("INSERT INTO {table} (id, name) VALUES ({id}, 'a')"),
            Self::Replace => {
                format!("REPLACE INTO {table} (id, name, content) VALUES ({id}, 'a', 'x')")
            }
            Self::Name(value) => format!("UPDATE {table} SET name = {value} {this}"),
            Self::Content(value) => format!("UPDATE {table} SET content = {value} {this}"),
            Self::Delete => format!("DELETE FROM {table} {this}"),
            Self::Move => format!("UPDATE {table} SET id = -id {this}"),
        }
    }
}

/// What was there before, and what one transaction does: a row is there under its key, under the
/// negative of it, or not.
#[derive(Debug, Clone)]
struct Life {
    before: &'static [&'static [Step]],
    steps: Vec<Step>,
    place: Option<bool>,
}

fn lives() -> Vec<Life> {
    let begin = |before, place| Life {
        before,
        steps: Vec::new(),
        place,
    };
    let mut newest = vec![
        begin(&[], None),
        begin(&[&[Step::Insert], &[Step::Delete]], None),
        begin(&[&[Step::Insert, Step::Content("'x'")]], Some(true)),
    ];
    let mut lives = Vec::new();
    for _ in 0..MOST {
        newest = newest
            .iter()
            .flat_map(|life| Step::all().into_iter().filter_map(|step| life.with(step)))
            .collect();
        lives.extend_from_slice(&newest);
    }
    lives
}

impl Life {
    fn with(&self, step: Step) -> Option<Self> {
        let place = match (step, self.place) {
            (Step::Insert, None) => Some(true),
            (Step::Replace, None | Some(true)) => Some(true),
            (Step::Name(_) | Step::Content(_), Some(place)) => Some(place),
            (Step::Delete, Some(_)) => None,
            (Step::Move, Some(place)) => Some(!place),
            _ => return None,
        };
        let steps = [&self.steps[..], &[step]].concat();
        Some(Self {
            steps,
            place,
            ..*self
        })
    }
}

/// How many versions have a flag that a comparison with the version before does not bear out.
fn wrong_flags(conn: &mut Conn, version_table: &str) -> i64 {
    let wrong = ["name", "content"].map(|column| {
        format!(
            "v.{column}_mod <> CASE v.operation_type
                WHEN 0 THEN v.{column} IS NOT NULL
                WHEN 1 THEN coalesce(v.{column}, '-') <> coalesce(p.{column}, '-')
                ELSE true
            END"
        )
    });
    number(
        conn,
        &format!(
            "SELECT count(*) AS count FROM {version_table} v LEFT JOIN {version_table} p
            ON p.id = v.id AND p.transaction_id = (
                SELECT max(q.transaction_id) FROM {version_table} q
                WHERE q.id = v.id AND q.transaction_id < v.transaction_id
            )
            WHERE {}",
            wrong.join(" OR ")
        ),
    )
}

#[test]
fn whatever_transactions_do_to_a_row_its_flags_compare_versions() {
    // B13, B14, M02
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut set_up(&db);
    let lives = lives();
    for kept in KEPT {
        let statements = |id: usize, steps: &[Step]| -> String {
            let all = steps.iter().map(|step| step.sql(kept.table, id));
            all.collect::<Vec<_>>().join(";\n")
        };
        // Those of four steps are sampled: there are thousands.
        let chosen = lives
            .iter()
            .enumerate()
            .filter(|(index, life)| life.steps.len() < MOST || index % 7 == 0);
        for (id, life) in chosen.map(|(index, life)| (index + 1, life)) {
            for steps in life.before {
                transaction(conn, &[statements(id, steps)]);
            }
            transaction(conn, &[statements(id, &life.steps)]);
            // And as a transaction of its own for each step, where the engine can tell.
            if life.steps.len() == 2 {
                let id = id + lives.len();
                for step in life.before.concat().iter().chain(&life.steps) {
                    transaction(conn, &[statements(id, &[*step])]);
                }
            }
        }
        assert_eq!(wrong_flags(conn, kept.version_table), 0, "{}", kept.table);
        assert_sound(conn);
    }
}

#[test]
fn whatever_one_statement_does_to_many_rows_their_flags_compare_versions() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut set_up(&db);
    for kept in KEPT {
        let table = kept.table;
        let on = |sql: &str| sql.replace("{t}", table);
        transaction(
            conn,
            &[on(
                "INSERT INTO {t} (id, name, content)
                VALUES (1, 'a', NULL), (2, 'b', 'x'), (3, 'b', NULL), (4, 'a', 'x')",
            )],
        );
        for steps in [
            &["UPDATE {t} SET name = 'a'"][..],
            &["UPDATE {t} SET name = 'b', content = 'x'"],
            &[
                "UPDATE {t} SET name = 'a' WHERE id < 3",
                "UPDATE {t} SET content = NULL WHERE id > 1",
            ],
            &[
                "UPDATE {t} SET name = 'c'",
                "UPDATE {t} SET name = CASE id WHEN 1 THEN 'a' ELSE 'b' END",
            ],
            &[
                "DELETE FROM {t} WHERE id < 3",
                "INSERT INTO {t} (id, name) VALUES (1, 'a'), (2, 'c'), (5, 'e')",
            ],
            &["UPDATE {t} SET id = -id, content = 'y'"],
            &["DELETE FROM {t}"],
        ] {
            let steps: Vec<_> = steps.iter().map(|sql| on(sql)).collect();
            transaction(conn, &steps);
            assert_eq!(
                wrong_flags(conn, kept.version_table),
                0,
                "{table}: {steps:?}"
            );
        }
        assert_sound(conn);
    }
}
