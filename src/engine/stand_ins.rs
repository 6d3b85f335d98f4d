//! Who stands in for whom on which day, and whom a record counts for because of it.

use super::value::{Tri, V};
use super::world::{ALWAYS, World};
use crate::model::{Acting, Day, FieldId, Id, KindId, SourcePart, Window};
use hashbrown::HashMap;

/// Others by a subject, each with the days.
type Others = HashMap<(KindId, u32), Vec<(u32, Window)>>;

/// All stand-ins on file.
#[derive(Debug, Clone, Default)]
pub(super) struct StandIns {
    /// Those who are absent, by who stands in.
    absent: Others,
    /// Those who stand in, by who is absent.
    by: Others,
}

impl StandIns {
    /// Of the registers, and of records once they are in.
    fn read(world: &World<'_>) -> StandIns {
        let mut found = StandIns::default();
        for declared in &world.policy().stand_ins {
            for (values, refs, life) in world.rows_of(declared.kind) {
                let who = |field: FieldId| refs.get(field.index()).copied().flatten();
                if let (Some(by), Some(absent), Some(days)) =
                    (who(declared.by), who(declared.absent), said_days((declared.from, declared.to), &values, life))
                    && by != absent
                {
                    found.absent.entry((declared.actor, by)).or_default().push((absent, days));
                    found.by.entry((declared.actor, absent)).or_default().push((by, days));
                }
            }
        }
        found
    }
}

fn on(others: &Others, kind: KindId, id: u32, day: Day) -> impl Iterator<Item = u32> {
    let found = others.get(&(kind, id)).map_or(&[][..], Vec::as_slice);
    found.iter().filter(move |(_, days)| days.contains(day)).map(|(other, _)| *other)
}

/// The days for which a row holds: from the day of one field to that of another (inclusive). Without the first from where its
/// life begins, without both for its life, without the last for good; `None` where the first is empty, or the last lies before it.
pub(super) fn said_days(
    (from, to): (Option<FieldId>, Option<FieldId>),
    values: &[V<'_>],
    life: Window,
) -> Option<Window> {
    let day = |field: FieldId| values.get(field.index()).and_then(|value| value.moment()).map(|moment| moment.day());
    let start = match from {
        Some(field) => day(field)?,
        None => life.start,
    };
    let end = match to {
        Some(field) => day(field).map_or(ALWAYS.end, |day| day.plus(1)),
        None if from.is_none() => life.end,
        None => ALWAYS.end,
    };
    (start < end).then_some(Window { start, end })
}

impl<'a> World<'a> {
    fn stand_ins(&self) -> &'a StandIns {
        match self.ledger {
            Some(ledger) => ledger.late.stand_ins.get_or_init(|| StandIns::read(self)),
            None => self.registers.stand_ins.get_or_init(|| StandIns::read(self)),
        }
    }

    /// Whether some kind that says who stands in for subjects of a kind has no source.
    fn is_uncovered(&self, actor: KindId) -> bool {
        let mut declared = self.policy().stand_ins.iter().filter(|declared| declared.actor == actor);
        declared.any(|declared| !self.program.spec().coverage.contains_key(&declared.kind))
    }

    /// Whether it is not known whose records a part counts, because a kind of stand-ins has no source.
    pub(super) fn is_acting_unknown(&self, part: &SourcePart) -> bool {
        if part.acting == Acting::InPerson {
            return false;
        }
        match &part.link {
            crate::model::Link::Whole => false,
            crate::model::Link::Shared { on, .. } => on
                .iter()
                .any(|(path, _)| self.policy().path_kind(part.kind, path).is_some_and(|kind| self.is_uncovered(kind))),
            crate::model::Link::Path { path, .. } => {
                self.policy().path_kind(part.kind, path).is_some_and(|kind| self.is_uncovered(kind))
            }
        }
    }

    /// Whether a subject acts for another on a day.
    pub(super) fn acts(&self, kind: KindId, doer: &str, named: &str, instead: bool, day: Day) -> Tri {
        let same = doer == named;
        if self.is_uncovered(kind) {
            return if same && !instead { Tri::True } else { Tri::Unknown };
        }
        let id = |key: &str| self.keys(kind).and_then(|keys| keys.find(key));
        let Some(named) = id(named) else { return Tri::of(same) };
        let mut others = on(&self.stand_ins().by, kind, named, day).peekable();
        if same {
            return Tri::of(!instead || others.peek().is_none());
        }
        let doer = id(doer);
        Tri::of(others.any(|other| Some(other) == doer))
    }

    /// Those for whom a subject's record of a day counts.
    fn acting_for(&self, kind: KindId, id: u32, acting: Acting, day: Day) -> Vec<u32> {
        if acting == Acting::InPerson {
            return vec![id];
        }
        let file = self.stand_ins();
        let mut found: Vec<u32> = on(&file.absent, kind, id, day).collect();
        let away = on(&file.by, kind, id, day).next().is_some() || self.is_uncovered(kind);
        if acting == Acting::OrStandIn || !away {
            found.push(id);
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The subjects for whom a record counts that leads to one, and those above them.
    pub(super) fn counted_for(&self, kind: KindId, id: u32, ancestors: bool, acting: Acting, day: Day) -> Vec<u32> {
        let found = self.acting_for(kind, id, acting, day);
        if !ancestors || self.policy().kinds[kind].role != crate::model::Role::Entity {
            return found;
        }
        let mut all: Vec<u32> = found.into_iter().flat_map(|id| self.ancestors(kind, id, day)).collect();
        if acting != Acting::InPerson {
            all.sort_unstable();
            all.dedup();
        }
        all
    }

    /// The rows of a relation for which a record counts that leads to these.
    pub(super) fn rows_for(
        &self,
        relation: KindId,
        reached: &[(FieldId, (KindId, u32))],
        acting: Acting,
        day: Day,
    ) -> Vec<u32> {
        let mut choices: Vec<Vec<(FieldId, u32)>> = vec![Vec::new()];
        for (field, (kind, id)) in reached {
            let ids = self.acting_for(*kind, *id, acting, day);
            let longer = |choice: &Vec<(FieldId, u32)>| {
                let own = choice.clone();
                ids.iter().map(move |id| own.iter().copied().chain([(*field, *id)]).collect()).collect::<Vec<_>>()
            };
            choices = choices.iter().flat_map(longer).collect();
        }
        let mut found: Vec<u32> = choices.iter().flat_map(|choice| self.rows_with(relation, choice, day)).collect();
        if acting != Acting::InPerson {
            found.sort_unstable();
            found.dedup();
        }
        found
    }
}
