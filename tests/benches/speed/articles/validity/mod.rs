pub mod models;
pub mod schema;

/// The text of schema.rs.
pub const SCHEMA: &str = include_str!("schema.rs");
/// The text of the models.
pub const MODELS: &str = include_str!("models.rs");
