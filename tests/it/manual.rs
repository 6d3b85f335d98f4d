//! The index of the manual (chapters 91 and 92) against its chapters: what it names is there and is tried.

use crate::spec::{blocks, chapters};
use std::collections::{BTreeMap, BTreeSet};

/// Statements of the design by group, with how many there are.
const STATEMENTS: &[(&str, usize)] = &[("2P", 10), ("2F", 19), ("3T", 17), ("3S", 4), ("3N", 3), ("3A", 9)];
/// Constructs of plans that chapter 91 goes through.
const CONSTRUCTS_MAX: u32 = 38;

/// A section of a chapter.
struct Section {
    title: String,
    /// It holds a case, or a policy that is refused or warned about.
    tried: bool,
}

/// The sections of a chapter; the first is what stands before the first heading.
fn sections(text: &str) -> Vec<Section> {
    let mut parts = vec![(String::new(), String::new())];
    let mut fenced = false;
    for line in text.lines() {
        fenced ^= line.starts_with("```");
        match line.strip_prefix("## ") {
            Some(title) if !fenced => parts.push((title.trim().to_owned(), String::new())),
            _ => parts.last_mut().unwrap().1 += &format!("{line}\n"),
        }
    }
    let tried = |body: &str| {
        blocks(body).iter().any(|block| {
            block.info == "yaml" || block.info.starts_with("wg error") || block.info.starts_with("wg warning")
        })
    };
    parts.into_iter().map(|(title, body)| Section { tried: tried(&body), title }).collect()
}

/// Texts of the chapters of a language by their numbers.
fn texts(lang: &str) -> BTreeMap<String, String> {
    let number = |path: &std::path::Path| path.file_name().unwrap().to_string_lossy()[..2].to_owned();
    let read = |path: &std::path::PathBuf| (number(path), std::fs::read_to_string(path).unwrap());
    chapters(lang).iter().map(read).collect()
}

/// What a cell of the index names: chapters by number, each perhaps with the title of a section.
fn references(cell: &str) -> Vec<(String, Option<String>)> {
    let each = cell.split(['；', ';']).map(str::trim);
    each.map(|named| {
        let (chapter, title) = named.split_at(2);
        let title = title.trim().trim_matches(['"', '“', '”']).to_owned();
        (chapter.to_owned(), (!title.is_empty()).then_some(title))
    })
    .collect()
}

/// The rows of a table of the index: first cell and last cell.
fn rows(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.lines().filter_map(|line| {
        let cells: Vec<&str> = line.strip_prefix("| ")?.strip_suffix(" |")?.split(" | ").collect();
        Some((*cells.first()?, *cells.last()?))
    })
}

#[test]
fn the_index_names_sections_that_are_there_and_tried() {
    let mut wrong = Vec::new();
    let mut places: BTreeMap<&str, Vec<Vec<(String, usize)>>> = BTreeMap::new();
    let ids: BTreeSet<String> =
        STATEMENTS.iter().flat_map(|(group, count)| (1..=*count).map(move |n| format!("{group}{n}"))).collect();
    for lang in ["en", "zh"] {
        let texts = texts(lang);
        let mut seen = BTreeSet::new();
        for (id, cell) in rows(&texts["92"]).filter(|(id, _)| id.starts_with(['2', '3'])) {
            seen.insert(id.to_owned());
            let mut found = Vec::new();
            for (chapter, title) in references(cell) {
                let sections = texts.get(&chapter).map(|text| sections(text)).unwrap_or_default();
                match &title {
                    None if sections.iter().any(|section| section.tried) => found.push((chapter, 0)),
                    Some(title) => match sections.iter().position(|section| section.title == *title) {
                        Some(at) if sections[at].tried => found.push((chapter, at)),
                        Some(_) => wrong.push(format!("{lang} {id}: nothing is tried in {chapter} `{title}`")),
                        None => wrong.push(format!("{lang} {id}: {chapter} has no section `{title}`")),
                    },
                    None => wrong.push(format!("{lang} {id}: no chapter {chapter}")),
                }
            }
            if let Some(id) = ids.get(id) {
                places.entry(id).or_default().push(found);
            }
        }
        wrong.extend(ids.difference(&seen).map(|id| format!("{lang}: {id} is not in the index")));
        wrong.extend(seen.difference(&ids).map(|id| format!("{lang}: {id} is no statement")));
    }
    for (id, found) in places {
        if found.len() == 2 && found[0] != found[1] {
            wrong.push(format!("{id}: the languages name {:?} and {:?}", found[0], found[1]));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The two languages have the same sections, and name the same forms.
#[test]
fn sections_stand_in_both_languages() {
    let (english, chinese) = (texts("en"), texts("zh"));
    let forms = |text: &str| -> BTreeSet<String> {
        let line = text.lines().find(|line| line.starts_with("Forms: ") || line.starts_with("形式：")).unwrap_or("");
        let ids = line.split(|c: char| !c.is_ascii_alphanumeric());
        let is_id =
            |word: &&str| word.len() < 4 && word.starts_with(|c: char| ('A'..='H').contains(&c)) && word.len() > 1;
        ids.filter(is_id).filter(|word| word[1..].parse::<u32>().is_ok()).map(str::to_owned).collect()
    };
    for (number, en) in &english {
        let zh = &chinese[number];
        let tried = |text: &str| sections(text).iter().map(|section| section.tried).collect::<Vec<_>>();
        assert_eq!(tried(en), tried(zh), "sections of chapter {number}");
        assert_eq!(forms(en), forms(zh), "forms of chapter {number}");
    }
}

/// Chapter 91 goes through every construct of plans, and the chapters that it names are there.
#[test]
fn every_construct_has_a_chapter() {
    for lang in ["en", "zh"] {
        let texts = texts(lang);
        let mut named = BTreeSet::new();
        for (first, last) in rows(&texts["91"]) {
            // `15, 16, 17 meetings, ...`
            let words = first.split([' ', ',', '、', '，']).filter(|word| !word.is_empty());
            let numbers: Vec<u32> = words.map_while(|word| word.parse().ok()).collect();
            if numbers.is_empty() {
                continue;
            }
            let digits = |c: char| !c.is_ascii_digit();
            for chapter in last.split(digits).filter(|word| !word.is_empty()) {
                assert!(texts.contains_key(chapter), "{lang} {first}: no chapter {chapter}");
            }
            named.extend(numbers);
        }
        let missing: Vec<u32> = (1..=CONSTRUCTS_MAX).filter(|number| !named.contains(number)).collect();
        assert!(missing.is_empty(), "{lang}: chapter 91 does not name {missing:?}");
    }
}
