//! Chinese words that run into each other: where the missing spaces may stand.

use super::expected::{Chunk, TRIED_BYTES_MAX};
use super::keywords::KEYWORDS;
use super::words::{Kind, Word, Words};
use crate::diagnostic::Text;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// Longer runs of characters are not cut.
const RUN_CHARS_MAX: usize = 64;

/// So many ways to cut the words of a statement are tried.
const WAYS_MAX: usize = 24;

/// So many known words in one run are no name.
const CLEAR_PIECES: usize = 3;

/// A piece that is no known word costs as much as so many pieces, and one more for each of its characters.
const UNKNOWN_COST: usize = 4;

/// Words that authors use for those of the language.
const SPOKEN: &[&str] = &[
    "每次",
    "每起",
    "之日",
    "应在",
    "召开",
    "开展",
    "进行",
    "组织",
    "举行",
    "配备",
    "周末",
    "节假日",
    "月均",
    "日均",
    "不得少于",
    "不得超过",
    "最多扣",
    "降一等",
    "按期",
    "按时",
    "及时",
    "限时",
    "一次",
    "当月",
    "本月",
    "当年",
    "本年",
    "今年",
    "当季",
    "本季",
    "两次",
    "二次",
    "三次",
];

/// Chinese words of the language that hold no space, the parts of phrases that do, and forms by their first character.
static FORMS: LazyLock<BTreeMap<char, Vec<&'static str>>> = LazyLock::new(|| {
    let mut forms: BTreeMap<char, Vec<&'static str>> = BTreeMap::new();
    let parts = KEYWORDS.iter().flat_map(|k| k.zh.iter()).flat_map(|form| form.split(' '));
    for form in parts.chain(SPOKEN.iter().copied()).collect::<BTreeSet<_>>() {
        if let Some(first) = form.chars().next() {
            forms.entry(first).or_default().push(form);
        }
    }
    forms
});

fn is_known(piece: &str, is_name: &dyn Fn(&str) -> bool) -> bool {
    is_form(piece) || is_name(piece) || piece.chars().all(|c| c.is_ascii_digit() || c == '.')
}

/// Whether a piece begins with a word of the language of two characters or more: that stands apart.
pub(super) fn begins_with_form(piece: &str) -> bool {
    let forms = piece.chars().next().and_then(|first| FORMS.get(&first));
    forms.is_some_and(|forms| forms.iter().any(|form| form.chars().count() > 1 && piece.starts_with(form)))
}

pub(super) fn is_form(text: &str) -> bool {
    text.chars().next().and_then(|first| FORMS.get(&first)).is_some_and(|forms| forms.contains(&text))
}

/// Ways to cut a run of characters into words of the language, names and numbers, the likeliest first: those with the
/// fewest pieces that are neither, then those with the fewest pieces.
pub(super) fn cuts<'t>(run: &'t str, is_name: &dyn Fn(&str) -> bool, max: usize) -> Vec<Vec<&'t str>> {
    let bounds: Vec<usize> = run.char_indices().map(|(at, _)| at).chain([run.len()]).collect();
    let count = bounds.len() - 1;
    if count > RUN_CHARS_MAX {
        return Vec::new();
    }
    // The best ways up to each character: cost, where the last piece begins, and which of the ways up to there.
    type Way = (usize, usize, usize, bool);
    let mut ways: Vec<Vec<Way>> = vec![Vec::new(); count + 1];
    if let Some(first) = ways.first_mut() {
        first.push((0, 0, 0, false));
    }
    for end in 1..=count {
        let mut here: Vec<Way> = Vec::new();
        for start in 0..end {
            let piece = bounds.get(start).zip(bounds.get(end)).and_then(|(a, b)| run.get(*a..*b)).unwrap_or("");
            let number = piece.chars().all(|c| c.is_ascii_digit() || c == '.');
            let known = number || is_form(piece) || is_name(piece);
            // Digits stand together, and what is unknown is one piece.
            let digit = |at: Option<&usize>| {
                at.and_then(|at| run.get(*at..)).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
            };
            if number && digit(bounds.get(end)) {
                continue;
            }
            for (way, (cost, _, _, unknown)) in ways.get(start).into_iter().flatten().enumerate() {
                if !known && (*unknown || piece.starts_with(|c: char| c.is_ascii_digit()) || begins_with_form(piece)) {
                    continue;
                }
                // A known word of one character behind an unknown one is oftener a part of it.
                let own = match (known, end - start) {
                    (true, 1) if *unknown && !number => 3,
                    (true, _) => 2,
                    (false, length) => 2 * (UNKNOWN_COST + length),
                };
                here.push((cost + own, start, way, !known));
            }
        }
        here.sort_unstable_by_key(|(cost, start, way, _)| (*cost, std::cmp::Reverse(*start), *way));
        here.truncate(max);
        if let Some(place) = ways.get_mut(end) {
            *place = here;
        }
    }
    let mut out = Vec::new();
    for way in 0..ways.last().map_or(0, Vec::len) {
        let (mut end, mut at) = (count, way);
        let mut pieces = Vec::new();
        while end > 0 {
            let Some((_, start, before, _)) = ways.get(end).and_then(|ways| ways.get(at)).copied() else { break };
            let piece = bounds.get(start).zip(bounds.get(end)).and_then(|(a, b)| run.get(*a..*b)).unwrap_or("");
            pieces.push(piece);
            (end, at) = (start, before);
        }
        pieces.reverse();
        out.push(pieces);
    }
    out
}

/// A run of characters cut into words of the language, these names and numbers, nothing else among them.
#[must_use]
pub fn with_spaces(run: &str, is_name: impl Fn(&str) -> bool) -> Option<String> {
    if run.is_ascii() {
        return None;
    }
    let pieces = cuts(run, &is_name, 1).into_iter().next()?;
    let named = pieces.iter().any(|piece| is_name(piece));
    (pieces.len() > 1 && named && pieces.iter().all(|piece| is_known(piece, &is_name))).then(|| pieces.join(" "))
}

impl Chunk<'_, '_> {
    /// The statement with the spaces that are missing between its Chinese words, if it can be read so. `known`: cut
    /// into known words only.
    pub(super) fn spaces(&self, known: bool) -> Option<Text> {
        if self.text.len() > TRIED_BYTES_MAX || !self.is_chinese() {
            return None;
        }
        let is_name = |piece: &str| self.is_declared(piece);
        let mut runs: Vec<(Word, Vec<Vec<&str>>)> = Vec::new();
        for word in Words::from(self.text, 0).filter(|word| word.kind == Kind::Word) {
            let written = self.slice(word);
            if written.is_ascii() || is_form(written) || is_name(written) {
                continue;
            }
            let mut ways = cuts(written, &is_name, WAYS_MAX);
            if known {
                ways.retain(|way| way.iter().all(|piece| is_known(piece, &is_name)));
            }
            if ways.iter().any(|way| way.len() > 1) {
                runs.push((word, ways));
            }
        }
        let (first, last) = (runs.first()?.0, runs.last()?.0);
        // One run after the other takes its less likely ways; the others keep their likeliest.
        let mut tried = 0;
        for (varied, (_, ways)) in runs.iter().enumerate() {
            for way in 0..ways.len() {
                if way == 0 && varied > 0 {
                    continue;
                }
                tried += 1;
                if tried > WAYS_MAX {
                    return None;
                }
                let mut text = String::new();
                let mut end = 0;
                for (at, (word, ways)) in runs.iter().enumerate() {
                    let way = if at == varied { way } else { 0 };
                    text.push_str(self.text.get(end..word.start)?);
                    text.push_str(&ways.get(way)?.join(" "));
                    end = word.end;
                }
                text.push_str(self.text.get(end..)?);
                if !self.reads_whole(&text) {
                    continue;
                }
                let tail = self.text.len() - last.end;
                let shown = text.get(first.start..text.len() - tail)?;
                if shown == self.text.get(first.start..last.end)? {
                    continue;
                }
                let shown = super::phrases::short(shown);
                return Some(Text::new(
                    format!("put spaces between the words: `{shown}`"),
                    format!("词与词之间加空格：`{shown}`"),
                ));
            }
        }
        None
    }
}

impl Chunk<'_, '_> {
    /// The pieces of a run that holds known words only.
    pub(super) fn known_pieces<'w>(&self, run: &'w str) -> Option<Vec<&'w str>> {
        let is_name = |piece: &str| self.is_declared(piece);
        if run.is_ascii() || is_form(run) || is_name(run) {
            return None;
        }
        let pieces = cuts(run, &is_name, 1).into_iter().next()?;
        (pieces.len() > 1 && pieces.iter().all(|piece| is_known(piece, &is_name))).then_some(pieces)
    }

    /// The pieces of a run that holds several known words, and others between them.
    pub(super) fn guessed_pieces<'w>(&self, run: &'w str) -> Option<Vec<&'w str>> {
        let is_name = |piece: &str| self.is_declared(piece);
        if run.is_ascii() || is_form(run) || is_name(run) {
            return None;
        }
        // What a term runs from: `受理后`.
        if let Some(behind) = ["之日起", "之后", "后"].into_iter().find(|behind| run.ends_with(behind)) {
            let stem = run.strip_suffix(behind)?;
            return (stem.chars().count() > 1).then(|| vec![stem, behind]);
        }
        let pieces = cuts(run, &is_name, 1).into_iter().next()?;
        let known = pieces.iter().filter(|piece| is_known(piece, &is_name)).count();
        (known >= CLEAR_PIECES).then_some(pieces)
    }

    /// A run that is clearly several known words, where the statement cannot be read even with spaces: those come first.
    pub(super) fn run_together(&self) -> Option<Text> {
        // Behind digits it goes on with a number: a date.
        let digits =
            |word: &Word| self.text.get(..word.start).is_some_and(|t| t.ends_with(|c: char| c.is_ascii_digit()));
        let mut words = Words::from(self.text, 0).filter(|word| word.kind == Kind::Word && !digits(word));
        let pieces =
            words.find_map(|word| self.known_pieces(self.slice(word)).filter(|pieces| pieces.len() >= CLEAR_PIECES))?;
        let spaced = pieces.join(" ");
        Some(Text::new(format!("put spaces between the words: `{spaced}`"), format!("词与词之间加空格：`{spaced}`")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(run: &str) -> String {
        let names = ["住户", "走访", "人数", "有效走访"];
        cuts(run, &|piece| names.contains(&piece), 1).into_iter().next().unwrap_or_default().join(" ")
    }

    #[test]
    fn runs_are_cut_into_known_words() {
        assert_eq!(cut("每个住户每月有至少1次走访"), "每个 住户 每月 有 至少 1 次 走访");
        assert_eq!(cut("个工作日内达到"), "个工作日 内 达到");
        assert_eq!(cut("人数大于30"), "人数 大于 30");
        assert_eq!(cut("至少1次有效走访"), "至少 1 次 有效走访");
        assert_eq!(cut("至少1次入户见面"), "至少 1 次 入户见面");
        assert_eq!(cut("入户见面"), "入户见面");
        assert_eq!(with_spaces("次走访", |name| name == "走访").as_deref(), Some("次 走访"));
        assert_eq!(with_spaces("计数走访", |name| name == "走访").as_deref(), Some("计数 走访"));
        assert_eq!(with_spaces("走访数", |name| name == "走访").as_deref(), Some("走访 数"));
        assert_eq!(with_spaces("自查", |name| name == "走访"), None);
    }
}
