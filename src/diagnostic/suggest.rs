//! The nearest of several names, by edit distance in characters.

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
        let distance = edit_distance(&wrong, &chars);
        // A name of one character that differs altogether is no slip.
        if distance <= limit && distance < chars.len().max(wrong.len()) && best.is_none_or(|(d, _)| distance < d) {
            best = Some((distance, name));
        }
    }
    best.map(|(_, name)| name)
}

/// Insertions, deletions, replacements and swaps of neighbours from one to the other (optimal string alignment).
fn edit_distance(a: &[char], b: &[char]) -> usize {
    let first: Vec<usize> = (0..=b.len()).collect();
    let mut rows = [Vec::new(), first];
    for (i, x) in a.iter().enumerate() {
        let [before, last] = rows;
        let at = |row: &[usize], j: usize| row.get(j).copied().unwrap_or(usize::MAX);
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let left = row.last().copied().unwrap_or(usize::MAX);
            let mut value = (at(&last, j) + usize::from(x != y)).min(at(&last, j + 1) + 1).min(left + 1);
            let swapped = i.checked_sub(1).is_some_and(|i| a.get(i) == Some(y));
            if let Some(k) = j.checked_sub(1)
                && swapped
                && b.get(k) == Some(x)
            {
                value = value.min(at(&before, k) + 1);
            }
            row.push(value);
        }
        rows = [last, row];
    }
    rows[1].last().copied().unwrap_or(0)
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
}
