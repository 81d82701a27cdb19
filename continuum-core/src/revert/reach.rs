//! The rows that relations lead to, found in the database and kept there in TEMP tables, one for
//! each table: `continuum_reach_<n>`, with the key of a row and
//!
//! - `continuum_path`: the relation that led to it,
//! - `continuum_how`: what is to become of it.

use super::catalog::{Catalog, Restorable};
use super::plan::{Statement, run};
use super::relation::{Direction, Newer, Step};
use super::restorable;
use crate::backend::RecordingBackend;
use crate::error::{Obstacle, Reason};
use diesel::QueryResult;
use diesel::connection::LoadConnection;
use diesel::query_builder::QueryFragment;

/// It becomes what it was.
const BACK: u8 = 0;
/// It was not there then, and stays without a parent.
pub(super) const DETACHED: u8 = 1;
/// It was not there then, and goes.
const DELETED: u8 = 2;

/// A relation whose newer children lose this foreign key.
#[derive(Debug)]
pub(crate) struct Detached {
    pub(super) table: usize,
    pub(super) path: usize,
    pub(super) column: String,
}

/// What the relations of one row led to.
#[derive(Debug)]
pub(super) struct Reach<'c> {
    catalog: &'c Catalog,
    /// The last transaction whose versions say what the rows were.
    last: i64,
    /// The tables that were reached, by the number in the name of their TEMP table.
    pub(super) tables: Vec<&'c Restorable>,
    pub(super) detached: Vec<Detached>,
    /// Tables that cannot go back as far.
    pub(super) obstacles: Vec<Obstacle>,
    paths: usize,
}

/// Where a relation starts or ends: a table, by its number, and the path to it.
#[derive(Debug, Clone, Copy)]
struct Place {
    table: usize,
    path: usize,
}

impl<'c> Reach<'c> {
    /// The row that the condition finds, and those that the relations lead to. `None` where its
    /// version is gone.
    pub(super) fn make<C, R>(
        conn: &mut C,
        catalog: &'c Catalog,
        version_table: &str,
        (same_row, last): (&R, i64),
        steps: &[Step],
    ) -> QueryResult<Option<Self>>
    where
        C: LoadConnection,
        C::Backend: RecordingBackend,
        R: QueryFragment<C::Backend>,
    {
        let mut reach = Self {
            catalog,
            last,
            tables: Vec::new(),
            detached: Vec::new(),
            obstacles: Vec::new(),
            paths: 0,
        };
        let Some(row) = reach.enter(conn, version_table)? else {
            return Ok(Some(reach));
        };
        let table = reach.tables[row.table];
        let found = Statement {
            before: format!(
                "INSERT INTO {} SELECT {}, {BACK}, {} FROM {} WHERE ",
                name(row.table),
                table.key.join(", "),
                row.path,
                table.history.version_table_sql
            ),
            fragment: same_row,
            after: &format!(" AND transaction_id = {last}"),
        };
        if conn.execute_returning_count(&found)? == 0 {
            reach.forget(conn)?;
            return Ok(None);
        }
        reach.follow(conn, row, steps)?;
        Ok(Some(reach))
    }

    pub(super) fn forget<C: LoadConnection>(&self, conn: &mut C) -> QueryResult<()> {
        (0..self.tables.len())
            .try_for_each(|table| conn.batch_execute(&format!("DROP TABLE {}", name(table))))
    }

    /// The table, with a path of its own to it; `None` where it cannot go back as far.
    fn enter<C>(&mut self, conn: &mut C, version_table: &str) -> QueryResult<Option<Place>>
    where
        C: LoadConnection,
        C::Backend: RecordingBackend,
    {
        let table = restorable(self.catalog, version_table)?;
        let reached = |other: &&Restorable| std::ptr::eq(*other, table);
        let number = match self.tables.iter().position(reached) {
            Some(number) => number,
            None => {
                let transaction_id = table.history.baseline_transaction_id;
                let reason = if !table.is_recorded() {
                    Some(Reason::NotRecorded)
                } else if self.last < transaction_id {
                    Some(Reason::BeforeHistory { transaction_id })
                } else {
                    None
                };
                if let Some(reason) = reason {
                    let obstacle = table.obstacle(None, reason);
                    if !self.obstacles.contains(&obstacle) {
                        self.obstacles.push(obstacle);
                    }
                    return Ok(None);
                }
                let (number, key) = (self.tables.len(), table.key.join(", "));
                let name = name(number);
                run(
                    conn,
                    format!(
                        "CREATE TEMPORARY TABLE {name} AS SELECT {key}, 0 AS continuum_how, \
                         0 AS continuum_path FROM {} WHERE 1 = 0",
                        table.history.version_table_sql
                    ),
                )?;
                conn.batch_execute(&format!("CREATE INDEX {name}_key ON {name} ({key})"))?;
                self.tables.push(table);
                number
            }
        };
        self.paths += 1;
        Ok(Some(Place {
            table: number,
            path: self.paths,
        }))
    }

    fn follow<C>(&mut self, conn: &mut C, from: Place, steps: &[Step]) -> QueryResult<()>
    where
        C: LoadConnection,
        C::Backend: RecordingBackend,
    {
        for step in steps {
            let Some(to) = self.enter(conn, &step.version_table)? else {
                continue;
            };
            match step.direction {
                Direction::Parent => {
                    self.find_parents(conn, from, to, step)?;
                    self.follow(conn, to, &step.steps)?;
                }
                Direction::Children(newer) => {
                    self.find_children(conn, from, to, (step, newer), None)?;
                    self.follow(conn, to, &step.steps)?;
                }
                Direction::Descendants(newer) => {
                    let (first, mut from, mut to) = (from.path, from, to);
                    // Rows that have been found are not looked at again: a ring has an end.
                    while self.find_children(conn, from, to, (step, newer), Some(first))? > 0 {
                        self.follow(conn, to, &step.steps)?;
                        from = to;
                        self.paths += 1;
                        to.path = self.paths;
                    }
                }
            }
        }
        Ok(())
    }

    /// Children of then, and, where they are not kept, those of now. Says how many.
    fn find_children<C>(
        &mut self,
        conn: &mut C,
        from: Place,
        to: Place,
        (step, newer): (&Step, Newer),
        since_path: Option<usize>,
    ) -> QueryResult<i64>
    where
        C: LoadConnection,
        C::Backend: RecordingBackend,
    {
        let (parent, child) = (self.tables[from.table], self.tables[to.table]);
        let same = |left, right| C::Backend::same_key(left, right, &child.key);
        let column = C::Backend::quoted(step.column);
        let (versions, table) = (&child.history.version_table_sql, &child.history.table_sql);
        let of_parents = format!(
            "{column} IN (SELECT {} FROM {} WHERE continuum_path = {} \
             AND continuum_how <> {DETACHED})",
            parent.key.join(", "),
            name(from.table),
            from.path
        );
        let found_before = |row| {
            let paths = match since_path {
                Some(first) => format!("r.continuum_path >= {first}"),
                None => format!("r.continuum_path = {}", to.path),
            };
            format!(
                "EXISTS (SELECT 1 FROM {} r WHERE {} AND {paths})",
                name(to.table),
                same("r", row)
            )
        };
        let key = |row: &str| {
            let of_row = child.key.iter().map(|key| format!("{row}.{key}"));
            of_row.collect::<Vec<_>>().join(", ")
        };
        let then = format!(
            "INSERT INTO {} SELECT {}, {BACK}, {} FROM {versions} x \
             WHERE x.{of_parents} AND {} AND NOT {}",
            name(to.table),
            key("x"),
            to.path,
            self.was_there::<C::Backend>(child, "x"),
            found_before("x"),
        );
        let mut found = run(conn, then)?;

        // A row without a version is what it always was.
        let known = format!(
            "EXISTS (SELECT 1 FROM {versions} n WHERE {})",
            same("n", "y")
        );
        let was_elsewhere = format!(
            "EXISTS (SELECT 1 FROM {versions} x WHERE {} AND {})",
            same("x", "y"),
            self.was_there::<C::Backend>(child, "x")
        );
        let (how, kept) = match newer {
            Newer::Keep => (BACK, format!(" AND NOT {known}")),
            Newer::Detach => (DETACHED, String::new()),
            Newer::Delete => (DELETED, String::new()),
        };
        let now = format!(
            "INSERT INTO {} SELECT {}, \
             CASE WHEN {known} AND NOT {was_elsewhere} THEN {how} ELSE {BACK} END, {} \
             FROM {table} y WHERE y.{of_parents}{kept} AND NOT {}",
            name(to.table),
            key("y"),
            to.path,
            found_before("y"),
        );
        found += run(conn, now)?;
        if newer == Newer::Detach {
            self.detached.push(Detached {
                table: to.table,
                path: to.path,
                column,
            });
        }
        Ok(found)
    }

    /// The parents of then, of rows that become what they were.
    fn find_parents<C>(&self, conn: &mut C, from: Place, to: Place, step: &Step) -> QueryResult<()>
    where
        C: LoadConnection,
        C::Backend: RecordingBackend,
    {
        let (child, parent) = (self.tables[from.table], self.tables[to.table]);
        let keys: Vec<_> = parent.key.iter().map(|key| format!("p.{key}")).collect();
        let parents = format!(
            "INSERT INTO {} SELECT {}, {BACK}, {} FROM {} p \
             WHERE p.{} IN (SELECT x.{} FROM {} s JOIN {} x ON {} \
             WHERE s.continuum_path = {} AND s.continuum_how = {BACK} AND {}) AND {}",
            name(to.table),
            keys.join(", "),
            to.path,
            parent.history.version_table_sql,
            parent.key.join(", "),
            C::Backend::quoted(step.column),
            name(from.table),
            child.history.version_table_sql,
            C::Backend::same_key("s", "x", &child.key),
            from.path,
            self.was_there::<C::Backend>(child, "x"),
            self.was_there::<C::Backend>(parent, "p"),
        );
        run(conn, parents)?;
        Ok(())
    }

    /// That the version says what its row was then.
    fn was_there<DB: RecordingBackend>(&self, table: &Restorable, version: &str) -> String {
        format!(
            "{version}.operation_type <> 2 AND {version}.transaction_id = (\
             SELECT max(b.transaction_id) FROM {} b WHERE {} AND b.transaction_id <= {})",
            table.history.version_table_sql,
            DB::same_key(version, "b", &table.key),
            self.last
        )
    }
}

/// The TEMP table of a table.
pub(super) fn name(table: usize) -> String {
    format!("continuum_reach_{table}")
}
