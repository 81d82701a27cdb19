use continuum_core::ChangeInfo;

diesel::table! {
    users (id) { id -> BigInt, name -> Text, }
}

fn main() {
    let _ = ChangeInfo::new().set(users::id, 7_i64);
}
