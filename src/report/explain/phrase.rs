//! Expressions in words, for people who read a policy, in both languages.

use super::phrase_rows::{every, op_words, source_kind, unit_zh};
use super::words::{Words, joined, moment, same, span, with_unit};
use crate::diagnostic::Text;
use crate::model::{
    AggOp, ArithOp, AssessmentId, CompareOp, CounterField, CoverTake, DatePart, Expr, KindId, LineValue, Moment,
    PeriodPick, Ratio, ResultField, TermUnit, TextOp, Type, Unit, Value,
};

/// Nesting of expressions that is put into words; deeper parts are left out.
const DEPTH_MAX: usize = 8;

impl<'p> Words<'p> {
    /// An expression, read with a row of a kind.
    pub fn phrase(self, kind: KindId, expr: &Expr) -> Text {
        self.say(kind, expr, 0)
    }

    pub(super) fn say(self, kind: KindId, expr: &Expr, depth: usize) -> Text {
        if depth > DEPTH_MAX && !self.all {
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
                let filter = match &agg.filter {
                    Some(filter) => {
                        let filter = self.in_result(kind, agg.of, filter, depth);
                        Text::new(format!(" where {}", filter.en), format!("（其中 {}）", filter.zh))
                    }
                    None => same(""),
                };
                let days = self.frame(kind, &agg.frame, depth);
                Text::new(
                    format!("{en} {} over the periods of {of}{}{}{}", value.en, filter.en, days.en, weight.en),
                    format!("{of} {}各期{} {} 的{}{zh}", days.zh, filter.zh, value.zh, weight.zh),
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
            Expr::Line(LineValue::Points(line)) => match self.lines_of.map(|of| self.line(of, *line)) {
                Some(name) => Text::new(format!("points of {name}"), format!("{name} 得分")),
                None => Text::new("points of a line", "本表一行的得分"),
            },
            Expr::Line(LineValue::FullItems) => Text::new("full items", "满分项数"),
            Expr::Line(LineValue::Standing) => Text::new("own points", "本次得分"),
            Expr::AsOf => Text::new("as-of", "截至日"),
            Expr::WindowStart => Text::new("window start", "期初"),
            Expr::WindowEnd => Text::new("window end", "期末"),
            Expr::Arith(ArithOp::Add, a, b) => pair(a, " + ", b),
            Expr::Arith(ArithOp::Sub, a, b) => pair(a, " - ", b),
            Expr::Arith(ArithOp::Mul, a, b) => pair(a, " × ", b),
            Expr::Div(a, b, _) => pair(a, " ÷ ", b),
            Expr::Shift { from, amount, unit, .. } => {
                let from = say(from);
                let (is_back, length) = self.length(kind, amount, *unit, depth);
                let mark = if is_back { " - " } else { " + " };
                joined(&[from, length], mark, mark)
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
            Expr::Cases(..) if expr.is_no_value() => Text::new("no value", "无值"),
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
            Expr::Not(a) if matches!(**a, Expr::Known(_)) => {
                let Expr::Known(a) = &**a else { return Text::default() };
                let a = say(a);
                Text::new(format!("{} missing", a.en), format!("{} 缺失", a.zh))
            }
            Expr::Not(a) => {
                let a = say(a);
                Text::new(format!("not {}", a.en), format!("非 {}", a.zh))
            }
            Expr::IsTrue(a) => self.say(kind, a, depth),
        }
    }

    /// A length of time that is added, and whether it is taken off instead.
    fn length(self, kind: KindId, amount: &Expr, unit: TermUnit, depth: usize) -> (bool, Text) {
        let is_one = |expr: &Expr| matches!(expr, Expr::Const(Value::Number(n), _) if *n == Ratio::ONE);
        match amount {
            // A day so long before: nobody adds a length below 0.
            Expr::Const(Value::Number(n), _) if *n < Ratio::ZERO => {
                (true, n.neg().map_or_else(|_| span(*n, unit), |n| span(n, unit)))
            }
            Expr::Const(Value::Number(n), _) => (false, span(*n, unit)),
            Expr::Arith(ArithOp::Sub, none, back) if matches!(**none, Expr::Const(Value::Number(n), _) if n == Ratio::ZERO) =>
            {
                let (is_forth, length) = self.length(kind, back, unit, depth);
                (!is_forth, length)
            }
            // So many times one unit.
            Expr::Arith(ArithOp::Mul, times, one) if is_one(one) => self.length(kind, times, unit, depth),
            Expr::Arith(ArithOp::Mul, one, times) if is_one(one) => self.length(kind, times, unit, depth),
            // A value with this unit says it itself.
            other if self.unit(kind, other) == Unit::Span(unit) => (false, self.inner(kind, other, depth + 1)),
            other => {
                let other = self.inner(kind, other, depth + 1);
                let (en, zh) = (format!("{} {}", other.en, unit.word()), format!("{} {}", other.zh, unit_zh(unit)));
                (false, Text::new(en, zh))
            }
        }
    }

    /// A value that is read in a period of an assessment: its own result without its name.
    pub(super) fn in_result(self, kind: KindId, of: AssessmentId, value: &Expr, depth: usize) -> Text {
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
    pub(super) fn inner(self, kind: KindId, expr: &Expr, depth: usize) -> Text {
        let text = self.say(kind, expr, depth);
        match expr {
            Expr::And(_) | Expr::Or(_) | Expr::Arith(..) | Expr::Div(..) | Expr::OrElse(..) | Expr::Compare(..) => {
                Text::new(format!("({})", text.en), format!("（{}）", text.zh))
            }
            _ => text,
        }
    }

    pub(super) fn list(self, kind: KindId, parts: &[Expr], depth: usize, en: &str, zh: &str) -> Text {
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
    pub(super) fn side(self, kind: KindId, expr: &Expr, other: &Expr, depth: usize) -> Text {
        if let (Expr::Const(Value::Number(at), _), Some(grades)) = (expr, self.grades(other)) {
            let grade = usize::try_from(at.num()).ok().and_then(|at| grades.get(at));
            return same(grade.map_or("", |grade| grade.name.as_str()));
        }
        match expr {
            Expr::Const(value, unit) => self.constant(value, unit, self.codes(kind, other)),
            Expr::Compare(..) | Expr::And(_) | Expr::Or(_) => self.inner(kind, expr, depth + 1),
            _ => self.say(kind, expr, depth + 1),
        }
    }

    /// The list of codes that a value is taken from.
    pub(super) fn codes(self, kind: KindId, expr: &Expr) -> Option<&'p [String]> {
        let ty = match expr {
            Expr::Field(path) => self.field_type(kind, path)?,
            Expr::Measure(id) | Expr::Through(_, id) => self.policy.measures.get(*id)?.ty.clone(),
            Expr::Param(id) => self.policy.params.get(*id)?.ty.clone(),
            Expr::OrElse(a, _) => return self.codes(kind, a),
            Expr::Cases(..) => return self.codes(kind, expr.first_case()?),
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

    pub(super) fn constant(self, value: &Value, unit: &Unit, codes: Option<&[String]>) -> Text {
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
}
