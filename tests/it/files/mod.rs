//! Random cases as folders of files: every format, several policies in one run, any number of threads, and rows that
//! cannot be used give what the engine gives over the same rows.

mod many;
#[cfg(feature = "parquet")]
mod parquet;
mod table;
mod write;

use std::collections::BTreeSet;
use std::sync::Arc;

use wangge::data::run::{Observation, observe};
use wangge::data::setup::{RunOptions, Setup};
use wangge::diagnostic::Lang;
use wangge::model::{FindingFilter, Policy};

use crate::bridge::{Delivery, engine};
use crate::generate::words::Words;
use crate::property::{Case, check_named, compare, make, number};
use crate::reference::Judged;
use table::{tables, usable};
use write::Folder;

/// Of so many seeds one is written to files.
const EVERY: u64 = 10;
/// Cases of a run without `WANGGE_CASES`.
const CASES: u64 = 300;

/// How often each way of reading was taken.
#[derive(Debug, Default)]
pub struct Taken {
    pub csv: u32,
    pub json: u32,
    pub yaml: u32,
    pub parquet: u32,
    pub quoted: u32,
    pub rejected: u32,
    pub shared_ledgers: u32,
    pub own_ledgers: u32,
    pub several_files: u32,
    pub threads: [u32; 3],
}

#[test]
fn property_files_give_what_their_rows_give() {
    let (cases, first) = (number("WANGGE_CASES", CASES).div_ceil(EVERY), number("WANGGE_SEED", 1));
    let mut taken = Taken::default();
    for seed in (first..first + cases * EVERY).step_by(usize::try_from(EVERY).expect("small")) {
        let Some((mut case, policy)) = make(seed) else { continue };
        let rows = usable(&policy, &case);
        case.rows = rows;
        if let Err(why) = differ(&case, &policy, seed, &mut taken) {
            panic!("seed {seed}\n{}\n{why}", case.document.text());
        }
    }
    println!("{cases} cases from seed {first}, every {EVERY}th seed\n{taken:#?}");
    if cases >= CASES / EVERY {
        let Taken { csv, json, yaml, quoted, rejected, shared_ledgers, own_ledgers, several_files, .. } = taken;
        let all = [csv, json, yaml, quoted, rejected, shared_ledgers, own_ledgers, several_files];
        assert!(all.into_iter().chain(taken.threads).all(|count| count > 0), "a way was never taken: {taken:?}");
        assert!(!cfg!(feature = "parquet") || taken.parquet > 0, "no Parquet was read");
    }
}

/// A policy that takes in `P`, as it is or with something of its own.
fn second(w: &mut Words, case: &Case, policy: &Policy) -> String {
    let mut own = String::new();
    if w.chance(40) && case.document.in_one().is_none() {
        policy.params.iter().for_each(|param| own += &format!("set 「{}」 = open\n", param.name));
    }
    if w.chance(20) {
        own += "in force from 2020-02-03\n";
    }
    format!("policy Q {{\nextends P from \"policy.wg\"\n{own}}}\n")
}

/// In what a run over files differs from one over rows.
fn differ(case: &Case, policy: &Policy, seed: u64, taken: &mut Taken) -> Result<(), String> {
    let mut w = Words::new(seed ^ 0xf11e);
    let text = case.document.text();
    let mut other = second(&mut w, case, policy);
    let both = |other: &str| check_named(&format!("{text}{}", other.replace(" from \"policy.wg\"", "")), "Q");
    let second_policy = both(&other).or_else(|_| {
        other = "policy Q {\nextends P from \"policy.wg\"\n}\n".to_owned();
        both(&other)
    })?;
    let mut folder = Folder::new(&case.spec);
    folder.policy("policy.wg", &text);
    folder.policy("other.wg", &other);
    let mut junk = 0;
    for table in tables(&mut w, policy, case) {
        junk += folder.source(&mut w, table, taken);
    }
    folder.calendars(policy, &case.spec);
    let path = folder.finish();
    let setup = Setup::load(&path, &RunOptions::default()).map_err(|e| e.in_lang(Lang::En))?;
    let at = w.below(3);
    taken.threads[at] += 1;
    let seen = observe(&setup, [1, 2, 8][at]).map_err(|e| e.in_lang(Lang::En))?;
    // A row may have several faults.
    let rejected: BTreeSet<(&str, u64)> = seen.rejects.iter().map(|r| (&*r.file, r.line)).collect();
    if rejected.len() != junk {
        let shown: Vec<String> = seen
            .rejects
            .iter()
            .map(|r| format!("{}:{} {} {} {:?}", r.file, r.line, r.column, r.value, r.reason))
            .collect();
        return Err(format!("{junk} rows cannot be used, {} were rejected\n{}", shown.len(), shown.join("\n")));
    }
    taken.rejected += u32::from(junk > 0);
    let shared = seen.ledgers.windows(2).all(|pair| Arc::ptr_eq(&pair[0], &pair[1]));
    *(if shared { &mut taken.shared_ledgers } else { &mut taken.own_ledgers }) += 1;
    for policy in [policy, &second_policy] {
        let expected = engine(policy, &case.rows, &case.spec, Delivery::PLAIN);
        match (expected, judged(&setup, &seen, &policy.name)) {
            (Ok(expected), Ok(found)) => {
                compare(policy, &expected, &found).map_err(|why| format!("{}: {why}", policy.name))?
            }
            // A run that cannot be made stops for all of its policies.
            (_, Err(_))
                if [policy, &second_policy]
                    .iter()
                    .any(|p| engine(p, &case.rows, &case.spec, Delivery::PLAIN).is_err()) => {}
            (Ok(_), Err(why)) => return Err(format!("only the run over files stops: {why}")),
            (Err(why), Ok(_)) => return Err(format!("only the run over rows stops: {why}")),
            (Err(_), Err(_)) => {}
        }
    }
    Ok(())
}

/// What one of the policies of a run comes to.
fn judged(setup: &Setup, seen: &Observation, name: &str) -> Result<Judged, String> {
    let mut findings = Vec::new();
    let all = seen.judge(FindingFilter::All, &mut |policy, finding| {
        if policy.name == name {
            findings.push(finding.clone());
        }
    });
    let all = all.map_err(|e| e.in_lang(Lang::En))?;
    let at = setup.policies.iter().position(|policy| policy.name == name).ok_or("no such policy")?;
    Ok(Judged { findings, results: all[at].clone() })
}
