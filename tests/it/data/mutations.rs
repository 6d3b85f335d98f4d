//! Broken, cut and mixed files: a run ends with a result or an error, never with a panic, and counts every row.

use super::*;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Bytes that matter to some format.
const SPICE: &[&[u8]] = &[
    b"\"",
    b",",
    b"\n",
    b"\r\n",
    b"\r",
    b"\0",
    b"{",
    b"}",
    b"[",
    b"]",
    b":",
    b"- ",
    b"\t",
    b"&a ",
    b"*a",
    b"|",
    b"'",
    b"\\",
    b"\xff",
    b"\xe7\x94",
    b"\xef\xbb\xbf",
    b"999999999999999999999999999999999999999999",
    b"-1",
    b"1e309",
    b"~",
    b"\xe5\xb9\xb4",
    b"#",
];

fn mutate(rng: &mut ChaCha8Rng, text: &[u8]) -> Vec<u8> {
    let mut bytes = text.to_vec();
    for _ in 0..rng.random_range(1..6) {
        let at = rng.random_range(0..=bytes.len());
        match rng.random_range(0..4) {
            0 => bytes.truncate(at),
            1 => {
                let spice = SPICE[rng.random_range(0..SPICE.len())];
                bytes.splice(at..at, spice.iter().copied());
            }
            2 => {
                let end = (at + rng.random_range(0..12)).min(bytes.len());
                bytes.drain(at..end);
            }
            _ => {
                let end = (at + rng.random_range(0..40)).min(bytes.len());
                let copy = bytes[at..end].to_vec();
                bytes.splice(at..at, copy);
            }
        }
    }
    bytes
}

#[test]
fn mutated_files_never_stop_the_program() {
    let mut rng = ChaCha8Rng::seed_from_u64(20_241_122);
    let folder = folder(&[]);
    let mut texts: Vec<(&str, &str)> = DATA.to_vec();
    texts.push(("manifest.yaml", MANIFEST));
    let (mut runs, mut errors) = (0, 0);
    for _ in 0..200 {
        let (name, text) = texts[rng.random_range(0..texts.len())];
        let path = folder.path().join(name);
        std::fs::write(&path, mutate(&mut rng, text.as_bytes())).unwrap();
        let one = run(folder.path());
        assert_eq!(run_with(folder.path(), &RunOptions::default(), 3), one, "{name}");
        match one.lines().find(|line| line.contains(": read ")) {
            Some(_) => runs += 1,
            None => errors += 1,
        }
        for line in one.lines().filter(|line| line.contains(": read ") && !line.starts_with("cases")) {
            let numbers: Vec<u64> = line.split(' ').filter_map(|word| word.parse().ok()).collect();
            let [read, used, rejected, copies, later] = numbers[..] else { panic!("{line}") };
            assert_eq!(read, used + rejected + copies + later, "{line}");
        }
        std::fs::write(&path, text).unwrap();
    }
    assert!(runs > 40 && errors > 20, "{runs} runs, {errors} errors");
}
