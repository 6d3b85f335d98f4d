//! `grammar/keywords.pest` as text, made from the keyword table. Only the tests need it: the file is checked in.

use super::keywords::{Class, Glue, KEYWORDS, Keyword};

/// The grammar file that the table gives.
pub fn keyword_grammar() -> String {
    let mut out = String::from(
        "// Made from src/syntax/keywords.rs; do not edit. Run the tests with WANGGE_BLESS=1 to make it anew.\n\n",
    );
    for keyword in KEYWORDS {
        let mut forms: Vec<String> = Vec::new();
        let mut add = |words: &[&str], end: &str| {
            let mut sorted = words.to_vec();
            sorted.sort_by_key(|form| std::cmp::Reverse(form.chars().count()));
            let all: Vec<String> = sorted.iter().map(|form| phrase(form)).collect();
            match all.as_slice() {
                [] => {}
                [one] => forms.push(format!("{one} ~ {end}")),
                many => forms.push(format!("({}) ~ {end}", many.join(" | "))),
            }
        };
        add(keyword.en, "!name_char");
        let end = match keyword.glue {
            Glue::None => "!name_char",
            Glue::Digits => "!name_start",
            Glue::Suffix => "unit_end",
        };
        add(keyword.zh, end);
        out.push_str(&format!("kw_{} = @{{ {} }}\n", keyword.id, forms.join(" | ")));
    }
    out.push_str("\n// A unit may be followed by what compares it: 90分以上.\n");
    out.push_str("unit_end = _{ !name_char | &((\"以上\" | \"以下\") ~ !name_char) }\n\n");
    out.push_str("// Words that are never names unless quoted.\n");
    out.push_str(&any_of("reserved", &|k| match k.class {
        Class::Reserved => [k.en, k.zh],
        Class::Joining => [&[], k.zh],
        Class::Statement | Class::Word | Class::Unit => [&[], &[]],
    }));
    out.push_str("// Words that are no units of numbers.\n");
    out.push_str(&any_of("any_keyword", &|k| [k.en, k.zh]));
    let statements: Vec<String> =
        KEYWORDS.iter().filter(|k| k.class == Class::Statement).map(|k| format!("kw_{}", k.id)).collect();
    out.push_str("// Where another statement starts.\n");
    out.push_str(&format!("statement_start = _{{ ({}) ~ (name | text | number) }}\n", statements.join(" | ")));
    out
}

/// `"at" ~ gap ~ "least"`
fn phrase(form: &str) -> String {
    let words: Vec<String> = form.split(' ').map(|w| format!("\"{w}\"")).collect();
    words.join(" ~ gap ~ ")
}

/// Alternatives of one rule at most: the parser generator takes time with the square of a choice's length.
const CHOICE_MAX: usize = 24;

/// One rule that matches the whole of any form, longest first: the alternatives are not tried again
/// when what follows does not end the word. Long choices are cut into rules of their own.
fn any_of(rule: &str, pick: &dyn Fn(&Keyword) -> [&'static [&'static str]; 2]) -> String {
    let mut forms: Vec<&str> = KEYWORDS.iter().flat_map(pick).flatten().copied().collect();
    forms.sort_by_key(|form| (std::cmp::Reverse(form.chars().count()), *form));
    forms.dedup();
    let forms: Vec<String> = forms.into_iter().map(phrase).collect();
    let mut out = String::new();
    let mut parts = Vec::new();
    for (at, part) in forms.chunks(CHOICE_MAX).enumerate() {
        parts.push(format!("{rule}_{at}"));
        out.push_str(&format!("{rule}_{at} = _{{ {} }}\n", part.join(" | ")));
    }
    out.push_str(&format!("{rule} = _{{ ({}) ~ !name_char }}\n", parts.join(" | ")));
    out
}

#[test]
fn the_grammar_file_is_that_of_the_table() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/grammar/keywords.pest");
    let made = keyword_grammar();
    if std::env::var_os("WANGGE_BLESS").is_some() {
        std::fs::write(path, &made).unwrap();
    }
    let checked_in = std::fs::read_to_string(path).unwrap();
    assert!(made == checked_in, "grammar/keywords.pest is not that of the table: run the tests with WANGGE_BLESS=1");
}

#[test]
fn the_table_is_sound() {
    for (at, keyword) in KEYWORDS.iter().enumerate() {
        assert!(!KEYWORDS.iter().skip(at + 1).any(|k| k.id == keyword.id), "{} twice", keyword.id);
        assert!(!keyword.en.is_empty() || !keyword.zh.is_empty(), "{}", keyword.id);
        for form in keyword.en {
            assert!(form.bytes().all(|b| b.is_ascii_alphabetic() || b"_ -".contains(&b)), "{form}");
        }
        for form in keyword.zh {
            assert!(!form.is_ascii(), "{form}");
        }
    }
}
