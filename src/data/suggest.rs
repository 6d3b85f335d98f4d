//! The nearest known word to one that is not known.

/// The known word at the least edit distance, if it is near enough to be meant.
#[must_use]
pub fn nearest<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let letters: Vec<char> = word.chars().collect();
    // A short word (most Chinese names) may differ in one letter, a long one in a third of them.
    let reach = (letters.len() / 3).max(1);
    known
        .into_iter()
        .map(|candidate| (distance(&letters, candidate), candidate))
        .filter(|(far, candidate)| *far <= reach && *far < candidate.chars().count())
        .min()
        .map(|(_, candidate)| candidate)
}

/// Edit distance, case ignored; a swap of two letters counts as two.
fn distance(word: &[char], other: &str) -> usize {
    let fold = |c: char| c.to_lowercase().next().unwrap_or(c);
    let mut row: Vec<usize> = (0..=word.len()).collect();
    for (i, o) in other.chars().enumerate() {
        let mut diagonal = i;
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
        for (j, w) in word.iter().enumerate() {
            let above = row.get(j + 1).copied().unwrap_or(0);
            let left = row.get(j).copied().unwrap_or(0);
            let cost = usize::from(fold(*w) != fold(o));
            let best = (diagonal + cost).min(above + 1).min(left + 1);
            diagonal = above;
            if let Some(slot) = row.get_mut(j + 1) {
                *slot = best;
            }
        }
    }
    row.last().copied().unwrap_or(0)
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
        assert_eq!(nearest("a", ["b"]), None);
    }
}
