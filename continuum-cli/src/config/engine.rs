//! Which engine to write for, and who says so.

use crate::error::{Error, Result};
use continuum_schema::Dialect;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Engine {
    pub(crate) dialect: Dialect,
    /// For messages: `--backend`, `DATABASE_URL`, a file.
    pub(crate) named_by: String,
}

impl Engine {
    pub(crate) fn new(dialect: Dialect, named_by: impl Into<String>) -> Self {
        Self {
            dialect,
            named_by: named_by.into(),
        }
    }

    /// Migrations of one engine are not followed by those of another.
    pub(crate) fn check(&self, wanted: &Self) -> Result<()> {
        if self.dialect == wanted.dialect {
            return Ok(());
        }
        Err(Error::OtherEngine {
            migration: self.named_by.clone(),
            written_for: self.dialect,
            wanted: wanted.dialect,
            named_by: wanted.named_by.clone(),
        })
    }

    /// As Diesel CLI guesses: what has no scheme of a server is a SQLite file. A scheme that is
    /// of no engine is refused all the same; the rest of the URL may be secret and is not shown.
    pub(super) fn of_url(url: &str) -> Result<Self> {
        let scheme = url.split_once("://").map_or("", |(scheme, _)| scheme);
        let dialect = match scheme {
            "postgres" | "postgresql" => Dialect::Postgres,
            "mysql" | "mariadb" => Dialect::MySql,
            "" | "sqlite" | "file" => Dialect::Sqlite,
            _ => {
                return Err(Error::UnknownScheme {
                    scheme: scheme.to_owned(),
                });
            }
        };
        Ok(Self::new(dialect, "DATABASE_URL"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(url: &str) -> &'static str {
        Engine::of_url(url).unwrap().dialect.as_str()
    }

    #[test]
    fn the_scheme_of_a_url_says_the_engine() {
        assert_eq!(word("postgres://me@localhost/blog"), "postgres");
        assert_eq!(word("postgresql:///blog"), "postgres");
        assert_eq!(word("mysql://me@localhost/blog"), "mysql");
        assert_eq!(word("mariadb://me@localhost/blog"), "mysql");
        for url in [
            "blog.db",
            ":memory:",
            "sqlite://blog.db",
            "sqlite:blog.db",
            "file:blog.db?mode=ro",
            "C:\\blog.db",
        ] {
            assert_eq!(word(url), "sqlite", "{url}");
        }
    }

    #[test]
    fn no_more_than_the_scheme_of_a_url_is_shown() {
        let error = Engine::of_url("mssql://sa:secret@host/blog").unwrap_err();
        assert!(!error.to_string().contains("secret"));
    }
}
