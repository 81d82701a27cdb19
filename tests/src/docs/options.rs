//! One table under each option, for the page on configuration.

macro_rules! users {
    ($($(#[$doc:meta])* $module:ident: $options:meta;)+) => {$(
        $(#[$doc])*
        pub mod $module {
            continuum_core::version_tables! {
                #[$options]
                diesel::table! {
                    /// Users.
                    users (id) {
                        /// The key.
                        id -> Integer,
                        /// Their name.
                        name -> Text,
                        /// Their password.
                        password -> Text,
                        /// How often they came.
                        view_count -> Integer,
                    }
                }
            }
        }
    )+};
}

users! {
    /// `view_count` is excluded.
    exclude: versioned(exclude(view_count));
    /// Only `name` is included.
    include: versioned(include(name));
    /// `password` is hidden.
    hidden: versioned(hidden(password));
    /// The version table has another name.
    table_name: versioned(table_name = user_history);
    /// No `end_transaction_id`.
    subquery: versioned(strategy = "subquery");
    /// Each version says which columns it changed.
    track_changes: versioned(track_changes);
}
