//! What a version changed, by column, as the database compares and tells it.

mod number;

use crate::backend::RecordingBackend;
use crate::verify::FLAG;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::sql_types::Text;
use serde_json::{Map, Value};

/// The columns that a version changed, each with its value before and after, as JSON.
///
/// Where the row was not there before, or is not there afterwards, the value is `null`, and columns
/// that were NULL are not among the changes. Bytes are `\x` and hexadecimal digits. A number of more
/// digits than an `f64` keeps, as a DECIMAL can have, is their text: no two values look the same.
///
/// ```
/// # #[cfg(feature = "sqlite")] mod example {
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/doctest_setup.rs"));
/// # pub fn main() -> QueryResult<()> { let conn = &mut database(); let article = article(conn)?;
/// use continuum_core::Changes;
///
/// let history: Vec<(ArticleVersion, Changes)> = articles_version::table
///     .filter(article.same_row())
///     .order(articles_version::transaction_id)
///     .select((ArticleVersion::as_select(), ArticleVersion::changes()))
///     .load(conn)?;
/// let (_, renamed) = &history[1];
/// let told: Vec<String> = renamed
///     .iter()
///     .map(|change| format!("{}: {} -> {}", change.column, change.old, change.new))
///     .collect();
/// assert_eq!(told, [r#"name: "first" -> "second""#]);
/// assert_eq!(renamed.to_json(), serde_json::json!({"name": ["first", "second"]}));
/// # Ok(()) } }
/// # fn main() { #[cfg(feature = "sqlite")] example::main().unwrap() }
/// ```
#[derive(Debug, Clone, Default, PartialEq, FromSqlRow)]
pub struct Changes {
    columns: Map<String, Value>,
}

/// What happened to one column.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ColumnChange<'a> {
    /// The name of the column in the database.
    pub column: &'a str,
    /// The value before.
    pub old: &'a Value,
    /// The value after.
    pub new: &'a Value,
}

impl<'a> ColumnChange<'a> {
    /// Both values, where both are texts: what a line or word diff is made of.
    ///
    /// ```
    /// # #[cfg(feature = "sqlite")] mod example {
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/doctest_setup.rs"));
    /// # pub fn main() -> QueryResult<()> { let conn = &mut database(); let article = article(conn)?;
    /// let versions: Vec<ArticleVersion> = article.versions().load(conn)?;
    /// let changeset = versions[1].changeset(conn)?;
    ///
    /// let (old, new) = changeset.changes.get("name").and_then(|change| change.texts()).unwrap();
    /// let diff = similar::TextDiff::from_lines(old, new);
    /// let diff = diff.unified_diff().missing_newline_hint(false).to_string();
    /// assert_eq!(diff, "@@ -1 +1 @@\n-first\n+second\n");
    /// # Ok(()) } }
    /// # fn main() { #[cfg(feature = "sqlite")] example::main().unwrap() }
    /// ```
    pub fn texts(&self) -> Option<(&'a str, &'a str)> {
        Some((self.old.as_str()?, self.new.as_str()?))
    }
}

impl Changes {
    /// The columns, by name.
    pub fn iter(&self) -> impl Iterator<Item = ColumnChange<'_>> {
        self.columns.iter().filter_map(|(column, values)| {
            let [old, new] = values.as_array()?.as_slice() else {
                return None;
            };
            Some(ColumnChange { column, old, new })
        })
    }

    /// What happened to the column of that name; `None` where it did not change.
    pub fn get(&self, column: &str) -> Option<ColumnChange<'_>> {
        self.iter().find(|change| change.column == column)
    }

    /// Whether no column changed. A version can have changed hidden columns alone.
    pub fn is_empty(&self) -> bool {
        self.columns.is_empty()
    }

    pub(crate) fn has(&self, column: &str) -> bool {
        self.columns.contains_key(column)
    }

    /// An object with `[old, new]` for each column.
    pub fn to_json(&self) -> Value {
        Value::Object(self.columns.clone())
    }
}

impl<DB: RecordingBackend> FromSql<Text, DB> for Changes
where
    String: FromSql<Text, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        let text = String::from_sql(bytes)?;
        let told = match serde_json::from_str(&text) {
            Ok(told) if !DB::HAS_DECIMALS => told,
            // Also what is beyond a double: an infinity of SQLite is `9e999`.
            _ => number::unrounded(serde_json::from_str(&text)?)?,
        };
        match told {
            Value::Object(columns) => Ok(Self { columns }),
            _ => Err("what a version changed is an object".into()),
        }
    }
}

/// Whether the row `y` was there before the version `x`.
const WAS_THERE: &str = "y.operation_type <> 2";

/// The text of the JSON object of the columns that differ between the version `x` and the one before
/// it, `y`, whose columns are all NULL where there is none.
pub(crate) fn object<DB: RecordingBackend>(columns: &[&str]) -> String {
    let members: Vec<(String, String)> = columns
        .iter()
        .map(|column| {
            let name = DB::quoted(column);
            let (new, old) = (format!("x.{name}"), format!("y.{name}"));
            let pair = |old: &str, new: &str| DB::json_array(&[old, new]);
            let (json_old, json_new) = (DB::json(&old), DB::json(&new));
            let gone = format!("CASE WHEN {WAS_THERE} THEN {old} ELSE {new} END");
            let changed = format!(
                "CASE \
                 WHEN x.operation_type = 2 THEN CASE WHEN {gone} IS NOT NULL THEN {} END \
                 WHEN {WAS_THERE} THEN CASE WHEN {} THEN {} END \
                 WHEN {new} IS NOT NULL THEN {} \
                 END",
                pair(&DB::json(&gone), "NULL"),
                DB::differs(&old, &new),
                pair(&json_old, &json_new),
                pair("NULL", &json_new),
            );
            (DB::literal(column), changed)
        })
        .collect();
    DB::json_object(&members)
}

/// The text of a JSON object that has the hidden columns whose flags are set in the version `x`.
pub(crate) fn hidden<DB: RecordingBackend>(columns: &[String]) -> String {
    if columns.is_empty() {
        return DB::literal("{}");
    }
    let members: Vec<(String, String)> = columns
        .iter()
        .map(|column| {
            let flag = DB::quoted(&format!("{column}{FLAG}"));
            let set = DB::json_array(&["1"]);
            (
                DB::literal(column),
                format!("CASE WHEN x.{flag} THEN {set} END"),
            )
        })
        .collect();
    DB::json_object(&members)
}

/// Whether the column differs between the version `x` and the one before it, `y`. An insert and a
/// delete change every column that is not NULL.
pub(crate) fn differs<DB: RecordingBackend>(column: &str) -> String {
    let name = DB::quoted(column);
    format!(
        "CASE WHEN {WAS_THERE} AND x.operation_type <> 2 THEN {} ELSE x.{name} IS NOT NULL END",
        DB::differs(&format!("y.{name}"), &format!("x.{name}"))
    )
}

/// The condition that joins the version before `x`, as `y`:
/// in two parts, between which the version table is named.
///
/// From the newest back to the first that is older: MySQL reads all of the row's for a `max()`, because
/// it does not look into an index for what another table's row says.
pub(crate) fn is_previous<DB: RecordingBackend>(key: &[&str]) -> (String, String) {
    let key: Vec<_> = key.iter().map(|column| DB::quoted(column)).collect();
    let before = format!(
        "{} AND y.transaction_id = (SELECT q.transaction_id FROM ",
        DB::same_key("y", "x", &key)
    );
    let after = format!(
        " q WHERE {} AND q.transaction_id < x.transaction_id \
         ORDER BY q.transaction_id DESC LIMIT 1)",
        DB::same_key("q", "x", &key)
    );
    (before, after)
}
