//! DDL commits by itself, so a migration can end half-way.

use super::{Conn, database};
use crate::support::articles::{MODELS, SCHEMA, TABLES};
use crate::support::catalog::everything;
use crate::support::history::count;
use crate::support::plan::plan;
use crate::support::sound::assert_sound;
use continuum_schema::{Baseline, Dialect, Plan, parse};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;

fn first() -> Plan {
    let tables = parse::tables(SCHEMA, "schema.rs").unwrap();
    let joined = parse::joinable(SCHEMA, "schema.rs").unwrap();
    let foreign_keys = parse::foreign_keys(&tables, &joined, &[]).unwrap();
    plan(
        SCHEMA,
        MODELS,
        &foreign_keys,
        Dialect::MySql,
        Baseline::Rows,
    )
}

#[test]
fn a_migration_that_failed_half_way_can_be_run_again_or_reverted() {
    let plan = first();
    let cut = |part: usize, of: usize| {
        // After some of the steps, where a statement ends.
        let steps = plan.steps.len();
        let kept: String = plan.steps[..steps * part / of]
            .iter()
            .map(|step| step.up.as_str())
            .collect();
        kept + "SELECT no_such_column;"
    };
    for part in 0..=6 {
        let Some(db) = database() else { return };
        db.apply(TABLES);
        let conn: &mut Conn = &mut db.connect();
        conn.batch_execute("INSERT INTO articles (id, name) VALUES (1, 'a')")
            .unwrap();
        let before = everything(conn);
        let half = |conn: &mut Conn| {
            conn.transaction(|conn| conn.batch_execute(&cut(part, 6)))
                .unwrap_err();
        };
        half(conn);
        if part < 6 {
            // The last step is one transaction: with it the history has begun.
            db.apply(&plan.up_sql());
            assert_sound(conn);
            assert_eq!(count(conn, "articles_version"), 1);
            db.apply(&plan.down_sql());
            assert_eq!(everything(conn), before);
            half(conn);
        }
        if part > 0 {
            db.apply(&plan.down_sql());
            assert_eq!(everything(conn), before, "{part}");
        }
    }
}
