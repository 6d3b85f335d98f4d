//! The nearest of several names, by edit distance in characters.

use super::alike::{alike, is_joint};

/// What an edit costs. One between characters that are typed for each other, or of a character that only joins words,
/// costs [`LIGHT`]; letters that differ in case only are the same.
pub const EDIT: usize = 2;

/// What a light edit costs.
pub const LIGHT: usize = 1;

/// Farther than any two names.
const FAR: usize = usize::MAX / 2;

/// A word that is part of a longer name, or the other way round, has so many characters: of Chinese, and of letters.
const PART_CHARS: (usize, usize) = (2, 4);

/// The nearest name, if it is near enough to be a slip: at most a third of the characters differ (one always may).
/// Of equally near names the first in the given order.
pub fn nearest<'n>(wrong: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let wrong: Vec<char> = wrong.chars().collect();
    let limit = (wrong.len() / 3).max(1);
    let mut best: Option<(usize, &str)> = None;
    for name in names {
        let chars: Vec<char> = name.chars().collect();
        if chars.len().abs_diff(wrong.len()) > limit {
            continue;
        }
        let distance = distance(&wrong, &chars);
        // A name of one character that differs altogether is no slip.
        let slip = distance <= limit * EDIT && distance < chars.len().max(wrong.len()) * EDIT;
        if slip && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, name));
        }
    }
    best.map(|(_, name)| name)
}

/// The same; where none is near, the only name of which the word is a part, or that is a part of the word.
pub fn nearest_name<'n>(wrong: &str, names: impl Iterator<Item = &'n str> + Clone) -> Option<&'n str> {
    nearest(wrong, names.clone()).or_else(|| {
        let is_long = |word: &str| word.chars().count() >= if word.is_ascii() { PART_CHARS.1 } else { PART_CHARS.0 };
        let mut parts = names.filter(|name| {
            let (short, long) = if name.len() < wrong.len() { (*name, wrong) } else { (wrong, *name) };
            is_long(short) && (long.starts_with(short) || long.ends_with(short))
        });
        parts.next().filter(|_| parts.next().is_none())
    })
}

/// Insertions, deletions, replacements and swaps of neighbours from one to the other (optimal string alignment), each
/// by its cost.
pub fn distance(a: &[char], b: &[char]) -> usize {
    let lone = |c: char| if is_joint(c) { LIGHT } else { EDIT };
    let mut first = vec![0];
    for y in b {
        first.push(first.last().copied().unwrap_or(0) + lone(*y));
    }
    let mut rows = [Vec::new(), first];
    for (i, x) in a.iter().enumerate() {
        let [before, last] = rows;
        let at = |row: &[usize], j: usize| row.get(j).copied().unwrap_or(FAR);
        let mut row = vec![at(&last, 0) + lone(*x)];
        for (j, y) in b.iter().enumerate() {
            let left = row.last().copied().unwrap_or(FAR);
            let mut value = (at(&last, j) + replaced(*x, *y)).min(at(&last, j + 1) + lone(*x)).min(left + lone(*y));
            let swapped = i.checked_sub(1).is_some_and(|i| a.get(i) == Some(y));
            if let Some(k) = j.checked_sub(1)
                && swapped
                && b.get(k) == Some(x)
            {
                value = value.min(at(&before, k) + EDIT);
            }
            row.push(value);
        }
        rows = [last, row];
    }
    rows[1].last().copied().unwrap_or(0)
}

/// What it costs to take one character for another.
fn replaced(a: char, b: char) -> usize {
    if a.eq_ignore_ascii_case(&b) {
        0
    } else if alike(a, b) || is_joint(a) && is_joint(b) {
        LIGHT
    } else {
        EDIT
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_found_and_strangers_are_not() {
        let names = ["基础网格", "社区网格", "visit", "x"];
        assert_eq!(nearest("基础网络", names.into_iter()), Some("基础网格"));
        assert_eq!(nearest("vist", names.into_iter()), Some("visit"));
        assert_eq!(nearest("vsiit", names.into_iter()), Some("visit"));
        assert_eq!(nearest("viist", names.into_iter()), Some("visit"));
        assert_eq!(nearest("y", names.into_iter()), None);
        assert_eq!(nearest("住户", names.into_iter()), None);
    }

    #[test]
    fn characters_that_are_typed_for_each_other_are_nearer() {
        let names = ["会长", "会议", "困难的住户", "settled_cases", "grid"];
        assert_eq!(nearest("会义", names.into_iter()), Some("会议"));
        assert_eq!(nearest("困难住户", names.into_iter()), Some("困难的住户"));
        assert_eq!(nearest("settledcases", names.into_iter()), Some("settled_cases"));
        assert_eq!(nearest("Settled_Cases", names.into_iter()), Some("settled_cases"));
        assert_eq!(nearest("GRID", names.into_iter()), Some("grid"));
    }

    #[test]
    fn a_part_of_one_name_is_that_name() {
        let names = ["受理时间", "办结时间", "household"];
        assert_eq!(nearest_name("受理", names.into_iter()), Some("受理时间"));
        assert_eq!(nearest_name("时间", names.into_iter()), None);
        assert_eq!(nearest_name("house", names.into_iter()), Some("household"));
        assert_eq!(nearest_name("hold", names.into_iter()), Some("household"));
        assert_eq!(nearest_name("old", names.into_iter()), None);
    }
}
