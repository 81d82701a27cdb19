//! A table together with what its history keeps of it.

use crate::dialect::Dialect;
use crate::error::{Error, Result};
use crate::model::{Column, ForeignKey, SqlType, Table, TableName};
use crate::names;
use crate::print_schema::{rust_mod_column, rust_version_column, rust_version_table};

/// What `#[versioned(…)]` says, by the Rust names of the columns.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// `exclude(…)`: not in the history; changing only these makes no version.
    pub exclude: Vec<String>,
    /// `include(…)`: only these and the key are in the history.
    pub include: Option<Vec<String>>,
    /// `hidden(…)`: not in the history, but the history says that they changed.
    pub hidden: Vec<String>,
    /// `table_name = …`: the last segment of the path of the version table.
    pub version_table: Option<String>,
    /// `strategy = "…"`.
    pub strategy: Strategy,
    /// `track_changes`: each version says of every column whether it changed it.
    pub track_changes: bool,
}

/// How the version table says until when a version was valid.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Strategy {
    /// Each version carries the transaction that made the next one, in `end_transaction_id`.
    #[default]
    Validity,
    /// A version says only when it began; reading finds the next one.
    Subquery,
}

impl Strategy {
    /// The word in `strategy = "…"`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Validity => "validity",
            Self::Subquery => "subquery",
        }
    }

    /// The strategy of that word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Validity, Self::Subquery]
            .into_iter()
            .find(|strategy| strategy.as_str() == word)
    }
}

/// What the history keeps of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tracking {
    /// Its values.
    Tracked,
    /// That it changed.
    Hidden,
    /// Nothing.
    Excluded,
}

/// A table whose history is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionedTable {
    /// The table of the application.
    pub table: Table,
    /// The name of its version table, in the same schema.
    pub version_table: TableName,
    /// How a version ends.
    pub strategy: Strategy,
    /// Whether each version says of every column whether it changed it.
    pub track_changes: bool,
    /// Its foreign keys, for engines that follow them without firing triggers.
    pub foreign_keys: Vec<ForeignKey>,
    tracking: Vec<Tracking>,
    kept: Vec<KeptColumn>,
}

/// A column that the version table has from earlier, and that no migration drops.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KeptColumn {
    name: String,
    sql_type: SqlType,
    /// Whether it says of another column that it changed.
    is_flag: bool,
}

impl KeptColumn {
    fn of(column: &Column, is_flag: bool) -> Self {
        match is_flag {
            true => Self {
                name: names::mod_column(&column.name),
                sql_type: flag_type(),
                is_flag,
            },
            false => Self {
                name: column.name.clone(),
                sql_type: column.sql_type.clone(),
                is_flag,
            },
        }
    }

    fn goes_on_as(&self, other: &Self) -> bool {
        self.name == other.name
            && self.is_flag == other.is_flag
            && self.sql_type.has_values_of(&other.sql_type)
    }
}

/// One column of a version table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionColumn {
    /// The name in the database.
    pub name: String,
    /// The name in `table!`, without `r#`.
    pub rust_name: String,
    /// The type in `table!`.
    pub sql_type: SqlType,
}

impl VersionedTable {
    /// The table under these options, or everything that is wrong with them.
    pub fn new(table: Table, options: &Options) -> Result<Self, Vec<Error>> {
        let mut errors = Vec::new();
        let tracking = tracking(&table, options, &mut errors);
        let version_table = table.name.sibling(
            options
                .version_table
                .clone()
                .unwrap_or_else(|| names::version_table(&table.name.name)),
        );
        let versioned = Self {
            table,
            version_table,
            strategy: options.strategy,
            track_changes: options.track_changes,
            foreign_keys: Vec::new(),
            tracking,
            kept: Vec::new(),
        };
        versioned.check(&mut errors);
        if errors.is_empty() {
            Ok(versioned)
        } else {
            Err(errors)
        }
    }

    /// The table with those of these foreign keys that are its own, where the engine needs to know
    /// them.
    pub fn with_foreign_keys(self, all: &[ForeignKey], dialect: Dialect) -> Self {
        let own = all.iter().filter(|key| key.table == self.table.name);
        let foreign_keys = if dialect.follows_foreign_keys() {
            Vec::new()
        } else {
            own.cloned().collect()
        };
        Self {
            foreign_keys,
            ..self
        }
    }

    /// The key columns, in key order.
    pub fn key(&self) -> impl Iterator<Item = &Column> {
        self.table
            .primary_key
            .iter()
            .filter_map(|name| self.table.column(name))
    }

    /// The columns whose values are kept, in table order; the key is among them.
    pub fn tracked(&self) -> impl Iterator<Item = &Column> {
        self.with(Tracking::Tracked)
    }

    /// The columns of which only the change is kept, in table order.
    pub fn hidden(&self) -> impl Iterator<Item = &Column> {
        self.with(Tracking::Hidden)
    }

    /// The columns of which nothing is kept, in table order.
    pub fn excluded(&self) -> impl Iterator<Item = &Column> {
        self.with(Tracking::Excluded)
    }

    /// The columns of which a version says whether it changed them, in table order: the hidden ones,
    /// and with `track_changes` the others, except the key.
    pub fn flagged(&self) -> impl Iterator<Item = &Column> {
        self.columns_where(|column, tracking| match tracking {
            Tracking::Tracked => self.track_changes && !self.table.is_key(column),
            Tracking::Hidden => true,
            Tracking::Excluded => false,
        })
    }

    /// Those of the flagged columns whose values are kept.
    pub fn flagged_and_tracked(&self) -> impl Iterator<Item = &Column> {
        self.flagged()
            .filter(|column| self.tracking(&column.name) == Some(Tracking::Tracked))
    }

    /// The table with what its version table keeps from before: columns whose values are no longer
    /// kept, and flags that say what no values say, since they were once those of hidden columns.
    pub fn following(mut self, before: Option<&Self>) -> Self {
        let Some(before) = before else { return self };
        let mut kept = before.kept.clone();
        for (from, to) in self.set_aside(before) {
            kept.iter_mut()
                .filter(|column| column.name == from)
                .for_each(|column| column.name.clone_from(&to));
        }
        let had = before.own_columns();
        let has = self.own_columns();
        kept.retain(|column| has.iter().all(|is| is.name != column.name));
        kept.extend(
            had.into_iter()
                .filter(|was| has.iter().all(|is| is.name != was.name)),
        );
        self.kept = kept;
        self
    }

    /// The columns that the version table has from before under a name that a new one with other values
    /// needs, and the names that they get.
    pub(crate) fn set_aside(&self, before: &Self) -> Vec<(String, String)> {
        let wanted: Vec<_> = self.written_columns().collect();
        let had: Vec<_> = before.written_columns().collect();
        let taken = |name: &str| {
            let mut all = wanted.iter().chain(&had).chain(&before.kept);
            all.any(|column| column.name.eq_ignore_ascii_case(name))
        };
        let in_the_way = before.kept.iter().filter(|column| {
            let mut wanted = wanted.iter();
            wanted.any(|is| is.name.eq_ignore_ascii_case(&column.name) && !column.goes_on_as(is))
        });
        in_the_way
            .filter_map(|column| {
                let mut names = (1..).map(|n| names::set_aside(&column.name, n));
                Some((column.name.clone(), names.find(|name| !taken(name))?))
            })
            .collect()
    }

    /// Whether the version table has this column from before: the flag of the column, or its values.
    pub(crate) fn keeps(&self, column: &Column, is_flag: bool) -> bool {
        let wanted = KeptColumn::of(column, is_flag);
        self.kept.iter().any(|kept| kept.goes_on_as(&wanted))
    }

    /// The columns that the triggers write, but for the bookkeeping.
    fn written_columns(&self) -> impl Iterator<Item = KeptColumn> {
        let values = self.tracked().map(|column| KeptColumn::of(column, false));
        values.chain(self.flagged().map(|column| KeptColumn::of(column, true)))
    }

    /// The columns of the version table that say what nothing else says: the values, and the flags of
    /// hidden columns.
    fn own_columns(&self) -> Vec<KeptColumn> {
        let values = self.tracked().map(|column| KeptColumn::of(column, false));
        let flags = self.hidden().map(|column| KeptColumn::of(column, true));
        values.chain(flags).collect()
    }

    fn with(&self, wanted: Tracking) -> impl Iterator<Item = &Column> {
        self.columns_where(move |_, tracking| tracking == wanted)
    }

    fn columns_where(
        &self,
        condition: impl Fn(&Column, Tracking) -> bool,
    ) -> impl Iterator<Item = &Column> {
        self.table
            .columns
            .iter()
            .zip(&self.tracking)
            .filter(move |(column, tracking)| condition(column, **tracking))
            .map(|(column, _)| column)
    }

    /// What the history keeps of this column of the table.
    pub fn tracking(&self, column: &str) -> Option<Tracking> {
        let index = self.table.columns.iter().position(|c| c.name == column)?;
        self.tracking.get(index).copied()
    }

    /// The name of the module that `table!` makes of the version table, without `r#`.
    pub fn version_rust_name(&self) -> String {
        if self.version_table.name == names::version_table(&self.table.name.name) {
            rust_version_table(&self.table.rust_name)
        } else {
            self.version_table.name.clone()
        }
    }

    /// All columns of the version table, in its order: the tracked ones, the bookkeeping, the
    /// flags.
    pub fn version_columns(&self) -> Vec<VersionColumn> {
        let own = |name: &str, sql_type: &str| VersionColumn {
            name: name.to_owned(),
            rust_name: name.to_owned(),
            sql_type: SqlType::new(sql_type, None),
        };
        let rust_version_table = self.version_rust_name();
        let mut columns: Vec<VersionColumn> = self
            .tracked()
            .map(|column| VersionColumn {
                name: column.name.clone(),
                rust_name: rust_version_column(
                    &column.rust_name,
                    &self.table.rust_name,
                    &rust_version_table,
                ),
                sql_type: column.sql_type.clone(),
            })
            .collect();
        columns.push(own(names::TRANSACTION_ID, "BigInt"));
        if self.strategy == Strategy::Validity {
            columns.push(own(names::END_TRANSACTION_ID, "Nullable<BigInt>"));
        }
        columns.push(own(names::OPERATION_TYPE, "SmallInt"));
        columns.extend(self.flagged().map(|column| VersionColumn {
            name: names::mod_column(&column.name),
            rust_name: rust_mod_column(&column.rust_name, &self.table.rust_name),
            sql_type: flag_type(),
        }));
        columns
    }

    fn check(&self, errors: &mut Vec<Error>) {
        let table = &self.table.name;
        if self.table.primary_key.is_empty() {
            errors.push(Error::NoPrimaryKey {
                table: table.clone(),
            });
        }
        for name in &self.table.primary_key {
            if self.table.column(name).is_none() {
                errors.push(Error::UnknownKeyColumn {
                    table: table.clone(),
                    column: name.clone(),
                });
            }
        }
        if self.version_table == *table {
            errors.push(Error::VersionTableIsTable {
                table: table.clone(),
            });
        }
        let columns = self.version_columns();
        for (index, column) in columns.iter().enumerate() {
            // Engines fold the case of identifiers in different ways; none may be ambiguous.
            let clash = columns[..index]
                .iter()
                .any(|earlier| earlier.name.eq_ignore_ascii_case(&column.name));
            if clash || column.name.eq_ignore_ascii_case(names::ROW_PLACE) {
                errors.push(Error::ReservedColumn {
                    table: table.clone(),
                    column: column.name.clone(),
                });
            }
        }
    }
}

/// The type of a flag.
fn flag_type() -> SqlType {
    SqlType::new("Bool", None)
}

fn tracking(table: &Table, options: &Options, errors: &mut Vec<Error>) -> Vec<Tracking> {
    let named = |option: &'static str, names: &[String], errors: &mut Vec<Error>| -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        for name in names {
            match table.column_by_rust_name(name) {
                None => errors.push(Error::UnknownColumn {
                    table: table.name.clone(),
                    option,
                    column: name.clone(),
                    known: table.columns.iter().map(|c| c.rust_name.clone()).collect(),
                }),
                Some(column) if option != "include" && table.is_key(column) => {
                    errors.push(Error::KeyColumn {
                        table: table.name.clone(),
                        option,
                        column: name.clone(),
                    });
                }
                Some(column) if found.contains(&column.name) => errors.push(Error::NamedTwice {
                    table: table.name.clone(),
                    column: name.clone(),
                }),
                Some(column) => found.push(column.name.clone()),
            }
        }
        found
    };
    let exclude = named("exclude", &options.exclude, errors);
    let hidden = named("hidden", &options.hidden, errors);
    let include = options
        .include
        .as_ref()
        .map(|names| named("include", names, errors));
    for column in &exclude {
        let included = include.as_ref().is_some_and(|names| names.contains(column));
        if hidden.contains(column) || included {
            errors.push(Error::NamedTwice {
                table: table.name.clone(),
                column: column.clone(),
            });
        }
    }
    for column in &hidden {
        if include.as_ref().is_some_and(|names| names.contains(column)) {
            errors.push(Error::NamedTwice {
                table: table.name.clone(),
                column: column.clone(),
            });
        }
    }
    table
        .columns
        .iter()
        .map(|column| {
            if hidden.contains(&column.name) {
                Tracking::Hidden
            } else if exclude.contains(&column.name)
                || include
                    .as_ref()
                    .is_some_and(|names| !names.contains(&column.name) && !table.is_key(column))
            {
                Tracking::Excluded
            } else {
                Tracking::Tracked
            }
        })
        .collect()
}
