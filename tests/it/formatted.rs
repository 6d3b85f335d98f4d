//! Random policies through the formatter: once is enough, only white space changes, and keywords go there and back.

use wangge::diagnostic::Lang;
use wangge::source::SourceId;
use wangge::syntax::format;

use crate::generate::data::days;
use crate::generate::policy::document;
use crate::generate::words::Words;
use crate::property::{OWN, check_named, number};

/// Cases of a run without `WANGGE_CASES`: each is parsed some fifty times, which takes seconds where nothing is optimised.
const CASES: u64 = if cfg!(debug_assertions) { 4 } else { 300 };

fn formatted(text: &str, keywords: Option<Lang>) -> Result<String, String> {
    format(SourceId(0), text, keywords).map_err(|problems| {
        let shown = problems.iter().map(|d| format!("{} {}", d.code, d.message.en));
        shown.collect::<Vec<_>>().join("\n")
    })
}

fn without_space(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

fn stays(text: &str) -> Result<(), String> {
    let plain = formatted(text, None)?;
    let same = |what: &str, a: &str, b: &str| if a == b { Ok(()) } else { Err(format!("{what}\n{a}\n{b}")) };
    same("more than white space changes", &without_space(text), &without_space(&plain))?;
    same("formatted again", &plain, &formatted(&plain, None)?)?;
    let in_lang = |text: &str, lang: Lang| formatted(text, Some(lang)).map_err(|why| format!("{lang:?}: {why}"));
    let (english, chinese) = (in_lang(text, Lang::En)?, in_lang(text, Lang::Zh)?);
    // A line that one language needs to break stays broken in the other.
    let alike = |what: &str, a: &str, b: &str| same(what, &without_space(a), &without_space(b));
    alike("after the layout", &english, &in_lang(&plain, Lang::En)?)?;
    for text in [&english, &chinese] {
        same("formatted again", text, &formatted(text, None)?)?;
        check_named(text, OWN).map_err(|why| format!("{why}\n{text}"))?;
    }
    same("English again", &english, &in_lang(&english, Lang::En)?)?;
    same("Chinese again", &chinese, &in_lang(&chinese, Lang::Zh)?)?;
    // Words that mean the same become one on the way.
    let (there, back) = (in_lang(&english, Lang::Zh)?, in_lang(&chinese, Lang::En)?);
    alike("to Chinese and back", &there, &in_lang(&in_lang(&there, Lang::En)?, Lang::Zh)?)?;
    alike("to English and back", &back, &in_lang(&in_lang(&back, Lang::Zh)?, Lang::En)?)
}

#[test]
fn property_formatted_policies_stay_what_they_are() {
    let (cases, first) = (number("WANGGE_CASES", CASES), number("WANGGE_SEED", 1));
    let mut failed = Vec::new();
    for seed in first..first + cases {
        let mut w = Words::new(seed);
        let days = days(&mut w);
        let text = document(&mut w, days).text();
        if check_named(&text, OWN).is_ok()
            && let Err(why) = stays(&text)
        {
            failed.push(format!("seed {seed}: {why}"));
        }
    }
    let shown = &failed[..failed.len().min(5)];
    assert!(failed.is_empty(), "{} of {cases}\n{}", failed.len(), shown.join("\n"));
}
