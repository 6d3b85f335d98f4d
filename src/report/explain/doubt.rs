//! What keeps an obligation from being decided, in words.

use super::gather::{bounds_of, rule_events, told_exprs};
use super::note::Note;
use super::words::Words;
use crate::diagnostic::Text;
use crate::engine::review::{Lack, Reader, Review, TermTrace};
use crate::engine::trace::conjuncts;
use crate::limits::EXPLAINED_DEPTH_MAX;
use crate::model::{
    AggId, AggOp, CounterId, Expr, FieldId, Finding, Frame, KindId, Moment, Role, Rule, RuleId, Shown, Source,
    TermKind, Type,
};
use crate::program::walk;
use std::collections::BTreeSet;

/// Causes, each once.
#[derive(Default)]
struct Causes {
    params: BTreeSet<String>,
    lacks: BTreeSet<Lack>,
    /// Fields that are empty, as paths, each with the key of its row where that is not the subject's.
    empty: BTreeSet<(String, String)>,
    /// Fields whose date lies later than as-of: path, key of the row as before, date.
    later: BTreeSet<(String, String, String)>,
    /// Fields that refer to a record which was not read: path, key, kind.
    dangling: BTreeSet<(String, String, String)>,
    /// Days without a time where the time would decide: English and Chinese words, key of the row as before.
    timeless: BTreeSet<(String, String, String)>,
    /// Kinds of records of which one does not say all that is read of it, with the key of the row as before.
    unsaid: BTreeSet<(String, String)>,
    /// Nothing counts of which something could be taken: kind of the rows, what is taken (English and Chinese), key of the
    /// row as before.
    nothing: BTreeSet<(String, String, String, String)>,
    /// Key of the row that is looked at; empty: the subject's own.
    row: String,
    /// How many rows deep that is.
    depth: usize,
}

/// What keeps an obligation of a rule from being decided. `reader`: where the rule reads it. `is_told`: what was found says
/// it already.
pub(super) fn doubts<'p>(
    words: Words<'p>,
    review: &Review<'p>,
    (id, rule): (RuleId, &'p Rule),
    (finding, is_told): (&Finding, bool),
    reader: Option<Reader<'_, 'p>>,
) -> Vec<Text> {
    let Some(reader) = reader else {
        return vec![Text::new("the day on which it is read is not known", "据以判断的日期不明")];
    };
    let mut out = Vec::new();
    let mut causes = Causes::default();
    // A rule whose scope is open says so first: what it asks for may not matter.
    let open = |expr: &&'p Expr| reader.holds(expr).is_none();
    for expr in rule.scope.iter().flat_map(conjuncts).filter(open) {
        let says = words.phrase(rule.subject, expr);
        out.push(Text::new(
            format!("whether the rule binds it is not decided: {}", says.en),
            format!("是否适用该规则无法判断：{}", says.zh),
        ));
        causes.of(words, reader, expr);
    }
    for expr in told_exprs(rule) {
        causes.of(words, reader, expr);
    }
    for agg in rule_events(rule) {
        causes.lacks.extend(reader.lacks(agg));
    }
    match &rule.frame {
        Frame::EveryParam(id) => causes.param(words, *id),
        Frame::Cycle { from, .. } => causes.field(words, reader, from),
        _ => {}
    }
    for expr in rule.excused.iter().filter(open) {
        let says = words.phrase(rule.subject, expr);
        out.push(Text::new(
            format!("whether it is excused is not decided: {}", says.en),
            format!("是否免责无法判断：{}", says.zh),
        ));
        causes.of(words, reader, expr);
    }
    causes.lacks.extend(review.missing_waivers(id).into_iter().map(Lack::Source));
    out.extend(causes.texts(words));
    if out.is_empty() {
        out.extend(review.terms(finding).iter().filter_map(|term| timeless_step(words, rule.subject, term)));
    }
    if out.is_empty() {
        let mut missed = Causes::default();
        missed.lacks.extend(rule_events(rule).into_iter().flat_map(|agg| reader.event_lacks(agg)));
        out.extend(missed.texts(words));
    }
    if out.is_empty() && !is_told {
        let own: Vec<&str> = rule_events(rule).into_iter().filter_map(|agg| row_kind(words, agg)).collect();
        out.push(match own.as_slice() {
            [] => Text::new(
                "something that it reads is not known: a field is empty, there is nothing to take a share or mean of, a day has no time, or records may be missing",
                "所读取的内容有不明之处：字段为空、没有可计算比例或均值的内容、日期不带时刻，或记录可能不全",
            ),
            [kind, ..] => Text::new(
                format!(
                    "something that it reads of `{kind}` is not known: a field is empty, a day has no time, or records may be missing"
                ),
                format!("所读取的`{kind}`有不明之处：字段为空、日期不带时刻，或记录可能不全"),
            ),
        });
    }
    out
}

/// A step, or the start of a term of hours, that is a day without a time where the time would decide.
fn timeless_step(words: Words<'_>, kind: KindId, trace: &TermTrace<'_, '_>) -> Option<Text> {
    let is_day = |at: &Option<Moment>| matches!(at, Some(Moment::Day(_)));
    let name = |event| super::why::event_name((words, kind), event);
    if is_day(&trace.start) && trace.term.unit.is_clock() && trace.term.kind != TermKind::By {
        let name = name(&trace.term.start);
        return Some(Text::new(
            format!("`{}` is a day without a time, from which hours cannot be counted", name.en),
            format!("“{}”为日期，不带时刻，无从起算小时", name.zh),
        ));
    }
    let Shown::Moment(Moment::At(due)) = trace.counted.due else { return None };
    if is_day(&trace.counted.step) && trace.counted.step.map(Moment::day) == Some(due.day()) {
        let name = name(&trace.term.step);
        return Some(Text::new(
            format!("`{}` is a day without a time, and the term ends on that day", name.en),
            format!("“{}”为日期，不带时刻，而期限在当日届满", name.zh),
        ));
    }
    None
}

/// What an aggregate would take of rows that count.
fn taken(op: &AggOp) -> Option<(&'static str, &'static str)> {
    match op {
        AggOp::Share(_) => Some(("take a share of", "占比")),
        AggOp::Average(..) => Some(("take a mean of", "平均")),
        AggOp::Quantile(..) => Some(("take a percentile of", "分位数")),
        AggOp::Min(_) | AggOp::Max(_) | AggOp::First(_) | AggOp::Last(_) => Some(("take a value of", "取值")),
        AggOp::Count | AggOp::Distinct(_) | AggOp::Sum(_) | AggOp::List(_) => None,
    }
}

/// What an expression asks for whether it is there.
fn asked_missing(expr: &Expr) -> Vec<&Expr> {
    match expr {
        Expr::Known(asked) | Expr::IsTrue(asked) | Expr::OrElse(asked, _) => vec![asked],
        other => other.children().into_iter().flat_map(asked_missing).collect(),
    }
}

/// What leaves an expression open, as lines below it.
pub(super) fn lacks<'p>(words: Words<'p>, reader: Reader<'_, 'p>, expr: &'p Expr) -> Vec<Note> {
    lacks_of(words, reader, &[expr])
}

/// What leaves expressions open.
pub(super) fn lacks_of<'p>(words: Words<'p>, reader: Reader<'_, 'p>, exprs: &[&'p Expr]) -> Vec<Note> {
    let mut causes = Causes::default();
    exprs.iter().for_each(|expr| causes.of(words, reader, expr));
    causes.texts(words).into_iter().map(Note::of).collect()
}

/// What leaves expressions open beside the days that are not over yet.
pub(super) fn lacks_so_far<'p>(words: Words<'p>, reader: Reader<'_, 'p>, exprs: &[&'p Expr]) -> Vec<Note> {
    let mut causes = Causes::default();
    exprs.iter().for_each(|expr| causes.of(words, reader, expr));
    causes.lacks.retain(|lack| !matches!(lack, Lack::Open(..)));
    causes.texts(words).into_iter().map(Note::of).collect()
}

/// What leaves a counter open.
pub(super) fn counter_lacks<'p>(words: Words<'p>, reader: Reader<'_, 'p>, id: CounterId) -> Vec<Note> {
    let lacks = reader.counter_lacks(id).into_iter().collect();
    Causes { lacks, ..Causes::default() }.texts(words).into_iter().map(Note::of).collect()
}

fn row_kind<'p>(words: Words<'p>, agg: AggId) -> Option<&'p str> {
    words.policy.aggs.get(agg)?.source.parts().first().map(|part| words.kind(part.kind))
}

impl Causes {
    fn param(&mut self, words: Words<'_>, id: crate::model::ParamId) {
        self.params.extend(words.policy.params.get(id).filter(|p| p.value.is_none()).map(|p| p.name.clone()));
    }

    /// What leaves an expression open. What is known of itself adds nothing, whatever stands inside it.
    fn of<'p>(&mut self, words: Words<'p>, reader: Reader<'_, 'p>, expr: &'p Expr) {
        let figure = reader.read(expr);
        if figure.as_ref().is_some_and(|figure| figure.known) {
            return;
        }
        let in_doubt = figure.is_none_or(|figure| figure.in_doubt);
        match expr {
            Expr::Param(id) => self.param(words, *id),
            Expr::Field(path) => self.field(words, reader, path),
            Expr::Measure(id) => {
                if let Some(measure) = words.policy.measures.get(*id) {
                    self.of(words, reader, &measure.expr);
                }
            }
            Expr::Through(path, id) => {
                self.field(words, reader, path);
                if let (Some(row), Some(measure)) = (reader.reached(path), words.policy.measures.get(*id)) {
                    self.of_row(words, row, [&measure.expr]);
                }
            }
            Expr::ResultVia(path, ..) => self.field(words, reader, path),
            Expr::Counter(id, _) => self.lacks.extend(reader.counter_lacks(*id)),
            Expr::Agg(id) => self.agg(words, reader, *id, in_doubt),
            Expr::Cover(cover) => cover.aggs().into_iter().for_each(|id| self.agg(words, reader, id, true)),
            other => {
                let children = other.children();
                let days = children.iter().filter(|child| !matches!(child, Expr::Const(..)));
                let mut timeless = Vec::new();
                let mut all_known = true;
                for child in &children {
                    all_known &= reader.read(child).is_some_and(|figure| figure.known);
                }
                for child in days.filter(|_| all_known) {
                    if matches!(reader.read(child).map(|figure| figure.shown), Some(Shown::Moment(Moment::Day(_)))) {
                        timeless.push(words.phrase(reader.kind(), child));
                    }
                }
                let row = &self.row;
                self.timeless.extend(timeless.into_iter().map(|Text { en, zh }| (en, zh, row.clone())));
                children.into_iter().for_each(|child| self.of(words, reader, child));
            }
        }
    }

    /// Of rows what holds for all of them, then what leaves each of the first ones open.
    fn agg<'p>(&mut self, words: Words<'p>, reader: Reader<'_, 'p>, id: AggId, in_doubt: bool) {
        let lacks = reader.lacks(id);
        let (is_whole, has_days) = (lacks.is_empty(), reader.days_of(id).is_some());
        let fills = reader.is_undone(id) && lacks.iter().any(|lack| matches!(lack, Lack::Open(..)));
        self.lacks.extend(lacks);
        let Some(agg) = words.policy.aggs.get(id) else { return };
        if is_whole && has_days {
            let (kind, row) = (words.events_of(id), self.row.clone());
            match (in_doubt, taken(&agg.op), &agg.source) {
                (false, Some((en, zh)), _) => drop(self.nothing.insert((kind, en.to_owned(), zh.to_owned(), row))),
                (true, _, Source::Records(_)) => drop(self.unsaid.insert((kind, row))),
                _ => {}
            }
        }
        let filters = agg.source.parts().iter().filter_map(|part| part.filter.as_ref());
        for expr in filters.chain(agg.op.exprs()) {
            walk(expr, words.policy, &mut |found| {
                if let Expr::Param(id) = found {
                    self.param(words, *id);
                }
            });
        }
        bounds_of(words.policy, id).into_iter().for_each(|bound| self.of(words, reader, bound));
        for key in reader.rows(id).into_iter().flatten().map(|(key, _)| key).take(words.list_max()) {
            let exprs = agg.source.parts().iter().filter_map(|part| part.filter.as_ref()).chain(agg.op.exprs());
            if let Some(row) = reader.row(id, &key) {
                if fills {
                    self.of_row(words, row, exprs.clone().flat_map(asked_missing));
                }
                self.of_row(words, row, exprs);
            }
        }
    }

    /// What leaves expressions open in another row.
    fn of_row<'p>(&mut self, words: Words<'p>, row: Reader<'_, 'p>, exprs: impl IntoIterator<Item = &'p Expr>) {
        if self.depth >= EXPLAINED_DEPTH_MAX {
            return;
        }
        let before = std::mem::replace(&mut self.row, row.key().to_owned());
        self.depth += 1;
        exprs.into_iter().for_each(|expr| self.of(words, row, expr));
        self.depth -= 1;
        self.row = before;
    }

    /// The first step of a path that leads nowhere.
    fn field(&mut self, words: Words<'_>, reader: Reader<'_, '_>, path: &[FieldId]) {
        let mut at = reader.kind();
        for (step, field) in path.iter().enumerate() {
            let here = path.get(..=step).unwrap_or(path);
            if !reader.is_brought(at) {
                self.lacks.insert(Lack::Source(at));
                return;
            }
            if reader.field(here).is_empty() {
                let (name, row) = (words.path(reader.kind(), here), self.row.clone());
                match reader.later(here) {
                    Some(date) => drop(self.later.insert((name, row, date.to_string()))),
                    None => drop(self.empty.insert((name, row))),
                }
                return;
            }
            let next = words.policy.kinds.get(at).and_then(|kind| kind.fields.get(*field));
            match next.map(|field| &field.ty) {
                Some(Type::Ref(kind)) => {
                    let key = reader.field(here);
                    let record = words.policy.kinds.get(*kind).is_some_and(|kind| kind.role == Role::Record);
                    if record && here.len() < path.len() && !reader.has_record(*kind, &key) {
                        let (name, kind) = (words.path(reader.kind(), here), words.kind(*kind).to_owned());
                        self.dangling.insert((name, key, kind));
                        return;
                    }
                    at = *kind;
                }
                _ => return,
            }
        }
    }

    fn texts(self, words: Words<'_>) -> Vec<Text> {
        let params = self.params.into_iter();
        let params = params.map(|name| Text::new(format!("parameter `{name}` is open"), format!("参数 `{name}` 待定")));
        let lacks = self.lacks.into_iter().map(|lack| lack_text(words, lack));
        let empty = self.empty.into_iter();
        let empty = empty.map(|(name, row)| match row.as_str() {
            "" => Text::new(format!("`{name}` is empty"), format!("`{name}` 为空")),
            row => Text::new(format!("`{name}` of {row} is empty"), format!("{row} 的 `{name}` 为空")),
        });
        let later = self.later.into_iter().map(|(name, row, date)| {
            let (of_en, of_zh) = match row.as_str() {
                "" => (String::new(), String::new()),
                row => (format!(" of {row}"), format!("{row} 的 ")),
            };
            Text::new(
                format!("`{name}`{of_en} is {date}, later than as-of, so that it is not read yet"),
                format!("{of_zh}`{name}` 为 {date}，晚于截至日，尚不读取"),
            )
        });
        let dangling = self.dangling.into_iter().map(|(name, key, kind)| {
            Text::new(
                format!(
                    "`{name}` names `{key}`, and no such `{kind}` was read (it may be a reject, or later than as-of)"
                ),
                format!("`{name}` 为 `{key}`，而没有读取到这样的`{kind}`（可能被退回，或晚于截至日）"),
            )
        });
        let of_row = |row: &str| match row {
            "" => (String::new(), String::new()),
            row => (format!(" of {row}"), format!("{row} 的 ")),
        };
        let timeless = self.timeless.into_iter().map(|(name, name_zh, row)| {
            let (of_en, of_zh) = of_row(&row);
            Text::new(
                format!("`{name}`{of_en} is a day without a time, which would decide"),
                format!("{of_zh}`{name_zh}` 为日期，不带起决定作用的时刻"),
            )
        });
        let unsaid = self.unsaid.into_iter().map(|(kind, row)| {
            let (of_en, of_zh) = of_row(&row);
            Text::new(
                format!("a record of `{kind}`{of_en} does not say all that is read of it"),
                format!("{of_zh}`{kind}` 有记录所读取的内容不全"),
            )
        });
        let nothing = self.nothing.into_iter().map(|(kind, what, what_zh, row)| {
            let (of_en, of_zh) = of_row(&row);
            Text::new(format!("there is no `{kind}`{of_en} to {what}"), format!("{of_zh}没有可计算{what_zh}的`{kind}`"))
        });
        let whole = params.chain(lacks).chain(empty).chain(later).chain(dangling);
        whole.chain(timeless).chain(unsaid).chain(nothing).collect()
    }
}

fn lack_text(words: Words<'_>, lack: Lack) -> Text {
    let name = |kind: KindId| words.kind(kind);
    match lack {
        Lack::Source(kind) => {
            let name = name(kind);
            Text::new(
                format!("no source brings `{name}`, so that absence proves nothing"),
                format!("没有提供 `{name}` 的数据，没有记录不等于没有办理"),
            )
        }
        Lack::Days(kind, from, until) => {
            let (name, last) = (name(kind), until.plus(-1));
            Text::new(
                format!("the records of `{name}` are not said to be complete for {from} to {last}"),
                format!("`{name}` 的记录未声明在 {from} 至 {last} 期间完整"),
            )
        }
        Lack::Open(kind, until) => {
            let (name, last) = (name(kind), until.plus(-1));
            Text::new(
                format!("the records of `{name}` are looked at up to {last}, and days after as-of are not over"),
                format!("`{name}` 的记录要看到 {last}，截至日之后的日子尚未过去"),
            )
        }
        Lack::StandIns(kind) => {
            let name = name(kind);
            Text::new(
                format!("no source says who stands in for whom, so that it is open whose records of `{name}` count"),
                format!("没有提供代理关系的数据，`{name}` 的记录归谁不明"),
            )
        }
    }
}
