//! `require` in continuum.toml: words, and columns that `transaction_columns!` declares.

use super::SETTINGS_FILE;
use crate::error::{Error, Result};
use crate::project::Project;
use crate::toml_file;
use continuum_schema::{LogColumn, Required, parse};
use std::path::PathBuf;
use toml::Spanned;

/// What the setting says, before it is known what columns there are.
#[derive(Debug)]
pub(super) struct Require {
    file: Option<PathBuf>,
    words: Vec<Spanned<String>>,
}

impl Require {
    pub(super) fn new(project: &Project, words: Vec<Spanned<String>>) -> Self {
        let file = project.root().map(|root| root.join(SETTINGS_FILE));
        Self {
            file: file.map(|file| project.short(&file)),
            words,
        }
    }

    /// What it requires, where the log has these columns.
    pub(super) fn check(&self, columns: &[LogColumn]) -> Result<Vec<Required>> {
        let required = self.words.iter().map(|word| {
            let text = word.get_ref();
            let is_meant = |column: &&LogColumn| column.name().eq_ignore_ascii_case(text);
            match Required::from_word(text) {
                Some(known) => Ok(known),
                None => match columns.iter().find(is_meant) {
                    Some(column) => Ok(Required::Column(column.name().to_owned())),
                    None => Err(self.unknown(word, columns)),
                },
            }
        });
        Ok(in_order(required.collect::<Result<_>>()?))
    }

    fn unknown(&self, word: &Spanned<String>, columns: &[LogColumn]) -> Error {
        let words = Required::ALL.iter().map(Required::as_str);
        let all: Vec<&str> = words.chain(columns.iter().map(LogColumn::name)).collect();
        let guess = parse::nearest(word.get_ref(), all.iter().copied())
            .map(|word| format!("did you mean `{word}`? "))
            .unwrap_or_default();
        let path = self.file.clone().unwrap_or_else(|| SETTINGS_FILE.into());
        let text = toml_file::read_text(&path).unwrap_or_default();
        let (line, column) = toml_file::place(&text, word.span().start);
        Error::Toml {
            path,
            line,
            column,
            message: format!(
                "`{}` is nothing that a change can be required to have; {guess}it is one of {}",
                word.get_ref(),
                all.join(", ")
            ),
            cure: "a column is declared with `transaction_columns!`",
        }
    }
}

/// Each once, in an order of their own: the setting says the same in any.
pub(crate) fn in_order(mut required: Vec<Required>) -> Vec<Required> {
    required.sort_unstable();
    required.dedup();
    required
}
