//! A decimal number with two places, which Diesel has no type for without another library.

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::mysql::Mysql;
use diesel::pg::Pg;
use diesel::pg::data_types::PgNumeric;
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{Double, Numeric};
use diesel::sqlite::Sqlite;
use std::io::Write;

/// So many hundredths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Numeric)]
pub struct Decimal(i64);

impl Decimal {
    /// 1.50 for 150.
    pub fn from_hundredths(hundredths: i64) -> Self {
        Self(hundredths)
    }
}

impl ToSql<Numeric, Sqlite> for Decimal {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0 as f64 / 100.0);
        Ok(IsNull::No)
    }
}

impl ToSql<Numeric, Mysql> for Decimal {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Mysql>) -> serialize::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let hundredths = self.0.abs();
        write!(out, "{sign}{}.{:02}", hundredths / 100, hundredths % 100)?;
        Ok(IsNull::No)
    }
}

impl ToSql<Numeric, Pg> for Decimal {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        let hundredths = self.0.abs();
        let whole = hundredths / 100;
        let digits = [
            whole / 100_000_000,
            whole / 10_000,
            whole,
            hundredths % 100 * 100,
        ]
        .map(|digit| i16::try_from(digit % 10_000).unwrap())
        .to_vec();
        let (weight, scale) = (2, 2);
        let number = if self.0 < 0 {
            PgNumeric::Negative {
                weight,
                scale,
                digits,
            }
        } else {
            PgNumeric::Positive {
                weight,
                scale,
                digits,
            }
        };
        ToSql::<Numeric, Pg>::to_sql(&number, &mut out.reborrow())
    }
}

impl FromSql<Numeric, Sqlite> for Decimal {
    fn from_sql(value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        let number = <f64 as FromSql<Double, Sqlite>>::from_sql(value)?;
        Ok(Self((number * 100.0).round() as i64))
    }
}

impl FromSql<Numeric, Mysql> for Decimal {
    fn from_sql(value: <Mysql as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        let text = std::str::from_utf8(value.as_bytes())?;
        Ok(Self(text.replace('.', "").parse()?))
    }
}

impl FromSql<Numeric, Pg> for Decimal {
    fn from_sql(value: <Pg as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        let (sign, weight, digits) = match PgNumeric::from_sql(value)? {
            PgNumeric::Positive { weight, digits, .. } => (1, weight, digits),
            PgNumeric::Negative { weight, digits, .. } => (-1, weight, digits),
            PgNumeric::NaN => return Err("not a number".into()),
        };
        let hundredths = digits
            .iter()
            .zip(0i16..)
            .map(|(&digit, place)| match weight - place {
                -1 => i64::from(digit) / 100,
                power => i64::from(digit) * 10_000i64.pow(power.unsigned_abs().into()) * 100,
            });
        Ok(Self(sign * hundredths.sum::<i64>()))
    }
}
