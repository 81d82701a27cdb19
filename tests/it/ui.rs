//! Mistakes, and what the compiler says of them: `ui/<topic>/<mistake>.rs`.

// H12: ui/relations/no_relation.rs
#[test]
fn mistakes_are_reported_at_their_tokens_with_their_cure() {
    trybuild::TestCases::new().compile_fail("ui/*/*.rs");
}
