//! How many transactions of Diesel's are running, one inside the other, and back to fewer.

use diesel::connection::{Connection, TransactionManager};
use diesel::result::{Error, QueryResult};

pub(crate) fn depth<C: Connection>(conn: &mut C) -> QueryResult<u32> {
    let status = C::TransactionManager::transaction_manager_status_mut(conn);
    Ok(status.transaction_depth()?.map_or(0, u32::from))
}

/// Rolls transactions back until no more than `outer` are running: how many they were, and whether
/// it could be done.
pub(crate) fn roll_back_to<C: Connection>(conn: &mut C, outer: u32) -> (u32, QueryResult<()>) {
    let mut ended = 0;
    while depth(conn).is_ok_and(|depth| depth > outer) {
        ended += 1;
        if let Err(error) = C::TransactionManager::rollback_transaction(conn) {
            return (ended, Err(error));
        }
    }
    (ended, Ok(()))
}

/// What there is to say of transactions that had to be rolled back at the end of this scope.
pub(crate) fn left_open(scope: &str) -> Error {
    let message = format!(
        "a transaction that was begun in {scope} was left open, and is rolled back; end it \
         inside, or begin it outside"
    );
    Error::QueryBuilderError(message.into())
}
