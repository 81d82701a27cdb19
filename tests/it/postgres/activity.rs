//! Activities about rows with keys of types that only PostgreSQL has.

use super::{Conn, database};
use crate::support::keyed::keyed;
use chrono::{DateTime, Utc};
use uuid::Uuid;

type Moment = DateTime<Utc>;

keyed!(by_uuid: code Uuid Uuid);
keyed!(by_moment: code Timestamptz Moment);

#[test]
fn a_key_that_is_a_uuid() {
    let things = [0, 1, u128::MAX].map(|key| by_uuid::thing(Uuid::from_u128(key)));
    by_uuid::check("code UUID NOT NULL", &things, "");
}

#[test]
fn a_key_that_is_a_moment_is_the_same_in_every_time_zone() {
    let moments = ["2024-02-29T12:00:00Z", "2024-02-29T12:00:00.000001Z"];
    let things = moments.map(|moment| by_moment::thing(moment.parse().unwrap()));
    by_moment::check(
        "code TIMESTAMPTZ NOT NULL",
        &things,
        "SET TimeZone = 'Asia/Kolkata'",
    );
}
