continuum_core::transaction_columns! {}

fn main() {}
