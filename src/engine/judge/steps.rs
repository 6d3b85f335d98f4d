//! Sequences: whether steps rise, and whether each was done by another hand.

use super::Judge;
use super::due::precedes;
use super::requirement::Judged;
use super::subject::Subject;
use crate::engine::value::{Tri, V, compare};
use crate::model::{CompareOp, Moment, Overflow, SequenceReq, Shown};

impl<'a> Judge<'a> {
    /// Steps in an order: all there, each not before the one before it; by different hands if demanded.
    pub(super) fn sequence(&self, steps: &'a SequenceReq, subject: &Subject<'_, 'a>) -> Result<Judged, Overflow> {
        let mut measured = Vec::with_capacity(steps.events.len());
        let (mut missing, mut doubtful, mut falls) = (false, false, false);
        let mut before: Option<Moment> = None;
        let mut hands: Vec<V<'a>> = Vec::new();
        for (at, event) in steps.events.iter().enumerate() {
            let seen = self.seen(event, subject)?;
            measured.push(seen.moment.map_or(Shown::Nothing, Shown::Moment));
            let Some(moment) = seen.moment else {
                missing = true;
                doubtful |= seen.missed || seen.doubtful;
                continue;
            };
            falls |= before.is_some_and(|before| precedes(moment, before));
            before = Some(moment);
            if let Some(hand) = steps.hands.get(at) {
                hands.push(subject.edge_value(*hand)?.unwrap_or(V::Unknown));
            }
        }
        let order = match (missing, doubtful, falls) {
            (_, _, true) => Tri::False,
            (true, true, _) => Tri::Unknown,
            (true, false, _) => Tri::False,
            (false, ..) => Tri::True,
        };
        Ok(Judged { truth: order.and(all_differ(&hands)), measured, required: Vec::new() })
    }
}

fn all_differ(hands: &[V<'_>]) -> Tri {
    let mut differ = Tri::True;
    for (at, hand) in hands.iter().enumerate() {
        for other in hands.iter().skip(at + 1) {
            differ = differ.and(compare(CompareOp::Ne, *hand, *other));
        }
    }
    differ
}
