//! Who makes a change, and why.

use crate::transaction_column::{ColumnValue, SaidAs, TransactionColumn};
use serde_json::{Map, Value};

/// Who makes the changes of a transaction, from where, and why.
///
/// Everything is optional. What is set is stored in the transaction's row of the log
/// ([`Transaction`](crate::Transaction)), if the transaction changes a versioned row. An empty
/// text says nothing.
///
/// ```
/// use continuum_core::ChangeInfo;
///
/// let info = ChangeInfo::new()
///     .actor("alice")
///     .remote_addr("192.0.2.7")
///     .reason("typo")
///     .meta("request_id", "f3a1")
///     .meta("tenant", 7);
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
#[must_use]
pub struct ChangeInfo {
    pub(crate) actor: Option<String>,
    pub(crate) remote_addr: Option<String>,
    pub(crate) reason: Option<String>,
    pub(crate) meta: Map<String, Value>,
    pub(crate) columns: Vec<ColumnValue>,
}

impl ChangeInfo {
    /// Nothing is known: the changes belong together, and that is all.
    pub fn new() -> Self {
        Self::default()
    }

    /// Who: a user's key, an e-mail address, the name of a service. Free text.
    pub fn actor(mut self, actor: impl Into<String>) -> Self {
        self.actor = known(actor);
        self
    }

    /// From where: mostly an IP address. Free text.
    pub fn remote_addr(mut self, remote_addr: impl Into<String>) -> Self {
        self.remote_addr = known(remote_addr);
        self
    }

    /// Why. Free text.
    pub fn reason(mut self, reason: impl Into<String>) -> Self {
        self.reason = known(reason);
        self
    }

    /// Anything else: a request's id, a tenant. Setting a key again replaces its value. The value
    /// is anything that becomes a [`serde_json::Value`].
    pub fn meta(mut self, key: impl Into<String>, value: impl Into<Value>) -> Self {
        self.meta.insert(key.into(), value.into());
        self
    }

    /// A column of the application's own, that [`transaction_columns!`](crate::transaction_columns)
    /// declares. `None` says nothing; setting a column again replaces its value.
    ///
    /// ```
    /// continuum_core::transaction_columns! {
    ///     tenant -> Nullable<BigInt>,
    /// }
    ///
    /// # fn main() {
    /// use continuum_core::ChangeInfo;
    ///
    /// let info = ChangeInfo::new().actor("alice").set(transaction_columns::tenant, 7);
    /// # }
    /// ```
    ///
    /// A value of another type does not compile:
    ///
    /// ```compile_fail
    /// continuum_core::transaction_columns! {
    ///     tenant -> Nullable<BigInt>,
    /// }
    ///
    /// # fn main() {
    /// # use continuum_core::ChangeInfo;
    /// let info = ChangeInfo::new().set(transaction_columns::tenant, "seven");
    /// # }
    /// ```
    pub fn set<C: TransactionColumn>(mut self, _column: C, value: impl SaidAs<C::Value>) -> Self {
        if let Some(value) = value.said() {
            self.columns.retain(|said| said.column != C::NAME);
            self.columns.push(ColumnValue::new::<C>(value));
        }
        self
    }

    /// The object that `continuum.context` holds on PostgreSQL: only what is known.
    #[cfg(feature = "postgres")]
    pub(crate) fn to_json(&self) -> Value {
        let texts = [
            ("actor", &self.actor),
            ("remote_addr", &self.remote_addr),
            ("reason", &self.reason),
        ];
        let mut object: Map<String, Value> = texts
            .into_iter()
            .filter_map(|(key, text)| Some((key.to_owned(), text.clone()?.into())))
            .collect();
        if !self.meta.is_empty() {
            object.insert("meta".to_owned(), self.meta.clone().into());
        }
        object.into()
    }
}

fn known(text: impl Into<String>) -> Option<String> {
    Some(text.into()).filter(|text| !text.is_empty())
}
