//! Rules with more subjects than one thread takes at a time: the number of threads changes nothing, neither in what is decided nor
//! in the order of findings. Rules that policies have in common give each of them what it gives alone.

use super::*;
use std::fmt::Write;

const POLICY: &str = "
policy p {
    in force from 2024-01-01
    entity office { key id : text }
    record matter { key id : text ; at day : date ; office : office ; urgent : yes or no }
    record closing { at day : date ; matter : matter }
    param term : days = 10 days
    rule closed : each matter where urgent = yes reaches closing within param term of day rest days stay
    rule slow : each matter where urgent = no reaches closing within 30 days of day rest days stay
    rule quick : each matter satisfies count of closing >= 1
    rule steady : each office has at least 1 matter within any 7 days every month
    assessment a for each office every quarter out of 100 points {
        item in_term 60 points : share met closed, slow nothing due full unknown excluded
        item known 40 points : share met quick nothing due full unknown excluded
        deduct runs : 1 points per 5 of (longest run of unmet closed) rounded down
        rank by points
    }
}
policy q { extends p ; set term = 4 days }
policy r { extends p ; set term = 10 days }
";

const MANIFEST: &str = "policies: p.wg
run: [p, q, r]
period: 2024H1
as_of: 2024-08-01
sources:
  - { kind: office, files: offices.csv }
  - { kind: matter, files: matters.csv, complete: 2024, ids: trusted }
  - { kind: closing, files: closings.csv, complete: 2024 }
";

fn folder_of(matters: u32) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let (mut opened, mut closed) = ("id,day,office,urgent\n".to_owned(), "day,matter\n".to_owned());
    let day = |number: u32| format!("2024-{:02}-{:02}", 1 + number / 28 % 7, 1 + number % 28);
    for at in 0..matters {
        let (on, urgent) = (at * 7 % 168, if at % 3 == 0 { "no" } else { "yes" });
        writeln!(opened, "m{at:05},{},o{},{urgent}", day(on), at % 3).unwrap();
        if at % 5 != 0 {
            writeln!(closed, "{},m{at:05}", day(on + at % 17)).unwrap();
        }
    }
    for (name, text) in [
        ("p.wg", POLICY),
        ("manifest.yaml", MANIFEST),
        ("offices.csv", "id\no0\no1\no2\n"),
        ("matters.csv", &opened),
        ("closings.csv", &closed),
    ] {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

/// What each policy of a run comes to, findings in the order in which they went out.
fn decided(folder: &Path, threads: usize, filter: FindingFilter) -> Vec<(String, Vec<String>, String)> {
    let setup = load(folder, &RunOptions::default()).unwrap();
    let seen = observe(&setup, threads).unwrap();
    let mut findings: Vec<(String, Vec<String>)> =
        setup.policies.iter().map(|policy| (policy.name.clone(), Vec::new())).collect();
    let results = seen.judge(filter, &mut |policy, finding| {
        let (_, of) = findings.iter_mut().find(|(name, _)| *name == policy.name).unwrap();
        of.push(format!("{finding:?}"));
    });
    let results = results.unwrap().into_iter().map(|results| format!("{results:?}"));
    findings.into_iter().zip(results).map(|((name, findings), results)| (name, findings, results)).collect()
}

#[test]
fn threads_change_nothing() {
    let folder = folder_of(7_000);
    let one = decided(folder.path(), 1, FindingFilter::All);
    assert!(one.iter().all(|(_, findings, _)| findings.len() > 7_000));
    for threads in [2, 5] {
        assert!(decided(folder.path(), threads, FindingFilter::All) == one, "{threads} threads");
    }
}

#[test]
fn rules_in_common_give_each_policy_what_it_gives_alone() {
    let folder = folder_of(2_500);
    let together = decided(folder.path(), 2, FindingFilter::None);
    // What is listed is judged for each policy.
    let listed = decided(folder.path(), 2, FindingFilter::All);
    assert_ne!(together[0].2, together[1].2);
    for (at, name) in ["p", "q", "r"].into_iter().enumerate() {
        std::fs::write(folder.path().join("manifest.yaml"), MANIFEST.replace("p, q, r", name)).unwrap();
        let alone = decided(folder.path(), 1, FindingFilter::None);
        assert_eq!(together[at], alone[0], "{name}");
        assert_eq!(listed[at].2, alone[0].2, "{name}");
    }
}
