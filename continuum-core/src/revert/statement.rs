//! Statements of ours, with a fragment of Diesel's where they have one.

use crate::backend::RecordingBackend;
use diesel::connection::LoadConnection;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;

/// A statement of ours with a fragment of Diesel's in it.
pub(super) struct Statement<'f, F> {
    pub(super) before: String,
    pub(super) fragment: &'f F,
    pub(super) after: &'f str,
}

impl<F> QueryId for Statement<'_, F> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<DB: RecordingBackend, F: QueryFragment<DB>> QueryFragment<DB> for Statement<'_, F> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.unsafe_to_cache_prepared();
        out.push_sql(&self.before);
        if !self.after.is_empty() {
            self.fragment.walk_ast(out.reborrow())?;
            out.push_sql(self.after);
        }
        Ok(())
    }
}

/// Runs a statement that is made for this one time, and says how many rows it changed.
pub(crate) fn run<C>(conn: &mut C, statement: String) -> QueryResult<i64>
where
    C: LoadConnection,
    C::Backend: RecordingBackend,
{
    let statement = Statement {
        before: statement,
        fragment: &(),
        after: "",
    };
    let changed = conn.execute_returning_count(&statement)?;
    Ok(i64::try_from(changed).unwrap_or(i64::MAX))
}
