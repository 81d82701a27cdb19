//! Columns of an application's own in the transaction log.

use crate::dialect::Dialect;
use crate::error::Error;
use crate::model::{Column, SqlType, TableName};
use crate::names;
use crate::write::ident;

/// The columns that the transaction log has anyway.
pub const LOG_COLUMNS: &[&str] = &["id", "issued_at", "actor", "remote_addr", "reason", "meta"];

/// A column of an application's own in the transaction log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogColumn {
    /// Its names and its type, which is `Nullable<…>`.
    pub column: Column,
    /// The type in the database, where the declaration says it: `#[sql_type = "citext"]`.
    pub declared_type: Option<String>,
    /// What its values refer to.
    pub references: Option<Reference>,
}

/// A foreign key of one column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The table.
    pub table: TableName,
    /// Its column.
    pub column: String,
    /// What becomes of the value where the row is deleted.
    pub on_delete: Action,
    /// What becomes of the value where the row's key changes.
    pub on_update: Action,
}

/// What a foreign key does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Action {
    /// Refuses the change.
    #[default]
    NoAction,
    /// Refuses the change at once.
    Restrict,
    /// Forgets the value.
    SetNull,
    /// Follows the change.
    Cascade,
}

impl Action {
    /// All there are.
    pub const ALL: &[Self] = &[Self::NoAction, Self::Restrict, Self::SetNull, Self::Cascade];

    /// The words in SQL, in small letters.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoAction => "no action",
            Self::Restrict => "restrict",
            Self::SetNull => "set null",
            Self::Cascade => "cascade",
        }
    }

    /// The action of these words.
    pub fn from_words(words: &str) -> Option<Self> {
        let mut all = Self::ALL.iter().copied();
        all.find(|action| action.as_str() == words)
    }

    fn changes_the_log(self) -> bool {
        matches!(self, Self::SetNull | Self::Cascade)
    }
}

impl Reference {
    /// Whether the database changes the value by itself.
    pub(crate) fn changes_the_log(&self) -> bool {
        self.on_delete.changes_the_log() || self.on_update.changes_the_log()
    }

    /// `REFERENCES … ON DELETE SET NULL`, of a table and a column that are quoted already.
    pub(crate) fn clause(&self, table: &str, column: &str) -> String {
        let on = |event: &str, action: Action| match action {
            Action::NoAction => String::new(),
            action => format!(" ON {event} {}", action.as_str().to_uppercase()),
        };
        format!(
            "REFERENCES {table} ({column}){}{}",
            on("DELETE", self.on_delete),
            on("UPDATE", self.on_update)
        )
    }
}

impl LogColumn {
    /// The name in the database.
    pub fn name(&self) -> &str {
        &self.column.name
    }

    /// Whether both are one column: names of columns are compared without regard to case by all
    /// engines but PostgreSQL.
    pub fn is(&self, other: &Self) -> bool {
        self.column.name.eq_ignore_ascii_case(&other.column.name)
    }

    /// An object that belongs to the column: the name of the log, of the column, and what it is for.
    pub(crate) fn object(&self, dialect: Dialect, suffix: &str) -> String {
        let log = TableName {
            schema: None,
            name: names::LOG_TABLE.to_owned(),
        };
        names::object(dialect, &log, &format!("{}{suffix}", self.column.name)).name
    }

    /// The index of a foreign key: whoever deletes a row that is referred to has to find what refers
    /// to it.
    pub(crate) fn index(&self, dialect: Dialect) -> String {
        match self.references {
            None => String::new(),
            Some(_) => format!(
                "CREATE INDEX {} ON {} ({});\n",
                ident(&self.object(dialect, "")),
                names::LOG_TABLE,
                ident(self.name())
            ),
        }
    }

    /// The type in the database: what the declaration says, or what the engine calls it.
    pub(crate) fn type_or(&self, known: fn(&SqlType) -> Option<String>) -> Option<String> {
        let declared = self.declared_type.clone();
        declared.or_else(|| known(&self.column.sql_type))
    }

    pub(crate) fn error(&self, problem: impl Into<String>, cure: impl Into<String>) -> Error {
        Error::LogColumn {
            column: self.column.name.clone(),
            problem: problem.into(),
            cure: cure.into(),
        }
    }

    /// The type is one that the engine's part of continuum does not know.
    pub(crate) fn unknown_type(&self, dialect: Dialect, example: &str) -> Error {
        self.error(
            format!(
                "continuum does not know what {dialect} calls the type `{}`",
                self.column.sql_type
            ),
            format!("say it above the column: `#[sql_type = \"{example}\"]`"),
        )
    }

    /// What is refused where the column is there already as `before`.
    pub(crate) fn check_change(&self, before: &Self) -> Option<Error> {
        let cure = "declare a column of another name, which takes nothing from the one that is \
                    there; or change it in a migration of your own, and in the continuum.toml of \
                    the migration that made it";
        if before.column.sql_type != self.column.sql_type
            || before.declared_type != self.declared_type
        {
            let said = |column: &Self| match &column.declared_type {
                Some(declared) => format!("`{}` (\"{declared}\")", column.column.sql_type),
                None => format!("`{}`", column.column.sql_type),
            };
            let change = format!("it was {} and is now {}", said(before), said(self));
            return Some(self.error(change, cure));
        }
        (before.references != self.references)
            .then(|| self.error("what it references has changed", cure))
    }
}

/// The last part of the name of the variable that holds a value of the column on MySQL, and how the
/// column is called in a list of such: short, and without commas.
pub fn log_variable(column: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if column.len() <= 36 && column.chars().all(plain) {
        column.to_owned()
    } else {
        format!("x_{:016x}", names::fnv1a(column.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_no_part_of_a_variable_is_hashed() {
        assert_eq!(log_variable("user_id"), "user_id");
        assert_ne!(log_variable("a, b"), log_variable("a, c"));
        assert!(log_variable(&"ü".repeat(64)).len() <= 36);
    }
}
