//! The statements as Diesel queries, so that Diesel prepares each of them once for a connection.

use diesel::mysql::Mysql;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Bool, Nullable, Text};

/// What is said of a transaction.
#[derive(Debug, Clone, Default)]
pub struct Said {
    pub(super) actor: Option<String>,
    pub(super) remote_addr: Option<String>,
    pub(super) reason: Option<String>,
    pub(super) meta: Option<String>,
    /// The columns of the application's own in which something is said, by commas.
    pub(super) columns: Option<String>,
    /// How deep in transactions and savepoints of Diesel's the closure runs.
    pub(super) depth: Option<i64>,
}

impl Said {
    pub(super) fn walk<'b>(&'b self, mut out: AstPass<'_, 'b, Mysql>) -> QueryResult<()> {
        for (variable, text) in [
            ("@continuum_actor = ", &self.actor),
            (", @continuum_remote_addr = ", &self.remote_addr),
            (", @continuum_reason = ", &self.reason),
            (", @continuum_meta = ", &self.meta),
            (", @continuum_columns = ", &self.columns),
        ] {
            out.push_sql(variable);
            out.push_bind_param::<Nullable<Text>, _>(text)?;
        }
        out.push_sql(", @continuum_depth = ");
        out.push_bind_param::<Nullable<BigInt>, _>(&self.depth)
    }
}

/// The outermost closure begins. No statement has made a record in it yet.
#[derive(QueryId)]
pub(super) struct Begin(pub(super) Said);

impl QueryFragment<Mysql> for Begin {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Mysql>) -> QueryResult<()> {
        out.push_sql(
            "SET @continuum_context = TRUE, @continuum_transaction = NULL, \
             @continuum_statement = NULL, @continuum_netted = NULL, ",
        );
        self.0.walk(out)
    }
}

impl<C> RunQueryDsl<C> for Begin {}

/// From now on, this is said.
#[derive(QueryId)]
pub(super) struct Restore(pub(super) Said);

impl QueryFragment<Mysql> for Restore {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Mysql>) -> QueryResult<()> {
        out.push_sql("SET ");
        self.0.walk(out)
    }
}

impl<C> RunQueryDsl<C> for Restore {}

/// A closure of this depth goes on.
#[derive(QueryId)]
pub(super) struct GoOn(pub(super) Option<i64>);

impl QueryFragment<Mysql> for GoOn {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Mysql>) -> QueryResult<()> {
        out.push_sql("SET @continuum_depth = ");
        out.push_bind_param::<Nullable<BigInt>, _>(&self.0)
    }
}

impl<C> RunQueryDsl<C> for GoOn {}

/// The id of a record that is there, and has no version left.
///
/// Asked for before it is deleted: to look for what is not there by a DELETE locks the gap in which
/// others make their records and versions, and theirs, when a savepoint of theirs is rolled back.
pub(super) struct Unused {
    pub(super) id: i64,
    pub(super) version_tables: Vec<String>,
}

impl QueryId for Unused {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl QueryFragment<Mysql> for Unused {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Mysql>) -> QueryResult<()> {
        out.push_sql("SELECT id FROM continuum_transaction WHERE id = ");
        out.push_bind_param::<BigInt, _>(&self.id)?;
        let version_tables = self.version_tables.iter().map(String::as_str);
        for table in version_tables.chain(["continuum_activity"]) {
            out.push_sql(" AND NOT EXISTS (SELECT 1 FROM ");
            out.push_identifier(table)?;
            out.push_sql(" WHERE transaction_id = ");
            out.push_bind_param::<BigInt, _>(&self.id)?;
            out.push_sql(")");
        }
        Ok(())
    }
}

impl Query for Unused {
    type SqlType = BigInt;
}

impl<C> RunQueryDsl<C> for Unused {}

/// Takes away a record.
#[derive(QueryId)]
pub(super) struct Forget(pub(super) i64);

impl QueryFragment<Mysql> for Forget {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Mysql>) -> QueryResult<()> {
        out.push_sql("DELETE FROM continuum_transaction WHERE id = ");
        out.push_bind_param::<BigInt, _>(&self.0)
    }
}

impl<C> RunQueryDsl<C> for Forget {}

macro_rules! without_parameters {
    ($($name:ident, $sql:literal $(, $row:ty)?;)+) => {$(
        #[derive(QueryId)]
        pub(super) struct $name;

        impl QueryFragment<Mysql> for $name {
            fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Mysql>) -> QueryResult<()> {
                out.push_sql($sql);
                Ok(())
            }
        }

        $(impl Query for $name {
            type SqlType = $row;
        })?

        impl<C> RunQueryDsl<C> for $name {}
    )+};
}

without_parameters! {
    // What the closures around this one have said.
    Told, "SELECT @continuum_context IS NOT NULL, CONVERT(@continuum_actor USING utf8mb4), \
        CONVERT(@continuum_remote_addr USING utf8mb4), CONVERT(@continuum_reason USING utf8mb4), \
        CONVERT(@continuum_meta USING utf8mb4), CONVERT(@continuum_columns USING utf8mb4), \
        CAST(@continuum_depth AS SIGNED)",
        (Bool, Nullable<Text>, Nullable<Text>, Nullable<Text>, Nullable<Text>, Nullable<Text>, Nullable<BigInt>);
    Amend, "UPDATE continuum_transaction SET actor = @continuum_actor, \
        remote_addr = @continuum_remote_addr, reason = @continuum_reason, meta = @continuum_meta \
        WHERE id = @continuum_transaction";
    // The ids that the record has had of a transaction of which a version was taken away again; a
    // savepoint may have brought an earlier one back. Names the registry, so that it fails where
    // continuum is not installed, and reads nothing of it, which would begin the snapshot of the
    // application's transaction.
    Netted, "SELECT CASE WHEN @continuum_netted \
        THEN CONCAT_WS(',', @continuum_transaction, @continuum_renewed) END \
        FROM (SELECT count(*) FROM continuum_table WHERE FALSE) AS installed", Nullable<Text>;
    // All of them, whatever sql_select_limit says.
    VersionTables, "SELECT version_table FROM continuum_table LIMIT 18446744073709551615", Text;
    // Those that there are now, whatever the transaction's snapshot shows.
    NewestVersionTables, "SELECT version_table FROM continuum_table LIMIT 18446744073709551615 \
        LOCK IN SHARE MODE", Text;
    // Names the registry likewise.
    IsOff, "SELECT @continuum_off IS NOT NULL \
        FROM (SELECT count(*) FROM continuum_table WHERE FALSE) AS installed", Bool;
    TurnOff, "SET @continuum_off = TRUE";
    TurnOn, "SET @continuum_off = NULL";
    Clear, "SET @continuum_context = NULL, @continuum_transaction = NULL, \
        @continuum_statement = NULL, @continuum_netted = NULL, @continuum_renewed = NULL, \
        @continuum_actor = NULL, @continuum_remote_addr = NULL, @continuum_reason = NULL, \
        @continuum_meta = NULL, @continuum_columns = NULL, @continuum_depth = NULL";
}
