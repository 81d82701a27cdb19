//! Activities about rows with a key of some type.

/// A table with this key, and what holds of activities about its rows, where `Conn` and `database`
/// are those of an engine.
macro_rules! keyed {
    ($name:ident: $($column:ident $sql_type:ident $rust_type:ident),+) => {
        mod $name {
            use super::*;
            use $crate::support::kept::keep;
            use continuum_core::prelude::*;
            use continuum_core::{Activity, NewActivity, continuum_activity};
            use diesel::connection::SimpleConnection;
            use diesel::prelude::*;

            continuum_core::version_tables! {
                diesel::table! {
                    things ($($column),+) { $($column -> $sql_type,)+ note -> Text, }
                }
            }

            const TABLE: &str = concat!(
                "things (", $(stringify!($column), ", ",)+ ") { ",
                $(stringify!($column), " -> ", stringify!($sql_type), ", ",)+ "note -> Text }"
            );

            #[derive(
                Debug, Clone, Identifiable, Queryable, Selectable, Insertable, Versioned,
            )]
            #[diesel(table_name = things, primary_key($($column),+))]
            pub struct Thing {
                $(pub $column: $rust_type,)+
                pub note: String,
            }

            pub fn thing($($column: $rust_type),+) -> Thing {
                Thing { $($column,)+ note: "first".to_owned() }
            }

            pub fn set_up(db: &$crate::support::database::Database<Conn>, columns: &str) -> Conn {
                let key = [$(stringify!($column)),+].join(", ");
                let sql = format!(
                    "CREATE TABLE things ({columns}, note VARCHAR(20) NOT NULL, PRIMARY KEY ({key}))"
                );
                keep(db, &sql, &[(TABLE, "")])
            }

            pub fn record(conn: &mut Conn, verb: &str, thing: &Thing) {
                let activity = NewActivity::new(verb).object(thing).target(thing);
                activity.record(conn).unwrap();
            }

            /// All activities about the thing, with what the versions were that they point to.
            pub fn told(conn: &mut Conn, thing: &Thing) -> Vec<String> {
                let recorded: Vec<Activity> = continuum_activity::table
                    .filter(Activity::about(thing))
                    .order(continuum_activity::id)
                    .select(Activity::as_select())
                    .load(conn)
                    .unwrap();
                let objects = Activity::objects::<Thing, _>(&recorded, conn).unwrap();
                let targets = Activity::targets::<Thing, _>(&recorded, conn).unwrap();
                let told = recorded.iter().zip(objects).zip(targets);
                told.map(|((activity, object), target)| {
                    let [object, target] = [object, target].map(|version| {
                        version.map_or("nothing".to_owned(), |version| {
                            format!("{} {}", version.operation_type, version.note)
                        })
                    });
                    assert_eq!(object, target);
                    format!("{}: {object}", activity.verb)
                })
                .collect()
            }

            /// What happens to each thing is told of it, and not of another one; also in a session
            /// of other settings, long after.
            #[allow(dead_code)]
            pub fn check(columns: &str, things: &[Thing], session: &str) {
                let Some(db) = database() else { return };
                let conn: &mut Conn = &mut set_up(&db, columns);
                for thing in things {
                    diesel::insert_into(things::table)
                        .values(thing)
                        .execute(conn)
                        .unwrap_or_else(|error| panic!("{error}: {thing:?}"));
                    record(conn, "made", thing);
                }
                for thing in things {
                    let changed = diesel::update(thing)
                        .set(things::note.eq("second"))
                        .execute(conn);
                    assert_eq!(changed, Ok(1), "{thing:?}");
                    record(conn, "changed", thing);
                    diesel::delete(thing).execute(conn).unwrap();
                    record(conn, "deleted", thing);
                }
                let later = &mut db.connect();
                if !session.is_empty() {
                    later.batch_execute(session).unwrap();
                }
                for thing in things {
                    let expected =
                        ["made: insert first", "changed: update second", "deleted: delete second"];
                    assert_eq!(told(later, thing), expected, "{thing:?}");
                }
            }
        }
    };
}
pub(crate) use keyed;
