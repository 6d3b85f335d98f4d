//! Policies with words taken out, doubled and exchanged: the checker says something and never stops.

use super::{check_text, checked, whole_text};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// The texts of all cases and a plan in Chinese.
fn seeds() -> Vec<String> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files: Vec<_> = std::fs::read_dir(root.join("tests/it/check/cases")).unwrap().collect();
    files.sort_by_key(|entry| entry.as_ref().unwrap().path());
    let mut seeds = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        seeds.extend(text.split("```wg\n").skip(1).map(|block| block.split("```").next().unwrap().to_owned()));
    }
    seeds.push(std::fs::read_to_string(root.join("examples/liuyan/policy.wg")).unwrap());
    seeds
}

#[test]
fn broken_policies_are_reported() {
    let rounds: usize = std::env::var("WANGGE_MUTATIONS").ok().and_then(|n| n.parse().ok()).unwrap_or(3);
    let mut rng = ChaCha8Rng::seed_from_u64(20_240_105);
    let (mut clean, mut broken) = (0, 0);
    for seed in seeds() {
        for _ in 0..rounds {
            let whole = whole_text(&seed);
            let mut words: Vec<&str> = whole.split_inclusive([' ', '\n']).collect();
            for _ in 0..rng.random_range(1..4usize) {
                let (a, b) = (rng.random_range(0..words.len()), rng.random_range(0..words.len()));
                match rng.random_range(0..4u32) {
                    0 => {
                        words.remove(a);
                    }
                    1 => words.insert(a, words[b]),
                    2 => words.swap(a, b),
                    _ => words[a] = words[b],
                }
            }
            let text = words.concat();
            let (result, _) = checked(std::slice::from_ref(&text));
            // INVARIANT: what is said to be wrong is not handed on, and the other way round.
            let errors = wangge::check::has_errors(&result.diagnostics);
            let (file, _) = wangge::syntax::parse(wangge::source::SourceId(0), &text);
            let policies = file.units.iter().filter(|unit| !unit.vocabulary).count();
            assert!(errors || result.policies.len() == policies, "{text}\n{}", check_text(&text));
            if errors { broken += 1 } else { clean += 1 }
        }
    }
    assert!(clean > 2 && broken > 100, "{clean} {broken}");
}
