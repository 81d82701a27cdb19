//! PostgreSQL, a whole table with `validity`: the versions are found by when they began and ended.

use super::{AsOf, TableOf, push_column};
use crate::backend::RecordingBackend;
use crate::moment::LastTransaction;
use crate::version::Version;
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::result::QueryResult;

/// The versions that had begun, and that are open or ended later: two ranges of two indexes.
///
/// The planner takes beginning and end for independent, and would expect a quarter of all
/// versions, for which it reads the table. Between two numbers that it does not know, so in
/// queries of their own, it expects few.
pub(super) fn walk<'b, V, DB>(as_of: &'b AsOf<V>, out: &mut AstPass<'_, 'b, DB>) -> QueryResult<()>
where
    V: Version,
    DB: RecordingBackend,
    LastTransaction: QueryFragment<DB>,
    TableOf<V>: QueryFragment<DB>,
{
    out.push_sql("(");
    push_column(&as_of.table, out, "end_transaction_id")?;
    out.push_sql(" IS NULL AND ");
    push_column(&as_of.table, out, "transaction_id")?;
    // An expression, so that the index of the transactions is none for it.
    out.push_sql(" + 0 <= (SELECT ");
    as_of.last.walk_ast(out.reborrow())?;
    out.push_sql(") OR ");
    push_column(&as_of.table, out, "end_transaction_id")?;
    out.push_sql(" > (SELECT ");
    as_of.last.walk_ast(out.reborrow())?;
    out.push_sql(") AND ");
    push_column(&as_of.table, out, "end_transaction_id")?;
    out.push_sql(" <= (SELECT 9223372036854775807) AND ");
    push_column(&as_of.table, out, "transaction_id")?;
    out.push_sql(" <= (SELECT ");
    as_of.last.walk_ast(out.reborrow())?;
    out.push_sql("))");
    Ok(())
}
