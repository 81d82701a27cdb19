//! Going through everything in a Rust file.

use super::cfg::cfg_of;
use proc_macro2::{TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::visit::{self, Visit};
use syn::{Attribute, Item, ItemMacro, StmtMacro};

/// Where an item stands.
#[derive(Debug, Clone, Default)]
pub(super) struct Surroundings {
    /// The modules of the file around it, the outermost first.
    pub(super) modules: Vec<String>,
    /// The arguments of the `#[cfg(…)]` of these modules.
    pub(super) cfg: Vec<String>,
}

/// Calls `each` for every item, in modules, function bodies and the bodies of macros whose
/// content is items. What is under `#[cfg(test)]` is no part of the application and left out.
pub(super) fn each_item(file: &syn::File, each: impl FnMut(&Surroundings, &Item)) {
    let mut walk = Walk {
        surroundings: Surroundings::default(),
        each,
    };
    for item in &file.items {
        walk.visit_item(item);
    }
}

/// The last segment of the name of a macro.
pub(super) fn macro_name(mac: &syn::Macro) -> String {
    mac.path
        .segments
        .last()
        .map(|segment| segment.ident.to_string())
        .unwrap_or_default()
}

struct Walk<F> {
    surroundings: Surroundings,
    each: F,
}

impl<'ast, F: FnMut(&Surroundings, &Item)> Visit<'ast> for Walk<F> {
    fn visit_item(&mut self, item: &'ast Item) {
        let attributes = attributes_of(item);
        if cfg_of(attributes).iter().any(|argument| argument == "test") {
            return;
        }
        (self.each)(&self.surroundings, item);
        match item {
            Item::Mod(module) => {
                let outside = self.surroundings.clone();
                self.surroundings
                    .modules
                    .push(module.ident.unraw().to_string());
                self.surroundings.cfg.extend(cfg_of(&module.attrs));
                visit::visit_item_mod(self, module);
                self.surroundings = outside;
            }
            Item::Macro(item) => {
                let outside = self.surroundings.clone();
                self.surroundings.cfg.extend(cfg_of(&item.attrs));
                self.visit_body(item);
                self.surroundings = outside;
            }
            _ => visit::visit_item(self, item),
        }
    }

    fn visit_stmt_macro(&mut self, statement: &'ast StmtMacro) {
        let item = Item::Macro(ItemMacro {
            attrs: statement.attrs.clone(),
            ident: None,
            mac: statement.mac.clone(),
            semi_token: statement.semi_token,
        });
        Visit::visit_item(self, &item);
    }
}

impl<F: FnMut(&Surroundings, &Item)> Walk<F> {
    fn visit_body(&mut self, item: &ItemMacro) {
        // The rules of a `macro_rules!` look like items, but are patterns.
        if !matches!(macro_name(&item.mac).as_str(), "macro_rules" | "table") {
            for item in items_in(&item.mac.tokens) {
                Visit::visit_item(self, &item);
            }
        }
    }
}

/// The items that the body of a macro is made of, or has in braces, as in `cfg_if!`.
fn items_in(body: &TokenStream) -> Vec<Item> {
    match syn::parse2::<syn::File>(body.clone()) {
        Ok(file) => file.items,
        Err(_) => body
            .clone()
            .into_iter()
            .filter_map(|token| match token {
                TokenTree::Group(group) => Some(group.stream()),
                _ => None,
            })
            .flat_map(|inner| items_in(&inner))
            .collect(),
    }
}

fn attributes_of(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::ExternCrate(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::ForeignMod(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::TraitAlias(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Union(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}
