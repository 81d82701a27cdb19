//! Columns of an application's own in the transaction log, and what is said in them.

mod table;

use diesel::query_source::Column;
use diesel::sql_types::Nullable;
use std::any::Any;
use std::fmt::{self, Debug};
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::Arc;

#[cfg(any(feature = "mysql", feature = "postgres", feature = "sqlite"))]
use diesel::query_builder::AstPass;
#[cfg(any(feature = "mysql", feature = "postgres", feature = "sqlite"))]
use diesel::result::{Error, QueryResult};

/// A column that [`transaction_columns!`](crate::transaction_columns) declares. The macro implements
/// it.
pub trait TransactionColumn: Column<Table = crate::continuum_transaction::table> {
    /// What a value is in Rust: `i64` for `Nullable<BigInt>`.
    type Value: Clone + Debug + PartialEq + Send + Sync + UnwindSafe + RefUnwindSafe + 'static;

    /// What holds a value of it where values are held in variables.
    #[doc(hidden)]
    const VARIABLE: &'static str;

    /// How a value is sent to each engine that Diesel can send it to.
    #[doc(hidden)]
    const BINDERS: Binders<Self::Value>;
}

/// What can be said in a column whose values are `V`: a `V`, or an `Option` of one, of which `None`
/// says nothing; `&str` for a `String`, and `&[u8]` for a `Vec<u8>`.
pub trait SaidAs<V> {
    /// The value, if it is one.
    #[doc(hidden)]
    fn said(self) -> Option<V>;
}

impl<V> SaidAs<V> for V {
    fn said(self) -> Option<V> {
        Some(self)
    }
}

impl<V> SaidAs<V> for Option<V> {
    fn said(self) -> Option<V> {
        self
    }
}

macro_rules! said_by_reference {
    ($($borrowed:ty => $owned:ty),+) => {$(
        impl SaidAs<$owned> for &$borrowed {
            fn said(self) -> Option<$owned> {
                Some(self.to_owned())
            }
        }

        impl SaidAs<$owned> for Option<&$borrowed> {
            fn said(self) -> Option<$owned> {
                self.map(ToOwned::to_owned)
            }
        }
    )+};
}

said_by_reference!(str => String, [u8] => Vec<u8>);

/// What is said in one column.
#[derive(Clone)]
pub(crate) struct ColumnValue {
    pub(crate) column: &'static str,
    #[cfg(feature = "mysql")]
    pub(crate) variable: &'static str,
    value: Arc<dyn Bind>,
}

impl ColumnValue {
    pub(crate) fn new<C: TransactionColumn>(value: C::Value) -> Self {
        Self {
            column: C::NAME,
            #[cfg(feature = "mysql")]
            variable: C::VARIABLE,
            value: Arc::new(Bound {
                value,
                binders: C::BINDERS,
            }),
        }
    }
}

impl Debug for ColumnValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {:?}", self.column, self.value)
    }
}

impl PartialEq for ColumnValue {
    fn eq(&self, other: &Self) -> bool {
        self.column == other.column && self.value.same(other.value.as_any())
    }
}

/// A value, whatever its type.
trait Bind: Debug + Send + Sync + UnwindSafe + RefUnwindSafe {
    fn as_any(&self) -> &dyn Any;
    fn same(&self, other: &dyn Any) -> bool;
    #[cfg(feature = "mysql")]
    fn mysql<'b>(&'b self, out: AstPass<'_, 'b, diesel::mysql::Mysql>) -> Option<QueryResult<()>>;
    #[cfg(feature = "postgres")]
    fn postgres<'b>(&'b self, out: AstPass<'_, 'b, diesel::pg::Pg>) -> Option<QueryResult<()>>;
    #[cfg(feature = "sqlite")]
    fn sqlite<'b>(
        &'b self,
        out: AstPass<'_, 'b, diesel::sqlite::Sqlite>,
    ) -> Option<QueryResult<()>>;
}

#[cfg_attr(
    not(any(feature = "mysql", feature = "postgres", feature = "sqlite")),
    expect(dead_code, reason = "there is no engine to tell")
)]
struct Bound<T> {
    value: T,
    binders: Binders<T>,
}

impl<T: Debug> Debug for Bound<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

impl<T> Bind for Bound<T>
where
    T: Debug + PartialEq + Send + Sync + UnwindSafe + RefUnwindSafe + 'static,
{
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn same(&self, other: &dyn Any) -> bool {
        let other = other.downcast_ref::<Self>();
        other.is_some_and(|other| other.value == self.value)
    }

    #[cfg(feature = "mysql")]
    fn mysql<'b>(&'b self, out: AstPass<'_, 'b, diesel::mysql::Mysql>) -> Option<QueryResult<()>> {
        self.binders.mysql.0.map(|bind| bind(&self.value, out))
    }

    #[cfg(feature = "postgres")]
    fn postgres<'b>(&'b self, out: AstPass<'_, 'b, diesel::pg::Pg>) -> Option<QueryResult<()>> {
        self.binders.postgres.0.map(|bind| bind(&self.value, out))
    }

    #[cfg(feature = "sqlite")]
    fn sqlite<'b>(
        &'b self,
        out: AstPass<'_, 'b, diesel::sqlite::Sqlite>,
    ) -> Option<QueryResult<()>> {
        self.binders.sqlite.0.map(|bind| bind(&self.value, out))
    }
}

/// How a value is sent to each engine.
#[doc(hidden)]
pub struct Binders<T> {
    pub mysql: OnMysql<T>,
    pub postgres: OnPostgres<T>,
    pub sqlite: OnSqlite<T>,
}

/// The type of the values that are not NULL.
#[doc(hidden)]
pub trait NotNull {
    type Inner;
}

impl<ST> NotNull for Nullable<ST> {
    type Inner = ST;
}

/// A type of SQL and one of Rust. What Diesel cannot send to an engine has the binder of
/// [`Unsent`]: a constant of the type itself is found before one of a trait.
#[doc(hidden)]
pub struct Sent<ST, T>(std::marker::PhantomData<(ST, T)>);

#[doc(hidden)]
pub trait Unsent<T> {
    const MYSQL: OnMysql<T> = OnMysql::NONE;
    const POSTGRES: OnPostgres<T> = OnPostgres::NONE;
    const SQLITE: OnSqlite<T> = OnSqlite::NONE;
}

impl<ST, T> Unsent<T> for Sent<ST, T> {}

macro_rules! binder {
    ($feature:literal, $binder:ident, $constant:ident, $method:ident, $backend:ty, $engine:literal) => {
        #[cfg(feature = $feature)]
        #[doc(hidden)]
        pub struct $binder<T>(
            Option<for<'a, 'b> fn(&'b T, AstPass<'a, 'b, $backend>) -> QueryResult<()>>,
        );

        #[cfg(not(feature = $feature))]
        #[doc(hidden)]
        pub struct $binder<T>(std::marker::PhantomData<fn(T)>);

        #[cfg(feature = $feature)]
        impl<T> $binder<T> {
            const NONE: Self = Self(None);
        }

        #[cfg(not(feature = $feature))]
        impl<T> $binder<T> {
            const NONE: Self = Self(std::marker::PhantomData);
        }

        #[cfg(feature = $feature)]
        #[doc(hidden)]
        impl<ST, T> Sent<ST, T>
        where
            T: diesel::serialize::ToSql<ST, $backend>,
            $backend: diesel::sql_types::HasSqlType<ST>,
        {
            pub const $constant: $binder<T> =
                $binder(Some(|value, mut out| out.push_bind_param::<ST, T>(value)));
        }

        #[cfg(feature = $feature)]
        impl ColumnValue {
            pub(crate) fn $method<'b>(&'b self, out: AstPass<'_, 'b, $backend>) -> QueryResult<()> {
                let pushed = self.value.$method(out);
                pushed.unwrap_or_else(|| Err(self.unsent($engine)))
            }
        }
    };
}

binder!(
    "mysql",
    OnMysql,
    MYSQL,
    mysql,
    diesel::mysql::Mysql,
    "MySQL"
);
binder!(
    "postgres",
    OnPostgres,
    POSTGRES,
    postgres,
    diesel::pg::Pg,
    "PostgreSQL"
);
binder!(
    "sqlite",
    OnSqlite,
    SQLITE,
    sqlite,
    diesel::sqlite::Sqlite,
    "SQLite"
);

#[cfg(any(feature = "mysql", feature = "postgres", feature = "sqlite"))]
impl ColumnValue {
    fn unsent(&self, engine: &str) -> Error {
        Error::QueryBuilderError(
            format!(
                "Diesel sends no value of the type of the column {} of the transaction log to \
                 {engine}; declare it with another type in transaction_columns!",
                self.column
            )
            .into(),
        )
    }
}

/// What to do when the log lacks columns in which something is said.
#[cfg(any(feature = "mysql", feature = "postgres", feature = "sqlite"))]
pub(crate) fn not_there(columns: &[ColumnValue]) -> Error {
    let names: Vec<_> = columns.iter().map(|value| value.column).collect();
    Error::QueryBuilderError(
        format!(
            "the transaction log of this database has not all of these columns: {}; \
             transaction_columns! declares them, so write their migration with `continuum-cli \
             gen-migrations` and apply it with `diesel migration run`",
            names.join(", ")
        )
        .into(),
    )
}
