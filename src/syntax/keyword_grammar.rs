//! `grammar/keywords.pest` as text, made from the keyword table and from what `grammar/wangge.pest` asks for. Only the
//! tests need it: the file is checked in.

use super::first_words::Rules;
use super::keywords::{Class, Glue, KEYWORDS, Keyword};
use super::word_tree::WordTree;
use std::collections::BTreeSet;

/// The grammar file that the table gives, and the rules of the other grammar file.
pub fn keyword_grammar(grammar: &str) -> String {
    let mut out = String::from(
        "// Made from src/syntax/keywords.rs; do not edit. Run the tests with WANGGE_BLESS=1 to make it anew.\n\n",
    );
    for keyword in KEYWORDS {
        out.push_str(&format!("kw_{} = @{{ {} }}\n", keyword.id, forms_of(keyword)));
    }
    out.push_str("\n// A unit may be followed by what compares it: 90分以上.\n");
    out.push_str("unit_end = _{ !name_char | &((\"以上\" | \"以下\") ~ !name_char) }\n\n");
    out.push_str("// Words that are never names unless quoted. The longest counts: no shorter one is tried where it does not end.\n");
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
    out.push_str("statement_start = _{ &starts_statement_word ~ statement_word ~ (name | text | number) }\n");
    out.push_str(&format!("statement_word = _{{ {} }}\n", statements.join(" | ")));
    out.push_str(&starts(grammar, &out));
    out
}

/// `("at" ~ gap ~ "least") ~ !name_char | "至少" ~ !name_start`
fn forms_of(keyword: &Keyword) -> String {
    let end = match keyword.glue {
        Glue::None => "!name_char",
        Glue::Digits => "!name_start",
        Glue::Suffix => "unit_end",
    };
    let forms = |words: &[&str]| -> Vec<String> {
        let mut sorted = words.to_vec();
        sorted.sort_by_key(|form| std::cmp::Reverse(form.chars().count()));
        sorted.iter().map(|form| phrase(form)).collect()
    };
    let ended = |forms: &[String], end: &str| match forms {
        [] => None,
        [one] => Some(format!("{one} ~ {end}")),
        many => Some(format!("({}) ~ {end}", many.join(" | "))),
    };
    let (en, zh) = (forms(keyword.en), forms(keyword.zh));
    if end == "!name_char" {
        return ended(&[en, zh].concat(), end).unwrap_or_default();
    }
    let both: Vec<String> = [ended(&en, "!name_char"), ended(&zh, end)].into_iter().flatten().collect();
    both.join(" | ")
}

/// `"at" ~ gap ~ "least"`
fn phrase(form: &str) -> String {
    let words: Vec<String> = form.split(' ').map(|w| format!("\"{w}\"")).collect();
    words.join(" ~ gap ~ ")
}

/// One rule that matches the whole of any form.
fn any_of(rule: &str, pick: &dyn Fn(&Keyword) -> [&'static [&'static str]; 2]) -> String {
    let forms = KEYWORDS.iter().flat_map(pick).flatten().copied();
    format!("{rule} = _{{ ({}) ~ !name_char }}\n", WordTree::of(forms).expression())
}

/// The rules `starts_x` that the grammar asks for: whether a rule `x` may start here. They see less than a word, and
/// spare the many tries of a long choice where no word of it stands.
fn starts(grammar: &str, keywords: &str) -> String {
    let both = format!("{grammar}\n{keywords}");
    let lines = both.lines().filter(|line| !line.starts_with("//"));
    let words = lines.flat_map(|line| line.split(|c: char| !c.is_ascii_alphanumeric() && c != '_'));
    let asked: BTreeSet<&str> = words.filter_map(|word| word.strip_prefix("starts_")).collect();
    let rules = Rules::read(&both);
    let mut out = String::from("// Whether a rule may start here, by its first word.\n");
    for rule in asked {
        let words = rules.first_words(rule);
        let tree = WordTree::of(words.iter().map(String::as_str)).shortest();
        out.push_str(&format!("starts_{rule} = _{{ {} }}\n", tree.expression()));
    }
    out
}

#[test]
fn the_grammar_file_is_that_of_the_table() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/grammar");
    let made = keyword_grammar(&std::fs::read_to_string(format!("{folder}/wangge.pest")).unwrap());
    let path = format!("{folder}/keywords.pest");
    if std::env::var_os("WANGGE_BLESS").is_some() {
        std::fs::write(&path, &made).unwrap();
    }
    let checked_in = std::fs::read_to_string(&path).unwrap();
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
