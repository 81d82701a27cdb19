//! `meta` as each engine stores it.

use crate::log::Meta;
use diesel::deserialize::{self, FromSql};
use diesel::serialize::{self, Output, ToSql};
use serde_json::Value;

macro_rules! as_stored {
    ($feature:literal, $backend:ty, $sql_type:ty, $stored:ty) => {
        #[cfg(feature = $feature)]
        impl FromSql<Meta, $backend> for Value {
            fn from_sql(
                bytes: <$backend as diesel::backend::Backend>::RawValue<'_>,
            ) -> deserialize::Result<Self> {
                FromSql::<$sql_type, $backend>::from_sql(bytes)
            }
        }

        #[cfg(feature = $feature)]
        impl ToSql<Meta, $backend> for Value {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, $backend>) -> serialize::Result {
                ToSql::<$sql_type, $backend>::to_sql(self, out)
            }
        }
    };
}

as_stored!("postgres", diesel::pg::Pg, diesel::sql_types::Jsonb, Value);
as_stored!(
    "sqlite",
    diesel::sqlite::Sqlite,
    diesel::sql_types::Json,
    Value
);
as_stored!(
    "mysql",
    diesel::mysql::Mysql,
    diesel::sql_types::Json,
    Value
);
