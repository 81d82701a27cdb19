//! What the database says of the tables that have a history, as far as it matters for what can be
//! restored, and in which order. Everything named `…_sql` is quoted.

use crate::backend::RecordingBackend;
use crate::verify::History;
use diesel::connection::LoadConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable, Text};

/// A column of a table that has a history.
#[derive(Debug, QueryableByName)]
#[doc(hidden)]
pub struct TableColumn {
    #[diesel(sql_type = Text)]
    version_table_sql: String,
    /// Whether the version table is found without naming its schema.
    #[diesel(sql_type = Bool)]
    visible: bool,
    #[diesel(sql_type = Text)]
    column_name: String,
    #[diesel(sql_type = Text)]
    column_sql: String,
    #[diesel(sql_type = Nullable<BigInt>)]
    key_position: Option<i64>,
    /// Whether values of it that are the same key can look different: `a` and `A` to a collation.
    #[diesel(sql_type = Bool)]
    spelled: bool,
    /// Whether versions have its values.
    #[diesel(sql_type = Bool)]
    kept: bool,
    /// Whether it takes no value at all.
    #[diesel(sql_type = Bool)]
    generated: bool,
    /// Whether it takes a value with a new row only.
    #[diesel(sql_type = Bool)]
    generated_once: bool,
    /// Whether a new row has to say its value.
    #[diesel(sql_type = Bool)]
    required: bool,
}

/// A column of a foreign key.
#[derive(Debug, QueryableByName)]
#[doc(hidden)]
pub struct ForeignKeyColumn {
    #[diesel(sql_type = Text)]
    constraint_sql: String,
    #[diesel(sql_type = Bool)]
    can_be_deferred: bool,
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    table_sql: String,
    #[diesel(sql_type = Text)]
    column_sql: String,
    #[diesel(sql_type = Text)]
    target_name: String,
    #[diesel(sql_type = Text)]
    target_sql: String,
    #[diesel(sql_type = Text)]
    target_column_sql: String,
}

/// A table that has a history, and its history.
#[derive(Debug)]
pub(crate) struct Restorable {
    pub(crate) history: History,
    columns: Vec<TableColumn>,
    pub(crate) key: Vec<String>,
}

/// A foreign key.
#[derive(Debug)]
pub(crate) struct ForeignKey {
    constraint: String,
    can_be_deferred: bool,
    /// The table that refers, and its name.
    pub(crate) table: String,
    pub(crate) table_name: String,
    /// The table that it refers to, and its name.
    pub(crate) target: String,
    pub(crate) target_name: String,
    /// Each column with the one that it refers to.
    pub(crate) columns: Vec<(String, String)>,
}

/// All of them.
#[derive(Debug)]
pub(crate) struct Catalog {
    pub(crate) tables: Vec<Restorable>,
    pub(crate) foreign_keys: Vec<ForeignKey>,
}

impl Catalog {
    pub(crate) fn load<C>(conn: &mut C) -> QueryResult<Self>
    where
        C: LoadConnection,
        C::Backend: RecordingBackend,
    {
        let mut columns = C::Backend::columns(conn)?;
        let tables = C::Backend::histories(conn)?
            .into_iter()
            .map(|history| {
                let (own, others): (Vec<_>, Vec<_>) = columns
                    .drain(..)
                    .partition(|column| column.version_table_sql == history.version_table_sql);
                columns = others;
                Restorable::new(history, own)
            })
            .collect();
        let mut foreign_keys: Vec<ForeignKey> = Vec::new();
        for column in C::Backend::foreign_keys(conn)? {
            let pair = (column.column_sql, column.target_column_sql);
            match foreign_keys.last_mut() {
                Some(last)
                    if last.constraint == column.constraint_sql
                        && last.table == column.table_sql =>
                {
                    last.columns.push(pair);
                }
                _ => foreign_keys.push(ForeignKey {
                    constraint: column.constraint_sql,
                    can_be_deferred: column.can_be_deferred,
                    table: column.table_sql,
                    table_name: column.table_name,
                    target: column.target_sql,
                    target_name: column.target_name,
                    columns: vec![pair],
                }),
            }
        }
        Ok(Self {
            tables,
            foreign_keys,
        })
    }

    /// The table whose version table Diesel names like this, quoted and with its schema where
    /// `table!` has one.
    pub(crate) fn with_version_table(&self, quoted: &str) -> Option<&Restorable> {
        let names = unquoted(quoted);
        self.tables.iter().find(|table| match names.as_slice() {
            [name] => *name == table.history.version_table && table.is_visible(),
            [schema, name] => {
                *name == table.history.version_table
                    && Some(schema) == table.history.schema_name.as_ref()
            }
            _ => false,
        })
    }

    /// The constraints between these tables that can be deferred.
    pub(crate) fn deferrable<'c>(&'c self, tables: &[&Restorable]) -> Vec<&'c str> {
        self.foreign_keys
            .iter()
            .filter(|key| key.can_be_deferred)
            .filter(|key| {
                tables
                    .iter()
                    .any(|table| [&key.table, &key.target].contains(&&table.history.table_sql))
            })
            .map(|key| key.constraint.as_str())
            .collect()
    }

    /// In the order of the list, with tables that others refer to before them. Where tables refer
    /// to each other, there is no such order.
    pub(crate) fn targets_first(&self, tables: &[&Restorable]) -> Vec<usize> {
        let mut order: Vec<usize> = Vec::new();
        let mut entered = vec![false; tables.len()];
        for index in 0..tables.len() {
            self.enter(index, tables, &mut entered, &mut order);
        }
        order
    }

    fn enter(
        &self,
        index: usize,
        tables: &[&Restorable],
        entered: &mut [bool],
        order: &mut Vec<usize>,
    ) {
        if std::mem::replace(&mut entered[index], true) {
            return;
        }
        let table = &tables[index].history.table_sql;
        for key in self.foreign_keys.iter().filter(|key| key.table == *table) {
            let target = tables
                .iter()
                .position(|other| other.history.table_sql == key.target);
            if let Some(target) = target {
                self.enter(target, tables, entered, order);
            }
        }
        order.push(index);
    }
}

impl ForeignKey {
    pub(crate) fn column_names(&self) -> Vec<String> {
        let columns = self.columns.iter();
        columns.flat_map(|(column, _)| unquoted(column)).collect()
    }
}

impl Restorable {
    fn new(history: History, columns: Vec<TableColumn>) -> Self {
        let mut key: Vec<_> = columns
            .iter()
            .filter_map(|column| Some((column.key_position?, column.column_sql.clone())))
            .collect();
        key.sort();
        Self {
            history,
            key: key.into_iter().map(|(_, column)| column).collect(),
            columns,
        }
    }

    fn is_visible(&self) -> bool {
        self.columns.iter().any(|column| column.visible)
    }

    /// Whether what is done to the table is recorded.
    pub(crate) fn is_recorded(&self) -> bool {
        self.history.recording && self.history.has_table && self.history.has_version_table
    }

    /// The columns that a row is restored with.
    pub(crate) fn kept(&self) -> Vec<String> {
        self.of(|column| column.kept, |column| &column.column_sql)
    }

    /// Those of them that an `UPDATE` sets.
    pub(crate) fn updated(&self) -> Vec<String> {
        self.of(
            |column| column.kept && (column.key_position.is_none() || column.spelled),
            |column| &column.column_sql,
        )
    }

    /// The names of the columns that an `UPDATE` would have to set and cannot.
    pub(crate) fn refused_by_update(&self) -> Vec<String> {
        self.of(
            |column| {
                column.kept
                    && column.key_position.is_none()
                    && (column.generated || column.generated_once)
            },
            |column| &column.column_name,
        )
    }

    /// The names of the columns that an `INSERT` would have to set and cannot.
    pub(crate) fn refused_by_insert(&self) -> Vec<String> {
        self.of(
            |column| column.kept && column.generated,
            |column| &column.column_name,
        )
    }

    /// The names of the columns of which a new row has to say what the history does not know.
    pub(crate) fn unknown(&self) -> Vec<String> {
        self.of(
            |column| column.required && !column.kept && !column.generated,
            |column| &column.column_name,
        )
    }

    fn of(
        &self,
        which: impl Fn(&TableColumn) -> bool,
        text: impl Fn(&TableColumn) -> &String,
    ) -> Vec<String> {
        let columns = self.columns.iter().filter(|column| which(column));
        columns.map(|column| text(column).clone()).collect()
    }
}

/// The names in `"a"."b"`, whatever the quotes.
fn unquoted(path: &str) -> Vec<String> {
    let mut names = vec![String::new()];
    let mut quote = None;
    let mut chars = path.chars().peekable();
    while let Some(char) = chars.next() {
        let last = names.len() - 1;
        match quote {
            Some(open) if char == open => {
                if chars.next_if_eq(&open).is_some() {
                    names[last].push(char);
                } else {
                    quote = None;
                }
            }
            None if matches!(char, '"' | '`') => quote = Some(char),
            None if char == '.' => names.push(String::new()),
            _ => names[last].push(char),
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::unquoted;

    #[test]
    fn names_are_read_as_diesel_quotes_them() {
        assert_eq!(unquoted(r#""a"."b.c""#), ["a", "b.c"]);
        assert_eq!(unquoted(r#""say ""hi""""#), [r#"say "hi""#]);
        assert_eq!(unquoted("`a`.`b``c`"), ["a", "b`c"]);
    }
}
