//! SQLite, a whole table: the place of each row's version is looked up.

use super::{AsOf, TableOf, push_keys, push_same_key};
use crate::backend::RecordingBackend;
use crate::moment::LastTransaction;
use crate::version::{Strategy, Version};
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::result::QueryResult;

/// The rowid, which no column of a version table is called: then the versions are read in the order of
/// the table.
pub(crate) const PLACE: &str = "_rowid_";

/// For each row that there has ever been, the place of its newest version by then, by the index alone. Most
/// versions are of other times, and are not read.
///
/// The keys are in the index of the open versions, one for each row. Without ends one leaps from key to
/// key through the index of the primary key, which is possible where the key is one column.
pub(super) fn walk<'b, V, DB>(as_of: &'b AsOf<V>, out: &mut AstPass<'_, 'b, DB>) -> QueryResult<()>
where
    V: Version,
    DB: RecordingBackend,
    LastTransaction: QueryFragment<DB>,
    TableOf<V>: QueryFragment<DB>,
{
    as_of.table.walk_ast(out.reborrow())?;
    out.push_sql(".");
    out.push_sql(PLACE);
    out.push_sql(" IN (");
    let from_keys = match (V::STRATEGY, V::KEY) {
        (Strategy::Subquery, [key]) => {
            leaping(as_of, key, out)?;
            true
        }
        _ => false,
    };
    // No rowid is 0: a row that was not there yet has none.
    out.push_sql("SELECT ifnull((SELECT newest.");
    out.push_sql(PLACE);
    out.push_sql(" FROM ");
    as_of.table.walk_ast(out.reborrow())?;
    out.push_sql(" newest WHERE ");
    push_same_key::<V, DB>("newest", "each", out)?;
    out.push_sql("newest.transaction_id <= ");
    as_of.last.walk_ast(out.reborrow())?;
    out.push_sql(" ORDER BY newest.transaction_id DESC LIMIT 1), 0) FROM ");
    match V::STRATEGY {
        _ if from_keys => out.push_sql("each"),
        Strategy::Validity => {
            as_of.table.walk_ast(out.reborrow())?;
            out.push_sql(" each WHERE each.end_transaction_id IS NULL");
        }
        Strategy::Subquery => {
            out.push_sql("(SELECT DISTINCT ");
            push_keys::<V, DB>("v", out)?;
            out.push_sql(" FROM ");
            as_of.table.walk_ast(out.reborrow())?;
            out.push_sql(" v) each");
        }
    }
    out.push_sql(")");
    Ok(())
}

/// `each`: the keys, and NULL after the last one.
fn leaping<'b, V, DB>(
    as_of: &'b AsOf<V>,
    key: &str,
    out: &mut AstPass<'_, 'b, DB>,
) -> QueryResult<()>
where
    V: Version,
    DB: RecordingBackend,
    TableOf<V>: QueryFragment<DB>,
{
    out.push_sql("WITH RECURSIVE each (");
    out.push_identifier(key)?;
    out.push_sql(") AS (SELECT min(v.");
    out.push_identifier(key)?;
    out.push_sql(") FROM ");
    as_of.table.walk_ast(out.reborrow())?;
    out.push_sql(" v UNION ALL SELECT (SELECT min(v.");
    out.push_identifier(key)?;
    out.push_sql(") FROM ");
    as_of.table.walk_ast(out.reborrow())?;
    out.push_sql(" v WHERE v.");
    out.push_identifier(key)?;
    out.push_sql(" > each.");
    out.push_identifier(key)?;
    out.push_sql(") FROM each WHERE each.");
    out.push_identifier(key)?;
    out.push_sql(" IS NOT NULL) ");
    Ok(())
}
