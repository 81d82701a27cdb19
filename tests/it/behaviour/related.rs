//! What a version was related to: the queries that the derive makes of `belongs_to`, and reverts
//! with relations. What holds under each strategy, and under other names, is in `cases` and `reverts`,
//! which are there three times, over tables of their own.

use super::plans::{plan, reads_all};
use super::{Conn, database, transaction};
use crate::support::database::{Database, Engine};
use crate::support::kept;
use crate::support::plan::plan as migration;
use crate::support::sound::assert_sound;
use crate::support::watch::statements;
use continuum_core::Position;
use continuum_core::prelude::*;
use continuum_core::{children, descendants, parent};
use continuum_schema::{Baseline, Dialect};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;

/// People and what they write: notes, which may answer notes, lie in rooms without a history, and
/// are marked by people.
const TABLES: &str = "
    CREATE TABLE people (id INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL);
    CREATE TABLE rooms (id INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL);
    CREATE TABLE pens (id INTEGER NOT NULL PRIMARY KEY, person_id INTEGER NOT NULL);
    CREATE TABLE notes (
        id INTEGER NOT NULL PRIMARY KEY, text TEXT NOT NULL,
        person_id INTEGER REFERENCES people (id),
        room_id INTEGER, answers INTEGER REFERENCES notes (id)
    );
    CREATE TABLE marks (
        person_id INTEGER NOT NULL, note_id INTEGER NOT NULL, PRIMARY KEY (person_id, note_id)
    );
    INSERT INTO rooms VALUES (1, 'kitchen');";

macro_rules! library {
    ($module:ident, $strategy:literal, $people:ident, $notes:ident, $marks:ident) => {
        mod $module {
            use super::*;

            const VERSION_TABLES: [&str; 3] =
                [stringify!($people), stringify!($notes), stringify!($marks)];

            pub mod schema {
                diesel::table! { rooms (id) { id -> Integer, name -> Text, } }
                diesel::table! { pens (id) { id -> Integer, person_id -> Integer, } }
                continuum_core::version_tables! {
                    #[versioned(strategy = $strategy, table_name = $people)]
                    diesel::table! { people (id) { id -> Integer, name -> Text, } }
                    #[versioned(strategy = $strategy, table_name = $notes)]
                    diesel::table! {
                        notes (id) {
                            id -> Integer,
                            text -> Text,
                            person_id -> Nullable<Integer>,
                            room_id -> Nullable<Integer>,
                            answers -> Nullable<Integer>,
                        }
                    }
                    #[versioned(strategy = $strategy, table_name = $marks)]
                    diesel::table! {
                        marks (person_id, note_id) { person_id -> Integer, note_id -> Integer, }
                    }
                }
                diesel::allow_tables_to_appear_in_same_query!(people, notes, marks, rooms, pens);
            }
            use schema::*;
            use schema::{
                $marks as marks_version, $notes as notes_version, $people as people_version,
            };

            #[derive(Debug, Clone, Identifiable, Queryable, Selectable, Versioned)]
            #[diesel(table_name = people)]
            #[versioned(strategy = $strategy, table_name = $people, derive(Debug, Clone))]
            pub struct Person {
                pub id: i32,
                pub name: String,
            }

            #[derive(Debug, Identifiable, Queryable, Selectable)]
            #[diesel(table_name = rooms)]
            pub struct Room {
                pub id: i32,
                pub name: String,
            }

            #[derive(Identifiable, Queryable, Selectable, Associations)]
            #[diesel(table_name = pens, belongs_to(Person))]
            pub struct Pen {
                pub id: i32,
                pub person_id: i32,
            }

            #[derive(
                Debug, Clone, Identifiable, Queryable, Selectable, Associations, Versioned,
            )]
            #[diesel(table_name = notes)]
            #[diesel(belongs_to(Person), belongs_to(Room))]
            #[diesel(belongs_to(Note, foreign_key = answers))]
            #[versioned(strategy = $strategy, table_name = $notes, derive(Debug, Clone))]
            pub struct Note {
                pub id: i32,
                pub text: String,
                pub person_id: Option<i32>,
                pub room_id: Option<i32>,
                pub answers: Option<i32>,
            }

            #[derive(Debug, Identifiable, Queryable, Selectable, Associations, Versioned)]
            #[diesel(table_name = marks, primary_key(person_id, note_id))]
            #[diesel(belongs_to(Person), belongs_to(Note))]
            #[versioned(strategy = $strategy, table_name = $marks, derive(Debug, Clone))]
            pub struct Mark {
                pub person_id: i32,
                pub note_id: i32,
            }

            /// What is kept of which tables.
            fn models() -> (String, String) {
                let [people, notes, marks] = VERSION_TABLES
                    .map(|name| format!("strategy = \"{}\", table_name = {name}", $strategy));
                kept::texts(&[
                    ("people (id) { id -> Integer, name -> Text }", &people),
                    (
                        "notes (id) { id -> Integer, text -> Text, \
                         person_id -> Nullable<Integer>, room_id -> Nullable<Integer>, \
                         answers -> Nullable<Integer> }",
                        &notes,
                    ),
                    (
                        "marks (person_id, note_id) { person_id -> Integer, note_id -> Integer }",
                        &marks,
                    ),
                ])
            }

            fn set_up(transactions: &[&[&str]]) -> Option<(Conn, Database<Conn>)> {
                let db = database()?;
                db.apply(TABLES);
                let (schema, models) = models();
                db.install(&schema, &models);
                let mut conn = db.connect();
                for statements in transactions {
                    transaction(&mut conn, statements);
                }
                Some((conn, db))
            }

            fn person(conn: &mut Conn, id: i32) -> Vec<PersonVersion> {
                let row = Person {
                    id,
                    name: String::new(),
                };
                row.versions().load(conn).unwrap()
            }

            fn note(conn: &mut Conn, id: i32) -> Vec<NoteVersion> {
                let versions = notes_version::table.filter(notes_version::id.eq(id));
                versions
                    .order(notes_version::transaction_id)
                    .select(NoteVersion::as_select())
                    .load(conn)
                    .unwrap()
            }

            fn texts(conn: &mut Conn, version: &PersonVersion) -> Vec<String> {
                NoteVersion::belonging_to(version)
                    .order(notes_version::id)
                    .select(notes_version::text)
                    .load(conn)
                    .unwrap()
            }

            include!("related/cases.rs");
            include!("related/many.rs");
            include!("related/one_to_one.rs");
            include!("related/reverts.rs");
        }
    };
}

library!(
    with_validity,
    "validity",
    people_version,
    notes_version,
    marks_version
);
library!(
    with_subquery,
    "subquery",
    people_version,
    notes_version,
    marks_version
);
// F15: the same, whatever the version tables are called.
library!(
    with_names,
    "validity",
    history_of_people,
    note_log,
    marks_then
);

mod grouped;
mod refused;
mod text_keys;
