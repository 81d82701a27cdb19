//! The Rust blocks of the guide, each a test; the tests of behaviour are in `it`.

// A page that is not named here is not tested.
macro_rules! pages {
    ($($name:ident: $file:literal,)*) => {$(
        #[cfg(doctest)]
        #[doc = include_str!(concat!("../../", $file))]
        mod $name {}
    )*};
}

pages! {
    design: "docs/design.md",
}
