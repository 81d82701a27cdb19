//! Each version that is found otherwise is looked at.

use super::{TableOf, push_column};
use crate::backend::RecordingBackend;
use crate::version::{Strategy, Version};
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::result::QueryResult;

/// That the version had begun, and that the next one had not.
pub(super) fn compared<'b, V, DB>(
    table: &'b TableOf<V>,
    out: &mut AstPass<'_, 'b, DB>,
    moment: impl Fn(&mut AstPass<'_, 'b, DB>) -> QueryResult<()>,
) -> QueryResult<()>
where
    V: Version,
    DB: RecordingBackend,
    TableOf<V>: QueryFragment<DB>,
{
    push_column(table, out, "transaction_id")?;
    match V::STRATEGY {
        Strategy::Validity => {
            out.push_sql(" <= ");
            moment(out)?;
            out.push_sql(" AND (");
            push_column(table, out, "end_transaction_id")?;
            out.push_sql(" IS NULL OR ");
            push_column(table, out, "end_transaction_id")?;
            out.push_sql(" > ");
            moment(out)?;
            out.push_sql(")");
        }
        // The first condition spares the other one to later versions, and max() would be looked for
        // in twice the time.
        Strategy::Subquery => {
            out.push_sql(" <= ");
            moment(out)?;
            out.push_sql(" AND ");
            push_column(table, out, "transaction_id")?;
            out.push_sql(" = (SELECT newest.transaction_id FROM ");
            table.walk_ast(out.reborrow())?;
            out.push_sql(" newest WHERE ");
            for key in V::KEY {
                out.push_sql("newest.");
                out.push_identifier(key)?;
                out.push_sql(" = ");
                push_column(table, out, key)?;
                out.push_sql(" AND ");
            }
            out.push_sql("newest.transaction_id <= ");
            moment(out)?;
            out.push_sql(" ORDER BY newest.transaction_id DESC LIMIT 1)");
        }
    }
    Ok(())
}
