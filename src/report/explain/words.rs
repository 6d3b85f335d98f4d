//! Expressions and values in words, for people who read a policy, in both languages.

use super::note::Note;
use crate::diagnostic::Text;
use crate::engine::review::Figure;
use crate::limits::{DEFINITION_DEPTH_MAX, EXPLAINED_DEPTH_MAX, EXPLAINED_FIGURES_MAX, EXPLAINED_LIST_MAX};
use crate::model::{
    Agg, AggFrame, AggId, AggOp, ArithOp, AssessmentId, CalendarUnit, CompareOp, CounterField, CoverTake, DatePart,
    Expr, FieldId, Itself, KindId, Line, LineValue, Moment, PeriodPick, Policy, Quantile, Ratio, ResultField, Sharing,
    Shown, Source, SourcePart, Tally, TallyKind, TermUnit, TextOp, Type, Unit, Value,
};

/// Decimal places of numbers without an end.
const PLACES: u32 = 4;
/// Nesting of expressions that is put into words; deeper parts are left out.
const DEPTH_MAX: usize = 6;

/// A policy's names, put into words.
#[derive(Clone, Copy)]
pub(super) struct Words<'p> {
    pub policy: &'p Policy,
    /// Nothing is cut.
    pub all: bool,
}

/// A text that is the same in both languages.
pub(super) fn same(text: impl Into<String>) -> Text {
    let text = text.into();
    Text { en: text.clone(), zh: text }
}

/// Texts joined by a mark of each language.
pub(super) fn joined(texts: &[Text], en: &str, zh: &str) -> Text {
    let side = |pick: fn(&Text) -> &str, by: &str| texts.iter().map(pick).collect::<Vec<_>>().join(by);
    Text { en: side(|t| &t.en, en), zh: side(|t| &t.zh, zh) }
}

/// `a` or `an` before a word.
pub(super) fn article(word: &str) -> &'static str {
    if word.starts_with(['a', 'e', 'i', 'o', 'u', 'A', 'E', 'I', 'O', 'U']) { "an" } else { "a" }
}

/// A number of things: `1 record`, `2 records`.
pub(super) fn count_of(count: u64, one: &str, more: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { more })
}

/// A length of time.
pub(super) fn span(amount: Ratio, unit: TermUnit) -> Text {
    let (one, more, zh) = match unit {
        TermUnit::Minutes => ("minute", "minutes", "分钟"),
        TermUnit::Hours => ("hour", "hours", "小时"),
        TermUnit::Days => ("day", "days", "天"),
        TermUnit::Workdays => ("workday", "workdays", "个工作日"),
        TermUnit::Weeks => ("week", "weeks", "周"),
        TermUnit::Months => ("month", "months", "个月"),
        TermUnit::Years => ("year", "years", "年"),
    };
    let number = decimal(amount);
    let word = if amount == Ratio::ONE { one } else { more };
    Text::new(format!("{number} {word}"), format!("{number} {zh}"))
}

/// A number as people write it: at most four decimal places.
pub(super) fn decimal(number: Ratio) -> String {
    let exact = number.to_string();
    let places = exact.split_once('.').map_or(0, |(_, part)| part.len());
    if places <= PLACES as usize {
        return exact;
    }
    number.to_places(PLACES).trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A moment as people write it.
pub(super) fn moment(at: Moment) -> String {
    at.to_string().replacen('T', " ", 1)
}

/// A value that a finding shows.
pub(super) fn shown(value: &Shown, unit: &Unit) -> Text {
    match value {
        Shown::Number(number) => with_unit(*number, unit),
        Shown::Moment(at) => same(moment(*at)),
        Shown::Bool(true) => Text::new("yes", "是"),
        Shown::Bool(false) => Text::new("no", "否"),
        Shown::Text(text) => same(text.clone()),
        Shown::Nothing => same(""),
    }
}

/// A number with its unit.
pub(super) fn with_unit(number: Ratio, unit: &Unit) -> Text {
    let plain = decimal(number);
    match unit {
        Unit::Plain => same(plain),
        Unit::Share => same(percent(number)),
        Unit::Points => {
            let word = if number == Ratio::ONE { "point" } else { "points" };
            Text::new(format!("{plain} {word}"), format!("{plain} 分"))
        }
        Unit::Money => Text::new(format!("{plain} yuan"), format!("{plain} 元")),
        Unit::Span(unit) => span(number, *unit),
        Unit::Named(name) => same(format!("{plain} {name}")),
    }
}

/// A value of a field as outputs print it; yes and no as words.
pub(super) fn field_text(ty: Option<&Type>, value: String) -> Text {
    match (ty, value.as_str()) {
        (Some(Type::Bool), "true") => Text::new("yes", "是"),
        (Some(Type::Bool), "false") => Text::new("no", "否"),
        _ => same(value),
    }
}

/// So many are left out, and how to see them.
pub(super) fn more_text(hidden: u64, en: &str, zh: &str) -> Text {
    Text::new(
        format!("... and {hidden} {en}; `--all` shows them"),
        format!("……另有 {hidden} {zh}，加 `--all` 可看全部"),
    )
}

/// A share in percent.
pub(super) fn percent(share: Ratio) -> String {
    share.mul(Ratio::int(100)).map_or_else(|_| share.to_string(), |share| format!("{}%", decimal(share)))
}

impl<'p> Words<'p> {
    /// Most periods, moments, recipients that are listed.
    pub fn list_max(self) -> usize {
        if self.all { usize::MAX } else { EXPLAINED_LIST_MAX }
    }

    /// Most values of one expression.
    pub fn figures_max(self) -> usize {
        if self.all { usize::MAX } else { EXPLAINED_FIGURES_MAX }
    }

    /// Measures that are opened inside each other.
    pub fn depth_max(self) -> usize {
        if self.all { DEFINITION_DEPTH_MAX } else { EXPLAINED_DEPTH_MAX }
    }

    /// How many of a list are left out, if any, and how to see them.
    pub fn more(self, found: usize, shown: usize, (en, zh): (&str, &str)) -> Option<Note> {
        let hidden = found.saturating_sub(shown);
        (hidden > 0).then(|| Note::of(more_text(hidden as u64, en, zh)))
    }

    /// A value as it was read.
    pub fn figure(self, figure: &Figure, unit: &Unit) -> Text {
        let part = |side: Option<Ratio>| side.map(|number| with_unit(number, unit));
        match (&figure.shown, figure.known, &figure.range) {
            (_, false, (Some(least), Some(most))) if least != most => {
                let (least, most) = (with_unit(*least, unit), with_unit(*most, unit));
                Text::new(format!("between {} and {}", least.en, most.en), format!("{} 至 {} 之间", least.zh, most.zh))
            }
            (_, false, (Some(least), None)) => {
                let least = with_unit(*least, unit);
                Text::new(format!("at least {}", least.en), format!("至少 {}", least.zh))
            }
            (_, false, (None, Some(most))) => {
                let most = with_unit(*most, unit);
                Text::new(format!("at most {}", most.en), format!("至多 {}", most.zh))
            }
            (_, true, (Some(_), _)) => part(figure.range.0).unwrap_or_else(|| same("")),
            (Shown::Bool(true), ..) => Text::new("yes", "是"),
            (Shown::Bool(false), ..) => Text::new("no", "否"),
            (Shown::Nothing | Shown::Number(_), ..) if figure.in_doubt => Text::new("not known", "不明"),
            (Shown::Nothing | Shown::Number(_), ..) => Text::new("missing", "没有"),
            (value, ..) => shown(value, unit),
        }
    }

    /// The unit of a number, as far as the expression says it.
    pub fn unit(self, kind: KindId, expr: &Expr) -> Unit {
        let of = |ty: &Type| crate::model::unit_of(ty).unwrap_or(Unit::Plain);
        match expr {
            Expr::Const(_, unit) => unit.clone(),
            Expr::Param(id) => self.policy.params.get(*id).map_or(Unit::Plain, |param| of(&param.ty)),
            Expr::Measure(id) | Expr::Through(_, id) => {
                self.policy.measures.get(*id).map_or(Unit::Plain, |measure| of(&measure.ty))
            }
            Expr::Field(path) => self.field_type(kind, path).map_or(Unit::Plain, |ty| of(&ty)),
            Expr::Tally(Tally { what: TallyKind::Share | TallyKind::MeanShare, .. }) => Unit::Share,
            Expr::Result(_, ResultField::Points)
            | Expr::ResultVia(_, _, ResultField::Points)
            | Expr::Line(LineValue::Points(_)) => Unit::Points,
            Expr::Cover(cover) => match cover.take {
                CoverTake::Covered(unit) | CoverTake::Uncovered(unit) => Unit::Span(unit),
                CoverTake::Share => Unit::Share,
                CoverTake::Most => Unit::Plain,
            },
            Expr::Between(_, _, unit) => Unit::Span(*unit),
            Expr::Worked { by, .. } => Unit::Span(by.unit()),
            Expr::Agg(id) => match self.policy.aggs.get(*id) {
                Some(Agg { op: AggOp::Share(_), .. }) => Unit::Share,
                Some(Agg { op, source, .. }) => match (op, source_kind(source)) {
                    (
                        AggOp::Sum(e)
                        | AggOp::Average(e, _)
                        | AggOp::Min(e)
                        | AggOp::Max(e)
                        | AggOp::First(e)
                        | AggOp::Last(e)
                        | AggOp::Quantile(e, _),
                        Some(kind),
                    ) => self.unit(kind, e),
                    _ => Unit::Plain,
                },
                None => Unit::Plain,
            },
            Expr::Periods(agg) => match &agg.op {
                AggOp::Sum(e) | AggOp::Average(e, _) | AggOp::Min(e) | AggOp::Max(e) => self.unit(kind, e),
                AggOp::First(e) | AggOp::Last(e) | AggOp::Quantile(e, _) => self.unit(kind, e),
                AggOp::Share(_) => Unit::Share,
                _ => Unit::Plain,
            },
            Expr::InPeriod(one) => self.unit(kind, &one.value),
            Expr::Arith(ArithOp::Add | ArithOp::Sub, a, _)
            | Expr::OrElse(a, _)
            | Expr::Abs(a)
            | Expr::Floor(a)
            | Expr::Ceil(a)
            | Expr::Round(a, ..) => self.unit(kind, a),
            Expr::Min(parts) | Expr::Max(parts) => parts.first().map_or(Unit::Plain, |part| self.unit(kind, part)),
            Expr::Cases(rows, _) => rows.first().map_or(Unit::Plain, |(_, value)| self.unit(kind, value)),
            _ => Unit::Plain,
        }
    }

    fn field_type(self, kind: KindId, path: &[FieldId]) -> Option<Type> {
        let (last, before) = path.split_last()?;
        let kind = self.policy.path_kind(kind, before)?;
        Some(self.policy.kinds.get(kind)?.fields.get(*last)?.ty.clone())
    }

    /// The fields of a path.
    pub fn path(self, kind: KindId, path: &[FieldId]) -> String {
        let mut names = Vec::new();
        let mut at = Some(kind);
        for field in path {
            let Some(decl) = at.and_then(|at| self.policy.kinds.get(at)?.fields.get(*field)) else { break };
            names.push(decl.name.as_str());
            at = if let Type::Ref(next) = decl.ty { Some(next) } else { None };
        }
        if names.is_empty() { self.kind(kind).to_owned() } else { names.join(".") }
    }

    /// The name of a kind.
    pub fn kind(self, kind: KindId) -> &'p str {
        self.policy.kinds.get(kind).map_or("", |kind| kind.name.as_str())
    }

    /// The name of an assessment.
    pub fn assessment(self, id: AssessmentId) -> &'p str {
        self.policy.assessments.get(id).map_or("", |assessment| assessment.name.as_str())
    }

    /// The name of a line.
    pub fn line(self, id: AssessmentId, line: Line) -> &'p str {
        let Some(assessment) = self.policy.assessments.get(id) else { return "" };
        let name = match line {
            Line::Item(at) => assessment.items.get(at as usize).map(|line| &line.name),
            Line::Group(at) => assessment.groups.get(at as usize).map(|line| &line.name),
            Line::Adjustment(at) => assessment.adjustments.get(at as usize).map(|line| &line.name),
        };
        name.map_or("", String::as_str)
    }

    /// An expression, read with a row of a kind.
    pub fn phrase(self, kind: KindId, expr: &Expr) -> Text {
        self.say(kind, expr, 0)
    }

    fn say(self, kind: KindId, expr: &Expr, depth: usize) -> Text {
        if depth > DEPTH_MAX {
            return same("…");
        }
        let say = |inner: &Expr| self.inner(kind, inner, depth + 1);
        let call = |en: &str, zh: &str, inner: &Expr| {
            let inner = self.say(kind, inner, depth + 1);
            Text::new(format!("{en}({})", inner.en), format!("{zh}（{}）", inner.zh))
        };
        let pair = |a: &Expr, mark: &str, b: &Expr| joined(&[say(a), say(b)], mark, mark);
        match expr {
            Expr::Const(value, unit) => self.constant(value, unit, None),
            Expr::Param(id) => same(self.policy.params.get(*id).map_or("", |param| param.name.as_str())),
            Expr::Field(path) => same(self.path(kind, path)),
            Expr::Key => Text::new(format!("key of {}", self.kind(kind)), format!("{}编号", self.kind(kind))),
            Expr::Measure(id) => same(self.policy.measures.get(*id).map_or("", |measure| measure.name.as_str())),
            Expr::Through(path, id) => {
                let (path, measure) = (self.path(kind, path), self.policy.measures.get(*id));
                same(format!("{path}.{}", measure.map_or("", |measure| measure.name.as_str())))
            }
            Expr::Agg(id) => self.aggregate(kind, *id, depth),
            Expr::Cover(cover) => {
                let of = self.rows_of(cover.of);
                match cover.take {
                    CoverTake::Covered(_) => Text::new(format!("time that {of} cover"), format!("{of} 覆盖的时间")),
                    CoverTake::Uncovered(_) => {
                        Text::new(format!("time that {of} leave uncovered"), format!("{of} 未覆盖的时间"))
                    }
                    CoverTake::Share => {
                        Text::new(format!("share of time that {of} cover"), format!("{of} 覆盖时间占比"))
                    }
                    CoverTake::Most => Text::new(format!("most {of} at once"), format!("同时最多的 {of}")),
                }
            }
            Expr::Tally(tally) => self.tally(tally),
            Expr::Result(id, field) => self.result(*id, *field),
            Expr::ResultVia(path, id, field) => {
                let (of, result) = (self.path(kind, path), self.result(*id, *field));
                Text::new(format!("{} for {of}", result.en), format!("{of} 的 {}", result.zh))
            }
            Expr::Counter(id, field) => {
                let name = self.policy.counters.get(*id).map_or("", |counter| counter.name.as_str());
                match field {
                    CounterField::Points => Text::new(format!("points of {name}"), format!("{name} 累计分")),
                    CounterField::Steps => Text::new(format!("steps of {name}"), format!("{name} 档次")),
                    CounterField::StepsInWindow => {
                        Text::new(format!("steps of {name} reached in the window"), format!("{name} 本期达到的档次数"))
                    }
                }
            }
            Expr::Periods(agg) => {
                let (en, zh) = op_words(&agg.op);
                let of = self.assessment(agg.of);
                let value = agg.op.exprs().first().map(|value| self.in_result(kind, agg.of, value, depth));
                let value = value.unwrap_or_else(|| Text::new("periods", "期"));
                let weight = match &agg.op {
                    AggOp::Average(_, Some(weight)) => {
                        let weight = self.in_result(kind, agg.of, weight, depth);
                        Text::new(format!(" weighted by {}", weight.en), format!(" 按 {} 加权", weight.zh))
                    }
                    _ => same(""),
                };
                Text::new(
                    format!("{en} {} over the periods of {of}{}", value.en, weight.en),
                    format!("{of} 各期 {} 的{}{zh}", value.zh, weight.zh),
                )
            }
            Expr::InPeriod(one) => {
                let (value, of) = (self.in_result(kind, one.of, &one.value, depth), self.assessment(one.of));
                let (en, zh) = match &one.pick {
                    PeriodPick::Nth(n) => (format!("in period {n} of {of}"), format!("{of} 第 {n} 期")),
                    PeriodPick::Before(1) => (format!("in the previous period of {of}"), format!("{of} 上一期")),
                    PeriodPick::Before(n) => (format!("{n} periods before, of {of}"), format!("{of} 前第 {n} 期")),
                    PeriodPick::Record(_) => (format!("in the previous record of {of}"), format!("{of} 上一条记录")),
                };
                Text::new(format!("{} {en}", value.en), format!("{zh} {}", value.zh))
            }
            Expr::Line(LineValue::Points(_)) => Text::new("points of a line", "本表一行的得分"),
            Expr::Line(LineValue::FullItems) => Text::new("full items", "满分项数"),
            Expr::AsOf => Text::new("as-of", "截至日"),
            Expr::WindowStart => Text::new("window start", "期初"),
            Expr::WindowEnd => Text::new("window end", "期末"),
            Expr::Arith(ArithOp::Add, a, b) => pair(a, " + ", b),
            Expr::Arith(ArithOp::Sub, a, b) => pair(a, " - ", b),
            Expr::Arith(ArithOp::Mul, a, b) => pair(a, " × ", b),
            Expr::Div(a, b, _) => pair(a, " ÷ ", b),
            Expr::Shift { from, amount, unit, .. } => {
                let from = say(from);
                let length = match &**amount {
                    // A day so long before: nobody adds a length below 0.
                    Expr::Const(Value::Number(n), _) if *n < Ratio::ZERO => {
                        let back = n.neg().map_or_else(|_| span(*n, *unit), |n| span(n, *unit));
                        return joined(&[from, back], " - ", " - ");
                    }
                    Expr::Const(Value::Number(n), _) => span(*n, *unit),
                    other => {
                        let other = say(other);
                        Text::new(format!("{} {}", other.en, unit.word()), format!("{} {}", other.zh, unit_zh(*unit)))
                    }
                };
                joined(&[from, length], " + ", " + ")
            }
            Expr::Between(a, b, unit) => {
                let (a, b) = (say(a), say(b));
                Text::new(
                    format!("{} from {} to {}", unit.word(), a.en, b.en),
                    format!("{} 至 {} 的{}数", a.zh, b.zh, unit_zh(*unit)),
                )
            }
            Expr::Worked { from, to, by } => {
                let (a, b, unit) = (say(from), say(to), by.unit());
                Text::new(
                    format!("working {} from {} to {}", unit.word(), a.en, b.en),
                    format!("{} 至 {} 的工作时间（{}）", a.zh, b.zh, unit_zh(unit)),
                )
            }
            Expr::Min(parts) | Expr::Max(parts) => {
                let parts: Vec<Text> = parts
                    .iter()
                    .map(|part| match (part, self.say(kind, part, depth + 1)) {
                        (Expr::Min(_) | Expr::Max(_), text) => {
                            Text::new(format!("({})", text.en), format!("（{}）", text.zh))
                        }
                        (_, text) => text,
                    })
                    .collect();
                let list = joined(&parts, ", ", "、");
                match expr {
                    Expr::Min(_) => Text::new(format!("smallest of {}", list.en), format!("{} 中最小", list.zh)),
                    _ => Text::new(format!("largest of {}", list.en), format!("{} 中最大", list.zh)),
                }
            }
            Expr::Abs(a) => call("abs", "绝对值", a),
            Expr::Floor(a) => call("floor", "向下取整", a),
            Expr::Ceil(a) => call("ceil", "向上取整", a),
            Expr::Round(a, ..) => call("round", "取整", a),
            Expr::AtTime(a, minutes) => {
                let (day, time) = (say(a), format!("{:02}:{:02}", minutes / 60, minutes % 60));
                Text::new(format!("{} at {time}", day.en), format!("{} 当日 {time}", day.zh))
            }
            Expr::DatePart(part, a) => {
                let (en, zh) = match part {
                    DatePart::Year => ("year", "年份"),
                    DatePart::Quarter => ("quarter", "季度"),
                    DatePart::Month => ("month", "月份"),
                    DatePart::Weekday => ("weekday", "星期"),
                    DatePart::Day => ("day", "日"),
                };
                call(en, zh, a)
            }
            Expr::Cases(rows, Some(otherwise)) if rows.len() == 1 => {
                let sides = rows.first().map(|(test, value)| (say(test), say(value), say(otherwise)));
                let (test, value, otherwise) = sides.unwrap_or_default();
                Text::new(
                    format!("if {} then {} else {}", test.en, value.en, otherwise.en),
                    format!("如果 {} 则 {} 否则 {}", test.zh, value.zh, otherwise.zh),
                )
            }
            Expr::Cases(rows, _) => match rows.first() {
                Some((Expr::Compare(_, a, _), _)) => {
                    let a = say(a);
                    Text::new(format!("table by {}", a.en), format!("按 {} 分档", a.zh))
                }
                _ => Text::new("table", "分档"),
            },
            Expr::OrElse(a, b) => {
                let (a, b) = (say(a), say(b));
                Text::new(format!("{} or else {}", a.en, b.en), format!("{}，没有则 {}", a.zh, b.zh))
            }
            Expr::Compare(op, a, b) => {
                let mark = match op {
                    CompareOp::Eq => " = ",
                    CompareOp::Ne => " <> ",
                    CompareOp::Lt => " < ",
                    CompareOp::Le => " <= ",
                    CompareOp::Gt => " > ",
                    CompareOp::Ge => " >= ",
                };
                joined(&[self.side(kind, a, b, depth), self.side(kind, b, a, depth)], mark, mark)
            }
            Expr::Acts { doer, named, instead, .. } => {
                let (doer, named) = (say(doer), say(named));
                let (en, zh) =
                    if *instead { ("stand-in instead", "代理人") } else { ("or stand-in", "或代理人") };
                Text::new(format!("{} = {} {en}", doer.en, named.en), format!("{} = {} {zh}", doer.zh, named.zh))
            }
            Expr::OneOf(a, values) => {
                let list: Vec<Text> =
                    values.iter().map(|v| self.constant(v, &Unit::Plain, self.codes(kind, a))).collect();
                let (a, list) = (say(a), joined(&list, ", ", "、"));
                Text::new(format!("{} in {{ {} }}", a.en, list.en), format!("{} 属于 {{ {} }}", a.zh, list.zh))
            }
            Expr::HasAny(a, codes) | Expr::HasAll(a, codes) => {
                let of = self.codes(kind, a);
                let list: Vec<Text> =
                    codes.iter().map(|code| self.constant(&Value::Code(*code), &Unit::Plain, of)).collect();
                let (a, list) = (say(a), joined(&list, ", ", "、"));
                let (en, zh) =
                    if matches!(expr, Expr::HasAny(..)) { ("any of", "之一") } else { ("all of", "全部") };
                Text::new(format!("{} has {en} {}", a.en, list.en), format!("{} 含 {} {zh}", a.zh, list.zh))
            }
            Expr::Text(op, a, part) => {
                let a = say(a);
                let (en, zh) = match op {
                    TextOp::StartsWith => ("begins with", "开头为"),
                    TextOp::EndsWith => ("ends with", "结尾为"),
                    TextOp::Contains => ("contains", "包含"),
                };
                Text::new(format!("{} {en} \"{part}\"", a.en), format!("{} {zh}“{part}”", a.zh))
            }
            Expr::InHours(a, _) => {
                let a = say(a);
                Text::new(format!("{} in hours", a.en), format!("{} 在规定时段内", a.zh))
            }
            Expr::Known(a) => {
                let a = say(a);
                Text::new(format!("{} known", a.en), format!("{} 已知", a.zh))
            }
            Expr::And(parts) => self.list(kind, parts, depth, " and ", " 且 "),
            Expr::Or(parts) => self.list(kind, parts, depth, " or ", " 或 "),
            Expr::Not(a) => {
                let a = say(a);
                Text::new(format!("not {}", a.en), format!("非 {}", a.zh))
            }
            Expr::IsTrue(a) => self.say(kind, a, depth),
        }
    }

    /// A value that is read in a period of an assessment: its own result without its name.
    fn in_result(self, kind: KindId, of: AssessmentId, value: &Expr, depth: usize) -> Text {
        match value {
            Expr::ResultVia(path, id, field) if *id == of => {
                let what = self.in_result(kind, of, &Expr::Result(*id, *field), depth);
                let whose = self.path(kind, path);
                Text::new(format!("{} for {whose}", what.en), format!("{whose} 的{}", what.zh))
            }
            Expr::Result(id, ResultField::Points) if *id == of => Text::new("points", "得分"),
            Expr::Result(id, ResultField::Grade) if *id == of => Text::new("grade", "等次"),
            Expr::Result(id, ResultField::Rank) if *id == of => Text::new("rank", "名次"),
            Expr::Result(id, ResultField::Vetoed) if *id == of => Text::new("veto", "一票否决"),
            other => self.inner(kind, other, depth + 1),
        }
    }

    /// An expression inside another: in brackets where it has parts.
    fn inner(self, kind: KindId, expr: &Expr, depth: usize) -> Text {
        let text = self.say(kind, expr, depth);
        match expr {
            Expr::And(_) | Expr::Or(_) | Expr::Arith(..) | Expr::Div(..) | Expr::OrElse(..) | Expr::Compare(..) => {
                Text::new(format!("({})", text.en), format!("（{}）", text.zh))
            }
            _ => text,
        }
    }

    fn list(self, kind: KindId, parts: &[Expr], depth: usize, en: &str, zh: &str) -> Text {
        let texts: Vec<Text> = parts
            .iter()
            .map(|part| match part {
                Expr::And(_) | Expr::Or(_) => self.inner(kind, part, depth + 1),
                _ => self.say(kind, part, depth + 1),
            })
            .collect();
        joined(&texts, en, zh)
    }

    /// A side of a comparison; a constant by what stands on the other.
    fn side(self, kind: KindId, expr: &Expr, other: &Expr, depth: usize) -> Text {
        if let (
            Expr::Const(Value::Number(at), _),
            Expr::Result(id, ResultField::Grade) | Expr::ResultVia(_, id, ResultField::Grade),
        ) = (expr, other)
        {
            let grades = self.policy.assessments.get(*id).map(|assessment| &assessment.grades);
            let grade = usize::try_from(at.num()).ok().and_then(|at| grades?.get(at));
            return same(grade.map_or("", |grade| grade.name.as_str()));
        }
        match expr {
            Expr::Const(value, unit) => self.constant(value, unit, self.codes(kind, other)),
            Expr::Compare(..) | Expr::And(_) | Expr::Or(_) => self.inner(kind, expr, depth + 1),
            _ => self.say(kind, expr, depth + 1),
        }
    }

    /// The list of codes that a value is taken from.
    fn codes(self, kind: KindId, expr: &Expr) -> Option<&'p [String]> {
        let ty = match expr {
            Expr::Field(path) => self.field_type(kind, path)?,
            Expr::Measure(id) | Expr::Through(_, id) => self.policy.measures.get(*id)?.ty.clone(),
            Expr::Param(id) => self.policy.params.get(*id)?.ty.clone(),
            Expr::OrElse(a, _) => return self.codes(kind, a),
            Expr::Cases(rows, _) => return self.codes(kind, &rows.first()?.1),
            Expr::Agg(id) => {
                let agg = self.policy.aggs.get(*id)?;
                let (AggOp::First(value) | AggOp::Last(value)) = &agg.op else { return None };
                return self.codes(source_kind(&agg.source)?, value);
            }
            _ => return None,
        };
        match ty {
            Type::Code(list) | Type::CodeSet(list) => Some(&self.policy.code_lists.get(list)?.codes),
            _ => None,
        }
    }

    fn constant(self, value: &Value, unit: &Unit, codes: Option<&[String]>) -> Text {
        match value {
            Value::Number(number) => with_unit(*number, unit),
            Value::Text(text) => Text::new(format!("\"{text}\""), format!("“{text}”")),
            Value::Bool(true) => Text::new("yes", "是"),
            Value::Bool(false) => Text::new("no", "否"),
            Value::Day(day) => same(day.to_string()),
            Value::At(at) => same(moment(Moment::At(*at))),
            Value::Code(at) => {
                same(codes.and_then(|codes| codes.get(*at as usize)).cloned().unwrap_or_else(|| at.to_string()))
            }
            Value::Every(unit) => every(*unit),
        }
    }

    /// The kinds of an aggregate's rows.
    pub fn rows_of(self, agg: AggId) -> String {
        let Some(agg) = self.policy.aggs.get(agg) else { return String::new() };
        let mut names: Vec<&str> = agg.source.parts().iter().map(|part| self.kind(part.kind)).collect();
        names.dedup();
        names.join("/")
    }

    fn aggregate(self, asker: KindId, id: AggId, depth: usize) -> Text {
        let Some(agg) = self.policy.aggs.get(id) else { return same("") };
        let rows = self.rows_of(id);
        let kind = source_kind(&agg.source);
        let filter = match (&agg.source, agg.source.parts()) {
            (_, [SourcePart { filter: Some(filter), kind, .. }]) if depth < 2 => {
                let filter = self.say(*kind, filter, depth + 3);
                Text::new(format!(" where {}", filter.en), format!(" 其中 {}", filter.zh))
            }
            _ => same(""),
        };
        let value = |value: &Expr| kind.map_or_else(|| same(""), |kind| self.inner(kind, value, depth + 1));
        let (en, zh) = op_words(&agg.op);
        let text = match &agg.op {
            AggOp::Count | AggOp::List(_) => Text::new(format!("{en} {rows}"), format!("{rows} {zh}")),
            AggOp::Distinct(values) => {
                let values: Vec<Text> = values.iter().map(value).collect();
                let values = joined(&values, ", ", "、");
                Text::new(format!("{en} {} of {rows}", values.en), format!("{rows} 中 {} {zh}", values.zh))
            }
            AggOp::Share(condition) => {
                let condition = value(condition);
                Text::new(format!("{en} {rows} with {}", condition.en), format!("{rows} 中 {} 的{zh}", condition.zh))
            }
            AggOp::Average(e, Some(weight)) => {
                let (e, weight) = (value(e), value(weight));
                Text::new(
                    format!("{en} {} of {rows} weighted by {}", e.en, weight.en),
                    format!("{rows} 的 {} 按 {} 加权{zh}", e.zh, weight.zh),
                )
            }
            AggOp::Sum(e)
            | AggOp::Average(e, None)
            | AggOp::Min(e)
            | AggOp::Max(e)
            | AggOp::First(e)
            | AggOp::Last(e)
            | AggOp::Quantile(e, _) => {
                let e = value(e);
                Text::new(format!("{en} {} of {rows}", e.en), format!("{rows} 的 {} {zh}", e.zh))
            }
        };
        let beside = match &agg.source {
            Source::Sharing(sharing) => self.beside(sharing),
            _ => same(""),
        };
        let frame = self.frame(asker, &agg.frame, depth);
        let comma = if frame.en.is_empty() { "" } else { "，" };
        Text::new(
            format!("{}{}{}{}", text.en, beside.en, filter.en, frame.en),
            format!("{}{}{}{comma}{}", text.zh, beside.zh, filter.zh, frame.zh),
        )
    }

    fn frame(self, asker: KindId, frame: &AggFrame, depth: usize) -> Text {
        let last = |count: u32, unit: TermUnit| {
            let length = span(Ratio::int(i128::from(count)), unit);
            Text::new(format!(" in the last {}", length.en), format!("最近 {}", length.zh))
        };
        match frame {
            AggFrame::Window => same(""),
            AggFrame::UpToEnd => Text::new(" up to the window's end", "截至期末"),
            AggFrame::BeforeStart => Text::new(" before the window", "期初以前"),
            AggFrame::Ever => Text::new(" ever", "不限时间"),
            AggFrame::Last { count, unit, .. } => last(*count, *unit),
            AggFrame::Dated { from, until } => {
                let say = |bound: &Expr| self.inner(asker, bound, depth + 1);
                if let Some((count, unit, until)) = frame.units() {
                    let (length, until) = (last(count, unit), say(until));
                    return Text::new(
                        format!("{} up to {}", length.en, until.en),
                        format!("{} 截至 {}", length.zh, until.zh),
                    );
                }
                let from = from.as_ref().map(|from| say(from));
                let from =
                    from.map_or_else(|| same(""), |t| Text::new(format!(" from {}", t.en), format!("自 {}", t.zh)));
                let until = until.as_ref().map(|until| say(until));
                let until =
                    until.map_or_else(|| same(""), |t| Text::new(format!(" up to {}", t.en), format!("至 {}", t.zh)));
                Text::new(format!("{}{}", from.en, until.en), format!("{}{}", from.zh, until.zh))
            }
            AggFrame::SinceLast(_) => Text::new(" since the last one", "自上一次以来"),
        }
    }

    /// What rows beside the subject share with it.
    fn beside(self, sharing: &Sharing) -> Text {
        let fields: Vec<Text> = sharing.on.iter().map(|(path, _)| same(self.path(sharing.part.kind, path))).collect();
        let shared = joined(&fields, ", ", "、");
        let on = match fields.is_empty() {
            true => Text::new(", all", "，全部"),
            false => Text::new(format!(" sharing {}", shared.en), format!("，同一 {}", shared.zh)),
        };
        let (en, zh) = match sharing.itself {
            Itself::Included => ("", ""),
            Itself::LeftOut => (" without itself", " 不含本身"),
            Itself::Earlier | Itself::EarlierByKey => (" earlier", " 更早"),
        };
        Text::new(format!("{}{en}", on.en), format!("{}{zh}", on.zh))
    }

    fn tally(self, tally: &Tally) -> Text {
        let rules: Vec<Text> = (tally.rules.iter())
            .filter_map(|(rule, _)| self.policy.rules.get(*rule))
            .map(|rule| same(rule.name.clone()))
            .collect();
        let rules = joined(&rules, ", ", "、");
        let (en, zh) = match tally.what {
            TallyKind::Share => ("share met", "达成率"),
            TallyKind::MeanShare => ("mean share met", "平均达成率"),
            TallyKind::Met => ("number met", "达成数"),
            TallyKind::Unmet => ("number unmet", "未达成数"),
            TallyKind::Due => ("number due", "应办数"),
            TallyKind::Unknown => ("number unknown", "不明数"),
            TallyKind::Excused => ("number excused", "免责数"),
            TallyKind::DueDay => ("due day of", "期限届满日"),
            TallyKind::Pending => ("number pending", "待定数"),
            TallyKind::LongestRun { met: true } => ("longest run met", "最长连续达成数"),
            TallyKind::LongestRun { met: false } => ("longest run unmet", "最长连续未达成数"),
            TallyKind::CurrentRun { met: true } => ("current run met", "当前连续达成数"),
            TallyKind::CurrentRun { met: false } => ("current run unmet", "当前连续未达成数"),
        };
        Text::new(format!("{en} {}", rules.en), format!("{zh} {}", rules.zh))
    }

    fn result(self, id: AssessmentId, field: ResultField) -> Text {
        let name = self.assessment(id);
        match field {
            ResultField::Points => Text::new(format!("points of {name}"), format!("{name} 得分")),
            ResultField::Grade => Text::new(format!("grade of {name}"), format!("{name} 等次")),
            ResultField::Vetoed => Text::new(format!("veto in {name}"), format!("{name} 一票否决")),
            ResultField::Rank => Text::new(format!("rank in {name}"), format!("{name} 名次")),
        }
    }
}

fn source_kind(source: &Source) -> Option<KindId> {
    source.parts().first().map(|part| part.kind)
}

fn op_words(op: &AggOp) -> (&'static str, &'static str) {
    match op {
        AggOp::Count | AggOp::List(_) => ("number of", "数"),
        AggOp::Distinct(_) => ("number of distinct", "不同值数"),
        AggOp::Sum(_) => ("sum of", "合计"),
        AggOp::Average(..) => ("average of", "平均"),
        AggOp::Min(_) => ("smallest", "最小值"),
        AggOp::Max(_) => ("largest", "最大值"),
        AggOp::First(_) => ("first", "首个值"),
        AggOp::Last(_) => ("last", "末个值"),
        AggOp::Share(_) => ("share of", "占比"),
        AggOp::Quantile(_, Quantile::Median) => ("median of", "中位数"),
        AggOp::Quantile(_, Quantile::Part(_)) => ("percentile of", "百分位"),
    }
}

fn unit_zh(unit: TermUnit) -> &'static str {
    match unit {
        TermUnit::Minutes => "分钟",
        TermUnit::Hours => "小时",
        TermUnit::Days => "天",
        TermUnit::Workdays => "工作日",
        TermUnit::Weeks => "周",
        TermUnit::Months => "月",
        TermUnit::Years => "年",
    }
}

/// A calendar window as a word.
fn every(unit: CalendarUnit) -> Text {
    let (en, zh) = match unit {
        CalendarUnit::Day => ("day", "每日"),
        CalendarUnit::Week => ("week", "每周"),
        CalendarUnit::TenDays => ("ten days", "每旬"),
        CalendarUnit::HalfMonth => ("half month", "每半月"),
        CalendarUnit::Month => ("month", "每月"),
        CalendarUnit::Quarter => ("quarter", "每季度"),
        CalendarUnit::HalfYear => ("half year", "每半年"),
        CalendarUnit::Year => ("year", "每年"),
    };
    Text::new(format!("every {en}"), zh)
}
