continuum_core::version_tables!("src/schema.rs", modles = "src", module = schema);

fn main() {}
