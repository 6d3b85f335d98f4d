//! Random policies over random data: the engine and the reference interpreter decide the same,
//! whatever the order of rows, the size of batches and the number of ledgers.
//!
//! `WANGGE_CASES=20000 cargo test --release --test it property` is the long run; `WANGGE_SEED=n` starts at a seed.

use std::fmt::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;

use wangge::diagnostic::Severity;
use wangge::model::Policy;
use wangge::source::Sources;

use crate::bridge::{Delivery, WAYS, engine, in_order};
use crate::census::Census;
use crate::generate::data::{data, days};
use crate::generate::policy::{Document, document};
use crate::generate::words::Words;
use crate::reference::{Judged, Rows, Spec, judge};

/// The name of a random policy. It may take in another one.
pub const OWN: &str = "P";
/// Cases of a run without `WANGGE_CASES`.
const CASES: u64 = 300;
/// From so many cases on, every form must have occurred.
const LONG_RUN: u64 = 20_000;
/// The least number of times that a form occurs in a long run.
const LEAST: u64 = 50;

#[derive(Clone)]
pub struct Case {
    pub document: Document,
    pub rows: Rows,
    pub spec: Spec,
    /// Names of the kinds: rows go by their positions.
    kinds: Vec<String>,
    seed: u64,
}

pub fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().map_or(otherwise, |text| text.parse().expect("a number"))
}

#[test]
fn property_engine_and_reference_agree() {
    let (cases, first) = (number("WANGGE_CASES", CASES), number("WANGGE_SEED", 1));
    let mut census = Census::default();
    for seed in first..first + cases {
        let Some((case, policy)) = make(seed) else { continue };
        match differ(&policy, &case.rows, &case.spec, seed) {
            Ok(judged) => census.take(&case.document, &policy, &case.spec, &judged),
            Err(why) => {
                let (case, why) = shrink(case, why);
                panic!("{}", show(&case, &why));
            }
        }
    }
    println!("{cases} cases from seed {first}\n{}", census.table());
    let ways = [("by column", &WAYS.by_column), ("by row", &WAYS.by_row), ("plain rules", &WAYS.plain)];
    for (way, count) in ways.map(|(way, count)| (way, count.load(Ordering::Relaxed))) {
        println!("{count:>10} {way}");
        assert!(cases < CASES || count > 0, "never {way}");
    }
    if cases >= LONG_RUN {
        let rare = census.below(LEAST);
        assert!(rare.is_empty(), "occurred fewer than {LEAST} times: {rare:?}");
    }
}

/// A policy that the checker refuses is a fault of the generator or of the checker.
#[test]
fn property_generated_policies_pass_the_checker() {
    let (cases, first) = (number("WANGGE_CASES", CASES), number("WANGGE_SEED", 1));
    let mut refused = Vec::new();
    for seed in first..first + cases {
        let mut w = Words::new(seed);
        let days = days(&mut w);
        let text = document(&mut w, days).text();
        if let Err(why) = check_named(&text, OWN)
            && !is_contradiction(&why)
        {
            refused.push(format!("seed {seed}: {why}"));
        }
    }
    assert!(
        refused.is_empty(),
        "{} of {cases} refused\n{}",
        refused.len(),
        refused[..refused.len().min(12)].join("\n")
    );
}

/// Whether rules contradict each other, or one overrides another on days that cannot be told, and nothing else is wrong.
pub fn is_contradiction(why: &str) -> bool {
    let untold = |line: &str| line.contains(" WG0786 on which days ");
    why.lines().filter(|line| line.starts_with("line ")).all(|line| line.contains(" WG0783 ") || untold(line))
}

/// The case of a seed; none where its rules cannot stand beside each other. Any other policy that the checker refuses is a fault
/// of the generator or the checker.
pub fn make(seed: u64) -> Option<(Case, Policy)> {
    let mut w = Words::new(seed);
    let days = days(&mut w);
    let document = document(&mut w, days);
    let policy = match check_named(&document.text(), OWN) {
        Ok(policy) => policy,
        Err(why) if is_contradiction(&why) => return None,
        Err(why) => panic!("seed {seed}: the checker refuses\n{}\n{why}", document.text()),
    };
    let (rows, spec) = data(&mut w, &policy, days);
    let kinds = policy.kinds.iter().map(|kind| kind.name.clone()).collect();
    Some((Case { document, rows, spec, kinds, seed }, policy))
}

/// The last policy of a text, or what is wrong with it.
pub fn check(text: &str) -> Result<Policy, String> {
    check_all(text)?.pop().ok_or_else(|| "no policy".to_owned())
}

/// The policy of a name in a text, or what is wrong with the text.
pub fn check_named(text: &str, name: &str) -> Result<Policy, String> {
    check_all(text)?.into_iter().find(|policy| policy.name == name).ok_or_else(|| format!("no policy {name}"))
}

/// All policies of a text, or what is wrong with it.
fn check_all(text: &str) -> Result<Vec<Policy>, String> {
    let mut sources = Sources::default();
    let id = sources.add("case.wg", text);
    let (file, mut diagnostics) = wangge::syntax::parse(id, text);
    let mut checked = wangge::check::check(&[(id, file)], &sources);
    diagnostics.append(&mut checked.diagnostics);
    let errors: Vec<String> = (diagnostics.iter())
        .filter(|d| d.severity == Severity::Error)
        .map(|d| {
            let span = d.primary.span;
            let place = sources.get(span.source).map(|s| s.line_column(span.start));
            let line = place.map_or(0, |p| p.line);
            let help = d.help.as_ref().map_or(String::new(), |h| h.en.clone());
            format!("line {line}: {} {}: `{}` {help}", d.code, d.message.en, sources.slice(span))
        })
        .collect();
    if errors.is_empty() { Ok(checked.policies) } else { Err(errors.join("\n")) }
}

/// What both decide, or in what they differ.
pub fn differ(policy: &Policy, rows: &Rows, spec: &Spec, seed: u64) -> Result<Judged, String> {
    let expected = guarded("reference", || judge(policy, rows, spec))?;
    let mut w = Words::new(seed ^ 0x5eed);
    let mut deliveries = vec![Delivery::PLAIN];
    deliveries.push(Delivery { shuffled: true, batch_rows: 1 + w.below(9), ledgers: 1 + w.below(4), seed });
    for how in deliveries {
        let found = guarded("engine", || engine(policy, rows, spec, how))?;
        match (&expected, found) {
            (Ok(expected), Ok(found)) => {
                compare(policy, expected, &found).map_err(|why| format!("{how:?}\n{why}"))?;
                if !in_order(policy, &found) {
                    return Err(format!("{how:?}\nthe engine's results are not in order"));
                }
            }
            // A run that cannot be made: both must say so.
            (Err(_), Err(_)) => {}
            (Err(why), Ok(_)) => return Err(format!("only the reference refuses: {why}")),
            (Ok(_), Err(why)) => return Err(format!("only the engine refuses: {why}")),
        }
    }
    expected.or_else(|_| Ok(Judged { findings: Vec::new(), results: wangge::model::Results::default() }))
}

fn guarded<T>(who: &str, run: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(run)).map_err(|cause| {
        let text = cause.downcast_ref::<String>().cloned();
        let text = text.or_else(|| cause.downcast_ref::<&str>().map(|s| (*s).to_owned()));
        format!("{who} panics: {}", text.unwrap_or_default())
    })
}

pub fn compare(policy: &Policy, expected: &Judged, found: &Judged) -> Result<(), String> {
    let rule = |f: &wangge::model::Finding| policy.rules[f.rule].name.clone();
    listed("findings", &expected.findings, &found.findings, &|f| format!("{} {f:?}", rule(f)))?;
    let (a, b) = (&expected.results, &found.results);
    listed("items", &a.items, &b.items, &|x| format!("{x:?}"))?;
    listed("scores", &a.scores, &b.scores, &|x| format!("{x:?}"))?;
    listed("effects", &a.effects, &b.effects, &|x| format!("{x:?}"))?;
    listed("open counters", &a.open_counters, &b.open_counters, &|x| format!("{x:?}"))?;
    listed("payments", &a.payments, &b.payments, &|x| format!("{x:?}"))?;
    listed("rules", &a.rules, &b.rules, &|x| format!("{x:?}"))?;
    listed("measures", &a.measures, &b.measures, &|x| format!("{x:?}"))
}

/// The first rows of either side that the other has not.
fn listed<T: PartialEq>(what: &str, expected: &[T], found: &[T], show: &dyn Fn(&T) -> String) -> Result<(), String> {
    if expected == found {
        return Ok(());
    }
    let mut text = format!("{what} differ\n");
    for (side, own, other) in [("reference", expected, found), ("engine   ", found, expected)] {
        for row in own.iter().filter(|row| !other.contains(row)).take(3) {
            let _ = writeln!(text, "  {side} {}", show(row));
        }
    }
    if expected.len() == found.len() && expected.iter().all(|row| found.contains(row)) {
        text += "  only the order\n";
    }
    Err(text)
}

/// Whether a smaller case still fails, and how.
fn fails(case: &Case) -> Option<String> {
    let policy = check_named(&case.document.text(), OWN).ok()?;
    if !policy.kinds.iter().map(|kind| &kind.name).eq(&case.kinds) {
        return None;
    }
    // Rows whose references were left out are refused: another failure.
    differ(&policy, &case.rows, &case.spec, case.seed).err().filter(|why| !why.contains("refused"))
}

/// Leaves out statements, lines and rows as long as the case still fails.
fn shrink(mut case: Case, mut why: String) -> (Case, String) {
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let mut smaller = true;
    while smaller {
        smaller = false;
        for candidate in without_statements(&case).into_iter().chain(without_rows(&case)) {
            if let Some(reason) = fails(&candidate) {
                (case, why, smaller) = (candidate, reason, true);
                break;
            }
        }
    }
    std::panic::set_hook(hook);
    (case, why)
}

fn without_statements(case: &Case) -> Vec<Case> {
    let mut found: Vec<Case> =
        case.document.in_one().map(|document| Case { document, ..case.clone() }).into_iter().collect();
    for at in (0..case.document.statements.len()).rev() {
        let mut smaller = case.clone();
        smaller.document.remove(at);
        found.push(smaller);
        for line in (0..case.document.statements[at].lines.len()).rev() {
            let mut smaller = case.clone();
            smaller.document.statements[at].lines.remove(line);
            found.push(smaller);
        }
    }
    found
}

fn without_rows(case: &Case) -> Vec<Case> {
    let mut found = Vec::new();
    for (kind, rows) in &case.rows {
        for part in [rows.len() / 2, 1] {
            if part == 0 {
                continue;
            }
            for start in (0..rows.len()).step_by(part) {
                let mut smaller = case.clone();
                let end = (start + part).min(rows.len());
                smaller.rows.get_mut(kind).expect("rows").drain(start..end);
                found.push(smaller);
            }
        }
    }
    found
}

fn show(case: &Case, why: &str) -> String {
    let mut text = format!("seed {}\n{}\n", case.seed, case.document.text());
    let policy = check_named(&case.document.text(), OWN).expect("a policy");
    for (kind, rows) in &case.rows {
        let kind = &policy.kinds[*kind];
        let names: Vec<&str> = kind.fields.iter().map(|f| f.name.as_str()).collect();
        let _ = writeln!(text, "{} [{}]", kind.name, names.join(", "));
        for row in rows {
            let cells: Vec<String> =
                row.fields.iter().map(|c| c.as_ref().map_or("-".to_owned(), |c| format!("{c:?}"))).collect();
            let _ = writeln!(text, "    {} {:?} {:?}", cells.join(" | "), row.since, row.until);
        }
    }
    let spec = &case.spec;
    let _ =
        writeln!(text, "period {:?} read until {} closed until {}", spec.period, spec.read_until, spec.closed_until);
    for (kind, covered) in &spec.coverage {
        let _ = writeln!(text, "complete {} {covered:?}", policy.kinds[*kind].name);
    }
    text + why
}
