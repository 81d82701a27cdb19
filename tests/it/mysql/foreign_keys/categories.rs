//! A table that refers to itself, and one that refers to another twice: Diesel's `joinable!` takes neither.

diesel::table! {
    categories (id) {
        id -> Integer,
        parent_id -> Nullable<Integer>,
    }
}

diesel::table! {
    transfers (id) {
        id -> Integer,
        from_id -> Nullable<Integer>,
        to_id -> Nullable<Integer>,
    }
}

continuum_core::foreign_key!(categories -> categories (parent_id));
continuum_core::foreign_key!(transfers -> categories (from_id));
continuum_core::foreign_key!(transfers -> categories (to_id));
