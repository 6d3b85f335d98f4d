//! Random policies over random records that arrive on several nights: a ledger that is kept and goes on gives what one
//! run over all records gives, whatever the as-of of the nights before.

use crate::bridge::{Delivery, batches, compile, engine, judged, registers};
use crate::generate::words::Words;
use crate::property::{compare, make};
use crate::reference::Spec;
use chrono::Duration;
use wangge::engine::batch::Batch;
use wangge::engine::{Fingerprint, Ledger, Unsettled};

/// Cases of a run without `WANGGE_CASES`.
const CASES: u64 = 120;

/// What stands in a ledger file.
type Kept = (Ledger, Vec<Batch<'static>>);

#[test]
fn property_nights_come_to_the_whole() {
    let number = |name: &str, otherwise| std::env::var(name).ok().map_or(otherwise, |n| n.parse().expect("a number"));
    let (cases, first) = (number("WANGGE_CASES", CASES), number("WANGGE_SEED", 1));
    let (mut continued, mut held, mut refused) = (0, 0, 0);
    for seed in first..first + cases {
        let Some((case, policy)) = make(seed) else { continue };
        let Ok(expected) = engine(&policy, &case.rows, &case.spec, Delivery::PLAIN) else { continue };
        let mut w = Words::new(seed ^ 0x0a11);
        let (of_registers, mut records): (Vec<_>, Vec<_>) = batches(&policy, &case.rows, 1 + w.below(40))
            .into_iter()
            .partition(|b| policy.kinds[b.kind].role != wangge::model::Role::Record);
        w.shuffle(&mut records);
        let mut nights: Vec<Spec> = (0..w.below(3)).map(|_| earlier(&case.spec, &mut w)).collect();
        nights.push(case.spec.clone());
        let mut kept: Option<(Fingerprint, Vec<u8>)> = None;
        for (at, spec) in nights.iter().enumerate() {
            let program = compile(&policy, spec, true).expect("compiles as before");
            let registers = registers(&program, &of_registers);
            let (mut settled, mut unsettled) =
                (Ledger::new(&program, &registers), Unsettled::new(&program, &registers));
            let fingerprint = Fingerprint::new(&program, &registers);
            if let Some((before, bytes)) = &kept {
                if *before != fingerprint {
                    // A filter that reads as-of ties the ledger to it, and so does a state before the period: the run starts anew.
                    let is_before = nights.iter().any(|night| night.closed_until.date() < night.period.0);
                    assert!(
                        is_before || format!("{policy:?}").contains("AsOf"),
                        "seed {seed}: another fingerprint\n{}",
                        case.document.text()
                    );
                    refused += 1;
                    break;
                }
                let (ledger, later): Kept = postcard::from_bytes(bytes).expect("a ledger");
                settled.merge(ledger);
                held += later.iter().map(|batch| batch.row_count).sum::<usize>();
                for rows in &later {
                    unsettled.observe(&mut settled, &program, &registers, rows).expect("observed before");
                }
                continued += 1;
            }
            let take = if at + 1 == nights.len() { records.len() } else { w.below(records.len() + 1) };
            for batch in records.drain(..take) {
                unsettled.observe(&mut settled, &program, &registers, &batch).expect("as in one run");
            }
            kept = Some((fingerprint, postcard::to_stdvec(&(&settled, &unsettled.rows)).expect("written")));
            if at + 1 == nights.len() {
                settled.merge(unsettled.ledger);
                let found = judged(&program, &registers, &settled).expect("as in one run");
                if let Err(why) = compare(&policy, &expected, &found) {
                    panic!(
                        "seed {seed}, nights up to {:?}: one run (reference) and nights (engine)\n{why}\n{}",
                        nights.iter().map(|n| n.read_until).collect::<Vec<_>>(),
                        case.document.text()
                    );
                }
            }
        }
    }
    println!("{cases} cases: {continued} times continued, {held} records held, {refused} refused");
    assert!(continued >= cases / 3 && held > cases as usize && refused < cases, "the nights show nothing");
}

/// The same run on an earlier day.
fn earlier(spec: &Spec, w: &mut Words) -> Spec {
    let back = Duration::days(1 + w.below(200) as i64);
    Spec { read_until: spec.read_until - back, closed_until: spec.closed_until - back, ..spec.clone() }
}
