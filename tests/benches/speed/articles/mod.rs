//! The table that everything is measured with, under each strategy.

pub mod subquery;
pub mod validity;

use continuum_core::Strategy;

/// The texts of schema.rs and of the models.
pub fn texts(strategy: Strategy) -> (&'static str, &'static str) {
    match strategy {
        Strategy::Validity => (validity::SCHEMA, validity::MODELS),
        Strategy::Subquery => (subquery::SCHEMA, subquery::MODELS),
    }
}
