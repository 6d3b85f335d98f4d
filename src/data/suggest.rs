//! The nearest known word to one that is not known.

use crate::diagnostic::Text;
use crate::diagnostic::suggest::{EDIT, LIGHT, distance};

/// The known word at the least edit distance, if it is near enough to be meant.
#[must_use]
pub fn nearest<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    nearest_of(word, known, 1).pop()
}

/// The known words that are near enough to be meant, the nearest first, at most so many.
#[must_use]
pub fn nearest_of<'k>(word: &str, known: impl IntoIterator<Item = &'k str>, most: usize) -> Vec<&'k str> {
    let letters: Vec<char> = word.chars().collect();
    let near = |candidate: &'k str| {
        let far = distance(&letters, &candidate.chars().collect::<Vec<char>>());
        (far <= reach(letters.len().max(candidate.chars().count()))).then_some((far, candidate))
    };
    let mut found: Vec<(usize, &str)> = known.into_iter().filter_map(near).collect();
    found.sort_unstable();
    found.truncate(most);
    found.into_iter().map(|(_, candidate)| candidate).collect()
}

/// The way out for a word that is not known: the nearest one, else the known ones (`None` if there are none).
#[must_use]
pub fn way_out<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<Text> {
    let known: Vec<&str> = known.into_iter().collect();
    if let Some(near) = nearest(word, known.iter().copied()) {
        return Some(Text::new(format!("did you mean `{near}`?"), format!("是否应为 `{near}`？")));
    }
    let list: Vec<String> = known.iter().take(SHOWN_MAX).map(|k| format!("`{k}`")).collect();
    let more = known.len().saturating_sub(SHOWN_MAX);
    let (en, zh) = match more {
        0 => (String::new(), String::new()),
        more => (format!(" and {more} more"), format!("等 {} 个", known.len())),
    };
    (!list.is_empty())
        .then(|| Text::new(format!("there are {}{en}", list.join(", ")), format!("可用的有：{}{zh}", list.join("、"))))
}

/// Words that a message lists.
const SHOWN_MAX: usize = 20;

/// How far a word may be meant: a third of its letters. Of two letters (many Chinese names) only one that is typed for
/// another, else every other name would do.
fn reach(length: usize) -> usize {
    match length {
        0..=2 => LIGHT,
        3..=5 => EDIT,
        more => more / 3 * EDIT,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_words_are_suggested_and_far_ones_are_not() {
        assert_eq!(nearest("colums", ["columns", "values"]), Some("columns"));
        assert_eq!(nearest("Columns", ["columns"]), Some("columns"));
        assert_eq!(nearest("入户日其", ["入户日期", "住户"]), Some("入户日期"));
        assert_eq!(nearest("zzz", ["columns", "values"]), None);
        assert_eq!(nearest("a", ["b", "A"]), Some("A"));
        assert_eq!(nearest("乙镇", ["甲镇"]), None);
        assert_eq!(nearest("一级户", ["二级户"]), Some("二级户"));
        assert_eq!(nearest_of("G-103", ["G-102", "G-203", "H-900", "G-10"], 2), ["G-10", "G-102"]);
    }
}
