//! Many words as one expression of the grammar that tries a letter once: a tree of their letters. Only the tests need it.

use std::collections::BTreeMap;

/// More branches than these are tried in groups, each behind the range of its letters.
const BRANCHES_MAX: usize = 5;
/// Groups on one level.
const GROUPS: usize = 4;

/// Words by their letters; a space stands for a gap.
#[derive(Default)]
pub(super) struct WordTree {
    ends: bool,
    after: BTreeMap<char, WordTree>,
}

impl WordTree {
    /// A tree of words.
    pub fn of<'w>(words: impl IntoIterator<Item = &'w str>) -> WordTree {
        let mut tree = WordTree::default();
        for word in words {
            let mut node = &mut tree;
            for letter in word.chars() {
                node = node.after.entry(letter).or_default();
            }
            node.ends = true;
        }
        tree
    }

    /// Without what goes on behind the end of a shorter word: whether one of the words stands there is known by then.
    pub fn shortest(mut self) -> WordTree {
        if self.ends {
            self.after.clear();
        }
        self.after = self.after.into_iter().map(|(letter, node)| (letter, node.shortest())).collect();
        self
    }

    /// What matches the longest word of the tree.
    pub fn expression(&self) -> String {
        grouped(&self.after.iter().collect::<Vec<_>>())
    }
}

/// The branches as a choice.
fn grouped(branches: &[(&char, &WordTree)]) -> String {
    if branches.len() <= BRANCHES_MAX {
        return branches.iter().map(|(letter, node)| branch(**letter, node)).collect::<Vec<_>>().join(" | ");
    }
    let groups: Vec<String> = branches
        .chunks(branches.len().div_ceil(GROUPS))
        .map(|group| match group {
            [(letter, node)] => branch(**letter, node),
            _ => {
                let range = group.first().zip(group.last()).map(|((from, _), (to, _))| format!("'{from}'..'{to}'"));
                format!("&{} ~ ({})", range.unwrap(), grouped(group))
            }
        })
        .collect();
    groups.join(" | ")
}

/// `"wi" ~ ("th" | "ndow")`
fn branch(letter: char, mut node: &WordTree) -> String {
    let mut letters = String::from(letter);
    while !node.ends
        && node.after.len() == 1
        && let Some((next, after)) = node.after.first_key_value()
    {
        letters.push(*next);
        node = after;
    }
    let mut parts: Vec<String> = Vec::new();
    for (at, part) in letters.split(' ').enumerate() {
        if at > 0 {
            parts.push("gap".to_owned());
        }
        if !part.is_empty() {
            parts.push(format!("\"{part}\""));
        }
    }
    match (node.after.is_empty(), node.ends) {
        (true, _) => {}
        (false, true) => parts.push(format!("({})?", node.expression())),
        (false, false) => parts.push(format!("({})", node.expression())),
    }
    parts.join(" ~ ")
}

#[test]
fn words_share_their_letters() {
    let tree = || WordTree::of(["in", "in the", "in the last", "is", "至", "至少"]);
    assert_eq!(tree().expression(), r#""i" ~ ("n" ~ (gap ~ "the" ~ (gap ~ "last")?)? | "s") | "至" ~ ("少")?"#);
    assert_eq!(tree().shortest().expression(), r#""i" ~ ("n" | "s") | "至""#);
    assert_eq!(
        WordTree::of(["a", "b", "c", "d", "e", "f"]).expression(),
        r#"&'a'..'b' ~ ("a" | "b") | &'c'..'d' ~ ("c" | "d") | &'e'..'f' ~ ("e" | "f")"#
    );
}
