//! PostgreSQL: the version of each row is looked up.

use super::{AsOf, TableOf, push_column, push_keys, push_same_key};
use crate::backend::RecordingBackend;
use crate::moment::LastTransaction;
use crate::version::{Strategy, Version};
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::result::QueryResult;

/// For each row that there has ever been, its newest version by then, by the index. Most
/// versions are of other times, and are not read. A condition on the key that stands beside
/// this one is passed on to both inner queries.
///
/// The keys are in the index of the open versions, one for each row, or else in that of the
/// primary key. A version is known by its place, so that it need not be looked for again.
pub(super) fn walk<'b, V, DB>(as_of: &'b AsOf<V>, out: &mut AstPass<'_, 'b, DB>) -> QueryResult<()>
where
    V: Version,
    DB: RecordingBackend,
    LastTransaction: QueryFragment<DB>,
    TableOf<V>: QueryFragment<DB>,
{
    out.push_sql("(");
    for key in V::KEY {
        push_column(&as_of.table, out, key)?;
        out.push_sql(", ");
    }
    as_of.table.walk_ast(out.reborrow())?;
    out.push_sql(".tableoid, ");
    as_of.table.walk_ast(out.reborrow())?;
    out.push_sql(".ctid) IN (SELECT ");
    push_keys::<V, DB>("each", out)?;
    out.push_sql(", newest.tableoid, newest.ctid FROM (SELECT ");
    if V::STRATEGY == Strategy::Subquery {
        out.push_sql("DISTINCT ");
    }
    for (at, key) in V::KEY.iter().enumerate() {
        if at > 0 {
            out.push_sql(", ");
        }
        out.push_identifier(key)?;
    }
    out.push_sql(" FROM ");
    as_of.table.walk_ast(out.reborrow())?;
    if V::STRATEGY == Strategy::Validity {
        out.push_sql(" WHERE end_transaction_id IS NULL");
    }
    out.push_sql(") each CROSS JOIN LATERAL (SELECT v.tableoid, v.ctid FROM ");
    as_of.table.walk_ast(out.reborrow())?;
    out.push_sql(" v WHERE ");
    push_same_key::<V, DB>("v", "each", out)?;
    out.push_sql("v.transaction_id <= ");
    as_of.last.walk_ast(out.reborrow())?;
    out.push_sql(" ORDER BY v.transaction_id DESC LIMIT 1) newest)");
    Ok(())
}
