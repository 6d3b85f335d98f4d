//! What authors bring along from plans, from SQL, from spreadsheets and from other languages, and what they are told:
//! all messages in both languages, and that what a message offers can be read.

use super::checked;
use super::first_time::{CHINESE_KINDS, ENGLISH_KINDS};
use std::fmt::Write;
use wangge::diagnostic::{Diagnostic, Lang, human};

/// One statement a line; `\\n` breaks it.
const ENGLISH: &str = include_str!("phrases/en.txt");
const CHINESE: &str = include_str!("phrases/zh.txt");

/// Sentences of plans, half of them nearly right, and the kinds that they are about.
const ENGLISH_PLAN: (&str, &str) = (include_str!("phrases/plan_en_kinds.txt"), include_str!("phrases/plan_en.txt"));
const CHINESE_PLAN: (&str, &str) = (include_str!("phrases/plan_zh_kinds.txt"), include_str!("phrases/plan_zh.txt"));

/// The statements, each in a policy.
fn policies<'t>(kinds: &'t str, lines: &'t str) -> impl Iterator<Item = (&'t str, String)> {
    lines.lines().map(move |line| (line, format!("{kinds}\n    {}\n}}\n", line.replace("\\n", "\n    "))))
}

#[test]
fn what_is_said_otherwise_is_told() {
    for (name, kinds, lines, lang) in [
        ("phrases_en", ENGLISH_KINDS, ENGLISH, Lang::En),
        ("phrases_zh", CHINESE_KINDS, CHINESE, Lang::Zh),
        ("plan_en", ENGLISH_PLAN.0, ENGLISH_PLAN.1, Lang::En),
        ("plan_zh", CHINESE_PLAN.0, CHINESE_PLAN.1, Lang::Zh),
    ] {
        let mut out = String::new();
        for (statement, text) in policies(kinds, lines) {
            let (checked, sources) = checked(&[text]);
            let told = human::render(&checked.diagnostics, &sources, lang);
            // What the statement is stands above, and in the messages of the other test.
            let told: Vec<&str> =
                (told.lines()).filter(|line| line.contains("]: ") || line.trim_start().starts_with('=')).collect();
            writeln!(out, "# {statement}\n{}\n", told.join("\n")).expect("a text");
        }
        insta::assert_snapshot!(name, out);
    }
}

/// What a message offers, and what it stands for.
fn offered(told: &Diagnostic) -> Option<(String, String)> {
    let help = &told.help.as_ref()?.en;
    let rest = help.strip_prefix("write `").or_else(|| help.strip_prefix("leave out `").map(|_| help.as_str()))?;
    match rest.strip_prefix("leave out `") {
        Some(rest) => Some((rest.split_once("`")?.0.to_owned(), String::new())),
        None => {
            let (here, rest) = rest.split_once("` instead of `")?;
            Some((rest.split_once('`')?.0.to_owned(), here.to_owned()))
        }
    }
}

/// A statement with one part written otherwise: the one at or before the place of the message.
fn rewritten(text: &str, written: &str, here: &str, place: usize) -> Option<String> {
    let starts: Vec<usize> = text.match_indices(written).map(|(at, _)| at).collect();
    let at = starts.iter().rev().find(|at| **at <= place).or(starts.first())?;
    Some(format!("{} {here} {}", text.get(..*at)?, text.get(at + written.len()..)?))
}

#[test]
fn what_is_offered_can_be_read() {
    let mut tried = 0;
    for (kinds, lines) in [(ENGLISH_KINDS, ENGLISH), (CHINESE_KINDS, CHINESE), ENGLISH_PLAN, CHINESE_PLAN] {
        for (statement, text) in policies(kinds, lines) {
            let (checked, _) = checked(std::slice::from_ref(&text));
            for told in checked.diagnostics.iter().filter(|told| told.code.starts_with("WG01")) {
                let Some((written, here)) = offered(told) else { continue };
                let place = told.primary.span.range().start;
                let Some(text) = rewritten(&text, &written, &here, place) else { continue };
                tried += 1;
                let (again, _) = super::checked(std::slice::from_ref(&text));
                // Where there was a second mistake, it is the next.
                let unread = again.diagnostics.iter().find(|told| told.code.starts_with("WG01"));
                let stuck = unread.is_some_and(|told| told.primary.span.range().start <= place);
                assert!(!stuck, "{statement}\n{written} -> {here}\n{unread:?}");
            }
        }
    }
    assert!(tried > 150, "{tried}");
}
