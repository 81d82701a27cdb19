use continuum_core::ChangeInfo;

continuum_core::transaction_columns! {
    user_id -> Nullable<BigInt>,
}

fn main() {
    let _ = ChangeInfo::new().set(transaction_columns::user_id, "seven");
}
