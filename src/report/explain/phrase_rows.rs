//! What is counted, and over which rows and days, in words.

use super::words::{Words, decimal, joined, same, span};
use crate::diagnostic::Text;
use crate::model::{
    AggFrame, AggId, AggOp, AssessmentId, CalendarUnit, Expr, Itself, KindId, Quantile, Ratio, ResultField, Sharing,
    Source, SourcePart, Tally, TallyKind, TermUnit,
};

impl Words<'_> {
    /// The kinds of an aggregate's rows.
    pub fn rows_of(self, agg: AggId) -> String {
        let Some(agg) = self.policy.aggs.get(agg) else { return String::new() };
        let mut names: Vec<&str> = agg.source.parts().iter().map(|part| self.kind(part.kind)).collect();
        names.dedup();
        names.join("/")
    }

    pub(super) fn aggregate(self, asker: KindId, id: AggId, depth: usize) -> Text {
        let Some(agg) = self.policy.aggs.get(id) else { return same("") };
        let rows = self.rows_of(id);
        let kind = source_kind(&agg.source);
        let filter = match (&agg.source, agg.source.parts()) {
            (_, [SourcePart { filter: Some(filter), kind, .. }]) if depth < 4 || self.all => {
                let filter = self.say(*kind, filter, depth + 1);
                Text::new(format!(" where {}", filter.en), format!(" 其中 {}", filter.zh))
            }
            (_, parts) if parts.iter().any(|part| part.filter.is_some()) => Text::new(" where …", " 其中 …"),
            _ => same(""),
        };
        let value = |value: &Expr| kind.map_or_else(|| same(""), |kind| self.inner(kind, value, depth + 1));
        let (en, zh) = op_words(&agg.op);
        let part = match &agg.op {
            AggOp::Quantile(_, Quantile::Part(part)) => part.mul(Ratio::int(100)).map(decimal).ok(),
            _ => None,
        };
        let text = match &agg.op {
            AggOp::Quantile(e, _) if part.is_some() => {
                let (e, part) = (value(e), part.unwrap_or_default());
                Text::new(
                    format!("percentile {part} of {} of {rows}", e.en),
                    format!("{rows} 的 {} 第 {part} {zh}", e.zh),
                )
            }
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

    pub(super) fn frame(self, asker: KindId, frame: &AggFrame, depth: usize) -> Text {
        let length = |count: u32, unit: TermUnit| span(Ratio::int(i128::from(count)), unit);
        match frame {
            AggFrame::Window => same(""),
            AggFrame::UpToEnd => Text::new(" up to the window's end", "截至期末"),
            AggFrame::BeforeStart => Text::new(" before the window", "期前"),
            AggFrame::Ever => Text::new(" ever", "历来"),
            AggFrame::Last { count, unit, at_end } => {
                let length = length(*count, *unit);
                match at_end {
                    true => Text::new(
                        format!(" in the last {} to the window's end", length.en),
                        format!("期末前 {}", length.zh),
                    ),
                    false => {
                        Text::new(format!(" in the {} before the window", length.en), format!("期前 {}", length.zh))
                    }
                }
            }
            AggFrame::Dated { from, until } => {
                let say = |bound: &Expr| self.inner(asker, bound, depth + 1);
                if let Some((count, unit, until)) = frame.units() {
                    let (length, until) = (length(count, unit), say(until));
                    return Text::new(
                        format!(" in the {} up to {}", length.en, until.en),
                        format!("近 {} 截至 {}", length.zh, until.zh),
                    );
                }
                let (from, until) = (from.as_ref().map(|from| say(from)), until.as_ref().map(|until| say(until)));
                match (from, until) {
                    (Some(from), Some(until)) => Text::new(
                        format!(" dated from {} to {}", from.en, until.en),
                        format!("起自 {} 至 {}", from.zh, until.zh),
                    ),
                    (Some(from), None) => Text::new(format!(" dated from {}", from.en), format!("起自 {}", from.zh)),
                    (None, Some(until)) => {
                        Text::new(format!(" dated up to {}", until.en), format!("止于 {}", until.zh))
                    }
                    (None, None) => same(""),
                }
            }
            AggFrame::SinceLast(last) => {
                let rows = self.rows_of(*last);
                Text::new(format!(" since last {rows}"), format!("自上次 {rows}"))
            }
        }
    }

    /// What rows beside the subject share with it.
    pub fn beside(self, sharing: &Sharing) -> Text {
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

    pub(super) fn tally(self, tally: &Tally) -> Text {
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

    pub(super) fn result(self, id: AssessmentId, field: ResultField) -> Text {
        let name = self.assessment(id);
        match field {
            ResultField::Points => Text::new(format!("points of {name}"), format!("{name} 得分")),
            ResultField::Grade => Text::new(format!("grade of {name}"), format!("{name} 等次")),
            ResultField::Vetoed => Text::new(format!("veto in {name}"), format!("{name} 一票否决")),
            ResultField::Rank => Text::new(format!("rank in {name}"), format!("{name} 名次")),
        }
    }
}

pub(super) fn source_kind(source: &Source) -> Option<KindId> {
    source.parts().first().map(|part| part.kind)
}

pub(super) fn op_words(op: &AggOp) -> (&'static str, &'static str) {
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

pub(super) fn unit_zh(unit: TermUnit) -> &'static str {
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
pub(super) fn every(unit: CalendarUnit) -> Text {
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
