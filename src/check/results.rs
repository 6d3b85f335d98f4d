//! What only assessments read: tallies of obligations, and results of assessments; their order.

use super::checker::{Checker, Place, Reader, Scope, Stage};
use super::codes;
use super::expressions::Typed;
use super::lines::LineIndex;
use super::types::Ty;
use crate::diagnostic::Text;
use crate::model::{
    AssessmentId, CalendarUnit, Event, Expr, Id, KindId, LineValue, Link, Requirement, ResultField, RuleId, Strength,
    Tally, TallyKind, TermKind, Type, Unit,
};
use crate::source::Span;
use crate::syntax::tree::{AssessmentItem, AssessmentPart, Name, ResultExpr, Spanned};

/// What only assessments read, where it stands elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Elsewhere {
    /// How rules were kept.
    Tally(TallyKind),
    /// A result of a named assessment.
    Result,
    /// A result of a named assessment of records.
    OfRecord,
    /// Periods of a named assessment.
    Periods,
    /// What is there of the assessment under way.
    Own,
}

/// An assessment while it is checked.
pub(super) struct AssessmentDecl<'a> {
    pub(super) item: &'a AssessmentItem,
    /// Kind of its subject, once found.
    pub(super) kind: Option<KindId>,
    /// What makes its subject a part of the kind.
    pub(super) part: Option<Expr>,
    /// Names of its grades, best first.
    pub(super) grades: Vec<String>,
    /// Its lines as written.
    pub(super) lines: LineIndex,
}

impl<'a> AssessmentDecl<'a> {
    pub(super) fn new(item: &'a AssessmentItem) -> AssessmentDecl<'a> {
        let grades = item.parts.iter().find_map(|part| match &part.value {
            AssessmentPart::Grades { rows, otherwise } => {
                let names = rows.iter().map(|row| &row.name).chain(otherwise);
                Some(names.map(|name| name.value.clone()).collect())
            }
            _ => None,
        });
        AssessmentDecl { item, kind: None, part: None, grades: grades.unwrap_or_default(), lines: LineIndex::new(item) }
    }
}

impl Checker<'_> {
    pub(super) fn tally(
        &mut self,
        what: TallyKind,
        rules: &[Name],
        via: Option<&Spanned<Vec<Name>>>,
        counting: Option<Strength>,
        span: Span,
        scope: Scope,
    ) -> Option<Typed> {
        let reader = match scope.place {
            Place::Assessment { id, .. } => Some(id),
            Place::Rule if what == TallyKind::DueDay && self.due_wanted => None,
            _ => {
                self.assessment_only(Elsewhere::Tally(what), span, scope);
                return None;
            }
        };
        let mut linked: Vec<(RuleId, Link)> = Vec::new();
        let mut sound = true;
        for name in rules {
            let Some(rule) = self.rule(name) else {
                sound = false;
                continue;
            };
            if linked.iter().any(|(other, _)| *other == rule) {
                let shown = &name.value;
                self.error(codes::SAID_TWICE, name.span, text!("`{shown}` is counted twice", "`{shown}`重复计入"));
                sound = false;
                continue;
            }
            let later = self.rules.get(rule.index()).is_none_or(Option::is_none);
            if reader.is_none() && later && !super::has_errors(&self.diagnostics) {
                self.due_below(name.span);
                sound = false;
                continue;
            }
            let Some(from) = self.rule_decls[rule].subject else {
                sound = false;
                continue;
            };
            let link = match via {
                None if from == scope.kind => Some(Link::path(Vec::new())),
                _ => self.link(from, scope.kind, via, false, name.span),
            };
            let sides = self.counted_sides(rule, name, counting);
            match (link, sides) {
                (Some(link), Some(sides)) => {
                    self.tally_reads
                        .extend(reader.into_iter().flat_map(|id| sides.iter().map(move |side| (id, *side, name.span))));
                    linked.extend(sides.into_iter().map(|side| (side, link.clone())));
                }
                _ => sound = false,
            }
        }
        if !sound {
            return None;
        }
        if what == TallyKind::DueDay {
            let at = rules.first().map_or(span, |name| name.span);
            let ty = self.due_type(&linked, via.map(|via| via.span), reader.is_some(), at)?;
            return Some(Typed::new(Expr::Tally(Tally { what, rules: linked }), ty));
        }
        let share = matches!(what, TallyKind::Share | TallyKind::MeanShare);
        let ty = if share { Ty::Number(Unit::Share) } else { Ty::PLAIN };
        Some(Typed::new(Expr::Tally(Tally { what, rules: linked }), ty))
    }

    /// Reports a due day of a rule that is not looked at yet.
    fn due_below(&mut self, span: Span) {
        self.error_with_help(
            codes::BAD_DUE_DAY,
            span,
            text!("the rule stands below", "该规则写在后面"),
            text!(
                "write the rule whose due day is read above the one that reads it",
                "请把被读取期限届满日的规则写在前面"
            ),
        );
    }

    /// Whether the due days of rules are days or times; `None`: reported.
    fn due_type(&mut self, rules: &[(RuleId, Link)], via: Option<Span>, assessed: bool, span: Span) -> Option<Ty> {
        let own = Link::path(Vec::new());
        if let Some(span) = via.or(rules.iter().any(|(_, link)| *link != own).then_some(span)) {
            self.error_with_help(
                codes::BAD_DUE_DAY,
                span,
                text!("a due day is read of the subject that owes it", "期限届满日只能由履行对象自己读取"),
                text!(
                    "assess the subjects of the rule, and read the points of that assessment over its rows",
                    "请对规则的对象进行考核，再汇总该考核的得分"
                ),
            );
            return None;
        }
        let mut by_clock = false;
        for (rule, _) in rules {
            let rule = self.rules.get(rule.index()).and_then(Option::as_ref)?;
            let term = match &rule.requirement {
                Requirement::Term(term) if term.kind != TermKind::NotBefore => Some(term),
                _ => None,
            };
            let Some(term) = term else {
                self.error_with_help(
                    codes::BAD_DUE_DAY,
                    span,
                    text!(
                        "only a rule that asks for one step within a term has a due day",
                        "只有要求在一个期限内完成一个步骤的规则才有期限届满日"
                    ),
                    text!(
                        "name a rule of the form `each case reaches closed within 5 days of received`",
                        "请写形如`每个 案件 达到 办结 限 5 天 自 受理`的规则"
                    ),
                );
                return None;
            };
            if !assessed && matches!(term.start, Event::Turn(_)) {
                self.error_with_help(
                    codes::BAD_DUE_DAY,
                    span,
                    text!(
                        "a rule that a result or a step starts has many due days: no term is counted from them",
                        "由结果或达档起算的规则有多个届满日，不能再由此起算期限"
                    ),
                    text!(
                        "let this term start at the result or step too, with the length of both together",
                        "请让本期限也从该结果或达档起算，长度为两段之和"
                    ),
                );
                return None;
            }
            by_clock |= term.unit.is_clock() || term.clock.is_some() || term.kind == TermKind::By;
        }
        Some(if by_clock { Ty::Time } else { Ty::Date })
    }

    pub(super) fn assessment_only(&mut self, what: Elsewhere, span: Span, scope: Scope) {
        let in_reward = self.reader(scope).is_some_and(|reader| reader.id.is_none());
        let help = match what {
            Elsewhere::Tally(TallyKind::DueDay) => text!(
                "a term of another rule starts at it or ends with it, `within 2 weeks of (due day of RULE)`; elsewhere the day is computed, as in `received + 5 workdays by calendar ...`",
                "别的规则可以它为起点或期限：`限 2 周 自 (期限届满日 规则)`；在别处请算出该日，如`受理日 + 5 个工作日 按日历 …`"
            ),
            _ if in_reward => text!(
                "a reward reads the results of assessments: give an assessment an item for it, as `item kept 10 points : share met visits ...`, and read `points of A` here",
                "奖励读取考核的结果：请在考核中设一项，如`项 履职 10 分 : 达成率 走访 …`，此处读取`得分 于 A`"
            ),
            Elsewhere::Tally(_) => self.tally_elsewhere(span, scope),
            Elsewhere::Result => self.result_elsewhere(span, scope),
            Elsewhere::OfRecord => {
                let written = self.sources.slice(span).split_whitespace().collect::<Vec<_>>().join(" ");
                text!(
                    "a result of a record is read in an assessment: of the same records `... in previous record missing unknown`, of whatever has periods over its records, as `count of RECORD where {written} ...`; rules and measures ask about the records themselves",
                    "记录的结果在考核中读取：同一种记录的考核写`… 上次 缺期不明`，按周期的考核对记录汇总，如`计数 记录 其中 {written} …`；规则和指标只能读取记录本身"
                )
            }
            Elsewhere::Periods => text!(
                "the periods of an assessment are read in another assessment, or in a reward",
                "考核的各期只能在另一项考核或奖励里读取"
            ),
            Elsewhere::Own => text!(
                "this is of the assessment under way: it is read inside its braces, from outside write `points of ASSESSMENT`",
                "此项属于所在的考核，只能写在其花括号内；在外面请写`得分 于 考核`"
            ),
        };
        self.error_with_help(
            codes::ASSESSMENT_ONLY,
            span,
            text!("this may stand only in an assessment", "此项只能用在考核中"),
            help,
        );
    }

    /// Where it is counted how rules were kept. `span`: what was written.
    fn tally_elsewhere(&self, span: Span, scope: Scope) -> Text {
        let written = self.sources.slice(span).split_whitespace().collect::<Vec<_>>().join(" ");
        let item = Text::new(
            format!("`item NAME 10 points : {written} nothing due full unknown unmet`"),
            format!("`项 名称 10 分：{written} 无应办 满分 不明 视为未办`"),
        );
        if scope.place == Place::Rule {
            return Text::new(
                format!(
                    "give an assessment an item for it, {}, and let the rule ask for its last period that has ended: `satisfies points of ASSESSMENT in previous period missing unknown at least 9 points`",
                    item.en
                ),
                format!(
                    "请在考核中设一项，{}，再由规则读取其最近一个已结束的周期：`满足 得分 于 考核 上期 缺期不明 不少于 9 分`",
                    item.zh
                ),
            );
        }
        Text::new(
            format!(
                "how a rule was kept is counted where an assessment asks for it, {}; a measure, a counter or a part of a kind counts the records themselves: `count of RECORD`",
                item.en
            ),
            format!("规则的履行情况在考核中直接写，{}；指标、记分和定义只能计记录本身：`计数 记录`", item.zh),
        )
    }

    /// Where a result of an assessment is read. `span`: what was written.
    fn result_elsewhere(&self, span: Span, scope: Scope) -> Text {
        let written = self.sources.slice(span).split_whitespace().collect::<Vec<_>>().join(" ");
        if scope.place == Place::Rule {
            return text!(
                "a rule reads the last period that has ended: `{written} in previous period missing unknown`",
                "规则读取最近一个已结束的周期：`{written} 上期 缺期不明`"
            );
        }
        text!(
            "measures, counters and parts of a kind are there before any result: write `{written}` where it is asked for, in another assessment or in a reward; a rule reads it in its own `where`, `unless` or `satisfies`, as `{written} in previous period missing unknown`",
            "指标、记分和定义先于考核结果：请在需要之处直接写`{written}`，即写在另一项考核或奖励里；规则可在其`其中`、`除非`、`满足`里写`{written} 上期 缺期不明`"
        )
    }

    pub(super) fn result(&mut self, what: ResultExpr, name: Option<&Name>, span: Span, scope: Scope) -> Option<Typed> {
        if let (ResultExpr::Points, None, Some(ty)) = (&what, name, &self.standing) {
            return Some(Typed::new(Expr::Line(LineValue::Standing), ty.clone()));
        }
        let Some(reader) = self.reader(scope) else {
            let of_record = |name: &Name| {
                let found = self.assessment_names.get(name.value.as_str()).and_then(|(id, _)| *id);
                found.is_some_and(|id| self.assessment_decls[id].item.every.is_none())
            };
            let what = match name {
                Some(name) if of_record(name) => Elsewhere::OfRecord,
                Some(_) => Elsewhere::Result,
                None => Elsewhere::Own,
            };
            self.assessment_only(what, span, scope);
            return None;
        };
        let id = match (name, reader.id) {
            (Some(name), _) => self.assessment_named(name)?,
            (None, Some(id)) => id,
            (None, None) => {
                self.assessment_only(Elsewhere::Own, span, scope);
                return None;
            }
        };
        if Some(id) == reader.id && !self.in_other_period(reader) {
            let Place::Assessment { stage, .. } = scope.place else {
                self.not_ready(
                    span,
                    text!("a result of this assessment is read for its subject only", "本考核的结果只能对其对象读取"),
                );
                return None;
            };
            let needed = if what == ResultExpr::Points { Stage::Total } else { Stage::Final };
            if stage < needed {
                self.not_ready(span, text!("this result does not exist yet at this place", "在此处这一结果尚未产生"));
                return None;
            }
        } else {
            self.other_result(reader, id, name.map_or(span, |name| name.span), scope)?;
        }
        self.result_of(what, id, span)
    }

    /// `points of NAME via FIELD`: of the row that references lead to.
    pub(super) fn result_via(
        &mut self,
        what: ResultExpr,
        name: &Name,
        via: &Spanned<Vec<Name>>,
        span: Span,
        scope: Scope,
    ) -> Option<Typed> {
        let (path, ty) = self.path(scope.kind, &via.value)?;
        let Type::Ref(kind) = ty else {
            self.wrong_type(via.span, &text!("a reference", "引用"), &Ty::of(&ty));
            return None;
        };
        let there = Scope { kind, place: Place::Row { inside: self.reader(scope) } };
        let Typed { expr: Expr::Result(id, field), ty } = self.result(what, Some(name), span, there)? else {
            return None;
        };
        Some(Typed::new(Expr::ResultVia(path, id, field), ty))
    }

    /// A result with its type.
    pub(super) fn result_of(&mut self, what: ResultExpr, id: AssessmentId, span: Span) -> Option<Typed> {
        let (field, ty) = match what {
            ResultExpr::Points => (ResultField::Points, Ty::Number(Unit::Points)),
            ResultExpr::Grade => {
                if self.assessment_decls[id].grades.is_empty() {
                    self.no_grades(span, id);
                    return None;
                }
                (ResultField::Grade, Ty::Grade(id))
            }
            ResultExpr::Vetoed => (ResultField::Vetoed, Ty::Bool),
            ResultExpr::Rank => {
                let ranks = |part: &Spanned<AssessmentPart>| matches!(part.value, AssessmentPart::Rank { .. });
                if !self.assessment_decls[id].item.parts.iter().any(ranks) {
                    let shown = self.assessment_decls[id].item.name.value.clone();
                    self.error(codes::RESULT_NOT_READY, span, text!("`{shown}` ranks nobody", "`{shown}`没有排名"));
                    return None;
                }
                (ResultField::Rank, Ty::PLAIN)
            }
        };
        Some(Typed::new(Expr::Result(id, field), ty))
    }

    pub(super) fn not_ready(&mut self, span: Span, message: crate::diagnostic::Text) {
        self.error_with_help(
            codes::RESULT_NOT_READY,
            span,
            message,
            text!(
                "own points are there from deductions and bonuses on (the points so far), for gates, ranks and awards; own grade and veto for ranks and awards",
                "本次得分可用于扣分和加分（此前累计的得分）、关口、排名和授予，本次等次和否决可用于排名和授予"
            ),
        );
    }

    /// Whether another period of an assessment is being read than its own.
    fn in_other_period(&self, reader: Reader) -> bool {
        reader.id.is_some() && self.other_periods > 0
    }

    fn other_result(&mut self, reader: Reader, id: AssessmentId, span: Span, scope: Scope) -> Option<()> {
        let other = &self.assessment_decls[id];
        let shown = other.item.name.value.clone();
        // A result of a record is that of its own day, whoever reads it.
        if let Some(every) = other.item.every.map(|every| every.value).filter(|every| Some(*every) != reader.unit) {
            self.other_length(&shown, every, reader, span);
            return None;
        }
        let kind = other.kind?;
        if kind != scope.kind {
            let (of, here) = (self.kind_name(kind), self.kind_name(scope.kind));
            self.error_with_help(
                codes::RESULT_NOT_READY,
                span,
                text!("`{shown}` assesses `{of}`, not `{here}`", "`{shown}`考核的是`{of}`，不是`{here}`"),
                text!(
                    "take it over those rows: `average points of {shown} over {of} ...`",
                    "请对这些行汇总：`平均 得分 于 {shown} 于 {of} …`"
                ),
            );
            return None;
        }
        // An assessment may read its own earlier periods: they are there before.
        if let Some(own) = reader.id.filter(|own| *own != id) {
            self.assessment_reads.insert((own, id, span));
        }
        Some(())
    }

    /// Reports that an assessment of other periods is read, with the way that there is from here.
    fn other_length(&mut self, shown: &str, every: CalendarUnit, reader: Reader, span: Span) {
        if reader.unit.is_none() {
            // A record: no period ends on its day.
            let own = reader.id.map(|own| self.assessment_decls[own].item.name.value.clone()).unwrap_or_default();
            let kind = reader.id.and_then(|own| self.assessment_decls[own].kind);
            let rows = kind.map(|kind| self.kind_name(kind)).unwrap_or_default();
            self.error_with_help(
                codes::RESULT_NOT_READY,
                span,
                text!("`{shown}` has periods, and a record is assessed on its own day", "`{shown}`按周期考核，而记录只在其当日考核"),
                text!(
                    "turn it round: an assessment with periods reads the results of the records, `average points of {own} over {rows}`",
                    "请反过来写：由按周期的考核读取各条记录的结果，`平均 得分 于 {own} 于 {rows}`"
                ),
            );
            return;
        }
        let help = if self.most_within(every, reader.unit) == 0 {
            text!(
                "no period of `{shown}` lies within one here: read it in an assessment of the same or of longer periods",
                "此处的周期内没有`{shown}`的完整周期：请在周期相同或更长的考核中读取"
            )
        } else {
            text!(
                "take it over its periods: `average points of {shown} over periods of {shown} missing excluded`",
                "请对其各期汇总：`平均 得分 于 {shown} 于 各期 {shown} 缺期不计`"
            )
        };
        let message = text!("`{shown}` has periods of another length", "`{shown}`的考核周期不同");
        self.error_with_help(codes::RESULT_NOT_READY, span, message, help);
    }

    pub(super) fn assessment_named(&mut self, name: &Name) -> Option<AssessmentId> {
        if let Some((Some(id), _)) = self.assessment_names.get(name.value.as_str()) {
            return Some(*id);
        }
        let choices: Vec<String> = (self.assessment_names.iter())
            .filter(|(_, (id, _))| self.suggests() && id.is_some())
            .map(|(name, _)| (*name).to_owned())
            .collect();
        let shown = &name.value;
        let message = text!("no assessment is called `{shown}`", "没有名为`{shown}`的考核");
        self.unknown(codes::UNKNOWN_NAME, name, message, &choices);
        None
    }
}
