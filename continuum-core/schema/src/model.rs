//! Tables as `table!` describes them.

use std::fmt;

/// One table of the application, as its `table!` definition describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// The name in the database.
    pub name: TableName,
    /// The name of the module that `table!` makes, without `r#`.
    pub rust_name: String,
    /// All columns, in table order.
    pub columns: Vec<Column>,
    /// The SQL names of the key columns, in key order.
    pub primary_key: Vec<String>,
}

impl Table {
    /// The column with this SQL name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// The column with this Rust name.
    pub fn column_by_rust_name(&self, rust_name: &str) -> Option<&Column> {
        self.columns
            .iter()
            .find(|column| column.rust_name == rust_name)
    }

    /// Whether the column belongs to the key.
    pub fn is_key(&self, column: &Column) -> bool {
        self.primary_key.contains(&column.name)
    }
}

/// The name of a table in the database, with its schema where `table!` names one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TableName {
    /// The schema; `None` for the connection's default.
    pub schema: Option<String>,
    /// The table.
    pub name: String,
}

impl TableName {
    /// The name of another object in the same schema.
    pub fn sibling(&self, name: impl Into<String>) -> Self {
        Self {
            schema: self.schema.clone(),
            name: name.into(),
        }
    }
}

/// The name as a person writes it in a message: `blog.articles`.
impl fmt::Display for TableName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(schema) = &self.schema {
            write!(f, "{schema}.")?;
        }
        f.write_str(&self.name)
    }
}

/// A foreign key, by the names in the database.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ForeignKey {
    /// The table that refers.
    pub table: TableName,
    /// The columns that refer.
    pub columns: Vec<String>,
    /// The table that is referred to.
    pub parent: TableName,
    /// The columns that are referred to, one for each.
    pub parent_columns: Vec<String>,
}

/// One column of a [`Table`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// The name in the database.
    pub name: String,
    /// The name in `table!`, without `r#`.
    pub rust_name: String,
    /// The type in `table!`.
    pub sql_type: SqlType,
}

/// The Diesel type of a column, as its tokens in `table!`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SqlType {
    tokens: String,
    /// `#[max_length = …]`, in characters.
    pub max_length: Option<u64>,
}

impl SqlType {
    /// From the tokens in `table!`; white space does not count.
    pub fn new(tokens: &str, max_length: Option<u64>) -> Self {
        Self {
            tokens: tokens.split_whitespace().collect(),
            max_length,
        }
    }

    /// The tokens without white space: `Nullable<Array<Int4>>`.
    pub fn tokens(&self) -> &str {
        &self.tokens
    }

    /// Whether the column takes NULL.
    pub fn is_nullable(&self) -> bool {
        self.argument_of("Nullable").is_some()
    }

    /// Whether the values of both are the same, but for NULL.
    pub(crate) fn has_values_of(&self, other: &Self) -> bool {
        let values = |of: &Self| Self {
            tokens: of.argument_of("Nullable").unwrap_or(&of.tokens).to_owned(),
            max_length: of.max_length,
        };
        values(self) == values(other)
    }

    /// The name of the type without `Nullable`, its path and its arguments: `Array` for
    /// `Nullable<diesel::sql_types::Array<Int4>>`.
    pub fn name(&self) -> &str {
        let inner = self.argument_of("Nullable").unwrap_or(&self.tokens);
        let path = inner.split('<').next().unwrap_or(inner);
        path.rsplit("::").next().unwrap_or(path)
    }

    /// Of an array, the type of its elements.
    pub(crate) fn element(&self) -> Option<Self> {
        self.inside("Array")
    }

    /// Of a number without a sign, the type with one.
    pub(crate) fn unsigned(&self) -> Option<Self> {
        self.inside("Unsigned")
    }

    fn inside(&self, wrapper: &str) -> Option<Self> {
        let outer = Self::new(self.argument_of("Nullable").unwrap_or(&self.tokens), None);
        outer
            .argument_of(wrapper)
            .map(|inner| Self::new(inner, None))
    }

    fn argument_of(&self, wrapper: &str) -> Option<&str> {
        let (path, rest) = self.tokens.split_once('<')?;
        let name = path.rsplit("::").next()?;
        (name == wrapper).then(|| rest.strip_suffix('>').unwrap_or(rest))
    }
}

impl fmt::Display for SqlType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.tokens)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_nullable_whatever_path_names_it() {
        let sql_type = SqlType::new("diesel :: sql_types :: Nullable < Text >", None);
        assert!(sql_type.is_nullable());
        assert_eq!(sql_type.name(), "Text");
        assert!(!SqlType::new("Array<Nullable<Int4>>", None).is_nullable());
    }

    #[test]
    fn the_name_of_a_type_has_neither_path_nor_arguments() {
        let name = |tokens| SqlType::new(tokens, None).name().to_owned();
        assert_eq!(name("Nullable<pg::Array<Nullable<Int4>>>"), "Array");
        assert_eq!(name("crate::sql_types::Color"), "Color");
    }
}
