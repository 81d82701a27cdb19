//! What has to happen to which rows of a table, found in the database and kept there in a TEMP
//! table until it has happened: what the changes are found by changes with them.

use super::catalog::{Catalog, Restorable};
use super::path;
use super::reach::{DETACHED, Detached};
use super::statement::Statement;
use crate::backend::RecordingBackend;
use crate::verify::Found;
use diesel::connection::LoadConnection;
use diesel::prelude::*;
use diesel::query_builder::QueryFragment;
use diesel::result::{DatabaseErrorKind, Error};

/// Where the fragment of Diesel's goes. No engine has it in a name.
const FRAGMENT: char = '\0';

/// Which rows are to be what.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Rows {
    /// Those that this transaction changed, as they were before it.
    ChangedBy(i64),
    /// Those that changed after this transaction and meet the condition now or met it then, as
    /// they were right after it. The fragment is the condition, on the version table.
    ChangedAfter(i64),
    /// Those that relations led to, as they were right after this transaction.
    Reached(i64),
}

impl Rows {
    /// The last transaction whose versions say what the rows were.
    fn last(self) -> i64 {
        match self {
            Self::ChangedBy(id) => id.saturating_sub(1),
            Self::ChangedAfter(id) | Self::Reached(id) => id,
        }
    }
}

/// What has to happen to the rows of one table, in the TEMP table `name`: a row for each, with
/// its key and
///
/// - `continuum_kind`: `insert`, `update`, `delete`; `detach` where only foreign keys become NULL;
///   `none` where it is what it was; `gone` where the version is missing that says what it was,
/// - `continuum_target`: the transaction of the version that it becomes,
/// - `continuum_newest`: the transaction of its newest version.
#[derive(Debug)]
pub(crate) struct TablePlan<'c> {
    pub(crate) table: &'c Restorable,
    pub(crate) name: String,
    pub(crate) inserts: i64,
    pub(crate) updates: i64,
    pub(crate) deletes: i64,
    pub(crate) detaches: i64,
    pub(crate) gone: i64,
}

impl<'c> TablePlan<'c> {
    fn create<C, F>(
        conn: &mut C,
        table: &'c Restorable,
        index: usize,
        rows: Rows,
        fragment: &F,
    ) -> QueryResult<Self>
    where
        C: LoadConnection,
        C::Backend: RecordingBackend,
        F: QueryFragment<C::Backend>,
    {
        let name = format!("continuum_revert_{index}");
        let text = select::<C::Backend>(table, index, rows);
        let (before, after) = text.split_once(FRAGMENT).unwrap_or((&text, ""));
        let key = table.key.join(", ");
        let mut plan = Self {
            table,
            name,
            inserts: 0,
            updates: 0,
            deletes: 0,
            detaches: 0,
            gone: 0,
        };
        if C::Backend::READS_TEMPORARY_ONCE {
            // What an error has left: no rollback takes it away.
            plan.drop(conn)?;
        }
        let name = &plan.name;
        let create = Statement {
            before: C::Backend::create_temporary(name, &key) + before,
            fragment,
            after,
        };
        conn.execute_returning_count(&create)?;
        // Rows of other tables look their rows up in it.
        let index = C::Backend::index_temporary(name, &key);
        if !index.is_empty() {
            conn.batch_execute(&index)?;
        }
        if C::Backend::READS_TEMPORARY_ONCE {
            let copy = C::Backend::create_temporary(&plan.again::<C::Backend>(), &key);
            conn.batch_execute(&format!("{copy} SELECT * FROM {name}"))?;
        }
        let counts = format!(
            "SELECT continuum_kind AS rule, NULL AS row_key, count(*) AS transaction_id \
             FROM {} GROUP BY continuum_kind",
            plan.name
        );
        for kind in C::Backend::found(conn, counts)? {
            let count = kind.transaction_id.unwrap_or_default();
            match kind.rule.as_str() {
                "insert" => plan.inserts = count,
                "update" => plan.updates = count,
                "delete" => plan.deletes = count,
                "detach" => plan.detaches = count,
                "gone" => plan.gone = count,
                _ => {}
            }
        }
        Ok(plan)
    }

    /// Keeps others from changing the rows, and says whether they have done so since they were
    /// read.
    fn lock<C>(&self, conn: &mut C) -> QueryResult<bool>
    where
        C: LoadConnection,
        C::Backend: RecordingBackend,
    {
        let lock = <C::Backend as RecordingBackend>::LOCK_ROWS;
        if lock.is_empty() {
            return Ok(false);
        }
        let key = self.table.key.join(", ");
        let history = &self.table.history;
        let locked = format!(
            "SELECT 'locked' AS rule, NULL AS row_key, count(*) AS transaction_id FROM (\
             SELECT 1 FROM {} WHERE ({key}) IN (SELECT {key} FROM {}) ORDER BY {key}{lock}) l",
            history.table_sql, self.name
        );
        C::Backend::found(conn, locked)?;
        // Another statement, so that it sees what was committed while this one waited.
        let changed = format!(
            "SELECT 'changed' AS rule, NULL AS row_key, count(*) AS transaction_id FROM {} k \
             WHERE k.continuum_newest <> {}",
            self.name,
            newest::<C::Backend>(self.table, C::Backend::LOCK_SEEN)
        );
        let changed = C::Backend::found(conn, changed)?;
        Ok(changed.iter().any(|found| found.transaction_id > Some(0)))
    }

    fn drop<C>(&self, conn: &mut C) -> QueryResult<()>
    where
        C: LoadConnection,
        C::Backend: RecordingBackend,
    {
        let mut names = vec![self.name.clone()];
        if C::Backend::READS_TEMPORARY_ONCE {
            names.push(self.again::<C::Backend>());
        }
        if C::Backend::READS_VERSIONS_APART {
            names.push(self.versions());
        }
        names
            .iter()
            .try_for_each(|name| conn.batch_execute(&C::Backend::drop_temporary(name)))
    }

    /// The table by the name under which a query that has it already reads it once more.
    pub(crate) fn again<DB: RecordingBackend>(&self) -> String {
        if DB::READS_TEMPORARY_ONCE {
            format!("{}_again", self.name)
        } else {
            self.name.clone()
        }
    }

    /// The copy of the versions that the rows become, where a statement that changes the table must
    /// not read the version table.
    pub(crate) fn versions(&self) -> String {
        format!("{}_versions", self.name)
    }

    pub(crate) fn changes(&self) -> i64 {
        self.inserts + self.updates + self.deletes + self.detaches
    }

    /// The rows of these kinds, with the version that each becomes.
    pub(crate) fn rows<C>(&self, conn: &mut C, condition: &str) -> QueryResult<Vec<Found>>
    where
        C: LoadConnection,
        C::Backend: RecordingBackend,
    {
        let rows = format!(
            "SELECT continuum_kind AS rule, {} AS row_key, continuum_target AS transaction_id \
             FROM {} x WHERE {condition} ORDER BY {}",
            self.table.history.row_key,
            self.name,
            self.table.key.join(", ")
        );
        C::Backend::found(conn, rows)
    }
}

/// The plans of all tables that are concerned.
#[derive(Debug)]
pub(crate) struct Plan<'c> {
    pub(crate) catalog: &'c Catalog,
    pub(crate) tables: Vec<TablePlan<'c>>,
    /// The foreign keys that become NULL.
    pub(crate) detached: Vec<Detached>,
    /// Whether the rows are locked, so that what is looked at besides has to be as well.
    locked: bool,
}

impl<'c> Plan<'c> {
    /// Plans without keeping anybody from anything: true only for as long as nobody writes.
    pub(crate) fn glance<C, F>(
        conn: &mut C,
        catalog: &'c Catalog,
        tables: &[&'c Restorable],
        rows: Rows,
        fragment: &F,
    ) -> QueryResult<Self>
    where
        C: LoadConnection,
        C::Backend: RecordingBackend,
        F: QueryFragment<C::Backend>,
    {
        let tables = tables
            .iter()
            .enumerate()
            .map(|(index, table)| TablePlan::create(conn, table, index, rows, fragment))
            .collect::<QueryResult<_>>()?;
        Ok(Self {
            catalog,
            tables,
            detached: Vec::new(),
            locked: false,
        })
    }

    /// Plans, and keeps the rows as they are. What changes between planning and locking is planned
    /// once more, with the locks held.
    pub(crate) fn make<C, F>(
        conn: &mut C,
        catalog: &'c Catalog,
        tables: &[&'c Restorable],
        rows: Rows,
        fragment: &F,
    ) -> QueryResult<Self>
    where
        C: LoadConnection,
        C::Backend: RecordingBackend,
        F: QueryFragment<C::Backend>,
    {
        // Each time some rows more are locked. What is left are rows that are inserted and deleted
        // without end.
        for _ in 0..10 {
            let mut plan = Self::glance(conn, catalog, tables, rows, fragment)?;
            if plan.lock(conn)? {
                return Ok(plan);
            }
            plan.forget(conn)?;
        }
        Err(too_fast())
    }

    /// Keeps the rows as they are, and says whether they are still what was planned with.
    pub(crate) fn lock<C>(&mut self, conn: &mut C) -> QueryResult<bool>
    where
        C: LoadConnection,
        C::Backend: RecordingBackend,
    {
        let mut changed = false;
        for table in &self.tables {
            changed |= table.lock(conn)?;
        }
        self.locked = !changed;
        Ok(self.locked)
    }

    pub(crate) fn forget<C>(&self, conn: &mut C) -> QueryResult<()>
    where
        C: LoadConnection,
        C::Backend: RecordingBackend,
    {
        self.tables.iter().try_for_each(|table| table.drop(conn))
    }

    /// What a query for what is in the way ends with.
    pub(crate) fn lock_seen<DB: RecordingBackend>(&self) -> &'static str {
        if self.locked { DB::LOCK_SEEN } else { "" }
    }

    pub(crate) fn of(&self, table_sql: &str) -> Option<&TablePlan<'c>> {
        self.tables
            .iter()
            .find(|plan| plan.table.history.table_sql == table_sql)
    }
}

/// The rows were different each time that they were locked.
pub(crate) fn too_fast() -> Error {
    let text = "the rows change faster than they can be brought back; try again".to_owned();
    Error::DatabaseError(DatabaseErrorKind::SerializationFailure, Box::new(text))
}

/// The transaction of the newest version of the row `k`.
fn newest<DB: RecordingBackend>(table: &Restorable, lock: &str) -> String {
    format!(
        "(SELECT max(n.transaction_id) FROM {} n WHERE {}{lock})",
        table.history.version_table_sql,
        DB::same_key("k", "n", &table.key)
    )
}

/// The query for the rows and what has to happen to them: `k` is the key, `x` the version that the
/// row becomes, `y` the row.
fn select<DB: RecordingBackend>(table: &Restorable, index: usize, rows: Rows) -> String {
    let history = &table.history;
    let versions = &history.version_table_sql;
    let last = rows.last();
    let of_k: Vec<_> = table.key.iter().map(|key| format!("k.{key}")).collect();
    let key = table.key.join(", ");
    let same = |left, right| DB::same_key(left, right, &table.key);
    let (keys, condition) = match rows {
        Rows::ChangedBy(id) => (
            format!("SELECT {key} FROM {versions} WHERE transaction_id = {id}"),
            String::new(),
        ),
        Rows::Reached(_) => (
            format!("SELECT {key}, continuum_how FROM {}", path::of_table(index)),
            String::new(),
        ),
        Rows::ChangedAfter(id) => (
            format!("SELECT DISTINCT {key} FROM {versions} WHERE transaction_id > {id}"),
            format!(
                " WHERE EXISTS (SELECT 1 FROM {versions} WHERE {} AND {FRAGMENT} AND (\
                 {versions}.transaction_id = x.transaction_id \
                 OR {versions}.operation_type <> 2 AND {versions}.transaction_id = {}))",
                same("k", versions),
                newest::<DB>(table, "")
            ),
        ),
    };
    // A row that relations led to may have no version, and is what it always was.
    let (unknown, delete) = match rows {
        Rows::Reached(_) => (
            format!("WHEN {} IS NULL THEN 'none' ", newest::<DB>(table, "")),
            format!("CASE k.continuum_how WHEN {DETACHED} THEN 'detach' ELSE 'delete' END"),
        ),
        _ => (String::new(), "'delete'".to_owned()),
    };
    format!(
        "SELECT {}, x.transaction_id AS continuum_target, {} AS continuum_newest, CASE \
         {unknown}WHEN x.transaction_id IS NULL AND EXISTS (\
            SELECT 1 FROM {versions} f \
            WHERE {} AND f.operation_type <> 0 AND f.transaction_id > {last} AND NOT EXISTS (\
                SELECT 1 FROM {versions} g WHERE {} AND g.transaction_id < f.transaction_id\
            )\
         ) THEN 'gone' \
         WHEN x.transaction_id IS NULL AND y.{first} IS NULL THEN 'none' \
         WHEN x.transaction_id IS NULL THEN {delete} \
         WHEN y.{first} IS NULL THEN 'insert' \
         WHEN {} THEN 'update' \
         ELSE 'none' END AS continuum_kind \
         FROM ({keys}) k \
         LEFT JOIN {versions} x ON {} AND x.operation_type <> 2 AND x.transaction_id = (\
            SELECT max(b.transaction_id) FROM {versions} b \
            WHERE {} AND b.transaction_id <= {last}) \
         LEFT JOIN {} y ON {}{condition}",
        of_k.join(", "),
        newest::<DB>(table, ""),
        same("k", "f"),
        same("k", "g"),
        history.different,
        same("k", "x"),
        same("k", "b"),
        history.table_sql,
        same("k", "y"),
        first = table.key.first().map_or("", String::as_str),
    )
}
