//! What is said of the transaction log, and of all histories together.

/// What holds for every versioned table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Log {
    /// A versioned write without one of these fails.
    pub require: Vec<Required>,
    /// Nobody but continuum changes or deletes what the history has.
    pub append_only: bool,
}

impl Log {
    /// Whether the same is refused.
    pub fn refuses_what(&self, other: &Self) -> bool {
        (&self.require, self.append_only) == (&other.require, other.append_only)
    }
}

/// Something that a versioned write has to have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Required {
    /// A `versioned_transaction` around it.
    Transaction,
    /// Someone who makes it.
    Actor,
    /// A reason.
    Reason,
}

impl Required {
    /// All there is to require.
    pub const ALL: &[Self] = &[Self::Transaction, Self::Actor, Self::Reason];

    /// The word in settings.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Transaction => "transaction",
            Self::Actor => "actor",
            Self::Reason => "reason",
        }
    }

    /// What that word requires.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|required| required.as_str() == word)
    }

    /// What a write lacks, as its error says it.
    pub(crate) fn missing(self) -> &'static str {
        match self {
            Self::Transaction => "outside of a versioned_transaction",
            Self::Actor => "without an actor",
            Self::Reason => "without a reason",
        }
    }

    /// The same, and what to do about it.
    pub(crate) fn refusal(self) -> String {
        let cure = match self {
            Self::Transaction => "change it inside of conn.versioned_transaction(…)",
            Self::Actor => "say who makes the change, with ChangeInfo::new().actor(…)",
            Self::Reason => "say why the change is made, with ChangeInfo::new().reason(…)",
        };
        format!("{}; {cure}", self.missing())
    }
}
