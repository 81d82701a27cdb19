pub struct Mood;

continuum_core::transaction_columns! {
    mood -> Nullable<crate::Mood>,
}

fn main() {}
