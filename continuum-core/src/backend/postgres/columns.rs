//! What is said in columns of the application's own: as texts, from which the functions of the database
//! make values of the columns' types again.

use super::explain;
use crate::backend::RecordingBackend;
use crate::change_info::ChangeInfo;
use crate::transaction_column::{ColumnValue, not_there};
use diesel::connection::{LoadConnection, TransactionManager};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::Jsonb;
use serde_json::Value;

pub(super) fn begin_with<C>(conn: &mut C, info: &ChangeInfo) -> QueryResult<()>
where
    C: LoadConnection<Backend = Pg>,
{
    let outermost = C::TransactionManager::transaction_manager_status_mut(conn)
        .transaction_depth()?
        .is_none_or(|depth| depth.get() == 1);
    let tell = Tell {
        info: info.to_json(),
        columns: info.columns.clone(),
        outermost,
    };
    match tell.execute(conn).map_err(explain)? {
        0 => Err(not_there(&info.columns)),
        _ => Ok(()),
    }
}

/// The context, or an addition to it; no row where the log lacks a column.
struct Tell {
    info: Value,
    columns: Vec<ColumnValue>,
    outermost: bool,
}

impl QueryId for Tell {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl QueryFragment<Pg> for Tell {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        let (before, after) = if self.outermost {
            ("SELECT set_config('continuum.context', (", ")::text, true)")
        } else {
            ("SELECT continuum_add_context(", ")")
        };
        out.push_sql(before);
        out.push_bind_param::<Jsonb, _>(&self.info)?;
        for value in &self.columns {
            out.push_sql(" || jsonb_build_object(");
            out.push_sql(&Pg::literal(value.column));
            out.push_sql(", CAST(");
            value.postgres(out.reborrow())?;
            out.push_sql(" AS text))");
        }
        out.push_sql(after);
        // Resolved when the statement is prepared: an error where continuum is not installed.
        out.push_sql(
            " WHERE 'continuum_transaction_id'::regproc IS NOT NULL AND (\
             SELECT count(*) FROM pg_attribute \
             WHERE attrelid = 'continuum_transaction'::regclass AND NOT attisdropped AND attname IN (",
        );
        for (index, value) in self.columns.iter().enumerate() {
            if index > 0 {
                out.push_sql(", ");
            }
            out.push_sql(&Pg::literal(value.column));
        }
        out.push_sql(&format!(")) = {}", self.columns.len()));
        Ok(())
    }
}

impl<C> RunQueryDsl<C> for Tell {}
