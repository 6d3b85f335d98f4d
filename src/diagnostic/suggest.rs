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

/// Insertions, deletions and replacements from one to the other (Levenshtein).
fn edit_distance(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut corner = row.first().copied().unwrap_or(0);
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
        for (j, y) in b.iter().enumerate() {
            let above = row.get(j + 1).copied().unwrap_or(0);
            let left = row.get(j).copied().unwrap_or(0);
            let value = (corner + usize::from(x != y)).min(above + 1).min(left + 1);
            if let Some(slot) = row.get_mut(j + 1) {
                *slot = value;
            }
            corner = above;
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_found_and_strangers_are_not() {
        let names = ["基础网格", "社区网格", "visit", "x"];
        assert_eq!(nearest("基础网络", names.into_iter()), Some("基础网格"));
        assert_eq!(nearest("vist", names.into_iter()), Some("visit"));
        assert_eq!(nearest("y", names.into_iter()), None);
        assert_eq!(nearest("住户", names.into_iter()), None);
    }
}
