continuum_core::version_tables!("src/no_schema.rs");

fn main() {}
