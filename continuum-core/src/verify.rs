//! Whether a history is whole, and tells what happened.

use crate::backend::RecordingBackend;
use diesel::connection::LoadConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable, Text};
use std::fmt;

/// Checks every history in the database against its own rules and the live rows, and says what is
/// wrong. Nothing, where all is well.
///
/// For each row the versions have to be one chain without gap or overlap, whose newest version is
/// what the table holds, or a delete of a row that is not there; every version has to be of a
/// transaction in the log; and what records has to be in place. Rows without a version are wrong
/// only where the history began with a baseline.
///
/// Each table is read in one statement, so writers may go on meanwhile. It reads every version and
/// every row.
///
/// # Errors
///
/// An error of Diesel's, when the database cannot be read or continuum is not installed in it
/// (`QueryBuilderError`, whose text says what to do).
///
/// ```
/// # #[cfg(feature = "sqlite")] mod example {
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/doctest_setup.rs"));
/// # pub fn main() -> QueryResult<()> { let conn = &mut database(); article(conn)?;
/// use continuum_core::{Rule, verify};
///
/// assert_eq!(verify(conn)?, []);
///
/// diesel::sql_query("UPDATE articles_version SET name = 'forged' WHERE transaction_id = 3")
///     .execute(conn)?;
/// let violations = verify(conn)?;
/// assert_eq!(violations[0].rule, Rule::DifferentValues);
/// assert_eq!(
///     violations[0].to_string(),
///     "articles_version: the row \"id\" = 1 is not what its newest version says (transaction 3)"
/// );
/// # Ok(()) } }
/// # fn main() { #[cfg(feature = "sqlite")] example::main().unwrap() }
/// ```
pub fn verify<C>(conn: &mut C) -> QueryResult<Vec<Violation>>
where
    C: LoadConnection,
    C::Backend: RecordingBackend,
{
    let mut violations = Vec::new();
    for history in C::Backend::histories(conn)? {
        violations.extend(history.missing().map(|rule| history.violation(rule)));
        if !history.has_version_table {
            continue;
        }
        for found in C::Backend::found(conn, history.rules())? {
            violations.push(Violation {
                row: found.row_key,
                transaction_id: found.transaction_id,
                ..history.violation(Rule::from_word(&found.rule)?)
            });
        }
    }
    Ok(violations)
}

/// Something in a history that cannot be true. Its text is a sentence for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The schema of the table, on PostgreSQL.
    pub schema: Option<String>,
    /// The table.
    pub table: String,
    /// Its version table.
    pub version_table: String,
    /// What is broken.
    pub rule: Rule,
    /// The row, as a condition in SQL: `"id" = 1`. `None` where it is not about one row.
    pub row: Option<String>,
    /// `transaction_id` of the version. `None` where it is not about one version.
    pub transaction_id: Option<i64>,
}

/// What has to be true of a history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Rule {
    /// The version table is missing.
    NoVersionTable,
    /// The table is missing, and its recording was not ended.
    NoTable,
    /// Triggers that record are missing or disabled.
    NotRecorded,
    /// The version's transaction is not in the log.
    UnknownTransaction,
    /// An insert that is neither the first version nor after a delete, or another operation that is.
    WrongOperation,
    /// The version does not end where the next one begins.
    BrokenInterval,
    /// The version is open, and there is a later one.
    SecondOpenVersion,
    /// The newest version is not a delete, and there is no such row.
    NoRow,
    /// The newest version is a delete, and the row is there.
    RowAfterDelete,
    /// The row has no version.
    NoVersion,
    /// The newest version says something else than the row.
    DifferentValues,
}

impl Rule {
    fn from_word(word: &str) -> QueryResult<Self> {
        Ok(match word {
            "unknown_transaction" => Self::UnknownTransaction,
            "wrong_operation" => Self::WrongOperation,
            "broken_interval" => Self::BrokenInterval,
            "second_open_version" => Self::SecondOpenVersion,
            "no_row" => Self::NoRow,
            "row_after_delete" => Self::RowAfterDelete,
            "no_version" => Self::NoVersion,
            "different_values" => Self::DifferentValues,
            other => {
                let unknown = format!("{other:?} is no rule of a history");
                return Err(diesel::result::Error::DeserializationError(unknown.into()));
            }
        })
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(schema) = &self.schema {
            write!(f, "{schema}.")?;
        }
        let row = self.row.as_deref().unwrap_or_default();
        let table = &self.table;
        write!(f, "{}: ", self.version_table)?;
        match self.rule {
            Rule::NoVersionTable => write!(f, "the version table of {table} is missing"),
            Rule::NoTable => write!(f, "its table {table} is missing"),
            Rule::NotRecorded => {
                write!(f, "triggers that record {table} are missing or disabled")
            }
            Rule::UnknownTransaction => {
                write!(f, "a version of {row} is of no transaction in the log")
            }
            Rule::WrongOperation => {
                write!(
                    f,
                    "a version of {row} says another operation than the one before allows"
                )
            }
            Rule::BrokenInterval => {
                write!(
                    f,
                    "a version of {row} does not end where the next one begins"
                )
            }
            Rule::SecondOpenVersion => write!(f, "a version of {row} is open, and not the newest"),
            Rule::NoRow => write!(
                f,
                "there is no row {row}, and its newest version is no delete"
            ),
            Rule::RowAfterDelete => {
                write!(
                    f,
                    "there is a row {row}, and its newest version is a delete"
                )
            }
            Rule::NoVersion => write!(f, "the row {row} has no version"),
            Rule::DifferentValues => {
                write!(f, "the row {row} is not what its newest version says")
            }
        }?;
        match self.transaction_id {
            Some(id) => write!(f, " (transaction {id})"),
            None => Ok(()),
        }
    }
}

/// What the name of a flag has behind that of its column, by the stored format.
pub(crate) const FLAG: &str = "_mod";

/// A history as the database describes it; the texts from `table_sql` on are parts of queries.
#[derive(Debug, QueryableByName)]
#[doc(hidden)]
pub struct History {
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) schema_name: Option<String>,
    #[diesel(sql_type = Text)]
    pub(crate) table_name: String,
    #[diesel(sql_type = Text)]
    pub(crate) version_table: String,
    #[diesel(sql_type = Bool)]
    pub(crate) has_table: bool,
    #[diesel(sql_type = Bool)]
    pub(crate) has_version_table: bool,
    #[diesel(sql_type = Bool)]
    has_ends: bool,
    #[diesel(sql_type = Bool)]
    has_triggers: bool,
    #[diesel(sql_type = BigInt)]
    pub(crate) baseline_transaction_id: i64,
    #[diesel(sql_type = Bool)]
    baseline_complete: bool,
    #[diesel(sql_type = Bool)]
    pub(crate) recording: bool,
    #[diesel(sql_type = Text)]
    pub(crate) table_sql: String,
    #[diesel(sql_type = Text)]
    pub(crate) version_table_sql: String,
    #[diesel(sql_type = Text)]
    key_columns: String,
    /// The text that names the row `x`.
    #[diesel(sql_type = Text)]
    pub(crate) row_key: String,
    /// Whether the rows `x` and `y` have the same key.
    #[diesel(sql_type = Text)]
    same_key: String,
    /// Whether a tracked column of the rows `x` and `y` differs.
    #[diesel(sql_type = Text)]
    pub(crate) different: String,
    /// The names of the key columns, as JSON.
    #[diesel(sql_type = Text)]
    key_names: String,
    /// The names of the columns whose values are kept, as JSON.
    #[diesel(sql_type = Text)]
    tracked_names: String,
    /// The names of the columns of the version table, as JSON.
    #[diesel(sql_type = Text)]
    version_names: String,
    /// Of those, the ones that are never NULL, as JSON.
    #[diesel(sql_type = Text)]
    required_names: String,
}

/// A version, or a row, that breaks a rule.
#[derive(Debug, QueryableByName)]
#[doc(hidden)]
pub struct Found {
    #[diesel(sql_type = Text)]
    pub(crate) rule: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) row_key: Option<String>,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub(crate) transaction_id: Option<i64>,
}

impl History {
    pub(crate) fn key_names(&self) -> QueryResult<Vec<String>> {
        names(&self.key_names)
    }

    pub(crate) fn tracked_names(&self) -> QueryResult<Vec<String>> {
        names(&self.tracked_names)
    }

    /// The names of the hidden columns, which only have a flag: of one that is tracked, the version
    /// table has the column as well. What is left of a column that was dropped may be NULL, whatever
    /// it is called.
    pub(crate) fn hidden_names(&self) -> QueryResult<Vec<String>> {
        let (key, tracked) = (self.key_names()?, self.tracked_names()?);
        let kept = names(&self.version_names)?;
        let flags = names(&self.required_names)?
            .into_iter()
            .filter(|name| !key.contains(name) && !tracked.contains(name));
        Ok(flags
            .filter_map(|flag| flag.strip_suffix(FLAG).map(str::to_owned))
            .filter(|column| !kept.contains(column))
            .collect())
    }

    fn missing(&self) -> impl Iterator<Item = Rule> {
        let rules = [
            (!self.has_version_table, Rule::NoVersionTable),
            (self.recording && !self.has_table, Rule::NoTable),
            (!self.has_triggers, Rule::NotRecorded),
        ];
        rules
            .into_iter()
            .filter(|(missing, _)| *missing)
            .map(|(_, rule)| rule)
    }

    fn violation(&self, rule: Rule) -> Violation {
        Violation {
            schema: self.schema_name.clone(),
            table: self.table_name.clone(),
            version_table: self.version_table.clone(),
            rule,
            row: None,
            transaction_id: None,
        }
    }

    /// The query that finds what breaks a rule. Where a history was ended, the rows go on without
    /// it.
    fn rules(&self) -> String {
        let mut queries = vec![include_str!("verify/chain.sql")];
        if self.has_ends {
            queries.push(include_str!("verify/ends.sql"));
        }
        if self.recording && self.has_table {
            queries.push(include_str!("verify/rows.sql"));
        }
        let baseline_complete = if self.baseline_complete {
            "true"
        } else {
            "false"
        };
        (include_str!("verify/versions.sql").to_owned() + &queries.join("UNION ALL\n"))
            .replace("{version_table}", &self.version_table_sql)
            .replace("{table}", &self.table_sql)
            .replace("{key}", &self.key_columns)
            .replace("{row_key}", &self.row_key)
            .replace("{same_key}", &self.same_key)
            .replace("{different}", &self.different)
            .replace("{baseline_complete}", baseline_complete)
    }
}

fn names(json: &str) -> QueryResult<Vec<String>> {
    serde_json::from_str(json)
        .map_err(|error| diesel::result::Error::DeserializationError(error.into()))
}
