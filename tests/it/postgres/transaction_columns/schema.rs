use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, IsNull, Output, ToSql};
use std::io::Write;

diesel::table! {
    owners (id) {
        id -> Uuid,
    }
}

diesel::table! {
    pages (id) {
        id -> Integer,
        title -> Nullable<Text>,
    }
}

#[derive(diesel::sql_types::SqlType, diesel::query_builder::QueryId)]
#[diesel(postgres_type(name = "mood"))]
pub struct SqlMood;

#[derive(Debug, Clone, Copy, PartialEq, AsExpression, FromSqlRow)]
#[diesel(sql_type = SqlMood)]
pub enum Mood {
    Calm,
    Best,
}

impl ToSql<SqlMood, Pg> for Mood {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(match self {
            Self::Calm => b"calm",
            Self::Best => b"the \"best\"",
        })?;
        Ok(IsNull::No)
    }
}

impl FromSql<SqlMood, Pg> for Mood {
    fn from_sql(bytes: PgValue<'_>) -> deserialize::Result<Self> {
        match bytes.as_bytes() {
            b"calm" => Ok(Self::Calm),
            _ => Ok(Self::Best),
        }
    }
}

continuum_core::transaction_columns! {
    use diesel::sql_types::*;
    use super::SqlMood;

    owner -> Nullable<Uuid> references owners (id) on delete restrict,
    tenant -> Nullable<Uuid>,
    #[sql_type = "mood"]
    mood -> Nullable<SqlMood> as Mood,
    labels -> Nullable<Array<Text>> as Vec<String>,
    #[sql_type = "code"]
    code -> Nullable<Text>,
}
