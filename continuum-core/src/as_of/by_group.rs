//! MySQL, a whole table: the index is grouped by row.

use super::{AsOf, TableOf, push_column, push_keys};
use crate::backend::RecordingBackend;
use crate::moment::LastTransaction;
use crate::version::{Strategy, Version};
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::result::QueryResult;

/// MariaDB leaps through the index of the primary key from row to row. MySQL compares each version
/// with the moment ([`compared`](super::one_by_one::compared)). `/*M! … */` is read by MariaDB alone, `/*!80000 … */` by MySQL alone; the
/// parameters stand outside of both, and are of the same number for either.
pub(super) fn walk<'b, V, DB>(as_of: &'b AsOf<V>, out: &mut AstPass<'_, 'b, DB>) -> QueryResult<()>
where
    V: Version,
    DB: RecordingBackend,
    LastTransaction: QueryFragment<DB>,
    TableOf<V>: QueryFragment<DB>,
{
    out.push_sql("/*M! (");
    for key in V::KEY {
        push_column(&as_of.table, out, key)?;
        out.push_sql(", ");
    }
    push_column(&as_of.table, out, "transaction_id")?;
    out.push_sql(") IN (SELECT ");
    push_keys::<V, DB>("newest", out)?;
    out.push_sql(", MAX(newest.transaction_id) FROM ");
    as_of.table.walk_ast(out.reborrow())?;
    out.push_sql(" newest WHERE newest.transaction_id */ /*!80000 ");
    push_column(&as_of.table, out, "transaction_id")?;
    out.push_sql(" */ <= ");
    as_of.last.walk_ast(out.reborrow())?;
    out.push_sql(" AND /*M! newest.transaction_id <= */ /*!80000 ");
    match V::STRATEGY {
        Strategy::Validity => {
            out.push_sql("(");
            push_column(&as_of.table, out, "end_transaction_id")?;
            out.push_sql(" IS NULL OR ");
            push_column(&as_of.table, out, "end_transaction_id")?;
            out.push_sql(" > */ ");
            as_of.last.walk_ast(out.reborrow())?;
        }
        Strategy::Subquery => {
            push_column(&as_of.table, out, "transaction_id")?;
            out.push_sql(" = (SELECT newest.transaction_id FROM ");
            as_of.table.walk_ast(out.reborrow())?;
            out.push_sql(" newest WHERE ");
            for key in V::KEY {
                out.push_sql("newest.");
                out.push_identifier(key)?;
                out.push_sql(" = ");
                push_column(&as_of.table, out, key)?;
                out.push_sql(" AND ");
            }
            out.push_sql("newest.transaction_id <= */ ");
            as_of.last.walk_ast(out.reborrow())?;
            out.push_sql(" /*!80000 ORDER BY newest.transaction_id DESC LIMIT 1 */");
        }
    }
    out.push_sql(" /*M! GROUP BY ");
    push_keys::<V, DB>("newest", out)?;
    out.push_sql(" */)");
    Ok(())
}
