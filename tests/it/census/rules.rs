//! Forms of rules: subjects, frames, clauses, requirements, terms.

use wangge::model::{
    AggOp, AttributesAt, DayPick, Event, Expr, Frame, Marks, PartialWindows, Policy, Requirement, Role, Rounding,
    RowsOn, Stop, Strength, TermKind, TermReq, TermUnit, TurnOf, TurnPick, Which,
};

use super::Census;
use crate::reference::Spec;

impl Census {
    pub(super) fn rule(&mut self, policy: &Policy, spec: &Spec, rule: &wangge::model::Rule) {
        self.add(
            "strength",
            match rule.strength {
                Strength::Must => "must",
                Strength::InPrinciple => "in principle",
                Strength::Should => "should",
                Strength::May => "may",
                Strength::Aim => "aim",
            },
        );
        let role = match policy.kinds[rule.subject].role {
            Role::Whole => "whole",
            Role::Record => "record",
            Role::Entity if spec.coverage.contains_key(&rule.subject) => "register",
            Role::Entity => "derived",
        };
        self.add("subject", role);
        self.add_if(rule.waivable, "rule clause", "waivable");
        let waived = rule.waivable && policy.waivers.iter().any(|waiver| spec.coverage.contains_key(&waiver.kind));
        self.add_if(waived, "rule clause", "waivers on file");
        for declared in &policy.stand_ins {
            let sourced = spec.coverage.contains_key(&declared.kind);
            let record = policy.kinds[declared.kind].role == Role::Record;
            self.add_if(!sourced, "acting", "stand-ins without a source");
            self.add_if(sourced && record, "acting", "stand-ins by records");
        }
        let kind = &policy.kinds[rule.subject];
        self.add_if(
            kind.lifetime.is_some() && !spec.coverage.contains_key(&rule.subject),
            "rule clause",
            "derived life",
        );
        self.frame(policy, &rule.frame);
        self.add_if(
            !matches!(
                rule.frame,
                Frame::State
                    | Frame::Event
                    | Frame::Term
                    | Frame::Gaps
                    | Frame::Rolling { .. }
                    | Frame::Throughout { .. }
            ),
            "partial windows",
            match rule.partial {
                PartialWindows::Prorate(_) => "Prorate",
                PartialWindows::Whole => "Whole",
                PartialWindows::Any => "Any",
                PartialWindows::Half => "Half",
                PartialWindows::FirstDay => "FirstDay",
            },
        );
        self.add_if(rule.season.is_some(), "frame", "in season");
        let attributes = match rule.attributes {
            AttributesAt::Start => "at start",
            AttributesAt::End => "at end",
            AttributesAt::Event(_) => "at event",
        };
        self.add("attributes", attributes);
        let rows = match rule.rows {
            RowsOn::First => "first day",
            RowsOn::Last => "last day",
            RowsOn::Mean => "daily mean",
        };
        self.add("rows counted", rows);
        self.add_if(rule.scope.is_some(), "rule clause", "scope");
        self.add_if(rule.scope.as_ref().is_some_and(reads_earlier), "rule clause", "scope by an earlier result");
        self.add_if(!rule.excused.is_empty(), "rule clause", "excused");
        self.add_if(!rule.except.is_empty(), "rule clause", "except");
        self.add_if(rule.in_force.from.is_some(), "rule clause", "in force");
        rule.scope.iter().chain(&rule.excused).for_each(|e| self.expr(policy, e));
        if rule.requirement.terms().len() > 1 {
            self.add("joined terms", if matches!(rule.requirement, Requirement::All(_)) { "all" } else { "any" });
        }
        self.requirement(policy, &rule.requirement);
    }

    pub(super) fn frame(&mut self, policy: &Policy, frame: &Frame) {
        match frame {
            Frame::Every { count: 1, unit, .. } => self.add("frame", &format!("{unit:?}")),
            Frame::Every { unit, anchor, .. } => {
                self.add("frame", &format!("n {unit:?}"));
                self.add_if(anchor.is_some(), "frame", "anchored");
            }
            Frame::EveryParam(id) => {
                let open = policy.params[*id].value.is_none();
                self.add("frame", if open { "open param" } else { "param" });
            }
            Frame::On { days, .. } => {
                for pick in days {
                    let form = match pick {
                        DayPick::Nth(_) => "on day",
                        DayPick::Weekday(Some(_), _) => "on nth weekday",
                        DayPick::Weekday(None, _) => "on last weekday",
                        DayPick::NthOrLast(_) => "on day or last",
                        DayPick::Last => "on last day",
                    };
                    self.add("frame", form);
                }
            }
            Frame::Part { first, .. } => self.add("frame", if *first { "first days" } else { "last days" }),
            Frame::Fixed { .. } => self.add("frame", "fixed"),
            Frame::Yearly(_) => self.add("frame", "yearly"),
            Frame::Rolling { every, .. } => {
                self.add("frame", if every.is_some() { "rolling in windows" } else { "rolling" });
            }
            Frame::Throughout { every, .. } => {
                self.add("frame", if every.is_some() { "throughout in windows" } else { "throughout" });
            }
            Frame::Gaps => self.add("frame", "gaps"),
            Frame::Cycle { .. } => self.add("frame", "from a date of the subject"),
            Frame::State => self.add("frame", "state"),
            Frame::Event => self.add("frame", "event"),
            Frame::Term => self.add("frame", "term"),
        }
    }

    pub(super) fn requirement(&mut self, policy: &Policy, requirement: &Requirement) {
        match requirement {
            Requirement::All(parts) | Requirement::Any(parts) => {
                let all = matches!(requirement, Requirement::All(_));
                self.add("requirement", if all { "all" } else { "any" });
                parts.iter().for_each(|part| self.requirement(policy, part));
            }
            Requirement::Count(count) => {
                let form = match (&count.at_least, &count.at_most) {
                    (Some(a), Some(b)) if a == b => "exactly",
                    (Some(_), Some(_)) => "between",
                    (Some(_), None) => "at least",
                    (None, _) => "at most",
                };
                self.add("requirement", form);
                std::iter::once(&count.measured)
                    .chain(&count.at_least)
                    .chain(&count.at_most)
                    .for_each(|e| self.expr(policy, e));
                if let Some(per) = &count.per {
                    self.add("requirement", "per");
                    let form = match per.rounding {
                        None => "unrounded",
                        Some(Rounding::Up) => "up",
                        Some(Rounding::Down) => "down",
                        Some(Rounding::HalfUp) => "half up",
                        Some(Rounding::HalfEven) => "half even",
                    };
                    self.add("per, rounded", form);
                }
            }
            Requirement::Gap(gap) => {
                self.add("requirement", "gap");
                self.add_if(!matches!(gap.most, Expr::Const(..)), "requirement", "gap of a computed length");
                self.expr(policy, &gap.most);
                self.agg(policy, &policy.aggs[gap.agg]);
            }
            Requirement::Condition(expr) => {
                self.add("requirement", "condition");
                self.expr(policy, expr);
            }
            Requirement::Term(term) => self.term(policy, term),
            Requirement::Sequence(steps) => {
                self.add("requirement", "sequence");
                self.add_if(!steps.hands.is_empty(), "requirement", "by different hands");
            }
        }
    }

    fn term(&mut self, policy: &Policy, term: &TermReq) {
        self.add("requirement", "term");
        self.add("term", &format!("{:?}", term.unit));
        let kind = match term.kind {
            TermKind::Within => "within",
            TermKind::NotBefore => "not before",
            TermKind::Ahead => "ahead",
            TermKind::By => "by a due date",
        };
        self.add("term option", kind);
        self.add_if(!term.extended.is_empty(), "term option", "extended");
        self.add_if(term.extended.len() > 1, "term option", "extended twice");
        self.add_if(!term.stopped.is_empty(), "term option", "stopped");
        self.add_if(term.stopped.len() > 1, "term option", "stopped by several");
        self.add_if(term.clock.is_some(), "term option", "on a clock");
        self.add_if(term.clock.is_some() && term.calendar.is_none(), "term option", "on a clock of every day");
        let near = |event: &Event, after: bool| matches!(event, Event::Near(near) if near.after == after);
        if let Event::Turn(turn) = &term.start
            && turn.pick == TurnPick::Each
        {
            let what = if matches!(turn.of, TurnOf::Result(_)) { "result" } else { "step of a counter" };
            self.add("term option", &format!("each {what}"));
        }
        let nth = |event: &Event| matches!(event, Event::Nth(..));
        self.add_if(nth(&term.step) || nth(&term.start), "term option", "nth of records");
        self.add_if(matches!(term.step, Event::Next(_, Which::Nth(1))), "term option", "first step after its start");
        self.add_if(matches!(term.step, Event::Next(_, Which::Nth(2..))), "term option", "n-th step after its start");
        self.add_if(matches!(term.step, Event::Next(_, Which::Last)), "term option", "last step after its start");
        self.add_if(near(&term.step, true), "term option", "followed");
        self.add_if(near(&term.start, false), "term option", "follows");
        let late = term.kind == TermKind::NotBefore;
        self.add_if(late && near(&term.step, true), "term option", "followed not before");
        self.add_if(late && near(&term.start, false), "term option", "follows not before");
        self.add_if(!matches!(term.amount, Expr::Const(..) | Expr::Param(_)), "term option", "computed amount");
        let last = |event: &Event| event.agg().is_some_and(|id| matches!(policy.aggs[id].op, AggOp::Last(_)));
        self.add_if(last(&term.step) || last(&term.start), "term option", "last of records");
        let computed = |event: &Event| matches!(event, Event::Value(_));
        self.add_if(computed(&term.step) || computed(&term.start), "term option", "computed moment");
        let due = matches!(&term.start, Event::Value(expr) if matches!(**expr, Expr::Tally(_)));
        self.add_if(due, "term option", "due day of another rule");
        let of_records = matches!(&term.start, Event::Value(expr) if matches!(**expr, Expr::Agg(_)));
        self.add_if(of_records, "term option", "start from dates of records");
        self.add_if(term.moves, "term option", "moves");
        let days = !matches!(term.unit, TermUnit::Hours | TermUnit::Minutes | TermUnit::Workdays);
        self.add_if(!term.moves && days, "term option", "stays");
        self.add_if(term.or_before, "term option", "or before");
        self.add_if(term.missing_start_unmet, "term option", "missing start unmet");
        self.add_if(term.by_due_day, "term option", "by due day");
        let open = matches!(&term.amount, Expr::Param(id) if policy.params[*id].value.is_none());
        self.add_if(open, "term option", "open amount");
        let records = |event: &Event| matches!(event, Event::Record(_));
        self.add("term option", if records(&term.start) { "start on records" } else { "start in a field" });
        self.add("term option", if records(&term.step) { "step on records" } else { "step in a field" });
        for event in term.events() {
            if let Event::Turn(turn) = event {
                let what = if matches!(turn.of, TurnOf::Result(_)) { "result" } else { "step" };
                match turn.pick {
                    TurnPick::Each => {}
                    TurnPick::First => self.add("turn", &format!("first {what}")),
                    TurnPick::Last => self.add("turn", &format!("last {what}")),
                }
            }
        }
        for stop in &term.stopped {
            match stop {
                Stop::Between { .. } => {}
                Stop::Sharing { .. } => self.add("stopped", "by records that share something"),
                Stop::During(list) => {
                    let AggOp::List(values) = &policy.aggs[*list].op else { continue };
                    let own = matches!(values.as_slice(), [Expr::Field(_), Expr::Field(_)]);
                    self.add("stopped", if own { "during records" } else { "during days of records" });
                    let whole =
                        policy.aggs[*list].source.parts().iter().all(|part| part.link == wangge::model::Link::Whole);
                    self.add_if(whole, "stopped", "for all subjects");
                }
            }
        }
        for marks in term.stopped.iter().flat_map(Stop::marks) {
            self.add("stopped", if matches!(marks, Marks::One(_)) { "by one event" } else { "by every record" });
        }
    }
}

/// Whether an expression reads a result of an earlier period.
fn reads_earlier(expr: &Expr) -> bool {
    matches!(expr, Expr::InPeriod(_)) || expr.children().into_iter().any(reads_earlier)
}
