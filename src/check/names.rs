//! The names of kinds, parts, parameters and measures, and what to say of unknown ones.

use super::checker::Checker;
use super::codes;
use crate::diagnostic::{Diagnostic, Text, suggest};
use crate::limits::SUGGESTION_WORK_MAX;
use crate::model::{KindId, MeasureId, ParamId};
use crate::syntax::spaces::with_spaces;
use crate::syntax::tree::Name;
use std::collections::BTreeSet;

/// Longest word that is looked into for names that run into others.
const GLUED_CHARS_MAX: usize = 32;

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Symbol {
    Kind(KindId),
    /// Position in the table of parts.
    Part(usize),
    Param(ParamId),
    Measure(MeasureId),
}

/// `did you mean`, if some name is near.
pub(super) fn suggestion<'n>(wrong: &str, names: impl Iterator<Item = &'n str>) -> Option<Text> {
    let names: Vec<&str> = names.collect();
    suggest::nearest_name(wrong, names.iter().copied())
        .map(|near| text!("did you mean `{near}`?", "是否应为`{near}`？"))
}

impl<'a> Checker<'a> {
    /// Enters a name; a second one is reported and not entered.
    pub(super) fn enter(&mut self, name: &'a Name, symbol: Symbol) {
        match self.symbols.get(name.value.as_str()) {
            Some((_, first)) => self.duplicate(&name.value, name.span, *first),
            None => {
                self.symbols.insert(&name.value, (symbol, name.span));
            }
        }
    }

    pub(super) fn symbol(&self, name: &str) -> Option<Symbol> {
        self.symbols.get(name).map(|(symbol, _)| *symbol)
    }

    /// Whether a statement that could not be read holds this name: then it may well declare it.
    pub(super) fn maybe_declared(&mut self, name: &str) -> bool {
        if self.incomplete {
            return true;
        }
        if self.bad_words.1 < self.bad.len() {
            for span in self.bad.iter().skip(self.bad_words.1) {
                for word in self.sources.slice(*span).split(|c: char| !c.is_alphanumeric() && c != '_') {
                    pieces(word, &mut self.bad_words.0);
                }
            }
            self.bad_words.1 = self.bad.len();
        }
        self.bad_words.0.contains(name)
    }

    /// Whether near names are still looked for: the work is the number of mistakes times that of names.
    pub(super) fn suggests(&self) -> bool {
        self.suggested <= SUGGESTION_WORK_MAX
    }

    /// Reports an unknown name with the nearest of the names that could stand there.
    pub(super) fn unknown(&mut self, code: &'static str, name: &Name, message: Text, choices: &[String]) {
        self.unknown_but(code, name, message, choices, None);
    }

    /// The same, with what is told before any near name.
    pub(super) fn unknown_but(
        &mut self,
        code: &'static str,
        name: &Name,
        message: Text,
        choices: &[String],
        meant: Option<Text>,
    ) {
        if self.maybe_declared(&name.value) {
            return;
        }
        let mut diagnostic = Diagnostic::error(code, name.span, message);
        let choices = if self.suggests() { choices } else { &[] };
        self.suggested += choices.len();
        let names = || choices.iter().map(String::as_str);
        let spaced = || {
            let spaced = with_spaces(&name.value, |piece| self.is_name(piece, choices))?;
            Some(text!("put a space between the words: `{spaced}`", "词与词之间加空格：`{spaced}`"))
        };
        diagnostic.help =
            meant.or_else(spaced).or_else(|| suggestion(&name.value, names())).or_else(|| listed(choices));
        self.push(diagnostic);
    }

    /// Whether something is called so: one of the choices, a kind, measure or parameter, a field of a kind.
    fn is_name(&self, name: &str, choices: &[String]) -> bool {
        choices.iter().any(|choice| choice == name)
            || self.symbols.contains_key(name)
            || self.kinds.iter().any(|kind| kind.fields.iter().any(|field| field.name == name))
    }

    /// Reports a name that is none of the kinds and parts.
    pub(super) fn unknown_subject(&mut self, name: &Name) {
        let choices: Vec<String> = (self.symbols.iter())
            .filter(|_| self.suggests())
            .filter(|(_, (symbol, _))| matches!(symbol, Symbol::Kind(_) | Symbol::Part(_)))
            .map(|(name, _)| (*name).to_owned())
            .collect();
        let shown = &name.value;
        let message = text!("no kind or part is called `{shown}`", "没有名为`{shown}`的实体、记录或部分");
        let meant = self.subject_meant(shown);
        self.unknown_but(codes::UNKNOWN_NAME, name, message, &choices, meant);
    }

    /// A parameter by name; `None`: reported.
    pub(super) fn param(&mut self, name: &Name) -> Option<ParamId> {
        if let Some(Symbol::Param(id)) = self.symbol(&name.value) {
            self.read_param(id);
            return Some(id);
        }
        let choices: Vec<String> =
            self.params.iter().filter(|_| self.suggests()).map(|param| param.name.value.clone()).collect();
        let shown = &name.value;
        let message = text!("no parameter is called `{shown}`", "没有名为`{shown}`的参数");
        self.unknown(codes::UNKNOWN_NAME, name, message, &choices);
        None
    }

    /// Notes that a parameter is read here.
    pub(super) fn read_param(&mut self, id: ParamId) {
        self.params[id].used = true;
    }
}

/// A word, and what it may hold where the author forgot a space: in Chinese a keyword may run into a name.
fn pieces<'t>(word: &'t str, into: &mut BTreeSet<&'t str>) {
    into.insert(word);
    if word.is_ascii() {
        return;
    }
    let bounds: Vec<usize> = word.char_indices().map(|(at, _)| at).chain([word.len()]).collect();
    if bounds.len() > GLUED_CHARS_MAX {
        return;
    }
    for (at, start) in bounds.iter().enumerate() {
        into.extend(bounds.iter().skip(at + 1).filter_map(|end| word.get(*start..*end)));
    }
}

/// A short list of the choices, if it is short.
pub(super) fn listed(choices: &[String]) -> Option<Text> {
    if choices.is_empty() || choices.len() > 12 {
        return None;
    }
    let en = choices.iter().map(|c| format!("`{c}`")).collect::<Vec<_>>();
    Some(Text::new(format!("there are: {}", en.join(", ")), format!("可用的有：{}", en.join("、"))))
}
