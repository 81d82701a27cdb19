//! The rows that relations lead to, found in the database and kept there in TEMP tables: one for
//! each relation, `continuum_path_<n>`, and one for each table, `continuum_reached_<n>`, with the
//! key of a row and `continuum_how`: what is to become of it.

use super::catalog::{Catalog, Restorable};
use super::path::{again, copy, count, create, of_path, of_table};
use super::relation::{Direction, Newer, Step};
use super::restorable;
use super::statement::run;
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
    /// The relations that were followed, by the tables to which they led.
    paths: Vec<usize>,
    /// Whether there is a TEMP table for each table.
    gathered: bool,
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
            paths: Vec::new(),
            gathered: false,
        };
        let Some(row) = reach.enter(version_table)? else {
            return Ok(Some(reach));
        };
        let table = reach.tables[row.table];
        let key = table.key.join(", ");
        let versions = &table.history.version_table_sql;
        let before = format!("SELECT {key}, {BACK} AS continuum_how FROM {versions} WHERE ");
        let after = format!(" AND transaction_id = {last}");
        create(conn, row.path, &key, (&before, same_row, &after))?;
        if count(conn, row.path)? == 0 {
            reach.forget(conn)?;
            return Ok(None);
        }
        reach.follow(conn, row, steps)?;
        if reach.obstacles.is_empty() {
            reach.gather(conn)?;
            reach.gathered = true;
        }
        Ok(Some(reach))
    }

    pub(super) fn forget<C>(&self, conn: &mut C) -> QueryResult<()>
    where
        C: LoadConnection,
        C::Backend: RecordingBackend,
    {
        let paths = (0..self.paths.len()).flat_map(|path| {
            let again = again::<C::Backend>(path);
            let name = of_path(path);
            let twice = again != name;
            [Some(name), twice.then_some(again)].into_iter().flatten()
        });
        let tables = (0..self.tables.len()).filter(|_| self.gathered);
        let tables = tables.map(of_table);
        for name in paths.chain(tables) {
            conn.batch_execute(&C::Backend::drop_temporary(&name))?;
        }
        Ok(())
    }

    /// The table, with a path of its own to it; `None` where it cannot go back as far.
    fn enter(&mut self, version_table: &str) -> QueryResult<Option<Place>> {
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
                self.tables.push(table);
                self.tables.len() - 1
            }
        };
        Ok(Some(self.path_to(number)))
    }

    fn path_to(&mut self, table: usize) -> Place {
        self.paths.push(table);
        Place {
            table,
            path: self.paths.len() - 1,
        }
    }

    /// Each row once, whatever led to it: that it goes back wins over that it is new.
    fn gather<C>(&self, conn: &mut C) -> QueryResult<()>
    where
        C: LoadConnection,
        C::Backend: RecordingBackend,
    {
        for (number, table) in self.tables.iter().enumerate() {
            let key = table.key.join(", ");
            let name = of_table(number);
            let paths = self
                .paths
                .iter()
                .enumerate()
                .filter(|(_, to)| **to == number);
            let found: Vec<_> = paths
                .map(|(path, _)| format!("SELECT {key}, continuum_how FROM {}", of_path(path)))
                .collect();
            if C::Backend::READS_TEMPORARY_ONCE {
                conn.batch_execute(&C::Backend::drop_temporary(&name))?;
            }
            let create = C::Backend::create_temporary(&name, &key);
            run(
                conn,
                format!(
                    "{create}SELECT {key}, min(continuum_how) AS continuum_how FROM ({}) r \
                     GROUP BY {key}",
                    found.join(" UNION ALL ")
                ),
            )?;
        }
        Ok(())
    }

    fn follow<C>(&mut self, conn: &mut C, from: Place, steps: &[Step]) -> QueryResult<()>
    where
        C: LoadConnection,
        C::Backend: RecordingBackend,
    {
        for step in steps {
            let Some(to) = self.enter(&step.version_table)? else {
                continue;
            };
            match step.direction {
                Direction::Parent => {
                    self.find_parents(conn, from, to, step)?;
                    self.follow(conn, to, &step.steps)?;
                }
                Direction::Children(newer) => {
                    self.find_children(conn, from, to, (step, newer), &[])?;
                    self.follow(conn, to, &step.steps)?;
                }
                Direction::Descendants(newer) => {
                    let (mut from, mut to) = (from, to);
                    // Rows that have been found are not looked at again: a ring has an end.
                    let mut before = vec![from.path];
                    loop {
                        self.find_children(conn, from, to, (step, newer), &before)?;
                        if count(conn, to.path)? == 0 {
                            break;
                        }
                        self.follow(conn, to, &step.steps)?;
                        before.push(to.path);
                        from = to;
                        to = self.path_to(from.table);
                    }
                }
            }
        }
        Ok(())
    }

    /// Children of then, and, where they are not kept, those of now, but for those that these paths
    /// have led to.
    fn find_children<C>(
        &mut self,
        conn: &mut C,
        from: Place,
        to: Place,
        (step, newer): (&Step, Newer),
        before: &[usize],
    ) -> QueryResult<()>
    where
        C: LoadConnection,
        C::Backend: RecordingBackend,
    {
        let (parent, child) = (self.tables[from.table], self.tables[to.table]);
        let same = |left, right| C::Backend::same_key(left, right, &child.key);
        let column = C::Backend::quoted(step.column);
        let (versions, table) = (&child.history.version_table_sql, &child.history.table_sql);
        let of_parents = format!(
            "{column} IN (SELECT {} FROM {} WHERE continuum_how <> {DETACHED})",
            parent.key.join(", "),
            of_path(from.path)
        );
        let not_found_before = |row| -> String {
            let conditions = before.iter().map(|path| {
                let name = again::<C::Backend>(*path);
                format!(
                    " AND NOT EXISTS (SELECT 1 FROM {name} r WHERE {})",
                    same("r", row)
                )
            });
            conditions.collect()
        };
        let key = |row: &str| {
            let of_row = child.key.iter().map(|key| format!("{row}.{key}"));
            of_row.collect::<Vec<_>>().join(", ")
        };
        let then = format!(
            "SELECT {}, {BACK} AS continuum_how FROM {versions} x WHERE x.{of_parents} AND {}{}",
            key("x"),
            self.was_there::<C::Backend>(child, "x"),
            not_found_before("x"),
        );
        create(conn, to.path, &child.key.join(", "), (&then, &(), ""))?;

        // A row without a version is what it always was. One that was there then is found twice,
        // or was somewhere else.
        let known = format!(
            "EXISTS (SELECT 1 FROM {versions} n WHERE {})",
            same("n", "y")
        );
        let was_there = format!(
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
             CASE WHEN {known} AND NOT {was_there} THEN {how} ELSE {BACK} END \
             FROM {table} y WHERE y.{of_parents}{kept}{}",
            of_path(to.path),
            key("y"),
            not_found_before("y"),
        );
        run(conn, now)?;
        copy(conn, to.path, &child.key.join(", "))?;
        if newer == Newer::Detach {
            self.detached.push(Detached {
                table: to.table,
                path: to.path,
                column,
            });
        }
        Ok(())
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
            "SELECT {}, {BACK} AS continuum_how FROM {} p \
             WHERE p.{} IN (SELECT x.{} FROM {} s JOIN {} x ON {} \
             WHERE s.continuum_how = {BACK} AND {}) AND {}",
            keys.join(", "),
            parent.history.version_table_sql,
            parent.key.join(", "),
            C::Backend::quoted(step.column),
            of_path(from.path),
            child.history.version_table_sql,
            C::Backend::same_key("s", "x", &child.key),
            self.was_there::<C::Backend>(child, "x"),
            self.was_there::<C::Backend>(parent, "p"),
        );
        create(conn, to.path, &parent.key.join(", "), (&parents, &(), ""))
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
