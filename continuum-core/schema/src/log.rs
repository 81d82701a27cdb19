//! What is said of the transaction log, and of all histories together.

use crate::log_column::LogColumn;

/// What holds for every versioned table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Log {
    /// A versioned write without one of these fails.
    pub require: Vec<Required>,
    /// Nobody but continuum changes or deletes what the history has.
    pub append_only: bool,
    /// Columns of the application's own in the transaction log.
    pub columns: Vec<LogColumn>,
}

impl Log {
    /// The same, with the columns of an earlier one that are no longer declared: they stay, and so
    /// do their values.
    #[must_use]
    pub fn keeping(mut self, earlier: &Self) -> Self {
        let mut columns = earlier.columns.clone();
        for column in self.columns {
            match columns.iter_mut().find(|kept| kept.is(&column)) {
                Some(kept) => *kept = column,
                None => columns.push(column),
            }
        }
        self.columns = columns;
        self
    }

    /// The columns that another one has and this one has not.
    fn lacking<'a>(&self, other: &'a Self) -> Vec<&'a LogColumn> {
        let lacks = |column: &&LogColumn| !self.columns.iter().any(|own| own.is(column));
        other.columns.iter().filter(lacks).collect()
    }

    /// The columns that the log gets, and those that it loses, where another one follows it.
    pub fn changed_columns<'a>(
        &'a self,
        after: &'a Self,
    ) -> (Vec<&'a LogColumn>, Vec<&'a LogColumn>) {
        (self.lacking(after), after.lacking(self))
    }

    /// Whether the same is refused.
    pub fn refuses_what(&self, other: &Self) -> bool {
        (&self.require, self.append_only) == (&other.require, other.append_only)
    }
}

/// Something that a versioned write has to have.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Required {
    /// A `versioned_transaction` around it.
    Transaction,
    /// Someone who makes it.
    Actor,
    /// A reason.
    Reason,
    /// A value for this column of the application's own.
    Column(String),
}

impl Required {
    /// All there is to require, besides columns.
    pub const ALL: &[Self] = &[Self::Transaction, Self::Actor, Self::Reason];

    /// The word in settings.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Transaction => "transaction",
            Self::Actor => "actor",
            Self::Reason => "reason",
            Self::Column(column) => column,
        }
    }

    /// What that word requires; nothing where it is the name of a column.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|required| required.as_str() == word)
            .cloned()
    }

    /// What a write lacks, as its error says it.
    pub(crate) fn missing(&self) -> String {
        match self {
            Self::Transaction => "outside of a versioned_transaction".to_owned(),
            Self::Actor => "without an actor".to_owned(),
            Self::Reason => "without a reason".to_owned(),
            Self::Column(column) => format!("without a value for {column}"),
        }
    }

    /// The same, and what to do about it.
    pub(crate) fn refusal(&self) -> String {
        let cure = match self {
            Self::Transaction => "change it inside of conn.versioned_transaction(…)",
            Self::Actor => "say who makes the change, with ChangeInfo::new().actor(…)",
            Self::Reason => "say why the change is made, with ChangeInfo::new().reason(…)",
            Self::Column(_) => "say it with ChangeInfo::new().set(…)",
        };
        format!("{}; {cure}", self.missing())
    }
}
