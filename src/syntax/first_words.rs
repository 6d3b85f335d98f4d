//! The words that a rule of the grammar may start with, read from the grammar itself. Only the tests need it.

use super::keywords::keyword;
use pest_meta::ast::{Expr, Rule};
use std::collections::BTreeMap;

/// The rules of a grammar by name.
pub(super) struct Rules {
    rules: BTreeMap<String, Expr>,
}

impl Rules {
    /// The rules of a grammar file, and of the keyword rules to which it goes on.
    pub fn read(grammar: &str) -> Rules {
        let pairs = pest_meta::parser::parse(pest_meta::parser::Rule::grammar_rules, grammar).unwrap();
        let rules = pest_meta::parser::consume_rules(pairs).unwrap();
        Rules { rules: rules.into_iter().map(|Rule { name, expr, .. }| (name, expr)).collect() }
    }

    /// First words of what a rule matches: of a phrase its first word only, of a mark the mark.
    pub fn first_words(&self, rule: &str) -> Vec<String> {
        let mut words = Vec::new();
        let empty = self.firsts(&Expr::Ident(rule.to_owned()), &mut words);
        assert!(!empty, "{rule} matches nothing as well: what it starts with says nothing");
        words.sort_unstable();
        words.dedup();
        words
    }

    /// Adds what an expression starts with. True if it may match nothing.
    fn firsts(&self, expr: &Expr, words: &mut Vec<String>) -> bool {
        match expr {
            Expr::Str(text) => {
                words.push(text.clone());
                text.is_empty()
            }
            Expr::Ident(name) => self.firsts_of(name, words),
            Expr::PosPred(_) | Expr::NegPred(_) => true,
            Expr::Seq(first, then) => self.firsts(first, words) && self.firsts(then, words),
            Expr::Choice(one, other) => {
                let empty = self.firsts(one, words);
                self.firsts(other, words) || empty
            }
            Expr::Opt(inner) | Expr::Rep(inner) => {
                self.firsts(inner, words);
                true
            }
            Expr::RepOnce(inner) => self.firsts(inner, words),
            other => panic!("{other:?} starts with more than words"),
        }
    }

    fn firsts_of(&self, name: &str, words: &mut Vec<String>) -> bool {
        if let Some(keyword) = name.strip_prefix("kw_").and_then(keyword) {
            let forms = keyword.en.iter().chain(keyword.zh);
            words.extend(forms.filter_map(|form| form.split(' ').next()).map(str::to_owned));
            return false;
        }
        match self.rules.get(name) {
            Some(expr) => self.firsts(expr, words),
            None => panic!("{name} starts with more than words"),
        }
    }
}
