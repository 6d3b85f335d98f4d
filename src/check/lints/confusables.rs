//! Names that look like others: letters of another script that are drawn alike, `l` and `1`, `O` and `0`, 己 and 已.

use crate::check::checker::{Checker, UnitRole};
use crate::check::codes;
use crate::diagnostic::{Diagnostic, Severity};
use crate::syntax::tree::{Item, KindItem, Name, TypeExpr};
use std::collections::BTreeMap;

/// Cyrillic and Greek letters with the Latin ones that they are drawn like.
const FOREIGN: &[(&str, &str)] = &[
    ("аеорсхуіјѕһԁԛԝкмтвн", "aeopcxyijshdqwkmtbh"),
    ("АВЕЅІЈКМНОРСТХУ", "ABESIJKMHOPCTXY"),
    ("οναρικτυχγ", "ovapiktuxy"),
    ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX"),
];

/// Characters of one script that are taken for each other; the first stands for all.
const ALIKE: &[&str] = &[
    "1lI|",
    "0Oo〇○",
    "己已巳",
    "未末",
    "日曰",
    "人入",
    "土士",
    "干千于",
    "戊戌戍",
    "治冶",
    "毎每",
    "户戸",
    "拨拔",
    "侯候",
    "壸壶",
];

/// The Latin letter that a letter of another script is drawn like.
fn latin(c: char) -> Option<char> {
    FOREIGN.iter().find_map(|(foreign, latin)| {
        let at = foreign.chars().position(|other| other == c)?;
        latin.chars().nth(at)
    })
}

/// What a name looks like: equal for names that a reader may take for one.
fn looks(name: &str) -> String {
    let drawn = |c: char| latin(c).unwrap_or(c);
    let alike = |c: char| ALIKE.iter().find(|group| group.contains(c)).and_then(|group| group.chars().next());
    name.chars().map(drawn).map(|c| alike(c).unwrap_or(c)).collect()
}

impl<'a> Checker<'a> {
    pub(super) fn lint_confusables(&mut self) {
        let units: Vec<_> = self.units.iter().filter(|unit| unit.role == UnitRole::Own).map(|unit| unit.decl).collect();
        for unit in units {
            let mut names: BTreeMap<&'static str, Vec<&'a Name>> = BTreeMap::new();
            for item in &unit.items {
                match &item.value {
                    Item::Kind(kind) => {
                        names.entry("value").or_default().push(&kind.name);
                        self.lint_fields(kind);
                    }
                    Item::Whole(name)
                    | Item::Part { name, .. }
                    | Item::Tier { name, .. }
                    | Item::Measure { name, .. }
                    | Item::Param { name, .. } => names.entry("value").or_default().push(name),
                    Item::Rule(rule) => names.entry("rule").or_default().push(&rule.name),
                    Item::Assessment(assessment) => names.entry("assessment").or_default().push(&assessment.name),
                    Item::Reward(reward) => names.entry("assessment").or_default().push(&reward.name),
                    Item::Calendar(calendar) => names.entry("calendar").or_default().push(&calendar.name),
                    _ => {}
                }
            }
            for names in names.values() {
                self.lint_names(names);
            }
        }
    }

    fn lint_fields(&mut self, kind: &'a KindItem) {
        let fields: Vec<&Name> = kind.fields.iter().map(|field| &field.name).collect();
        self.lint_names(&fields);
        for field in &kind.fields {
            if let TypeExpr::Codes(_, codes) = &field.ty.value {
                let codes: Vec<&Name> = codes.iter().map(|(name, _)| name).collect();
                self.lint_names(&codes);
            }
        }
    }

    /// Names that stand in one list: letters of two scripts in one, and names that look like each other.
    fn lint_names(&mut self, names: &[&Name]) {
        let mut seen: BTreeMap<String, &Name> = BTreeMap::new();
        for name in names {
            let shown = &name.value;
            let foreign = shown.chars().find_map(|c| latin(c).map(|latin| (c, latin)));
            if let Some((c, latin)) = foreign.filter(|_| shown.chars().any(|c| c.is_ascii_alphabetic())) {
                let code = format!("U+{:04X}", u32::from(c));
                let message = text!(
                    "the letter `{c}` ({code}) in `{shown}` looks like `{latin}` and is another",
                    "`{shown}`中的字母`{c}`（{code}）看似`{latin}`，其实是另一种文字的字母"
                );
                let help = text!("type the name again with Latin letters", "请改用拉丁字母重新输入该名称");
                let diagnostic = Diagnostic::new(codes::LOOKS_LIKE, Severity::Warning, name.span, message);
                self.push(diagnostic.with_help(help));
            }
            match seen.get(&looks(shown)) {
                Some(first) if first.value != *shown => {
                    let other = &first.value;
                    let message = text!(
                        "`{shown}` looks like `{other}` and is another name",
                        "`{shown}`与`{other}`形近，却是两个名称"
                    );
                    let diagnostic = Diagnostic::new(codes::LOOKS_LIKE, Severity::Warning, name.span, message)
                        .with_secondary(first.span, text!("the other name", "另一名称"))
                        .with_help(text!("rename one of them", "请改换其中一个名称"));
                    self.push(diagnostic);
                }
                Some(_) => {}
                None => {
                    seen.insert(looks(shown), name);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_foreign_letter_has_its_latin_one() {
        for (foreign, latin) in FOREIGN {
            assert_eq!(foreign.chars().count(), latin.chars().count(), "{foreign}");
        }
        assert_eq!(looks("аl0己"), looks("a1O已"));
        assert_ne!(looks("甲1"), looks("甲2"));
    }
}
