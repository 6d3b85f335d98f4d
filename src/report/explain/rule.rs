//! A rule with its obligations.

use super::figures::{figures, has_told_bounds};
use super::gather::{near_lists, nears, rule_events, rule_exprs};
use super::note::{Note, Questions};
use super::unmet::waived;
use super::why::reasons;
use super::words::{Words, joined, more_text};
use super::{EvidenceView, FindingView, RuleView};
use crate::diagnostic::Text;
use crate::engine::review::{Reader, Review, Starting, Taken, TermTrace};
use crate::model::{
    Counts, Day, Expr, Finding, KindId, Outcome, Period, Policy, Requirement, Role, Rule, RuleId, Window,
};

/// What a rule's view is made from.
pub(super) struct RuleDraft<'d, 'r, 'p> {
    pub words: Words<'p>,
    pub review: &'r Review<'p>,
    /// The subject that is explained: its own record stands above all.
    pub own: (KindId, &'d str),
    pub id: RuleId,
    /// The days that are told of.
    pub period: Window,
    /// Most obligations to show in full.
    pub limit: usize,
}

/// A rule with these obligations, what is not met first; among equals in the order of the run.
pub(super) fn rule_view<'r, 'p>(
    draft: &RuleDraft<'_, 'r, 'p>,
    findings: &[Finding],
    questions: &mut Questions<'r, 'p>,
) -> RuleView {
    let rule = &draft.words.policy.rules[draft.id];
    let mut counts = Counts::default();
    findings.iter().for_each(|finding| counts.add(finding.outcome));
    let told = |finding: &&Finding| draft.words.tells(days_of(finding));
    let mut order: Vec<&Finding> = findings.iter().filter(told).collect();
    let outside = (findings.len() - order.len()) as u64;
    order.sort_by_key(|finding| match finding.outcome {
        Outcome::Unmet => 0,
        Outcome::Unknown => 1,
        Outcome::Pending => 2,
        Outcome::Excused => 3,
        Outcome::Met => 4,
    });
    order.truncate(draft.limit);
    let is_own = rule.subject == draft.own.0;
    let none_due = (findings.is_empty() && is_own)
        .then(|| none_due(draft.words, draft.review, draft.id, draft.own.1, draft.period));
    let taken = if none_due.is_none() { taken(draft, rule, findings) } else { Vec::new() };
    let findings = order.into_iter().map(|finding| finding_view(draft, rule, finding, questions)).collect();
    RuleView {
        name: rule.name.clone(),
        cites: rule.cites.clone(),
        statement: draft.words.statements.of(rule.span),
        counts,
        findings,
        outside,
        none_due,
        taken,
        leads_to: Vec::new(),
    }
}

/// The days on which rules that override this one take its place.
fn taken(draft: &RuleDraft<'_, '_, '_>, rule: &Rule, findings: &[Finding]) -> Vec<Text> {
    let RuleDraft { words, review, own, id, period, .. } = *draft;
    if rule.overridden_by.is_empty() {
        return Vec::new();
    }
    let mut subjects: Vec<&str> = findings.iter().map(|finding| finding.subject.as_str()).collect();
    if rule.subject == own.0 {
        subjects = vec![own.1];
    }
    subjects.dedup();
    let mut texts = Vec::new();
    for subject in subjects {
        for Taken { by, days } in review.taken(id, subject) {
            if days.meets(period) && words.tells(days) {
                let (by, days) = (rule_name(words, by), Period::new(days));
                let (of, of_zh) = match subject == own.1 {
                    true => (String::new(), String::new()),
                    false => (format!("{subject} "), format!("{subject} ")),
                };
                texts.push(Text::new(
                    format!("{of}{days}: {} takes its place", by.en),
                    format!("{of_zh}{days}：由{}取代", by.zh),
                ));
            }
        }
    }
    let hidden = texts.len().saturating_sub(words.list_max());
    texts.truncate(words.list_max());
    if hidden > 0 {
        texts.push(more_text(hidden as u64, "more", "项"));
    }
    texts
}

/// A rule with its clauses.
fn rule_name(words: Words<'_>, id: RuleId) -> Text {
    let rule = &words.policy.rules[id];
    let (name, cites) = (&rule.name, rule.cites.join(", "));
    match cites.as_str() {
        "" => Text::new(format!("rule {name}"), format!("规则 {name} ")),
        cites => Text::new(format!("rule {name} ({cites})"), format!("规则 {name}（{cites}）")),
    }
}

/// The days of an obligation; of one whose last day is not known the first.
pub(super) fn days_of(finding: &Finding) -> Window {
    Window::inclusive(finding.start, finding.last.unwrap_or(finding.start))
}

fn finding_view<'r, 'p>(
    draft: &RuleDraft<'_, 'r, 'p>,
    rule: &'p Rule,
    finding: &Finding,
    questions: &mut Questions<'r, 'p>,
) -> FindingView {
    let (words, review) = (draft.words, draft.review);
    let window = review.looked_at(finding);
    let reader = review.of_rule(draft.id, &finding.subject, window);
    let mut behind = Vec::new();
    let terms = review.terms(finding);
    for term in &terms {
        let notes = super::term::due(words, rule.subject, term);
        // A term of plain days that was kept needs no account.
        let computed = notes.iter().any(|note| !note.below.is_empty());
        if notes.len() > 1 || computed || finding.outcome != Outcome::Met {
            behind.extend(notes);
        }
    }
    if let Some(reader) = reader {
        behind.extend(values(words, rule, finding, reader));
        if finding.outcome == Outcome::Excused {
            behind.extend(excuses(words, rule, reader));
        }
    }
    if finding.outcome == Outcome::Excused || rule.waivable {
        behind.extend(waived(words, review, draft.id, finding, window, questions));
    }
    let near = finding.outcome == Outcome::Unmet;
    let beside = near_lists(rule);
    let events: Vec<_> = rule_events(rule).into_iter().filter(|agg| !beside.contains(agg)).collect();
    let mut evidence = questions.ask(&rule_exprs(rule), &events, window, reader, &finding.subject, near);
    for term in &terms {
        questions.mark_acting(&evidence, &|agg| super::term::acting(words.policy, term, agg));
    }
    if let Some(reader) = reader {
        for term in &terms {
            evidence.extend(neighbours(rule, finding, term, reader, questions));
        }
    }
    let is_own = (rule.subject, finding.subject.as_str()) == draft.own;
    let of_event = !is_own && words.policy.kinds[rule.subject].role == Role::Record;
    let own = if of_event { questions.ask_itself(rule.subject, &finding.subject, finding.start) } else { Vec::new() };
    FindingView {
        subject: finding.subject.clone(),
        window: (finding.start.to_string(), finding.last.map(|last| last.to_string()).unwrap_or_default()),
        outcome: finding.outcome,
        own,
        why: reasons(words, review, (draft.id, rule), finding, reader),
        behind,
        evidence,
    }
}

/// The records next to the subject of a term: the one that was found, else those of the days in which it was looked for.
fn neighbours<'r, 'p>(
    rule: &'p Rule,
    finding: &Finding,
    trace: &TermTrace<'r, 'p>,
    reader: Reader<'r, 'p>,
    questions: &mut Questions<'r, 'p>,
) -> Vec<EvidenceView> {
    let mut views: Vec<EvidenceView> = Vec::new();
    for near in nears(trace.term) {
        let shared: Vec<String> = near.own.iter().map(|path| reader.field(path)).collect();
        let found = if near.after { trace.counted.step } else { trace.start };
        let days = match found.map(|moment| moment.day()) {
            Some(day) => (Some(day), Some(day.plus(1))),
            None if near.after => (Some(finding.start), finding.last.map(|last| last.plus(1))),
            None => (None, Some(finding.start.plus(1))),
        };
        views.extend(questions.ask_beside(near, (rule.subject, finding.subject.as_str()), &shared, days));
    }
    views
}

/// The values that a requirement reads, where its records alone do not say them.
fn values<'p>(words: Words<'p>, rule: &'p Rule, finding: &Finding, reader: Reader<'_, 'p>) -> Vec<Note> {
    let mut exprs = Vec::new();
    told(words.policy, &rule.requirement, &mut exprs);
    if finding.outcome == Outcome::Unknown {
        exprs.extend(rule.scope.iter().chain(&rule.excused));
    }
    figures(words, reader, &exprs)
}

/// Expressions of a requirement that are worth their values: what is counted plainly is told by its records.
fn told<'p>(policy: &Policy, requirement: &'p Requirement, out: &mut Vec<&'p Expr>) {
    match requirement {
        Requirement::All(parts) | Requirement::Any(parts) => parts.iter().for_each(|part| told(policy, part, out)),
        Requirement::Count(count) => {
            let bounds = count.at_least.iter().chain(&count.at_most);
            let per = count.per.iter().flat_map(|per| [&per.each, &per.base]);
            let plain = |measured: &&Expr| matches!(measured, Expr::Agg(id) if !has_told_bounds(policy, *id));
            let measured = std::iter::once(&count.measured).filter(|measured| !plain(measured));
            out.extend(measured.chain(bounds).chain(per));
        }
        Requirement::Condition(expr) => out.push(expr),
        Requirement::Gap(gap) => out.push(&gap.most),
        Requirement::Term(_) | Requirement::Sequence(_) => {}
    }
}

/// The excuses that hold.
fn excuses<'p>(words: Words<'p>, rule: &'p Rule, reader: Reader<'_, 'p>) -> Vec<Note> {
    let holding = rule.excused.iter().filter(|excuse| reader.holds(excuse) == Some(true));
    let note = |excuse: &'p Expr| {
        let phrase = words.phrase(rule.subject, excuse);
        let mut note = Note::new(format!("excused because {}", phrase.en), format!("免责：{}", phrase.zh));
        note.below = figures(words, reader, &[excuse]);
        note
    };
    holding.map(note).collect()
}

/// Why a rule binds a subject in no window of a period.
pub(super) fn none_due<'a>(words: Words<'a>, review: &Review<'a>, id: RuleId, subject: &str, period: Window) -> Text {
    let policy = words.policy;
    let rule = &policy.rules[id];
    let force = |force: crate::model::Force| {
        force.from.is_some_and(|from| from >= period.end) || force.to.is_some_and(|to| to < period.start)
    };
    if force(policy.in_force) || force(rule.in_force) {
        return Text::new("the rule is not in force in this period", "本时段内该规则未施行");
    }
    let others: Vec<Text> = (review.taken(id, subject).into_iter())
        .filter(|taken| taken.days.meets(period))
        .map(|Taken { by, days }| {
            let (by, days) = (rule_name(words, by), Period::new(days));
            Text::new(format!("{} takes its place in {days}", by.en), format!("{days} 由{}取代本规则", by.zh))
        })
        .take(words.list_max())
        .collect();
    if !others.is_empty() {
        return joined(&others, "; ", "；");
    }
    let reader = review.of_rule(id, subject, period);
    let scope = rule.scope.as_ref();
    let holds = scope.and_then(|scope| reader?.holds(scope));
    if holds == Some(false) {
        let mut failed = scope.into_iter().flat_map(crate::engine::trace::conjuncts);
        let failed = failed.find(|one| reader.is_some_and(|reader| reader.holds(one) == Some(false)));
        let needs = failed.map(|failed| words.phrase(rule.subject, failed));
        return match needs {
            Some(needs) => Text::new(
                format!("the subject is not in the rule's scope: it needs {}", needs.en),
                format!("对象不在该规则的适用范围内：须 {}", needs.zh),
            ),
            None => Text::new("the subject is not in the rule's scope", "对象不在该规则的适用范围内"),
        };
    }
    match &rule.frame {
        crate::model::Frame::Term => no_term(words, review, (id, rule), subject, period),
        crate::model::Frame::Event => Text::new("its day is not in this period", "其日期不在本时段内"),
        _ => no_window(review, rule, subject, period),
    }
}

/// Why no term starts in a period.
fn no_term<'a>(
    words: Words<'a>,
    review: &Review<'a>,
    (id, rule): (RuleId, &Rule),
    subject: &str,
    period: Window,
) -> Text {
    let by_due_day = rule.requirement.terms().iter().any(|term| term.by_due_day);
    match review.starting(id, subject) {
        Some(Starting { event, at: None, .. }) => {
            let none = super::why::none_of((words, rule.subject), event);
            Text::new(format!("nothing starts the term: {}", none.en), format!("期限没有起点：{}", none.zh))
        }
        Some(Starting { at: Some(at), .. }) if !period.contains(at.day()) && !by_due_day => {
            let day = at.day();
            Text::new(
                format!("its term starts on {day}, which does not lie in this period"),
                format!("期限自 {day} 起算，不在本时段内"),
            )
        }
        Some(Starting { at: Some(at), is_there: false, .. }) => {
            let day = at.day();
            Text::new(
                format!("the subject is not there on {day}, on which its term starts"),
                format!("期限起算的 {day}，该对象不存续"),
            )
        }
        _ => Text::new(
            "no term starts in this period: what starts it is not on file, or the subject is not there on that day",
            "本时段内没有期限起算：没有起点的记载，或当日该对象不存续",
        ),
    }
}

/// Why a period has no whole window.
fn no_window(review: &Review<'_>, rule: &Rule, subject: &str, period: Window) -> Text {
    let lives = review.trace().versions(rule.subject, subject);
    let meets = |(from, to): &(Option<Day>, Option<Day>)| {
        from.is_none_or(|from| from < period.end) && to.is_none_or(|to| period.start <= to)
    };
    let covers = |(from, to): &(Option<Day>, Option<Day>)| {
        from.is_none_or(|from| from <= period.start) && to.is_none_or(|to| period.last() <= to)
    };
    let side = |day: Option<Day>| day.map(|day| day.to_string()).unwrap_or_default();
    if !lives.is_empty() && !lives.iter().any(meets) {
        return Text::new("the subject is not there in this period", "本时段内该对象不存续");
    }
    match lives.iter().filter(|life| meets(life)).collect::<Vec<_>>().as_slice() {
        [life] if !covers(life) => {
            let (from, to) = (side(life.0), side(life.1));
            Text::new(
                format!("the subject is there {from}..{to}, which holds no whole window of this period"),
                format!("该对象存续于 {from}..{to}，不足本时段的一个完整窗口"),
            )
        }
        [life] if covers(life) => Text::new(
            "the rule is in force, or has its season, for no whole window of this period",
            "本时段内规则施行或当季的时间不足一个完整窗口",
        ),
        _ => Text::new(
            "the subject is not there, or the rule not in force, for a whole window of this period",
            "本时段内该对象的存续时间或规则的施行时间不足一个完整窗口",
        ),
    }
}
