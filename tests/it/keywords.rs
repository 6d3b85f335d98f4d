//! `fmt --keywords`: lossless, idempotent, comments kept, over every policy of the repository, the manual and random ones.

use crate::generate::data::days;
use crate::generate::policy::document;
use crate::generate::words::Words;
use crate::spec::{blocks, chapters};
use std::path::{Path, PathBuf};
use wangge::diagnostic::Lang;
use wangge::source::SourceId;
use wangge::syntax::{format, parse};

/// Comments of a text, in order, white space apart.
fn comments(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['/', '"', '“', '「', '`']) {
        rest = &rest[at..];
        let close = match rest.chars().next() {
            Some('"') => "\"",
            Some('“') => "”",
            Some('「') => "」",
            Some('`') => "`",
            _ if rest.starts_with("//") => "\n",
            _ if rest.starts_with("/*") => "*/",
            _ => "",
        };
        let open = rest.chars().next().map_or(1, char::len_utf8);
        let end = match close {
            "" => open,
            _ => rest[open..].find(close).map_or(rest.len(), |end| open + end + close.len()),
        };
        if rest.starts_with("//") || rest.starts_with("/*") {
            found.push(rest[..end].split_whitespace().collect::<Vec<_>>().join(" "));
        }
        rest = &rest[end..];
    }
    found
}

/// The lines around the first one in which two texts differ.
fn first_difference(one: &str, other: &str) -> String {
    let at = one.lines().zip(other.lines()).position(|(a, b)| a != b).unwrap_or(0);
    let around = |text: &str| text.lines().skip(at.saturating_sub(6)).take(9).collect::<Vec<_>>().join("\n");
    format!("\n{}\n-- and --\n{}", around(one), around(other))
}

/// Prints in both languages and back; what is wrong, if anything.
fn round(name: &str, text: &str) -> Result<(), String> {
    let form =
        |text: &str, lang| format(SourceId(0), text, Some(lang)).map_err(|p| format!("{name}: {lang:?} {p:?}\n{text}"));
    let (en, zh) = (form(text, Lang::En)?, form(text, Lang::Zh)?);
    for (lang, printed) in [(Lang::En, &en), (Lang::Zh, &zh)] {
        let again = form(printed, lang)?;
        if again != *printed {
            return Err(format!(
                "{name}: {lang:?} is not the same when printed again{}",
                first_difference(printed, &again)
            ));
        }
        if comments(printed) != comments(text) {
            return Err(format!("{name}: {lang:?} comments\n{:?}\n{:?}", comments(text), comments(printed)));
        }
    }
    // The printer itself refuses when the tree would change. Of several spellings of one keyword the way over the
    // other language keeps the first, and lines may break elsewhere; from there on nothing changes.
    let there = form(&zh, Lang::En)?;
    let back = form(&there, Lang::Zh)?;
    if form(&back, Lang::En)? != there {
        return Err(format!(
            "{name}: there and back is another text{}",
            first_difference(&there, &form(&back, Lang::En)?)
        ));
    }
    Ok(())
}

fn policies(folder: &Path, files: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        let hidden = path.file_name().is_some_and(|name| name == "target" || name.to_string_lossy().starts_with('.'));
        if path.is_dir() && !hidden {
            policies(&path, files);
        } else if path.extension().is_some_and(|ext| ext == "wg") {
            files.push(path);
        }
    }
}

#[test]
fn keywords_of_every_policy_file() {
    let mut files = Vec::new();
    policies(Path::new(env!("CARGO_MANIFEST_DIR")), &mut files);
    assert!(files.len() >= 8, "{files:?}");
    let wrong: Vec<String> = files
        .iter()
        .filter_map(|path| round(&path.display().to_string(), &std::fs::read_to_string(path).unwrap()).err())
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn keywords_of_the_manual() {
    let (mut wrong, mut count) = (Vec::new(), 0);
    for chapter in ["en", "zh"].into_iter().flat_map(chapters) {
        let text = std::fs::read_to_string(&chapter).unwrap();
        for block in blocks(&text).into_iter().filter(|block| block.info.starts_with("wg")) {
            let whole =
                ["policy", "vocabulary", "政策", "词汇"].iter().any(|word| block.text.trim_start().starts_with(word));
            let text = if whole { block.text } else { format!("policy p {{\n{}\n}}\n", block.text) };
            // What cannot be read is not printed; the cases of the checker hold it.
            if parse(SourceId(0), &text).1.is_empty() {
                count += 1;
                wrong.extend(round(&format!("{}:{}", chapter.display(), block.line), &text).err());
            }
        }
    }
    assert!(count >= 20, "{count}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn keywords_of_random_policies() {
    let count: u64 = std::env::var("WANGGE_CASES").ok().map_or(150, |text| text.parse().expect("a number"));
    let wrong: Vec<String> = (1..=count)
        .filter_map(|seed| {
            let mut words = Words::new(seed);
            let days = days(&mut words);
            round(&format!("seed {seed}"), &document(&mut words, days).text()).err()
        })
        .collect();
    assert!(wrong.is_empty(), "{} of {count}\n{}", wrong.len(), wrong[..wrong.len().min(8)].join("\n"));
}

#[test]
fn comments_are_seen() {
    let text = "// a\npolicy p { /* b\n c */ source \"// no\" // d  e\n }";
    assert_eq!(comments(text), ["// a", "/* b c */", "// d e"]);
    round("comments", text).unwrap();
}

/// Never a name in a language, unless quoted.
fn is_reserved(keyword: &wangge::syntax::keywords::Keyword, lang: Lang) -> bool {
    use wangge::syntax::keywords::Class;
    keyword.class == Class::Reserved || (keyword.class == Class::Joining && lang == Lang::Zh)
}

/// Section 6 of LANGUAGE.md lists the reserved words of the table, each language in one block.
#[test]
fn reserved_words_are_listed() {
    use wangge::syntax::keywords::KEYWORDS;
    let page = include_str!("../../docs/LANGUAGE.md");
    let section = page.split("## 6. Reserved words").nth(1).unwrap_or("");
    let blocks: Vec<&str> = section.split("```").skip(1).step_by(2).collect();
    for (lang, block) in [Lang::En, Lang::Zh].into_iter().zip(&blocks) {
        let forms = KEYWORDS.iter().filter(|k| is_reserved(k, lang)).flat_map(|k| match lang {
            Lang::En => k.en,
            Lang::Zh => k.zh,
        });
        let mut words: Vec<&str> = forms.copied().filter(|form| !form.contains(' ')).collect();
        words.sort_unstable();
        words.dedup();
        let listed: Vec<&str> = block.split_whitespace().collect();
        assert_eq!(listed, words, "write these into section 6:\n{}", words.join(" "));
    }
    assert_eq!(blocks.len(), 2);
}
