//! Keys that SQLite compares in another way than the column says.

use super::{Conn, database};
use crate::support::history::story;
use crate::support::kept::{STRATEGIES, keep};
use crate::support::sound::assert_sound;
use diesel::connection::SimpleConnection;

/// The index of the key has a collation of its own: `a` and `A` are two rows, which the column calls equal.
#[test]
fn rows_are_told_apart_by_the_key_and_not_by_its_column() {
    for strategy in STRATEGIES {
        let Some(db) = database() else { return };
        let conn: &mut Conn = &mut keep(
            &db,
            "CREATE TABLE words (code TEXT COLLATE NOCASE NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (code COLLATE BINARY))",
            &[("words (code) { code -> Text, n -> Integer }", strategy)],
        );
        conn.batch_execute(
            "INSERT INTO words VALUES ('a', 1), ('A', 2);
            UPDATE words SET n = 3 WHERE code = 'a' COLLATE BINARY;
            REPLACE INTO words VALUES ('A', 4);
            UPDATE words SET n = n + 10;
            INSERT INTO words VALUES ('a', 5) ON CONFLICT DO UPDATE SET n = 5;
            DELETE FROM words WHERE code = 'a' COLLATE BINARY;",
        )
        .unwrap();
        assert_sound(conn);
        assert_eq!(
            story(conn, "words_version", &["n"], "code = 'a'"),
            ["insert 1", "update 3", "update 13", "update 5", "delete 5"]
        );
        assert_eq!(
            story(conn, "words_version", &["n"], "code = 'A'"),
            ["insert 2", "update 4", "update 14"]
        );
    }
}
