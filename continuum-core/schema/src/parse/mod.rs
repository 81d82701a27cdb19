//! Reading `table!` definitions and `#[derive(Versioned)]` structs from Rust source.
