//! Looking back: what a row counted for, by the same code that observed it. For explanations only;
//! nothing here changes a state.

use super::batch::Batch;
use super::eval::{Context, eval};
use super::ledger::Ledger;
use super::observe::{RecordRow, dated, ending, param, placed, targets};
use super::registers::{FOREVER, Registers, Store, key_text};
use super::table::batch_cell;
use super::value::{Tri, V};
use super::world::World;
use crate::model::{Acting, Day, Expr, FieldId, Id, KindId, Link, Moment, ParamId, Policy, Role, SourcePart, Type};
use crate::program::Program;

/// A run that was observed, looked back at.
#[derive(Clone, Copy)]
pub struct Trace<'a> {
    world: World<'a>,
}

/// What a record came to in one part of an aggregate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// Keys of the subjects that it leads to; the whole by its kind's name.
    pub subjects: Vec<String>,
    /// The day that it counts on.
    pub day: Day,
    /// The year that it names, where that says on which day it counts.
    pub year: Option<String>,
    /// The day of its end (`ending` in SEMANTICS, section 11).
    pub last: Day,
    /// Whether it counts; `None`: unknown, so that the record puts the number in doubt.
    pub kept: Option<bool>,
    /// Its moment.
    pub at: Moment,
    /// The first condition of the filter, of those that `and` joins, that does not hold, or is not decided.
    pub failed: Option<usize>,
    /// The filter holds, but another record of its matter was first.
    pub not_first: bool,
    /// Where others act for the subject: the key that the record itself leads to.
    pub doer: Option<String>,
    /// Subjects that it would count for if places below them, or others in their stead, counted.
    pub others: Vec<(String, Passed)>,
}

/// Why a record passes a subject by: the key that it leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Passed {
    /// It belongs to a place below.
    Place(String),
    /// It is that of one who stands in, or for whom somebody stands in.
    Actor(String),
}

/// The conditions that `and` joins; one that stands alone is the only one.
#[must_use]
pub fn conjuncts(filter: &Expr) -> Vec<&Expr> {
    match filter {
        Expr::And(parts) => parts.iter().collect(),
        other => vec![other],
    }
}

impl<'a> Trace<'a> {
    /// Of the program, registers and ledger of a run.
    #[must_use]
    pub fn new(program: &'a Program, registers: &'a Registers, ledger: &'a Ledger) -> Trace<'a> {
        Trace { world: World { program, registers, ledger: Some(ledger) } }
    }

    pub(super) fn of(world: World<'a>) -> Trace<'a> {
        Trace { world }
    }

    /// The policy.
    #[must_use]
    pub fn policy(&self) -> &'a Policy {
        self.world.policy()
    }

    /// Keys of the subjects of a kind, by their bytes.
    #[must_use]
    pub fn subjects(&self, kind: KindId) -> Vec<&'a str> {
        let Some(keys) = self.world.keys(kind) else { return Vec::new() };
        let sorted = keys.sorted().iter().map(|id| keys.key(*id));
        sorted.filter(|key| self.has_subject(kind, key)).collect()
    }

    /// Whether a subject of a kind has this key.
    #[must_use]
    pub fn has_subject(&self, kind: KindId, key: &str) -> bool {
        self.id_of(kind, key).is_some()
    }

    pub(super) fn id_of(&self, kind: KindId, key: &str) -> Option<u32> {
        let id = self.world.keys(kind)?.find(key)?;
        // Keys of records that are only referred to are no subjects.
        match (self.world.registers.store(kind), self.world.ledger) {
            (Store::Event(_), Some(ledger)) => ledger.events(kind).moment(id).map(|_| id),
            _ => Some(id),
        }
    }

    /// Keys of the subjects that a subject leads to on a day.
    #[must_use]
    pub fn leads(&self, kind: KindId, key: &str, link: &Link, day: Day) -> Vec<String> {
        let Some(id) = self.id_of(kind, key) else { return Vec::new() };
        let (path, ancestors) = match link {
            Link::Whole => return self.whole(),
            Link::Path { path, ancestors } => (path, ancestors),
            Link::Shared { kind: relation, on } => {
                let reached = on.iter().map(|(path, field)| Some((*field, self.world.follow(kind, id, path, day)?.1)));
                let reached = reached.collect::<Option<Vec<_>>>();
                let rows = reached.map(|reached| self.world.rows_with(*relation, &reached, day)).unwrap_or_default();
                return rows.into_iter().map(|row| self.world.key(*relation, row).to_owned()).collect();
            }
        };
        let found = self.world.follow(kind, id, path, day);
        let Some((kind, id)) = found else { return Vec::new() };
        let ids = if *ancestors { self.world.ancestors(kind, id, day) } else { vec![id] };
        ids.into_iter().map(|id| self.world.key(kind, id).to_owned()).collect()
    }

    /// Filled fields of a subject on a day, with their values as outputs print them.
    #[must_use]
    pub fn attributes(&self, kind: KindId, key: &str, day: Day) -> Vec<(FieldId, String)> {
        let Some(id) = self.id_of(kind, key) else { return Vec::new() };
        let fields = self.policy().kinds[kind].fields.entries();
        let shown = fields.filter_map(|(field, decl)| {
            let text = self.text_of(&decl.ty, self.world.cell(kind, id, field, day))?;
            Some((field, text))
        });
        shown.collect()
    }

    /// First and last day of each row of a subject of a register, in order, open sides missing; of others none.
    #[must_use]
    pub fn versions(&self, kind: KindId, key: &str) -> Vec<(Option<Day>, Option<Day>)> {
        let lives = self.id_of(kind, key).and_then(|id| self.world.registers.lives(kind, id));
        let side = |day: Day, open: Day| (day != open).then_some(day);
        lives.into_iter().flatten().map(|days| (side(days.start, FOREVER.0), side(days.last(), FOREVER.1))).collect()
    }

    /// Whether a day or time of a row counts as empty, because it lies later than as-of.
    #[must_use]
    pub fn is_masked(&self, kind: KindId, field: FieldId, moment: Moment) -> bool {
        self.world.masked(kind, field, V::Moment(moment)) == V::Unknown
    }

    /// The day of an event.
    #[must_use]
    pub fn event_day(&self, kind: KindId, key: &str) -> Option<Day> {
        let id = self.id_of(kind, key)?;
        match (self.world.registers.store(kind), self.world.ledger) {
            (Store::Event(_), Some(ledger)) => ledger.events(kind).moment(id).map(crate::model::Moment::day),
            _ => None,
        }
    }

    /// What a row of a batch of records came to. `None`: it was not taken in (no date, later than as-of).
    ///
    /// `wide`: subjects that it passes by are told too.
    #[must_use]
    pub fn counted(&self, batch: &Batch<'_>, row: usize, part: &SourcePart, wide: bool) -> Option<Counted> {
        self.with_row(batch, row, |record, own| self.counted_row(record, own, part, wide))?
    }

    /// Which of these values a record does not say, by position.
    #[must_use]
    pub fn unsaid(&self, batch: &Batch<'_>, row: usize, values: &[&Expr]) -> Vec<usize> {
        let of = |record: &RecordRow<'_, '_>| {
            let unsaid = |value: &&Expr| eval(value, record).is_ok_and(|value| !value.is_known());
            values.iter().enumerate().filter(|(_, value)| unsaid(value)).map(|(at, _)| at).collect()
        };
        self.with_row(batch, row, |record, _| of(record)).unwrap_or_default()
    }

    /// A row of a batch of records as the run reads it, with its own position among the keys. `None`: it was not taken in.
    fn with_row<T>(
        &self,
        batch: &Batch<'_>,
        row: usize,
        look: impl FnOnce(&RecordRow<'_, '_>, Option<u32>) -> T,
    ) -> Option<T> {
        let kind = &self.policy().kinds[batch.kind];
        let column = |field: FieldId| batch.columns.get(field.index()).and_then(Option::as_ref);
        let mut values: Vec<V<'_>> =
            kind.fields.ids().map(|field| column(field).map_or(V::Unknown, |c| batch_cell(c, row))).collect();
        let moment = values.get(kind.at?.index())?.moment()?;
        if !self.world.program.spec().as_of.reads(moment) {
            return None;
        }
        let refs: Vec<Option<u32>> = (kind.fields.entries())
            .map(|(field, decl)| match (&decl.ty, values.get(field.index())) {
                (Type::Ref(target), Some(V::Text(text))) => match self.world.registers.store(*target) {
                    Store::Whole(_) => Some(0),
                    _ => self.world.keys(*target).and_then(|keys| keys.find(text)),
                },
                _ => None,
            })
            .collect();
        let key = kind.key.and_then(|key| values.get(key.index())).and_then(|key| key_text(*key));
        let own = key.as_ref().and_then(|key| self.world.keys(batch.kind)?.find(key));
        for (field, value) in kind.fields.ids().zip(values.iter_mut()) {
            *value = self.world.masked(batch.kind, field, *value);
        }
        let (world, kind) = (self.world, batch.kind);
        let (day, key, values, refs) = (moment.day(), key.as_deref(), &*values, &*refs);
        let (written, planned, fillable) = (&[][..], false, false);
        let record = RecordRow { world, kind, day, moment, values, written, planned, fillable, refs, key };
        Some(look(&record, own))
    }

    fn counted_row(
        &self,
        record: &RecordRow<'_, '_>,
        own: Option<u32>,
        part: &SourcePart,
        wide: bool,
    ) -> Option<Counted> {
        let (world, kind, moment) = (self.world, record.kind, record.moment);
        let kept = match placed(record, part).ok()?.keep {
            Tri::True => Some(true),
            Tri::False => Some(false),
            Tri::Unknown => None,
        };
        let truth = |expr: &Expr| eval(expr, record).map_or(Tri::Unknown, V::truth);
        let failed = match &part.filter {
            Some(filter) if kept == Some(false) => {
                conjuncts(filter).into_iter().position(|one| truth(one) == Tri::False)
            }
            Some(filter) if kept.is_none() => conjuncts(filter).into_iter().position(|one| truth(one) == Tri::Unknown),
            _ => None,
        };
        let not_first = kept == Some(false) && failed.is_none() && part.first.is_some();
        let keys = |part: &SourcePart| -> Vec<String> {
            let kind = crate::program::link_kind(self.policy(), part);
            let ids = targets(record, part, own).into_iter();
            kind.map(|kind| ids.map(|id| world.key(kind, id).to_owned()).collect()).unwrap_or_default()
        };
        let subjects = match &part.link {
            Link::Whole => self.whole(),
            Link::Path { .. } | Link::Shared { .. } => keys(part),
        };
        let direct = || keys(&SourcePart { acting: Acting::InPerson, ..own_only(part) }).into_iter().next();
        let doer = if part.acting == Acting::InPerson { None } else { direct() };
        let mut others = Vec::new();
        if wide && part.link != Link::Whole {
            let mut pass = |other: SourcePart, passed: fn(String) -> Passed| {
                let direct = direct();
                for key in keys(&other).into_iter().filter(|key| !subjects.contains(key)) {
                    others.push((key, passed(direct.clone().unwrap_or_default())));
                }
            };
            if let Link::Path { path, ancestors: false } = &part.link
                && self.has_parent(part)
            {
                let link = Link::Path { path: path.clone(), ancestors: true };
                pass(SourcePart { link, ..part.clone() }, Passed::Place);
            }
            if !self.policy().stand_ins.is_empty() {
                for acting in [Acting::InPerson, Acting::OrStandIn] {
                    pass(SourcePart { acting, ..part.clone() }, Passed::Actor);
                }
            }
        }
        let (day, last) = (dated(record, part), ending(record).at.day());
        let year = part.year_field.and_then(|field| {
            let ty = &self.policy().kinds[kind].fields.get(field)?.ty;
            self.text_of(ty, record.values.get(field.index()).copied()?)
        });
        Some(Counted { subjects, day, year, last, kept, at: moment, failed, not_first, doer, others })
    }

    /// Whether subjects of a part's kind lie in others.
    fn has_parent(&self, part: &SourcePart) -> bool {
        let kind = crate::program::link_kind(self.policy(), part);
        kind.and_then(|kind| self.policy().kinds.get(kind)).is_some_and(|kind| kind.parent.is_some())
    }

    /// Whether a condition over attributes holds for a subject on a day. `None`: not decided, or it reads
    /// more than attributes.
    #[must_use]
    pub fn holds(&self, kind: KindId, key: &str, filter: Option<&'a Expr>, day: Day) -> Option<bool> {
        let Some(filter) = filter else { return Some(true) };
        let row = SubjectRow { world: self.world, kind, id: self.id_of(kind, key)?, day };
        match eval(filter, &row).ok()?.truth() {
            Tri::True => Some(true),
            Tri::False => Some(false),
            Tri::Unknown => None,
        }
    }

    fn whole(&self) -> Vec<String> {
        let whole = self.policy().kinds.iter().filter(|kind| kind.role == Role::Whole);
        whole.map(|kind| kind.name.clone()).collect()
    }

    fn text_of(&self, ty: &Type, value: V<'_>) -> Option<String> {
        let code = |list, at: u32| Some(self.policy().code_lists.get(list)?.codes.get(at as usize)?.clone());
        match (value, ty) {
            (V::Unknown, _) => None,
            (V::Num(range), _) => range.value().map(|number| number.to_string()),
            (V::Truth(Tri::Unknown), _) => None,
            (V::Truth(truth), _) => Some((truth == Tri::True).to_string()),
            (V::Moment(moment), _) => Some(moment.to_string()),
            (V::Text(text), _) => Some(text.to_owned()),
            (V::Code(at), Type::Code(list)) => code(*list, at),
            (V::Set(set), Type::CodeSet(list)) => {
                let held: Vec<String> =
                    (0..64).filter(|at| set >> at & 1 == 1).filter_map(|at| code(*list, at)).collect();
                Some(held.join(";"))
            }
            _ => None,
        }
    }
}

/// A part without ancestors.
fn own_only(part: &SourcePart) -> SourcePart {
    let link = match &part.link {
        Link::Path { path, .. } => Link::Path { path: path.clone(), ancestors: false },
        link => link.clone(),
    };
    SourcePart { link, ..part.clone() }
}

/// A subject's attributes on a day.
struct SubjectRow<'a> {
    world: World<'a>,
    kind: KindId,
    id: u32,
    day: Day,
}

impl<'a> Context<'a> for SubjectRow<'a> {
    fn field(&self, path: &[FieldId]) -> V<'a> {
        self.world.walk(self.kind, self.id, path, self.day)
    }
    fn key(&self) -> V<'a> {
        V::Text(self.world.key(self.kind, self.id))
    }
    fn zone(&self) -> chrono_tz::Tz {
        self.world.policy().timezone
    }
    fn param(&self, id: ParamId) -> V<'a> {
        param(self.world.program, id)
    }
}
