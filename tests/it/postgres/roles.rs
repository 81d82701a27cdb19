//! Roles that may write a table and nothing else.

use super::{Conn, database, run};
use crate::support::catalog::lines;
use crate::support::database::Database;
use crate::support::history::{count, number, story};
use crate::support::kept::{STRATEGIES, keep};
use continuum_core::prelude::*;
use diesel::connection::SimpleConnection;

/// A database with a role of its own: roles are of the whole server.
struct WithRole {
    owner: Conn,
    role: String,
    db: Database<Conn>,
}

impl WithRole {
    fn set_up(options: &str) -> Option<Self> {
        let db = database()?;
        let mut owner = keep(
            &db,
            "CREATE TABLE notes (id int PRIMARY KEY, text text);
            INSERT INTO notes VALUES (1, 'a'), (2, 'b');",
            &[("notes (id) { id -> Int4, text -> Nullable<Text> }", options)],
        );
        let role = lines(
            &mut owner,
            "SELECT concat(current_database(), '_app') AS line",
        )
        .remove(0);
        run(
            &mut owner,
            &format!(
                "CREATE ROLE {role};
                GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON notes TO {role};
                CREATE SCHEMA own AUTHORIZATION {role};"
            ),
        );
        Some(Self { owner, role, db })
    }

    /// A connection of the role.
    fn connect(&self) -> Conn {
        let mut conn = self.db.connect();
        run(&mut conn, &format!("SET ROLE {}", self.role));
        conn
    }
}

impl Drop for WithRole {
    fn drop(&mut self) {
        let role = &self.role;
        let drop = format!("DROP OWNED BY {role} CASCADE; DROP ROLE {role};");
        if let Err(error) = self.owner.batch_execute(&drop) {
            eprintln!("role {role} stays on the server: {error}");
        }
    }
}

fn denied(conn: &mut Conn, sql: &str) {
    let error = conn.batch_execute(sql).unwrap_err().to_string();
    assert!(error.contains("permission denied"), "{error}: {sql}");
}

fn note(conn: &mut Conn, id: i32) -> Vec<String> {
    story(conn, "notes_version", &["text"], &format!("id = {id}"))
}

#[test]
fn a_role_needs_no_rights_on_the_history() {
    for options in STRATEGIES {
        let Some(mut db) = WithRole::set_up(options) else {
            return;
        };
        let conn = &mut db.connect();
        conn.versioned_transaction(ChangeInfo::new().actor("alice"), |conn| {
            conn.batch_execute("INSERT INTO notes VALUES (3, 'c'); UPDATE notes SET text = 'x';")
        })
        .unwrap();
        run(
            conn,
            "BEGIN; UPDATE notes SET text = 'y'; UPDATE notes SET text = 'x'; COMMIT;",
        );
        run(conn, "UPDATE notes SET id = 4 WHERE id = 3");
        run(conn, "TRUNCATE notes");
        let owner = &mut db.owner;
        assert_eq!(note(owner, 1), ["insert a", "update x", "delete x"]);
        assert_eq!(note(owner, 3), ["insert x", "delete x"]);
        assert_eq!(note(owner, 4), ["insert x", "delete x"]);
        assert_eq!(
            count(owner, "continuum_transaction WHERE actor = 'alice'"),
            1
        );
        for refused in [
            "SELECT FROM notes_version",
            "DELETE FROM notes_version",
            "INSERT INTO continuum_transaction DEFAULT VALUES",
            "UPDATE continuum_transaction SET actor = 'bob'",
            "UPDATE continuum_table SET strategy = 'subquery'",
            "SELECT nextval('continuum_transaction_id_seq')",
        ] {
            denied(conn, refused);
        }
    }
}

#[test]
fn objects_of_the_roles_own_are_not_taken_for_those_of_the_history() {
    for options in STRATEGIES {
        let Some(mut db) = WithRole::set_up(options) else {
            return;
        };
        let conn = &mut db.connect();
        run(
            conn,
            "CREATE TEMP TABLE notes_version (LIKE public.notes);
            CREATE TEMP TABLE continuum_transaction (id bigint);
            CREATE TEMP TABLE continuum_table (id int);
            CREATE FUNCTION own.continuum_transaction_id() RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint';
            CREATE FUNCTION own.continuum_drawn_transaction_id() RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint';
            CREATE FUNCTION own.current_setting(text, boolean) RETURNS text LANGUAGE sql AS $$ SELECT '1:1' $$;
            CREATE FUNCTION own.count(integer) RETURNS bigint LANGUAGE sql AS 'SELECT 0::bigint';
            CREATE FUNCTION own.never(text, text) RETURNS boolean LANGUAGE sql AS 'SELECT false';
            CREATE OPERATOR own.= (LEFTARG = text, RIGHTARG = text, FUNCTION = own.never);
            CREATE OPERATOR pg_temp.= (LEFTARG = text, RIGHTARG = text, FUNCTION = own.never);
            SET search_path = own, pg_temp, pg_catalog, public;",
        );
        run(conn, "UPDATE public.notes SET text = 'x'");
        run(
            conn,
            "BEGIN; DELETE FROM public.notes; INSERT INTO public.notes VALUES (1, 'y'); COMMIT;",
        );
        let owner = &mut db.owner;
        assert_eq!(note(owner, 1), ["insert a", "update x", "update y"]);
        assert_eq!(note(owner, 2), ["insert b", "update x", "delete x"]);
        assert_eq!(count(owner, "continuum_transaction"), 3);
    }
}

/// A schema with the name of the owner would come first in a path with `"$user"`.
#[test]
fn a_schema_that_came_later_is_not_searched() {
    let Some(mut db) = WithRole::set_up("") else {
        return;
    };
    let role = db.role.clone();
    let conn = &mut db.connect();
    run(
        &mut db.owner,
        &format!(
            "DO $$ BEGIN EXECUTE format('CREATE SCHEMA %I AUTHORIZATION {role}', current_user); END $$"
        ),
    );
    let fake = "DO $$ BEGIN
        EXECUTE format('CREATE TABLE %I.continuum_transaction (LIKE public.notes)', session_user);
    END $$";
    run(conn, fake);
    run(conn, "UPDATE notes SET text = 'x'");
    // This connection's own path finds the fake first.
    assert_eq!(count(&mut db.owner, "public.continuum_transaction"), 2);
    assert_eq!(note(&mut db.owner, 1), ["insert a", "update x"]);
}

#[test]
fn a_role_cannot_say_that_its_changes_are_of_another_transaction() {
    for options in STRATEGIES {
        let Some(mut db) = WithRole::set_up(options) else {
            return;
        };
        let conn = &mut db.connect();
        run(
            &mut db.owner,
            "UPDATE notes SET text = 'by the owner' WHERE id = 1",
        );
        let others = "SELECT max(id) AS count FROM continuum_transaction";
        let others = number(&mut db.owner, others);
        for forged in [others, others + 1000, 0] {
            run(
                conn,
                &format!(
                    "BEGIN;
                    SELECT set_config('continuum.transaction', '{forged}', true);
                    UPDATE notes SET text = text || '!' WHERE id = 2;
                    UPDATE notes SET text = text || '!' WHERE id = 1;
                    COMMIT;"
                ),
            );
        }
        let conn = &mut db.owner;
        assert_eq!(count(conn, "continuum_transaction"), 5);
        let of_the_owner = format!("transaction_id = {others}");
        assert_eq!(
            story(conn, "notes_version", &["id", "text"], &of_the_owner),
            ["insert 1, by the owner"].map(|_| "update 1, by the owner")
        );
        assert_eq!(
            note(conn, 1).last().map(String::as_str),
            Some("update by the owner!!!")
        );
    }
}

#[test]
fn a_role_that_throws_the_setting_away_only_splits_its_own_transaction() {
    let Some(mut db) = WithRole::set_up("") else {
        return;
    };
    run(
        &mut db.connect(),
        "BEGIN;
        UPDATE notes SET text = 'x';
        SET LOCAL continuum.transaction = '';
        UPDATE notes SET text = 'y' WHERE id = 1;
        COMMIT;",
    );
    assert_eq!(note(&mut db.owner, 1), ["insert a", "update x", "update y"]);
    assert_eq!(note(&mut db.owner, 2), ["insert b", "update x"]);
}

#[test]
fn a_role_cannot_call_what_records() {
    let Some(mut db) = WithRole::set_up("") else {
        return;
    };
    let conn = &mut db.connect();
    run(conn, "CREATE TABLE own.notes (id int, text text)");
    for refused in [
        // In a trigger on a table of its own it would write what it likes.
        "CREATE TRIGGER forge AFTER INSERT ON own.notes REFERENCING NEW TABLE AS new_rows
        FOR EACH STATEMENT EXECUTE FUNCTION notes_version_insert()",
        "SELECT continuum_transaction_id()",
        "SELECT continuum_drawn_transaction_id()",
        "SELECT continuum_renew_transaction()",
        "SELECT continuum_forget_empty_transaction()",
        "SELECT notes_version_settle('{}')",
        "SELECT notes_version_recheck('{}')",
    ] {
        denied(conn, refused);
    }
    assert_eq!(note(&mut db.owner, 1), ["insert a"]);
}

#[test]
fn what_a_role_says_of_itself_is_said_of_its_own_transaction() {
    let Some(mut db) = WithRole::set_up("") else {
        return;
    };
    let conn = &mut db.connect();
    run(
        conn,
        r#"BEGIN;
        UPDATE notes SET text = 'x';
        SELECT continuum_add_context('{"actor": "nightly", "meta": {"run": 17}}');
        COMMIT;
        SELECT continuum_add_context('{"actor": "nobody"}');
        UPDATE notes SET text = 'y';"#,
    );
    let owner = &mut db.owner;
    let nightly = "continuum_transaction WHERE actor = 'nightly' AND meta = '{\"run\": 17}'";
    assert_eq!(count(owner, nightly), 1);
    assert_eq!(count(owner, "continuum_transaction WHERE actor IS NULL"), 1);
}

/// Policies that hide rows from the role that writes hide nothing from the history.
#[test]
fn row_security_hides_nothing_from_the_history() {
    for options in STRATEGIES {
        let Some(mut db) = WithRole::set_up(options) else {
            return;
        };
        let conn = &mut db.connect();
        run(
            &mut db.owner,
            "ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
            CREATE POLICY write ON notes FOR INSERT WITH CHECK (true);
            CREATE POLICY change ON notes FOR UPDATE USING (text <> 'hidden') WITH CHECK (true);
            CREATE POLICY read ON notes FOR SELECT USING (text <> 'gone');
            CREATE POLICY clear ON notes FOR DELETE USING (text <> 'hidden');",
        );
        run(
            conn,
            "BEGIN;
            UPDATE notes SET text = 'hidden' WHERE id = 1;
            DELETE FROM notes;
            INSERT INTO notes VALUES (2, 'hidden'), (3, 'hidden');
            COMMIT;",
        );
        let owner = &mut db.owner;
        assert_eq!(note(owner, 1), ["insert a", "update hidden"]);
        assert_eq!(note(owner, 2), ["insert b", "update hidden"]);
        assert_eq!(note(owner, 3), ["insert hidden"]);
    }
}

/// An owner who is no superuser and has put the table under its own policies.
#[test]
fn where_a_policy_would_hide_rows_from_the_owner_truncating_fails() {
    let Some(mut db) = WithRole::set_up("") else {
        return;
    };
    let role = db.role.clone();
    run(
        &mut db.owner,
        &format!(
            "ALTER TABLE notes OWNER TO {role};
            ALTER TABLE notes_version OWNER TO {role};
            ALTER FUNCTION notes_version_truncate() OWNER TO {role};
            GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {role};
            GRANT ALL ON ALL TABLES IN SCHEMA public TO {role};
            ALTER TABLE notes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
            CREATE POLICY part ON notes USING (id > 1);"
        ),
    );
    let conn = &mut db.connect();
    let error = conn
        .batch_execute("TRUNCATE notes")
        .unwrap_err()
        .to_string();
    assert!(error.contains("row-level security"), "{error}");
    assert_eq!(count(&mut db.owner, "notes"), 2);
}

#[test]
fn a_role_turns_recording_off_only_where_it_may() {
    let Some(db) = WithRole::set_up(STRATEGIES[0]) else {
        return;
    };
    let conn = &mut db.connect();
    let change = "INSERT INTO notes VALUES (7, 'x')";
    let refused = conn.without_versioning(|conn| conn.batch_execute(change));
    let refused = refused.unwrap_err().to_string();
    assert!(refused.contains("permission denied"), "{refused}");
    // Nor by the setting itself.
    for statement in [
        change,
        "UPDATE notes SET text = 'x'",
        "DELETE FROM notes",
        "TRUNCATE notes",
    ] {
        run(conn, "SET continuum.recording = 'off'");
        let refused = conn.batch_execute(statement).unwrap_err().to_string();
        assert!(refused.contains("may not turn recording off"), "{refused}");
        run(conn, "RESET continuum.recording");
    }
    run(
        &mut db.db.connect(),
        &format!(
            "GRANT EXECUTE ON FUNCTION continuum_stop_recording(boolean) TO {}",
            db.role
        ),
    );
    conn.without_versioning(|conn| {
        conn.batch_execute("TRUNCATE notes; INSERT INTO notes VALUES (7, 'x')")
    })
    .unwrap();
    assert_eq!(note(&mut db.db.connect(), 7), [""; 0]);
    assert_eq!(note(&mut db.db.connect(), 1), ["insert a"]);
}
