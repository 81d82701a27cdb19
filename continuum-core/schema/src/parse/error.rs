//! Mistakes in Rust source, and where they are.

use proc_macro2::{LineColumn, Span};
use std::fmt;

/// A mistake in Rust source: where, and what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceError {
    /// The file, as the caller named it.
    pub file: Option<String>,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1.
    pub column: usize,
    /// What is wrong, and what to do about it.
    pub message: String,
}

impl SourceError {
    pub(super) fn new(file: &str, place: Place, message: impl Into<String>) -> Self {
        Self {
            file: Some(file.to_owned()),
            line: place.line,
            column: place.column,
            message: message.into(),
        }
    }

    /// One for each mistake that was combined into the error.
    pub(super) fn from_syn(file: &str, error: syn::Error) -> impl Iterator<Item = Self> {
        error
            .into_iter()
            .map(|error| Self::new(file, error.span().into(), error.to_string()))
    }

    /// The mistake that keeps a whole file from being read.
    pub(super) fn not_rust(file: &str, error: &syn::Error) -> Self {
        let why = match error.to_string() {
            // All that proc_macro2 says of what is no token.
            why if why == "cannot parse string into token stream" => {
                "a bracket or a quote has no partner".to_owned()
            }
            why => why,
        };
        let message = format!("this is not Rust: {why}; `cargo check` says more");
        Self::new(file, error.span().into(), message)
    }
}

/// `src/models.rs:12:5: unknown option …`
impl fmt::Display for SourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = &self.file {
            write!(f, "{file}:{}:{}: ", self.line, self.column)?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for SourceError {}

/// A line and a column, both from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) line: usize,
    pub(super) column: usize,
}

impl From<Span> for Place {
    fn from(span: Span) -> Self {
        let LineColumn { line, column } = span.start();
        Self {
            line,
            column: column + 1,
        }
    }
}
