//! Obligations: windows, cuts, scope, excuses, requirements (section 5).

use chrono::NaiveDate;
use wangge::model::{
    AttributesAt, CountReq, Event, Expr, Finding, Force, Frame, Outcome, PartialWindows, Per, Requirement, Rule,
    RuleId, Shown, TermReq, TurnPick, Value,
};

use super::bounds::Side;
use super::eval::Context;
use super::term::Due;
use super::time::{Span, after, before, date, day, owner, step_from, windows};
use super::value::{Moment, Num, Range, Truth, V, all, any, int, round};
use super::world::Subject;
use super::{Obligation, Run};

/// A requirement or one of its parts, judged.
pub struct Part {
    pub truth: Truth,
    pub measured: Vec<Shown>,
    pub required: Vec<Shown>,
}

/// What starts a term.
struct Start {
    at: Moment,
    /// What it starts belongs to the period of this day, if not of its own.
    owner: Option<NaiveDate>,
    /// Known to be one of those that are meant.
    sure: bool,
    /// Somebody asks for its due day, whatever the period.
    anywhere: bool,
}

/// A window that binds, ready to be judged.
pub struct Case {
    pub subject: Subject,
    pub window: Span,
    /// Only its first day decides whether it binds: a state, an event, a term.
    pub one_day: bool,
    /// As the finding shows it.
    pub last: Option<NaiveDate>,
    pub owner: NaiveDate,
    /// Neither ended nor decided: unresolved is pending.
    pub open: bool,
    /// A state or an event: as-of cuts nothing.
    pub settled: bool,
}

pub fn in_force(force: &Force, day: NaiveDate) -> bool {
    force.from.is_none_or(|from| date(from) <= day) && force.to.is_none_or(|to| day <= date(to))
}

/// Whether the days that are left are enough, by the rule's choice for cut windows.
pub fn is_enough(rule: &Rule, days: &[NaiveDate], is_left: &dyn Fn(NaiveDate) -> bool) -> bool {
    let left = days.iter().filter(|day| is_left(**day)).count();
    match rule.partial {
        PartialWindows::Whole => left == days.len(),
        PartialWindows::Any | PartialWindows::Prorate(_) => left > 0,
        PartialWindows::Half => 2 * left >= days.len(),
        PartialWindows::FirstDay => days.first().is_some_and(|first| is_left(*first)),
    }
}

impl Run<'_> {
    pub fn obligations_of(&self, id: RuleId, rule: &Rule) -> Result<Vec<Obligation>, String> {
        let mut found = Vec::new();
        for subject in self.subjects(rule.subject) {
            match &rule.frame {
                Frame::Term => found.extend(self.term_obligations(id, rule, &subject)?),
                Frame::State => {
                    let r = self.reference();
                    let case = Case {
                        subject,
                        window: (r, after(r)),
                        last: Some(r),
                        owner: r,
                        open: false,
                        settled: true,
                        one_day: true,
                    };
                    if self.is_left(rule, &case.subject, r) {
                        found.extend(self.judge_case(id, rule, case)?);
                    }
                }
                Frame::Event => {
                    let Subject::Record(kind, at) = subject else { unreachable!("an event is a record") };
                    let d = self.moment(kind, at).day();
                    let window = (d, after(d));
                    let case =
                        Case { subject, window, last: Some(d), owner: d, open: false, settled: true, one_day: true };
                    if (self.in_period(d) || self.assesses_events()) && self.is_left(rule, &case.subject, d) {
                        found.extend(self.judge_case(id, rule, case)?);
                    }
                }
                Frame::EveryParam(param) => match self.policy.params[*param].value {
                    Some(Value::Every(unit)) => {
                        let frame = Frame::Every { count: 1, unit, anchor: None };
                        found.extend(self.window_obligations(id, rule, &frame, &subject)?);
                    }
                    _ => found.extend(self.open_frame(id, rule, &subject)?),
                },
                Frame::Gaps => found.extend(self.gaps_of(id, rule, &subject)?),
                Frame::Cycle { from, count, unit } => {
                    match self.read(&subject, from, self.reference(), false).moment() {
                        None => found.extend(self.open_frame(id, rule, &subject)?),
                        Some(anchor) => {
                            let step = |n: i64| step_from(anchor.day(), *unit, n * i64::from(*count));
                            let all = (0..).map(|n| (step(n), step(n + 1))).take_while(|w| w.0 < self.spec.period.1);
                            let own = all.filter(|w| self.in_period(before(w.1)));
                            found.extend(self.in_windows(id, rule, &rule.frame, own.collect(), &subject)?);
                        }
                    }
                }
                Frame::Rolling { count, unit, every } => {
                    for (days, owner) in self.groups(rule, *every) {
                        found.extend(self.rolling(id, rule, &subject, (*count, *unit), days, owner)?);
                    }
                }
                Frame::Throughout { allowed, in_a_row, every } => {
                    for (days, owner) in self.groups(rule, *every) {
                        found.extend(self.throughout(id, rule, &subject, (*allowed, *in_a_row), days, owner)?);
                    }
                }
                frame => found.extend(self.window_obligations(id, rule, frame, &subject)?),
            }
        }
        Ok(found)
    }

    pub fn in_period(&self, day: NaiveDate) -> bool {
        self.spec.period.0 <= day && day < self.spec.period.1
    }

    /// Whether obligations outside the run's period may count: for events, which take all that lead to them.
    fn assesses_events(&self) -> bool {
        self.policy.assessments.iter().any(|assessment| assessment.every.is_none())
    }

    /// Whether what belongs to a day belongs to no period of the run. Any other frame has only windows of the run.
    fn is_beyond(&self, rule: &Rule, owner: NaiveDate) -> bool {
        matches!(rule.frame, Frame::Event | Frame::Term) && !self.in_period(owner)
    }

    /// Whether the rule binds a subject on a day: it is there, in force, and not excepted.
    pub fn is_left(&self, rule: &Rule, subject: &Subject, day: NaiveDate) -> bool {
        self.there(subject, day) && self.applies(rule, day)
    }

    fn applies(&self, rule: &Rule, day: NaiveDate) -> bool {
        in_force(&self.policy.in_force, day)
            && in_force(&rule.in_force, day)
            && rule.season.is_none_or(|season| super::time::in_season(season, day))
            && !rule.except.iter().any(|(from, to)| date(*from) <= day && day <= date(*to))
    }

    /// Whether what is left of a window binds.
    fn binds(&self, rule: &Rule, subject: &Subject, window: Span) -> bool {
        let days: Vec<NaiveDate> = window.0.iter_days().take_while(|d| *d < window.1).collect();
        is_enough(rule, &days, &|day| self.is_left(rule, subject, day))
    }

    fn window_obligations(
        &self,
        id: RuleId,
        rule: &Rule,
        frame: &Frame,
        subject: &Subject,
    ) -> Result<Vec<Obligation>, String> {
        self.in_windows(id, rule, frame, windows(frame, self.spec.period, self.policy.year_start), subject)
    }

    fn in_windows(
        &self,
        id: RuleId,
        rule: &Rule,
        frame: &Frame,
        windows: Vec<Span>,
        subject: &Subject,
    ) -> Result<Vec<Obligation>, String> {
        let mut found = Vec::new();
        for window in windows {
            if self.binds(rule, subject, window) {
                let case = Case {
                    subject: subject.clone(),
                    window,
                    last: Some(before(window.1)),
                    owner: owner(frame, window),
                    open: !self.has_passed(window.1, rule.day_starts),
                    settled: false,
                    one_day: false,
                };
                found.extend(self.judge_case(id, rule, case)?);
            }
        }
        Ok(found)
    }

    /// An open frame: one window, the period, unknown unless it is not due.
    fn open_frame(&self, id: RuleId, rule: &Rule, subject: &Subject) -> Result<Option<Obligation>, String> {
        let window = self.spec.period;
        if !self.binds(rule, subject, window) {
            return Ok(None);
        }
        let last = before(window.1);
        let case = Case {
            subject: subject.clone(),
            window,
            last: Some(last),
            owner: last,
            open: false,
            settled: false,
            one_day: false,
        };
        let judged = self.judge_case(id, rule, case)?;
        Ok(judged.map(|mut o| {
            o.finding.outcome = Outcome::Unknown;
            (o.finding.measured, o.finding.required) = (Vec::new(), Vec::new());
            o
        }))
    }

    fn term_obligations(&self, id: RuleId, rule: &Rule, subject: &Subject) -> Result<Vec<Obligation>, String> {
        let term = rule.requirement.terms()[0];
        let asking = self.context(subject, self.spec.period, false);
        if let Event::Turn(turn) = &term.start {
            let mut found = Vec::new();
            let starting = self.starting(turn, &asking);
            let none = starting.is_empty();
            for taken in starting {
                let start = Start {
                    at: Moment::Day(taken.day),
                    owner: Some(taken.owner),
                    sure: taken.meant == Some(true),
                    anywhere: false,
                };
                found.extend(self.term_obligation(id, rule, subject, start)?);
            }
            if !none || turn.pick == TurnPick::Each {
                return Ok(found);
            }
        }
        let start = self.event(&term.start, &asking, true);
        let found = match start.moment {
            // Which day a due day is is not known; of a start it is not known whether there is one.
            None if start.gap || start.doubtful => match &term.start {
                Event::Value(_) if term.is_due_date() => self.without_start(id, rule, subject, true)?,
                _ => None,
            },
            None if !term.missing_start_unmet => None,
            None => self.without_start(id, rule, subject, false)?,
            Some(at) => {
                self.term_obligation(id, rule, subject, Start { at, owner: start.owner, sure: true, anywhere: false })?
            }
        };
        Ok(found.into_iter().collect())
    }

    /// The due day of another rule's term for a subject. `Err`: it is not known; `Ok(None)`: there is none.
    pub fn due_of(&self, id: RuleId, subject: &Subject) -> Result<Option<Moment>, ()> {
        let rule = &self.policy.rules[id];
        let term = rule.requirement.terms()[0];
        let start = self.event(&term.start, &self.context(subject, self.spec.period, false), true);
        let Some(at) = start.moment else {
            return if start.gap || start.doubtful { Err(()) } else { Ok(None) };
        };
        let start = Start { at, owner: start.owner, sure: true, anywhere: true };
        match self.term_obligation(id, rule, subject, start) {
            Err(_) => Err(()),
            Ok(None) => Ok(None),
            Ok(Some(found)) => match found.finding.outcome {
                Outcome::Excused => Ok(None),
                Outcome::Met | Outcome::Unmet => found.due.map(Some).ok_or(()),
                Outcome::Pending | Outcome::Unknown => Err(()),
            },
        }
    }

    fn term_obligation(
        &self,
        id: RuleId,
        rule: &Rule,
        subject: &Subject,
        from: Start,
    ) -> Result<Option<Obligation>, String> {
        let terms = rule.requirement.terms();
        let term = terms[0];
        let start = from.at;
        // A due date belongs to the event's own day, or, of other subjects, to the due day itself.
        let own = match subject {
            Subject::Record(kind, at) => Some(self.moment(*kind, *at).day()),
            Subject::Key(..) => None,
        };
        let outside = from.anywhere || self.assesses_events();
        let known = if term.is_due_date() { own } else { Some(start.day()) };
        // An event's terms may start before its own day; a kept subject must be there.
        let binds = |day: NaiveDate| {
            let there = matches!(subject, Subject::Record(..)) || self.there(subject, day);
            let belongs = term.by_due_day || self.in_period(from.owner.unwrap_or(day)) || outside;
            there && self.applies(rule, day) && belongs
        };
        // One outside the run's period that the calendar does not decide is unknown; inside, it stops the run.
        let undecided = |first: NaiveDate, owner: NaiveDate| {
            let finding = Finding {
                rule: id,
                subject: self.key(subject),
                start: day(first),
                last: None,
                owner: day(owner),
                outcome: Outcome::Unknown,
                measured: Vec::new(),
                required: Vec::new(),
            };
            Obligation {
                subject: subject.clone(),
                finding,
                start: first,
                owner,
                ended: true,
                has_term: true,
                due: None,
                beyond: true,
            }
        };
        if known.is_some_and(|day| !binds(day)) {
            return Ok(None);
        }
        let asked = known.unwrap_or(start.day());
        let bare = self.context(subject, (asked, after(asked)), false);
        let dues: Result<Vec<Due>, String> = terms.iter().map(|term| self.due(term, start, &bare)).collect();
        let dues = match dues {
            Ok(dues) => dues,
            // What is not due needs no calendar.
            Err(_) if rule.scope.as_ref().is_some_and(|s| self.truth(s, &bare) == Some(false)) => return Ok(None),
            Err(_) if !self.in_period(from.owner.unwrap_or(asked)) => {
                let counts = outside && binds(asked);
                return Ok(counts.then(|| undecided(asked, from.owner.unwrap_or(asked))));
            }
            Err(why) => return Err(why),
        };
        let lasts: Vec<Option<NaiveDate>> =
            terms.iter().zip(&dues).map(|(term, due)| self.last_day(term, due)).collect();
        // From the earliest day to the latest; not known if one of them is not.
        let last = if lasts.contains(&None) { None } else { lasts.iter().copied().max().flatten() };
        let first = known.or(lasts.iter().copied().flatten().min()).unwrap_or(asked);
        if known.is_none() && !binds(first) {
            return Ok(None);
        }
        let last = last.map(|last| last.max(first));
        let owner = if term.by_due_day { last.unwrap_or(first) } else { from.owner.unwrap_or(first) };
        if !self.in_period(owner) && !outside {
            return Ok(None);
        }
        let open = terms.iter().zip(&dues).any(|(term, due)| self.term_is_open(term, due));
        let window = (first, after(last.unwrap_or(first)));
        let case = Case { subject: subject.clone(), window, last, owner, open, settled: false, one_day: true };
        let due = match (&rule.requirement, self.rule_context(rule, &case)) {
            (Requirement::Term(term), Some(context)) => match self.sure_due(term, start, &context) {
                Err(_) if !self.in_period(owner) => None,
                due => due?,
            },
            _ => None,
        };
        let judged = match self.judge_case(id, rule, case) {
            Err(_) if !self.in_period(owner) => return Ok(Some(undecided(first, owner))),
            judged => judged?,
        };
        // Whether it starts at all is part of the scope.
        Ok(judged.map(|mut obligation| {
            (obligation.has_term, obligation.due) = (true, due);
            if !from.sure {
                obligation.finding.outcome = if open { Outcome::Pending } else { Outcome::Unknown };
                obligation.ended = !open;
            }
            obligation
        }))
    }

    /// No known start: a missing one is unmet at once, one in doubt is not decided. On the event's own day, else in the
    /// period.
    fn without_start(
        &self,
        id: RuleId,
        rule: &Rule,
        subject: &Subject,
        in_doubt: bool,
    ) -> Result<Option<Obligation>, String> {
        let (window, owner, ended) = match subject {
            Subject::Record(kind, at) => {
                let d = self.moment(*kind, *at).day();
                if !(self.in_period(d) || self.assesses_events()) || !self.applies(rule, d) {
                    return Ok(None);
                }
                ((d, after(d)), d, true)
            }
            Subject::Key(..) => {
                let window = self.spec.period;
                if !self.binds(rule, subject, window) {
                    return Ok(None);
                }
                (window, before(window.1), self.has_passed(window.1, rule.day_starts))
            }
        };
        let of_event = matches!(subject, Subject::Record(..));
        let case = Case {
            subject: subject.clone(),
            window,
            last: (!in_doubt).then_some(before(window.1)),
            owner,
            open: !ended || in_doubt && self.may_still_run(rule, subject, window),
            settled: of_event && !in_doubt,
            one_day: of_event,
        };
        let judged = self.judge_case(id, rule, case)?;
        Ok(judged.map(|mut obligation| {
            obligation.has_term = in_doubt;
            obligation
        }))
    }

    /// Whether a term runs on some day that its due date in doubt may be, or only what is to come leaves it open.
    fn may_still_run(&self, rule: &Rule, subject: &Subject, window: Span) -> bool {
        let terms = rule.requirement.terms();
        let context = self.context(subject, window, false);
        let mut been = self.on_reference(&context, true);
        been.reading.been = true;
        let settled = |expr: &Expr| self.eval(expr, &been).is_known() || !self.in_doubt(expr, &been);
        let awaited = matches!(&terms[0].start, Event::Value(expr) if settled(expr));
        let sides = [Side::Earliest, Side::Latest];
        let days: Vec<Moment> =
            sides.into_iter().filter_map(|side| self.start_bound(terms[0], side, &context)).collect();
        let runs =
            |term: &TermReq, at: Moment| self.due(term, at, &context).is_ok_and(|due| self.term_is_open(term, &due));
        awaited || terms.iter().any(|term| days.iter().any(|at| runs(term, *at)))
    }

    fn context<'a>(&self, subject: &Subject, window: Span, settled: bool) -> Context<'a> {
        Context {
            row: subject.clone(),
            day: window.0,
            window,
            doubts_open: !settled,
            future: false,
            own: None,
            reading: Default::default(),
        }
    }

    /// Scope, excuses, requirement.
    pub fn judge_case(&self, id: RuleId, rule: &Rule, case: Case) -> Result<Option<Obligation>, String> {
        self.judge_with(id, rule, case, None)
    }

    /// The context of a rule in a window; `None`: the day on which attributes are read is not known.
    pub fn rule_context(&self, rule: &Rule, case: &Case) -> Option<Context<'static>> {
        let mut context = self.context(&case.subject, case.window, case.settled);
        context.reading.rows = rule.rows;
        if let PartialWindows::Prorate(how) = rule.partial {
            let days: Vec<NaiveDate> = case.window.0.iter_days().take_while(|d| *d < case.window.1).collect();
            let left = days.iter().filter(|d| self.is_left(rule, &case.subject, **d)).count();
            let cut = !matches!(rule.frame, Frame::Term | Frame::State | Frame::Event);
            context.reading.cut = cut.then_some((left, days.len(), how));
        }
        match &rule.attributes {
            AttributesAt::Start => {}
            AttributesAt::End => context.day = before(case.window.1),
            AttributesAt::Event(event) => {
                context.day = self.event(event, &context, false).moment?.day();
                context.reading.pinned = true;
            }
        }
        Some(context)
    }

    /// Scope, excuses, and a requirement, or what it came to already.
    pub fn judge_with(
        &self,
        id: RuleId,
        rule: &Rule,
        case: Case,
        known: Option<Part>,
    ) -> Result<Option<Obligation>, String> {
        let Some(context) = self.rule_context(rule, &case) else {
            let finding = Finding {
                rule: id,
                subject: self.key(&case.subject),
                start: day(case.window.0),
                last: case.last.map(day),
                owner: day(case.owner),
                outcome: if case.open { Outcome::Pending } else { Outcome::Unknown },
                measured: known.as_ref().map_or(Vec::new(), |part| part.measured.clone()),
                required: known.map_or(Vec::new(), |part| part.required),
            };
            let Case { subject, window, owner, open, .. } = case;
            let beyond = self.is_beyond(rule, owner);
            return Ok(Some(Obligation {
                subject,
                finding,
                start: window.0,
                owner,
                ended: !open,
                has_term: false,
                due: None,
                beyond,
            }));
        };
        let scope = rule.scope.as_ref().map_or(Some(true), |scope| self.truth(scope, &context));
        if scope == Some(false) {
            return Ok(None);
        }
        let waived = self.waived(rule, &case);
        let excused = any(rule.excused.iter().map(|excuse| self.truth(excuse, &context)).chain([waived]));
        let part = match known {
            Some(part) => part,
            None => self.require(&rule.requirement, &context)?,
        };
        let decided = match (scope, excused, part.truth) {
            (None, _, _) => None,
            (_, Some(true), _) => Some(Outcome::Excused),
            (_, _, Some(true)) => Some(Outcome::Met),
            (_, None, _) | (_, _, None) => None,
            (_, _, Some(false)) => Some(Outcome::Unmet),
        };
        let outcome = decided.unwrap_or(if case.open { Outcome::Pending } else { Outcome::Unknown });
        let decides_early = rule.frame == Frame::Term && matches!(outcome, Outcome::Met | Outcome::Unmet);
        let finding = Finding {
            rule: id,
            subject: self.key(&case.subject),
            start: day(case.window.0),
            last: case.last.map(day),
            owner: day(case.owner),
            outcome,
            measured: part.measured,
            required: part.required,
        };
        let ended = !case.open || decides_early;
        let beyond = self.is_beyond(rule, case.owner);
        Ok(Some(Obligation {
            subject: case.subject,
            finding,
            start: case.window.0,
            owner: case.owner,
            ended,
            has_term: false,
            due: None,
            beyond,
        }))
    }

    fn require(&self, requirement: &Requirement, context: &Context<'_>) -> Result<Part, String> {
        let parts = |parts: &[Requirement], join: fn(Vec<Truth>) -> Truth| {
            let parts = parts.iter().map(|p| self.require(p, context)).collect::<Result<Vec<Part>, String>>()?;
            Ok(Part {
                truth: join(parts.iter().map(|p| p.truth).collect()),
                measured: parts.iter().flat_map(|p| p.measured.clone()).collect(),
                required: parts.iter().flat_map(|p| p.required.clone()).collect(),
            })
        };
        match requirement {
            Requirement::All(list) => parts(list, all),
            Requirement::Any(list) => parts(list, any),
            Requirement::Count(count) => Ok(self.require_count(count, context)),
            Requirement::Condition(expr) => Ok(self.require_condition(expr, context)),
            Requirement::Term(term) => self.require_term(term, context),
            Requirement::Sequence(steps) => Ok(self.require_sequence(steps, context)),
            Requirement::Gap(_) => unreachable!("a gap is judged by itself"),
        }
    }

    fn require_count(&self, count: &CountReq, context: &Context<'_>) -> Part {
        use wangge::model::CompareOp::{Ge, Le};
        let measured = self.range(&count.measured, context);
        let bound = |expr: &Option<Expr>| expr.as_ref().map(|e| self.bound(e, count.per.as_ref(), context));
        let (least, most) = (bound(&count.at_least), bound(&count.at_most));
        let truths = [
            least.as_ref().map(|bound| measured.compare(Ge, bound)),
            most.as_ref().map(|bound| measured.compare(Le, bound)),
        ];
        let exactly = count.at_least == count.at_most;
        let required = [least, most.filter(|_| !exactly)].into_iter().flatten();
        Part {
            truth: all(truths.into_iter().flatten()),
            measured: vec![self.show(&V::Num(measured), None)],
            required: required.map(|bound| self.show(&V::Num(bound), None)).collect(),
        }
    }

    /// A bound, grown with its base: `bound x base / each`, each side rounded if said. An unknown bound stays so.
    fn bound(&self, expr: &Expr, per: Option<&Per>, context: &Context<'_>) -> Range {
        let bound = self.range(expr, context);
        let grown = self.grown(bound, per, context);
        match context.reading.cut {
            Some((left, days, how)) if left < days => {
                let part = int(i64::try_from(left).expect("few")) / int(i64::try_from(days).expect("few"));
                let cut = grown.scale(&part);
                let side = |side: Option<Num>| side.map(|n| how.map_or(n.clone(), |how| round(&n, 0, how)));
                Range { lo: side(cut.lo), hi: side(cut.hi) }
            }
            _ => grown,
        }
    }

    fn grown(&self, bound: Range, per: Option<&Per>, context: &Context<'_>) -> Range {
        let Some(per) = per else { return bound };
        let each = self.range(&per.each, context);
        let Some(each) = each.exact().filter(|each| **each > int(0)) else { return Range::ANY };
        let Some(bound) = bound.exact() else { return Range::ANY };
        let grown = self.range(&per.base, context).scale(&(bound / each));
        match per.rounding {
            None => grown,
            Some(how) => Range { lo: grown.lo.map(|n| round(&n, 0, how)), hi: grown.hi.map(|n| round(&n, 0, how)) },
        }
    }

    fn require_condition(&self, expr: &Expr, context: &Context<'_>) -> Part {
        let truth = self.truth(expr, context);
        if let Expr::Compare(_, left, right) = expr {
            let kind = context.row.kind();
            let codes = self.codes_of(kind, left).or_else(|| self.codes_of(kind, right));
            let show = |e: &Expr| vec![self.show(&self.eval(e, context), codes)];
            return Part { truth, measured: show(left), required: show(right) };
        }
        let measured = truth.map_or(Shown::Nothing, Shown::Bool);
        Part { truth, measured: vec![measured], required: vec![Shown::Bool(true)] }
    }
}
