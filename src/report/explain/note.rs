//! Notes: lines of an explanation with what stands below them; and the questions about records that they raise.

use super::EvidenceView;
use super::gather::with_bounds;
use super::statements::Statements;
use super::words::Words;
use crate::data::evidence::{Evidence, EvidenceQuery, EvidenceRow};
use crate::diagnostic::Text;
use crate::engine::review::{Days, Idle, Reader, Review, RowUses};
use crate::limits::{EXPLAINED_BRIEF_ROWS_MAX, EXPLAINED_NEAR_DAYS, EXPLAINED_QUESTIONS_MAX, EXPLAINED_ROWS_MAX};
use crate::model::frame_range;
use crate::model::{
    AggId, AggOp, CompareOp, Day, Expr, KindId, Link, MeasureId, Near, Path, Period, Role, Source, SourcePart, Unit,
    Value, Window,
};
use crate::program::walk_own;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// A line of an explanation.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Note {
    /// What it says.
    pub text: Text,
    /// Of a measure how the policy computes it; empty: nothing is said.
    pub formula: String,
    /// What stands below it.
    pub below: Vec<Note>,
    /// Records and rows behind it.
    pub evidence: Vec<EvidenceView>,
}

impl Note {
    /// A line with nothing below.
    #[must_use]
    pub fn of(text: Text) -> Note {
        Note { text, ..Note::default() }
    }

    /// A line with others below.
    pub fn with(text: Text, below: Vec<Note>) -> Note {
        Note { text, below, ..Note::default() }
    }

    /// A line in both languages.
    pub fn new(en: impl Into<String>, zh: impl Into<String>) -> Note {
        Note::of(Text::new(en, zh))
    }

    /// Every evidence in it, in order.
    pub(super) fn each_evidence(&mut self, see: &mut dyn FnMut(&mut EvidenceView)) {
        self.evidence.iter_mut().for_each(|evidence| evidence.each(see));
        self.below.iter_mut().for_each(|note| note.each_evidence(see));
    }
}

/// Where values are read.
#[derive(Clone, Copy)]
pub(super) struct Place<'x, 'r, 'p> {
    /// Lasts as long as the review: its rows are read again when all is told.
    pub kept: Reader<'r, 'p>,
    /// Knows the lines and obligations of an assessment under way: in it days and conditions are read.
    pub at: Reader<'x, 'p>,
}

impl<'r, 'p> From<Reader<'r, 'p>> for Place<'r, 'r, 'p> {
    fn from(reader: Reader<'r, 'p>) -> Self {
        Place { kept: reader, at: reader }
    }
}

/// Moments of records, and why those of a moment change nothing of a term; `None`: they do.
pub(super) type Acting = Vec<(crate::model::Moment, Option<Idle>)>;

/// A question about rows.
struct Question<'r, 'p> {
    part: Cow<'p, SourcePart>,
    subject: String,
    from: Option<Day>,
    to: Option<Day>,
    lasting: bool,
    of_rows: Option<RowUses>,
    /// Where the rows are rows of an aggregate: where it is read.
    read: Option<(Reader<'r, 'p>, AggId)>,
    stretch: Option<Days>,
    spaced: Option<Vec<crate::model::Moment>>,
    taken: Option<Vec<crate::model::Moment>>,
    acting: Option<Acting>,
    /// What is taken of a record that counts.
    values: Vec<&'p Expr>,
    /// Records on the days, beside the instants that bound them.
    beside: BTreeMap<String, bool>,
    /// The aggregate whose rows are asked for.
    agg: Option<AggId>,
    margin_days: i32,
    limit: usize,
    itself: bool,
    /// The rows are others, which share something with the subject: what.
    whose: Text,
}

impl Question<'_, '_> {
    /// The instants that bound the days asked for.
    fn bounds(&self) -> [Option<crate::model::Moment>; 2] {
        let instant = |at: Option<crate::model::Moment>| at.filter(|at| matches!(at, crate::model::Moment::At(_)));
        self.stretch.map_or([None; 2], |days| [instant(days.since), instant(days.until)])
    }
}

/// The questions about rows of one policy.
pub(super) struct Questions<'r, 'p> {
    pub at: usize,
    pub review: &'r Review<'p>,
    statements: &'p Statements,
    asked: Vec<Question<'r, 'p>>,
    /// Most rows of an answer.
    rows_max: usize,
    /// Nothing is cut.
    pub all: bool,
    /// Rows of an aggregate are being opened: those below them are not.
    pub opening: bool,
    /// Questions that were one too many.
    pub unasked: u64,
}

impl<'r, 'p> Questions<'r, 'p> {
    pub fn new(at: usize, review: &'r Review<'p>, statements: &'p Statements, all: bool) -> Questions<'r, 'p> {
        let rows_max = if all { usize::MAX } else { EXPLAINED_ROWS_MAX };
        Questions { at, review, statements, asked: Vec::new(), rows_max, all, opening: false, unasked: 0 }
    }

    /// Asks with fewer rows an answer: where there are many answers of one sort.
    pub fn briefly<T>(&mut self, ask: impl FnOnce(&mut Self) -> T) -> T {
        let brief = if self.all { usize::MAX } else { EXPLAINED_BRIEF_ROWS_MAX };
        let before = std::mem::replace(&mut self.rows_max, brief);
        let asked = ask(self);
        self.rows_max = before;
        asked
    }

    /// Words for rows, which no assessment under way speaks of.
    pub fn words(&self) -> Words<'p> {
        let (policy, statements) = (self.review.policy(), self.statements);
        Words { policy, statements, within: None, all: self.all, lines_of: None, is_beside: false }
    }

    pub fn queries(&self) -> impl Iterator<Item = EvidenceQuery<'_>> {
        self.asked.iter().map(|one| EvidenceQuery {
            policy: self.at,
            part: &one.part,
            subject: &one.subject,
            from: one.from,
            to: one.to,
            lasting: one.lasting,
            limit: one.limit,
            of_rows: one.of_rows.as_ref(),
            stretch: one.stretch,
            spaced: one.spaced.clone(),
            taken: one.taken.clone(),
            acting: one.acting.as_deref(),
            values: one.values.clone(),
            beside: Some(&one.beside).filter(|beside| !beside.is_empty()),
            margin_days: one.margin_days,
            itself: one.itself,
        })
    }

    /// How rows lead to a subject, each way once.
    pub fn parts_of(&self, subject: &str) -> Vec<&SourcePart> {
        let mut found: Vec<&SourcePart> = Vec::new();
        // Rows beside a subject do not lead to it.
        let leads = |one: &&Question<'_, '_>| one.subject == subject && !one.itself && one.whose.en.is_empty();
        for one in self.asked.iter().filter(leads) {
            if !found.iter().any(|part| (part.kind, &part.link) == (one.part.kind, &one.part.link)) {
                found.push(&one.part);
            }
        }
        found
    }

    /// Which of the rows that were asked for count.
    pub fn filter(&self, view: &EvidenceView) -> Option<&Expr> {
        self.asked.get(view.asked)?.part.filter.as_ref()
    }

    /// Puts an answer into its place.
    pub fn fill(&self, view: &mut EvidenceView, answers: &[Evidence]) {
        let (Some(answer), Some(asked)) = (answers.get(view.asked), self.asked.get(view.asked)) else { return };
        let words = self.words();
        let thin = asked.agg.and_then(|agg| words.policy.aggs.get(agg)?.thin);
        let days = asked.from.zip(asked.to).map(|(start, end)| Period::new(Window { start, end }).to_string());
        let days = days.unwrap_or_default();
        let place = super::aside::Asked {
            part: &asked.part,
            values: &asked.values,
            thin,
            period: &days,
            timed: asked.bounds().iter().any(Option::is_some),
        };
        let reason = |row: &EvidenceRow| super::aside::reason(words, place, row);
        let said = |row: &EvidenceRow| {
            let (reader, agg) = asked.read?;
            Some(super::figures::of_row(words, reader.row(agg, &row.key)?, agg))
        };
        view.values = answer.rows.iter().map(|row| said(row).unwrap_or_default()).collect();
        view.reasons = answer.rows.iter().map(reason).collect();
        view.near_reasons = answer.near.iter().map(reason).collect();
        view.looked = true;
        view.rows.clone_from(&answer.rows);
        view.near.clone_from(&answer.near);
        (view.total, view.kept, view.near_total) = (answer.total, answer.kept, answer.near_total);
        let is_named = asked.read.is_some_and(|(reader, _)| !reader.is_brought(asked.part.kind));
        if let (Some(uses), true) = (&asked.of_rows, is_named) {
            self.fill_named(view, asked, uses);
        }
    }

    /// Rows of a register that no source brings: records name them.
    fn fill_named(&self, view: &mut EvidenceView, asked: &Question<'r, 'p>, uses: &RowUses) {
        let words = self.words();
        view.named = true;
        (view.total, view.kept) =
            (uses.len() as u64, uses.values().filter(|(kept, _)| *kept == Some(true)).count() as u64);
        let place = super::aside::Asked::of(&asked.part);
        for (key, (kept, failed)) in uses.iter().take(asked.limit) {
            let row = EvidenceRow::named(key, *kept, failed.map(crate::data::evidence::Aside::Filter));
            let said =
                asked.read.and_then(|(reader, agg)| Some(super::figures::of_row(words, reader.row(agg, key)?, agg)));
            view.values.push(said.unwrap_or_default());
            view.reasons.push(super::aside::reason(words, place, &row));
            view.rows.push(row);
        }
    }

    /// Asks for the rows that expressions read in a place. `near`: rows that narrowly miss too.
    pub fn ask(
        &mut self,
        exprs: &[&'p Expr],
        events: &[AggId],
        window: Window,
        reader: Option<Reader<'r, 'p>>,
        subject: &str,
        near: bool,
    ) -> Vec<EvidenceView> {
        self.ask_at(exprs, events, window, reader.map(Place::from), subject, near)
    }

    /// As `ask`; what an assessment under way knows bounds days too.
    pub fn ask_at(
        &mut self,
        exprs: &[&'p Expr],
        events: &[AggId],
        window: Window,
        place: Option<Place<'_, 'r, 'p>>,
        subject: &str,
        near: bool,
    ) -> Vec<EvidenceView> {
        let policy = self.review.policy();
        let exprs = with_bounds(policy, exprs.iter().copied());
        let mut aggs = aggs_of(policy, exprs.iter().copied());
        aggs.extend(events.iter().filter(|agg| !aggs.contains(agg)).copied().collect::<Vec<_>>());
        let mut views = Vec::new();
        for agg in aggs {
            views.extend(self.ask_agg(agg, window, place, subject, near));
        }
        if let Some(place) = place {
            views.extend(self.ask_through(&exprs, window, place.kept));
        }
        views
    }

    /// Asks for the rows behind measures of what the subject refers to.
    fn ask_through(&mut self, exprs: &[&'p Expr], window: Window, reader: Reader<'r, 'p>) -> Vec<EvidenceView> {
        let policy = self.review.policy();
        let mut found: Vec<(&'p Path, MeasureId)> = Vec::new();
        for expr in exprs {
            walk_own(expr, policy, &mut |expr| match expr {
                Expr::Through(path, id) if !found.contains(&(path, *id)) => found.push((path, *id)),
                _ => {}
            });
        }
        let mut views = Vec::new();
        for (path, id) in found {
            let Some((row, measure)) = reader.reached(path).zip(policy.measures.get(id)) else { continue };
            let mut asked = self.ask(&[&measure.expr], &[], window, Some(row), row.key(), false);
            for view in asked.iter_mut().filter(|view| view.whose.en.is_empty()) {
                view.whose = Text::new(format!(" of {}", row.key()), format!("（{}）", row.key()));
            }
            views.extend(asked);
        }
        views
    }

    fn ask_agg(
        &mut self,
        id: AggId,
        window: Window,
        place: Option<Place<'_, 'r, 'p>>,
        subject: &str,
        near: bool,
    ) -> Vec<EvidenceView> {
        let Some(agg) = self.review.policy().aggs.get(id) else { return Vec::new() };
        let reader = place.map(|place| place.at);
        let uses = reader.and_then(|reader| reader.rows(id));
        let opened = match (place, &uses) {
            (Some(place), Some(uses)) => self.open_rows(place.kept, id, uses),
            _ => BTreeMap::new(),
        };
        let (from, to, stretch) = match reader {
            None => {
                let (from, to) = frame_range(&agg.frame, window);
                (from, to, None)
            }
            // Without a day that bounds them no records are read.
            Some(reader) => match reader.days_of(id) {
                Some(days) => (days.from, days.to, Some(days)),
                None => return Vec::new(),
            },
        };
        // Lists over days are those of records that cover time.
        let lasting = from.is_some() && matches!(agg.op, AggOp::List(_));
        // A window's own length on either side, of long ones a month.
        let margin_days = if near { window.day_count().clamp(1, EXPLAINED_NEAR_DAYS) } else { 0 };
        let asked = |part: &'p SourcePart| Question {
            from,
            to,
            stretch,
            agg: Some(id),
            ..self.plain(Cow::Borrowed(part), subject)
        };
        let asked: Vec<Question<'r, 'p>> = match &agg.source {
            Source::Records(parts) => {
                let values = if matches!(agg.op, AggOp::List(_)) { Vec::new() } else { agg.op.exprs() };
                let spaced = agg.thin.and_then(|_| reader?.spaced(id));
                let of = |part: &'p SourcePart| Question {
                    to: to.map(|to| to.plus(i32::from(lasting && part.day_starts > 0))),
                    lasting,
                    spaced: spaced.clone(),
                    margin_days,
                    values: values.clone(),
                    ..asked(part)
                };
                parts.iter().map(of).collect()
            }
            Source::Rows(_) | Source::Sharing(_) => {
                let words = self.words();
                let whose = match &agg.source {
                    Source::Sharing(sharing) => words.beside(sharing),
                    _ => Text::default(),
                };
                let record = |part: &SourcePart| self.review.policy().kinds[part.kind].role == Role::Record;
                let day = reader.map_or(window.last(), |reader| reader.rows_day());
                let of = |part: &'p SourcePart| {
                    let (from, to) = if record(part) { (from, to) } else { (Some(day), Some(day.plus(1))) };
                    let read = place.map(|place| (place.kept, id));
                    Question {
                        from,
                        to,
                        of_rows: uses.clone(),
                        read,
                        whose: whose.clone(),
                        beside: reader.map(|reader| reader.rows_beside_instants(id)).unwrap_or_default(),
                        ..asked(part)
                    }
                };
                // What rows share with a subject is only known where it is read.
                agg.source.parts().iter().map(of).filter(|one| one.whose.en.is_empty() || one.read.is_some()).collect()
            }
        };
        let mut views: Vec<EvidenceView> = asked.into_iter().filter_map(|asked| self.put(asked)).collect();
        if let Some(view) = views.first_mut() {
            view.opened = opened;
        }
        views
    }

    /// Asks for the rows of a counter, which takes those of some moments.
    pub fn ask_counter(
        &mut self,
        points: AggId,
        window: Window,
        subject: &str,
        taken: &[crate::model::Moment],
    ) -> Vec<EvidenceView> {
        let before = self.asked.len();
        let views = self.ask(&[], &[points], window, None, subject, false);
        for asked in self.asked.iter_mut().skip(before) {
            asked.taken = Some(taken.to_vec());
        }
        views
    }

    /// Says of rows that were asked for which of them change a term, where their aggregate is one of its.
    pub fn mark_acting(&mut self, views: &[EvidenceView], acting: &dyn Fn(AggId) -> Option<Acting>) {
        for view in views {
            let Some(asked) = self.asked.get_mut(view.asked) else { continue };
            // One of several terms may be changed by what leaves another as it is.
            if let Some(found) = asked.agg.and_then(acting) {
                asked.acting.get_or_insert_default().extend(found);
            }
        }
    }

    /// Asks for rows of a kind that lead to a subject, whatever they say.
    pub fn ask_part(
        &mut self,
        part: SourcePart,
        subject: &str,
        from: Option<Day>,
        to: Option<Day>,
    ) -> Vec<EvidenceView> {
        let asked = Question { from, to, ..self.plain(Cow::Owned(part), subject) };
        self.put(asked).into_iter().collect()
    }

    /// Asks for the records next to a subject that is one, from and to these days: they share with it what these texts say.
    pub fn ask_beside(
        &mut self,
        near: &Near,
        (kind, subject): (KindId, &str),
        shared: &[String],
        (from, to): (Option<Day>, Option<Day>),
    ) -> Vec<EvidenceView> {
        let Some(agg) = self.review.policy().aggs.get(near.list) else { return Vec::new() };
        let (Source::Records(parts), AggOp::List(read)) = (&agg.source, &agg.op) else { return Vec::new() };
        let (Some(part), Some((first, others))) = (parts.first(), shared.split_first()) else { return Vec::new() };
        if shared.iter().any(String::is_empty) {
            return Vec::new(); // what shares nothing has no neighbour
        }
        let text = |text: &str| Box::new(Expr::Const(Value::Text(text.to_owned()), Unit::Plain));
        let mut conditions: Vec<Expr> = part.filter.iter().cloned().collect();
        for (other, own) in read.iter().skip(1).zip(others) {
            conditions.push(Expr::Compare(CompareOp::Eq, Box::new(other.clone()), text(own)));
        }
        if part.kind == kind {
            conditions.push(Expr::Compare(CompareOp::Ne, Box::new(Expr::Key), text(subject)));
        }
        let filter = if conditions.len() > 1 { Some(Expr::And(conditions)) } else { conditions.pop() };
        self.ask_part(SourcePart { filter, ..part.clone() }, first, from, to)
    }

    /// Asks for the row or record of a subject itself; of a register the row that holds on a day.
    pub fn ask_itself(&mut self, kind: KindId, subject: &str, day: Day) -> Vec<EvidenceView> {
        let part = itself(kind);
        let asked = Question { to: Some(day.plus(1)), itself: true, ..self.plain(Cow::Owned(part), subject) };
        self.put(asked).into_iter().collect()
    }

    fn plain(&self, part: Cow<'p, SourcePart>, subject: &str) -> Question<'r, 'p> {
        Question {
            part,
            subject: subject.to_owned(),
            from: None,
            to: None,
            lasting: false,
            of_rows: None,
            read: None,
            stretch: None,
            spaced: None,
            taken: None,
            acting: None,
            values: Vec::new(),
            beside: BTreeMap::new(),
            agg: None,
            margin_days: 0,
            limit: self.rows_max,
            itself: false,
            whose: Text::default(),
        }
    }

    fn put(&mut self, mut asked: Question<'r, 'p>) -> Option<EvidenceView> {
        if self.asked.len() >= EXPLAINED_QUESTIONS_MAX {
            self.unasked += 1;
            return None;
        }
        let policy = self.review.policy();
        // Everything counts for the whole, whatever its key.
        let whole = policy.kinds.iter().find(|kind| kind.role == Role::Whole);
        if let (Link::Whole, Some(whole)) = (&asked.part.link, whole) {
            asked.subject.clone_from(&whole.name);
        }
        let day = |day: Option<Day>| day.map(|day| day.to_string()).unwrap_or_default();
        let [since, until] = asked.bounds();
        let view = EvidenceView {
            kind: policy.kinds[asked.part.kind].name.clone(),
            whose: asked.whose.clone(),
            days: (
                since.map_or_else(|| day(asked.from), super::words::moment),
                until.map_or_else(|| day(asked.to.map(|to| to.plus(-1))), super::words::moment),
            ),
            part: super::words::Words::part(self.words(), &asked.part).to_owned(),
            named: false,
            rows: Vec::new(),
            reasons: Vec::new(),
            values: Vec::new(),
            opened: BTreeMap::new(),
            total: 0,
            kept: 0,
            near: Vec::new(),
            near_reasons: Vec::new(),
            near_total: 0,
            looked: false,
            asked: self.asked.len(),
        };
        self.asked.push(asked);
        Some(view)
    }
}

/// The rows of a kind as such.
pub(super) fn itself(kind: KindId) -> SourcePart {
    SourcePart {
        kind,
        link: Link::path(Vec::new()),
        acting: Default::default(),
        filter: None,
        first: None,
        year_field: None,
        day_starts: 0,
    }
}

/// Aggregates of expressions, each once.
pub(super) fn aggs_of<'p>(policy: &'p crate::model::Policy, exprs: impl IntoIterator<Item = &'p Expr>) -> Vec<AggId> {
    let mut found = Vec::new();
    for expr in exprs {
        // The rows behind a measure of what the subject refers to are not the subject's.
        walk_own(expr, policy, &mut |expr| {
            for id in expr.aggs() {
                if !found.contains(&id) {
                    found.push(id);
                }
            }
        });
    }
    found
}
