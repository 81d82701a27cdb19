use continuum_core::prelude::*;
use diesel::prelude::*;

diesel::table! { rooms (id) { id -> Integer, } }

#[derive(Queryable, Selectable, Identifiable)]
#[diesel(table_name = rooms)]
struct Room {
    id: i32,
}

fn main() {}

fn versions(room: &Room, conn: &mut SqliteConnection) {
    let _ = room.count_versions(conn);
}
