//! What stands in the parentheses.

use super::read::Source;
use crate::tables::module::Module;
use proc_macro2::{Span, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Ident, LitStr, Path, Token};

/// Where the models are when nothing is said.
const DEFAULT_MODELS: &str = "src";

pub(super) struct Args {
    schema: LitStr,
    models: Option<LitStr>,
    pub(super) module: Option<Module>,
}

impl Args {
    pub(super) fn from_tokens(input: TokenStream) -> Result<Self, Vec<syn::Error>> {
        let mut errors = Vec::new();
        let args = (|input: ParseStream| Self::parse(input, &mut errors)).parse2(input);
        match args {
            Ok(args) if errors.is_empty() => Ok(args),
            Ok(_) => Err(errors),
            Err(error) => {
                errors.push(error);
                Err(errors)
            }
        }
    }

    pub(super) fn schema(&self) -> String {
        self.schema.value()
    }

    pub(super) fn models(&self) -> String {
        self.models
            .as_ref()
            .map_or_else(|| DEFAULT_MODELS.to_owned(), LitStr::value)
    }

    /// The literal that names what a mistake is in.
    pub(super) fn span_of(&self, source: Source) -> Span {
        match (source, &self.models) {
            (Source::Models, Some(models)) => models.span(),
            _ => self.schema.span(),
        }
    }

    fn parse(input: ParseStream, errors: &mut Vec<syn::Error>) -> syn::Result<Self> {
        let mut args = Self {
            schema: input.parse()?,
            models: None,
            module: None,
        };
        while !input.is_empty() {
            let comma = input.parse::<Token![,]>().err();
            let argument = match comma {
                Some(error) => Err(error),
                None if input.is_empty() => Ok(()),
                None => args.parse_argument(input),
            };
            if let Err(error) = argument {
                let message = format!("{error}; {FORM}");
                errors.push(syn::Error::new(error.span(), message));
                skip_to_comma(input)?;
            }
        }
        Ok(args)
    }

    fn parse_argument(&mut self, input: ParseStream) -> syn::Result<()> {
        let word = input.call(Ident::parse_any)?;
        let twice = match word.to_string().as_str() {
            "models" => self.models.is_some(),
            "module" => self.module.is_some(),
            _ => return Err(syn::Error::new(word.span(), "unknown argument")),
        };
        if twice {
            return Err(syn::Error::new(word.span(), "the argument is given twice"));
        }
        input.parse::<Token![=]>()?;
        if word == "models" {
            self.models = Some(input.parse()?);
        } else {
            let path = input.call(Path::parse_mod_style)?;
            self.module = Some(Module::from_path(&path)?);
        }
        Ok(())
    }
}

const FORM: &str = "the correct format looks like \
                    `version_tables!(\"src/schema.rs\", models = \"src\", module = crate::schema)`";

fn skip_to_comma(input: ParseStream) -> syn::Result<()> {
    while !input.is_empty() && !input.peek(Token![,]) {
        input.parse::<TokenTree>()?;
    }
    Ok(())
}
