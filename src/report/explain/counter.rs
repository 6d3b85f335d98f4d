//! A counter, moment by moment.

use super::amounts::{Granted, computed, granted};
use super::figures::figures;
use super::note::{Note, Questions};
use super::words::{Words, count_of, decimal, joined, moment as moment_text, same, span, with_unit};
use crate::diagnostic::Text;
use crate::engine::review::{Before, Cleared, CounterMoment, CounterRun, CountsThen, Review, StepReached};
use crate::engine::trace::conjuncts;
use crate::model::{AggOp, Counter, CounterId, Day, EffectOrigin, Excess, Expr, Moment, Ratio, Unit, Window};

/// A counter of a subject.
pub(super) fn counter<'r, 'p>(
    words: Words<'p>,
    id: CounterId,
    subject: &str,
    statement: String,
    questions: &mut Questions<'r, 'p>,
) -> Option<Note> {
    let review = questions.review;
    let counter = words.policy.counters.get(id)?;
    let run = review.counter(id, subject)?;
    let name = &counter.name;
    let cites = if counter.cites.is_empty() {
        Text::default()
    } else {
        Text::new(format!(" ({})", counter.cites.join(", ")), format!("（{}）", counter.cites.join("、")))
    };
    let stands = at_the_end(&run);
    let mut note = Note::new(
        format!("counter {name}{}: {}", cites.en, stands.en),
        format!("累计 {name}{}：{}", cites.zh, stands.zh),
    );
    if !statement.is_empty() {
        note.below.push(Note::of(same(statement)));
    }
    let teller = Teller { words, review, id, counter, subject };
    note.below.extend(teller.uncounted(&run));
    if run.moments.is_empty() {
        note.below.push(Note::new("no records add to it", "没有累计的记录"));
    }
    note.below.extend(teller.adds());
    // The last moments matter most.
    let told = |moment: &&CounterMoment| words.tells(Window { start: moment.day, end: moment.day.plus(1) });
    let moments: Vec<&CounterMoment> = run.moments.iter().filter(told).collect();
    let hidden = moments.len().saturating_sub(words.list_max());
    note.below.extend(words.more(moments.len(), words.list_max(), ("earlier moments", "次较早的")));
    for moment in moments.into_iter().skip(hidden) {
        note.below.push(teller.line(moment, questions));
    }
    let last = review.program().spec().period.window.last();
    note.below.extend(expired(words, last.to_string(), &run.expired));
    note.below.extend(teller.began_again(run.since));
    let period = review.program().spec().period.window;
    let taken: Vec<Moment> = run.moments.iter().map(|moment| moment.at).collect();
    note.evidence = questions.ask_counter(counter.points, period, subject, &taken);
    let others: Vec<_> = counter.records().filter(|id| *id != counter.points).collect();
    note.evidence.extend(questions.ask(&[], &others, period, None, subject, false));
    Some(note)
}

/// What the run reads at the end of the period.
fn at_the_end(run: &CounterRun) -> Text {
    let (points, steps) = match run.counts {
        CountsThen::Counted | CountsThen::Open => (run.standing, run.steps),
        CountsThen::Gone | CountsThen::OutOfScope => (Ratio::ZERO, 0),
    };
    let (points, of) = (with_unit(points, &Unit::Points), count_of(steps, "step", "steps"));
    if run.known {
        return Text::new(
            format!("{} at the end of the period, {of} on the ladder", points.en),
            format!("期末累计 {}，已达 {steps} 档", points.zh),
        );
    }
    Text::new(
        format!("not known at the end of the period; what is on file comes to {}, {of} on the ladder", points.en),
        format!("期末累计不明；按现有记录累计 {}，已达 {steps} 档", points.zh),
    )
}

/// Tells of one counter.
struct Teller<'t, 'r, 'p> {
    words: Words<'p>,
    review: &'r Review<'p>,
    id: CounterId,
    counter: &'p Counter,
    subject: &'t str,
}

impl<'r, 'p> Teller<'_, 'r, 'p> {
    /// The points of a record.
    fn value(&self) -> Option<&'p Expr> {
        match &self.words.policy.aggs.get(self.counter.points)?.op {
            AggOp::Sum(value) => Some(value),
            _ => None,
        }
    }

    /// What each record adds, where that is computed.
    fn adds(&self) -> Option<Note> {
        let parts = self.words.policy.aggs.get(self.counter.points)?.source.parts();
        let value = self.value().filter(|value| !matches!(value, Expr::Const(..) | Expr::Field(_)))?;
        let phrase = self.words.phrase(parts.first()?.kind, value);
        Some(Note::new(format!("each record adds {}", phrase.en), format!("每条记录计 {}", phrase.zh)))
    }

    fn line(&self, moment: &CounterMoment, questions: &mut Questions<'r, 'p>) -> Note {
        let CounterMoment { at, day, before, added, charges, points, reached, .. } = moment;
        let of = count_of(charges.len() as u64, "record", "records");
        let each: Vec<Text> = (charges.iter())
            .map(|charge| charge.points.map_or_else(|| Text::new("not known", "不明"), |points| same(decimal(points))))
            .collect();
        let hidden = each.len().saturating_sub(self.words.list_max());
        let list = joined(each.get(..each.len() - hidden).unwrap_or_default(), " + ", " + ");
        let each = match (each.len(), hidden) {
            (..2, _) => Text::default(),
            (_, 0) => Text::new(format!(" ({})", list.en), format!("（{}）", list.zh)),
            _ => Text::new(
                format!(" ({} + {hidden} more, `--all`)", list.en),
                format!("（{}，另有 {hidden} 条，`--all`）", list.zh),
            ),
        };
        let (added, points, at) = (with_unit(*added, &Unit::Points), decimal(*points), moment_text(*at));
        let mut note = Note::new(
            format!("{at}: {} from {of}{}, {points} in all", added.en, each.en),
            format!("{at}：{} 条记录计 {}{}，累计 {points} 分", charges.len(), added.zh, each.zh),
        );
        note.below.extend(self.began_again(*before));
        note.below.extend(expired(self.words, at, &moment.expired));
        note.below.extend(self.made(moment, *day, questions));
        note.below.extend(reached.iter().map(|step| self.step(step, questions)));
        note
    }

    /// What became of the ladder before a moment, or by the end: a clean term, or a clearing.
    fn began_again(&self, before: Before) -> Option<Note> {
        let clean = |day: Day| {
            let term = self.counter.clean.map(|(count, unit)| span(Ratio::int(i128::from(count)), unit));
            let term = term.unwrap_or_default();
            Text::new(
                format!("{} without points ended on {day}", term.en),
                format!("至 {day}，已连续 {} 未计分", term.zh),
            )
        };
        let cause = match before.cleared {
            Some(Cleared::Clean(day)) => clean(day),
            Some(Cleared::Window(day)) => {
                Text::new(format!("a new period of the counter began on {day}"), format!("{day} 起为新的记分周期"))
            }
            Some(Cleared::Record) => Text::new("a record of this moment clears", "当时有清零的凭据"),
            None => {
                let clean = clean(before.reset?);
                return Some(Note::new(
                    format!("{}: the ladder began again", clean.en),
                    format!("{}，档次重新起算", clean.zh),
                ));
            }
        };
        Some(Note::new(
            format!("{}: the points and steps of earlier days were cleared", cause.en),
            format!("{}，此前的累计分和档次已清零", cause.zh),
        ))
    }

    /// Why the subject is not counted at the end of the period, and what stood on the last day on which it was.
    fn uncounted(&self, run: &CounterRun) -> Vec<Note> {
        let last = self.review.program().spec().period.window.last();
        let mut notes: Vec<Note> = match run.counts {
            CountsThen::Counted if run.known => Vec::new(),
            CountsThen::Counted => {
                let period = self.review.program().spec().period.window;
                let reader = self.review.by_itself(self.counter.subject, self.subject, period);
                reader.map_or_else(Vec::new, |reader| super::doubt::counter_lacks(self.words, reader, self.id))
            }
            CountsThen::Gone => vec![Note::new(
                format!("the subject is not there on {last}, so that it is not counted and both are 0"),
                format!("{last} 该对象不在册，不计，二者为 0"),
            )],
            CountsThen::OutOfScope => self.scope(last, Some(false)).into_iter().collect(),
            CountsThen::Open => self.scope(last, None).into_iter().collect(),
        };
        if let Some((day, points, steps)) = run.last_counted {
            let (points, steps) = (with_unit(points, &Unit::Points), decimal(steps));
            let of = if steps == "1" { "step" } else { "steps" };
            notes.push(Note::new(
                format!("on {day}, the last day on which it was counted: {}, {steps} {of} on the ladder", points.en),
                format!("最后计入的一日 {day}：累计 {}，已达 {steps} 档", points.zh),
            ));
        }
        notes
    }

    /// The part of the scope that does not hold on a day, or is not decided, with its values.
    fn scope(&self, day: Day, holds: Option<bool>) -> Option<Note> {
        let reader = self.review.of_step(self.id, self.subject, day)?;
        let parts = self.counter.scope.iter().flat_map(conjuncts);
        let part = parts.into_iter().find(|part| reader.holds(part) == holds)?;
        let says = self.words.phrase(reader.kind(), part);
        let mut note = match holds {
            Some(_) => Note::new(
                format!("on {day} it does not count the subject, so that both are 0: it needs {}", says.en),
                format!("{day} 不计该对象，二者为 0：须 {}", says.zh),
            ),
            None => Note::new(
                format!("whether it counts the subject on {day} is not decided: {}", says.en),
                format!("{day} 是否计该对象无法判断：{}", says.zh),
            ),
        };
        note.below = figures(self.words, reader, &[part]);
        if holds.is_none() {
            note.below.extend(super::doubt::lacks(self.words, reader, part));
        }
        Some(note)
    }

    /// How the points of records are computed that are read as rows.
    fn made(&self, moment: &CounterMoment, day: Day, questions: &mut Questions<'r, 'p>) -> Vec<Note> {
        let Some(value) = self.value() else { return Vec::new() };
        let mut notes = Vec::new();
        for charge in moment.charges.iter().take(self.words.list_max()) {
            let Some(reader) = self.review.of_charge(self.id, charge, day) else { continue };
            let below = computed(self.words, reader, value, &Unit::Points);
            if !below.is_empty() {
                let window = reader.window();
                let ask = |questions: &mut Questions<'r, 'p>| {
                    questions.ask(&[value], &[], window, Some(reader), reader.key(), false)
                };
                let evidence = questions.briefly(ask);
                notes.push(Note { evidence, ..Note::with(same(reader.key()), below) });
            }
        }
        if !notes.is_empty() {
            notes.extend(self.words.more(moment.charges.len(), self.words.list_max(), ("more records", "条记录")));
        }
        notes
    }

    fn step(&self, step: &StepReached, questions: &mut Questions<'r, 'p>) -> Note {
        let (position, threshold, reached) = (step.step, decimal(step.threshold), decimal(step.points));
        let (mut en, mut zh) = (
            format!("step {position} is reached: {reached} points, it needs {threshold}"),
            format!("达到第 {position} 档：{reached} 分，须 {threshold} 分"),
        );
        match self.counter.excess {
            Excess::Carried => {
                let carried = with_unit(step.carried, &Unit::Points);
                let verb = if step.carried == Ratio::ONE { "is" } else { "are" };
                en.push_str(&format!("; {} {verb} carried on", carried.en));
                zh.push_str(&format!("；余 {}，续计", carried.zh));
            }
            Excess::Dropped => {
                en.push_str("; the points are cleared");
                zh.push_str("；累计分清零");
            }
        }
        if step.in_scope != Some(true) {
            en.push_str("; the subject is not in scope on that day, so that it brings nothing");
            zh.push_str("；当日不在适用范围内，不产生后果");
        }
        let mut note = Note::new(en, zh);
        if step.in_scope == Some(true) {
            note.below = self.brought(step, questions);
        }
        note
    }

    /// How the amounts are made that a step brings in the run's period.
    fn brought(&self, step: &StepReached, questions: &mut Questions<'r, 'p>) -> Vec<Note> {
        let period = self.review.program().spec().period.window;
        let Some(reader) = self.review.of_step(self.id, self.subject, step.day) else { return Vec::new() };
        let at = step.step.saturating_sub(1);
        let effects = self.counter.steps.get(at).map_or(&[][..], |step| &step.effects);
        let mut notes = Vec::new();
        for effect in effects.iter().filter(|_| period.contains(step.day)) {
            let one = Granted {
                origin: EffectOrigin::Counter(self.id),
                name: &effect.name,
                subject: self.subject,
                window: Window { start: step.day, end: step.day.plus(1) },
                amount: effect.amount.as_ref(),
                unit: effect.lasting.map_or_else(|| self.words.money(), Unit::Span),
                payee: &effect.payee,
                budget: None,
                pooled: None,
            };
            let below = granted(self.words, &one, reader.into(), questions);
            if !below.is_empty() {
                let name = &effect.name;
                let text = match effect.lasting {
                    Some(_) => Text::new(format!("length of {name}"), format!("{name} 的期限")),
                    None => Text::new(format!("amount of {name}"), format!("{name} 的金额")),
                };
                notes.push(Note::with(text, below));
            }
        }
        notes
    }
}

/// Points that count no more at a moment.
fn expired(words: Words<'_>, at: String, points: &[(Day, Ratio)]) -> Option<Note> {
    let list: Vec<Text> = (points.iter().take(words.list_max()))
        .map(|(day, points)| {
            let points = with_unit(*points, &Unit::Points);
            Text::new(format!("{} of {day}", points.en), format!("{day} 的 {}", points.zh))
        })
        .collect();
    let list = joined(&list, ", ", "、");
    (!points.is_empty()).then(|| {
        let mut note = Note::new(
            format!("no longer counted by {at}, their term has passed: {}", list.en),
            format!("至 {at} 已过累计期限，不再计：{}", list.zh),
        );
        note.below.extend(words.more(points.len(), words.list_max(), ("more days", "天")));
        note
    })
}
