//! What is asked of a long history is found by indexes: 10 000 rows with 100 versions each.

mod asked;
mod filled;

use self::asked::Asked;
use super::{Conn, database};
use crate::support::database::Engine;
use crate::support::strategies::models::{WithSubqueryVersion, WithValidityVersion};
use crate::support::strategies::schema::{
    with_subquery, with_subquery_version, with_validity, with_validity_version,
};
use crate::support::strategies::{self, on_each_strategy};
use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use continuum_core::prelude::*;
use continuum_core::{AsOf, Changes, HistoryError, Moment, Strategy, continuum_transaction};
use continuum_schema::Dialect;
use diesel::prelude::*;

const ROWS: i64 = filled::ROWS;
/// Of each row.
const VERSIONS: i64 = filled::VERSIONS;
/// Of each transaction.
const TOUCHED: i64 = filled::ROWS_OF_A_TRANSACTION;
/// A row and a transaction in the middle of everything.
const ROW: i32 = 5_050;
const HALFWAY: i64 = 5_000;

/// When the transaction with this id was made.
fn time(id: i64) -> NaiveDateTime {
    let start = NaiveDate::from_ymd_opt(2020, 1, 1).unwrap();
    start.and_hms_opt(0, 0, 0).unwrap() + TimeDelta::minutes(id)
}

/// How many versions an index that names blocks, and not rows, has to look at for one transaction.
fn of_a_block() -> i64 {
    match Conn::DIALECT {
        Dialect::Postgres => 20_000,
        _ => 0,
    }
}

/// How many versions are looked at for the one before a version that has so many newer ones: MySQL
/// goes back from the newest, for each time that it needs it.
fn before(newer: i64) -> i64 {
    match Conn::DIALECT {
        Dialect::MySql => 6 + 3 * newer,
        _ => 6,
    }
}

#[test]
fn what_is_asked_of_a_million_versions_is_found_by_indexes() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut strategies::set_up(&db);
    filled::fill(conn);
    let mut asked = Asked::new(conn);
    // SQLite plans otherwise where nobody has counted.
    for _ in 0..if Conn::DIALECT == Dialect::Sqlite {
        2
    } else {
        1
    } {
        on_each_strategy!(|Row, RowVersion, rows, rows_version| {
            let strategy = RowVersion::STRATEGY;
            let row: Row = rows::table.find(ROW).first(conn).unwrap();
            let some: Vec<Row> = rows::table
                .filter(rows::id.between(ROW, ROW + 19))
                .load(conn)
                .unwrap();
            let versions: Vec<RowVersion> = row.versions().load(conn).unwrap();
            assert_eq!(versions.len() as i64, VERSIONS);
            let version = &versions[50];
            let mut ask =
                |conn: &mut Conn, what: &str, statements, most, run: &dyn Fn(&mut Conn)| {
                    asked.about(
                        conn,
                        &format!("{strategy:?}: {what}"),
                        statements,
                        most,
                        run,
                    );
                };

            // From one version to another.
            ask(conn, "the versions of a row", 1, VERSIONS + 10, &|conn| {
                let all: Vec<RowVersion> = row.versions().load(conn).unwrap();
                assert_eq!(all.len() as i64, VERSIONS);
            });
            // Each once to be found, and once when they are sorted.
            let most = 41 * VERSIONS;
            ask(
                conn,
                "the versions of some rows, by name",
                1,
                most,
                &|conn| {
                    let all: Vec<RowVersion> = Row::versions_of(&some).load(conn).unwrap();
                    assert_eq!(all.grouped_by_key(&some)[7].len() as i64, VERSIONS);
                },
            );
            ask(conn, "the newest version of some rows", 1, 200, &|conn| {
                let newest = Row::latest_version_of(&some, conn).unwrap();
                assert_eq!(newest[7].as_ref().unwrap().name, "v99");
            });
            ask(conn, "the versions before some", 1, 200, &|conn| {
                let before = RowVersion::previous_of(&versions[40..60], conn).unwrap();
                assert_eq!(before[10].as_ref(), versions.get(49));
            });
            ask(conn, "the version before", 1, 5, &|conn| {
                assert_eq!(version.previous(conn).unwrap().as_ref(), versions.get(49));
            });
            ask(conn, "the version after", 1, 5, &|conn| {
                assert_eq!(version.next(conn).unwrap().as_ref(), versions.get(51));
            });
            ask(conn, "the place of a version", 1, VERSIONS, &|conn| {
                assert_eq!(version.index(conn).unwrap(), 50);
            });
            ask(conn, "the number of versions", 1, VERSIONS + 10, &|conn| {
                assert_eq!(row.count_versions(conn).unwrap(), VERSIONS);
            });
            ask(conn, "the first version", 1, 5, &|conn| {
                assert_eq!(row.first_version(conn).unwrap().as_ref(), versions.first());
            });
            ask(conn, "the newest version", 1, 5, &|conn| {
                assert_eq!(row.latest_version(conn).unwrap().as_ref(), versions.last());
            });
            ask(conn, "whether a version is the newest", 1, 5, &|conn| {
                assert!(!version.is_latest(conn).unwrap());
            });
            ask(
                conn,
                "the versions of some rows",
                1,
                21 * VERSIONS,
                &|conn| {
                    let all: Vec<RowVersion> = RowVersion::belonging_to(&some)
                        .select(RowVersion::as_select())
                        .load(conn)
                        .unwrap();
                    assert_eq!(all.grouped_by(&some)[7].len() as i64, VERSIONS);
                },
            );
            let most = 50 + 20 * before(VERSIONS / 2);
            ask(conn, "a page of the versions of a row", 1, most, &|conn| {
                let page: Vec<(RowVersion, Changes)> = rows_version::table
                    .filter(row.same_row())
                    .filter(rows_version::transaction_id.gt(HALFWAY))
                    .order(rows_version::transaction_id)
                    .limit(20)
                    .select((RowVersion::as_select(), RowVersion::changes()))
                    .load(conn)
                    .unwrap();
                assert_eq!(page.len(), 20);
            });

            let most = 50 + 20 * before(20);
            ask(conn, "the newest versions of a row", 1, most, &|conn| {
                let page: Vec<(RowVersion, Changes)> = rows_version::table
                    .filter(row.same_row())
                    .order(rows_version::transaction_id.desc())
                    .limit(20)
                    .select((RowVersion::as_select(), RowVersion::changes()))
                    .load(conn)
                    .unwrap();
                assert_eq!(page.len(), 20);
            });
            // PostgreSQL would read everything behind the place, unless told how far the page goes.
            let most = match Conn::DIALECT {
                Dialect::Postgres => 10 * TOUCHED + 2 * of_a_block(),
                _ => 2 * TOUCHED + 20 * before(VERSIONS / 2),
            };
            ask(
                conn,
                "a page of the versions of a table",
                1,
                most,
                &|conn| {
                    let (id, key) = (HALFWAY, ROW);
                    let mut page = rows_version::table
                        .filter(rows_version::transaction_id.ge(id))
                        .filter(
                            rows_version::transaction_id
                                .gt(id)
                                .or(rows_version::id.gt(key)),
                        )
                        .order((rows_version::transaction_id, rows_version::id))
                        .limit(20)
                        .select((RowVersion::as_select(), RowVersion::changes()))
                        .into_boxed();
                    if Conn::DIALECT == Dialect::Postgres {
                        page = page.filter(rows_version::transaction_id.lt(id + 10));
                    }
                    let page: Vec<(RowVersion, Changes)> = page.load(conn).unwrap();
                    assert_eq!(page.len(), 20);
                },
            );

            // As of a moment.
            ask(conn, "a row as of a transaction", 1, 10, &|conn| {
                let then: RowVersion = row.as_of(HALFWAY).get_result(conn).unwrap();
                assert_eq!(then.name, "v49");
            });
            ask(conn, "a row as of a time", 1, 350, &|conn| {
                let then: RowVersion = row.as_of(time(HALFWAY)).get_result(conn).unwrap();
                assert_eq!(then.name, "v49");
            });
            let by_key = |conn: &mut Conn| {
                let is_one = rows_version::id.eq(ROW);
                let query = RowVersion::as_of(HALFWAY).filter(is_one);
                let then: RowVersion = query.get_result(conn).unwrap();
                assert_eq!(then.name, "v49");
            };
            ask(
                conn,
                "the table as of a transaction, by key",
                1,
                3 * VERSIONS,
                &by_key,
            );
            ask(
                conn,
                "the table as of a time, by key",
                1,
                3 * VERSIONS + 300,
                &|conn| {
                    let query = RowVersion::as_of(time(HALFWAY)).filter(rows_version::id.eq(ROW));
                    let then: RowVersion = query.get_result(conn).unwrap();
                    assert_eq!(then.name, "v49");
                },
            );
            // PostgreSQL passes one key on to the queries inside, and no list or range of them.
            let most = match (Conn::DIALECT, strategy) {
                (Dialect::Postgres, Strategy::Validity) => Some(5 * ROWS),
                (Dialect::Postgres, Strategy::Subquery) => None,
                _ => Some(60 * VERSIONS),
            };
            if let Some(most) = most {
                ask(
                    conn,
                    "the table as of a transaction, by keys",
                    1,
                    most,
                    &|conn| {
                        let some = rows_version::id.between(ROW, ROW + 19);
                        let query = RowVersion::as_of(HALFWAY).filter(some);
                        let then: Vec<RowVersion> = query.load(conn).unwrap();
                        assert_eq!(then.len(), 20);
                    },
                );
            }
            // Elsewhere a scan of all versions is as good as what there is.
            if Conn::DIALECT == Dialect::Postgres && strategy == Strategy::Validity {
                ask(
                    conn,
                    "the table as of a transaction",
                    1,
                    5 * ROWS,
                    &|conn| {
                        let then: Vec<RowVersion> = RowVersion::as_of(HALFWAY).load(conn).unwrap();
                        assert_eq!(then.len() as i64, ROWS);
                    },
                );
            }

            // In a scope of the past, by queries of the table itself.
            let past = |conn: &mut Conn| {
                let name = rows::table.find(ROW).select(rows::name);
                assert_eq!(name.first(conn), Ok("v49".to_owned()));
            };
            for moment in [Moment::from(HALFWAY), Moment::from(time(HALFWAY))] {
                conn.as_of(moment, |conn| {
                    ask(conn, "in a scope, a row", 1, 3 * VERSIONS + 300, &past);
                    Ok::<_, HistoryError>(())
                })
                .unwrap();
            }

            // What changed.
            ask(
                conn,
                "what a version changed",
                2,
                10 + before(VERSIONS / 2),
                &|conn| {
                    let changeset = version.changeset(conn).unwrap();
                    assert_eq!(changeset.old.as_ref(), versions.get(49));
                },
            );
            ask(conn, "what differs between two versions", 1, 10, &|conn| {
                let diff = versions[3].diff(&versions[80], conn).unwrap();
                assert!(diff.get(rows_version::name).is_some());
            });
            let most = VERSIONS * (2 + before(VERSIONS / 2));
            ask(
                conn,
                "the versions of a row that changed a column",
                1,
                most,
                &|conn| {
                    let changed: Vec<RowVersion> = row
                        .versions()
                        .filter(RowVersion::changed(rows_version::content))
                        .load(conn)
                        .unwrap();
                    assert_eq!(changed.len() as i64, VERSIONS / 10);
                },
            );
            let lately = 10 * TOUCHED;
            let most = 20 * lately + 3 * of_a_block();
            ask(
                conn,
                "the versions that lately changed a column",
                1,
                most,
                &|conn| {
                    let changed: Vec<(RowVersion, Changes)> = rows_version::table
                        .filter(RowVersion::since(filled::LAST - 10))
                        .filter(RowVersion::changed(rows_version::content))
                        .order((rows_version::transaction_id.desc(), rows_version::id))
                        .limit(20)
                        .select((RowVersion::as_select(), RowVersion::changes()))
                        .load(conn)
                        .unwrap();
                    assert_eq!(changed.len(), 20);
                },
            );
            ask(
                conn,
                "the versions of a row until a time",
                1,
                VERSIONS + 350,
                &|conn| {
                    let old: Vec<RowVersion> = row
                        .versions()
                        .filter(RowVersion::until(time(HALFWAY)))
                        .load(conn)
                        .unwrap();
                    assert_eq!(old.len(), 50);
                },
            );
            ask(
                conn,
                "whether a row has changed since",
                1,
                VERSIONS,
                &|conn| {
                    assert!(row.has_changed_since(HALFWAY, conn).unwrap());
                },
            );

            // The transactions that touched the table.
            let most = 20 * (TOUCHED + of_a_block());
            ask(
                conn,
                "the newest transactions of somebody in a table",
                1,
                most,
                &|conn| {
                    let touched = rows_version::table
                        .filter(rows_version::transaction_id.eq(continuum_transaction::id));
                    let newest: Vec<Transaction> = continuum_transaction::table
                        .filter(continuum_transaction::issued_at.gt(time(filled::LAST - 100)))
                        .filter(continuum_transaction::actor.eq("actor 7"))
                        .filter(diesel::dsl::exists(touched))
                        .order(continuum_transaction::id.desc())
                        .limit(5)
                        .select(Transaction::as_select())
                        .load(conn)
                        .unwrap();
                    assert_eq!(newest.len(), 5);
                },
            );

            // Who set it.
            ask(
                conn,
                "who set each column of a row",
                1,
                11 * VERSIONS,
                &|conn| {
                    let blame = row.blame(conn).unwrap();
                    assert_eq!(blame.len(), 3);
                },
            );
        });
        // Of several tables at one moment.
        let most = 10 * VERSIONS;
        asked.about(conn, "two tables as of a transaction", 1, most, &|conn| {
            let pair: (String, String) = with_validity_version::table
                .inner_join(
                    with_subquery_version::table
                        .on(with_subquery_version::id.eq(with_validity_version::id)),
                )
                .filter(with_validity_version::id.eq(ROW))
                .filter(AsOf::<WithValidityVersion>::new(HALFWAY))
                .filter(AsOf::<WithSubqueryVersion>::one_by_one(HALFWAY))
                .select((with_validity_version::name, with_subquery_version::name))
                .first(conn)
                .unwrap();
            assert_eq!(pair, ("v49".to_owned(), "v49".to_owned()));
        });
        conn.as_of(HALFWAY, |conn| {
            asked.about(conn, "in a scope, two tables", 1, most, &|conn| {
                let pair: (String, String) = with_validity::table
                    .inner_join(with_subquery::table.on(with_subquery::id.eq(with_validity::id)))
                    .filter(with_validity::id.eq(ROW))
                    .select((with_validity::name, with_subquery::name))
                    .first(conn)
                    .unwrap();
                assert_eq!(pair, ("v49".to_owned(), "v49".to_owned()));
            });
            Ok::<_, HistoryError>(())
        })
        .unwrap();
        let transaction: Transaction = continuum_transaction::table
            .find(HALFWAY)
            .select(Transaction::as_select())
            .first(conn)
            .unwrap();
        let most = 2 * (TOUCHED * (20 + before(VERSIONS / 2)) + of_a_block()) + 10;
        asked.about(conn, "what a transaction changed", 2, most, &|conn| {
            let tables = transaction.changes(conn).unwrap();
            assert_eq!(tables.len(), 2);
            assert_eq!(tables[0].rows.len() as i64, TOUCHED);
        });
        filled::count(conn);
    }
    asked.check();
}
