//! What forms become in the model, shown in a short notation.

use super::{checked, whole_text};
use wangge::model::*;

/// The policies of some texts, which have no error.
fn policies(texts: &[&str]) -> Vec<Policy> {
    let texts: Vec<String> = texts.iter().map(|text| whole_text(text)).collect();
    let (checked, _) = checked(&texts);
    let errors: Vec<_> =
        checked.diagnostics.iter().filter(|d| d.severity >= wangge::diagnostic::Severity::Error).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    checked.policies
}

fn policy(text: &str) -> Policy {
    policies(&[text]).remove(0)
}

fn rule<'p>(policy: &'p Policy, name: &str) -> &'p Rule {
    policy.rules.iter().find(|rule| rule.name == name).unwrap()
}

fn count(rule: &Rule) -> &CountReq {
    match &rule.requirement {
        Requirement::Count(count) => count,
        other => panic!("{other:?}"),
    }
}

/// A notation for expressions over rows of a kind.
struct Show<'p>(&'p Policy);

impl Show<'_> {
    fn field(&self, kind: KindId, path: &[FieldId]) -> (String, Option<Type>) {
        let (mut at, mut names, mut ty) = (kind, Vec::new(), None);
        for field in path {
            let field = &self.0.kinds[at].fields[*field];
            names.push(field.name.clone());
            if let Type::Ref(next) = field.ty {
                at = next;
            }
            ty = Some(field.ty.clone());
        }
        (names.join("."), ty)
    }

    fn value(&self, value: &Value, ty: Option<&Type>) -> String {
        match (value, ty) {
            (Value::Code(at), Some(Type::Code(list) | Type::CodeSet(list))) => {
                self.0.code_lists[*list].codes[*at as usize].clone()
            }
            (Value::Number(n), _) => n.to_string(),
            (other, _) => format!("{other:?}"),
        }
    }

    fn expr(&self, kind: KindId, expr: &Expr) -> String {
        let show = |e: &Expr| self.expr(kind, e);
        let list = |parts: &[Expr], by: &str| parts.iter().map(show).collect::<Vec<_>>().join(by);
        match expr {
            Expr::Const(value, _) => self.value(value, None),
            Expr::Param(id) => self.0.params[*id].name.clone(),
            Expr::Field(path) => self.field(kind, path).0,
            Expr::Measure(id) => self.0.measures[*id].name.clone(),
            Expr::Agg(id) => self.agg(&self.0.aggs[*id]),
            Expr::Line(line) => format!("{line:?}"),
            Expr::Result(id, field) => format!("{field:?}({})", self.0.assessments[*id].name).to_lowercase(),
            Expr::Compare(op, a, b) => {
                let ty = match &**a {
                    Expr::Field(path) => self.field(kind, path).1,
                    _ => None,
                };
                let right = match &**b {
                    Expr::Const(value, _) => self.value(value, ty.as_ref()),
                    other => show(other),
                };
                format!("{} {op:?} {right}", show(a))
            }
            Expr::And(parts) => format!("({})", list(parts, " and ")),
            Expr::Or(parts) => format!("({})", list(parts, " or ")),
            Expr::Not(a) => format!("not {}", show(a)),
            Expr::IsTrue(a) => format!("true[{}]", show(a)),
            Expr::Known(a) => format!("known[{}]", show(a)),
            other => format!("{other:?}"),
        }
    }

    fn agg(&self, agg: &Agg) -> String {
        let parts = agg.source.parts();
        let rows = if matches!(agg.source, Source::Rows(_)) { "rows " } else { "" };
        let shown: Vec<String> = parts.iter().map(|part| self.part(part)).collect();
        let op = match &agg.op {
            AggOp::Count => "count".to_owned(),
            AggOp::Sum(e) => format!("sum {}", self.expr(parts[0].kind, e)),
            AggOp::First(e) => format!("first {}", self.expr(parts[0].kind, e)),
            other => format!("{other:?}"),
        };
        format!("{op} {rows}{} {:?}", shown.join(" + "), agg.frame)
    }

    fn part(&self, part: &SourcePart) -> String {
        let link = match &part.link {
            Link::Whole => "*".to_owned(),
            Link::Shared { on, .. } => format!("~{on:?}"),
            Link::Path { path, ancestors } => {
                format!("{}{}", self.field(part.kind, path).0, if *ancestors { "^" } else { "" })
            }
        };
        let filter = part.filter.as_ref().map(|filter| format!(" where {}", self.expr(part.kind, filter)));
        let year = part.year_field.map(|year| format!(" of {}", self.0.kinds[part.kind].fields[year].name));
        let kind = &self.0.kinds[part.kind].name;
        format!("{kind}[{link}{}{}]", filter.unwrap_or_default(), year.unwrap_or_default())
    }

    fn measured(&self, rule: &Rule) -> String {
        self.expr(rule.subject, &count(rule).measured)
    }
}

#[test]
fn parts_combine_their_conditions() {
    let p = policy(
        "define home = visit where way = home
         define good = home where fine
         define small = place where people < 100
         rule a : each small where class = I every month has at least 1 good where length > 3 unless level = 1
         rule b : each small every month has at least 1 (home or visit)
         rule c : each small every month has at least 1 (home or good)",
    );
    let show = Show(&p);
    let a = rule(&p, "a");
    assert_eq!(show.expr(a.subject, a.scope.as_ref().unwrap()), "(people Lt 100 and class Eq I and not level Eq 1)");
    assert_eq!(show.measured(a), "count visit[place where (way Eq home and fine and length Gt 3)] Window");
    assert_eq!(show.measured(rule(&p, "b")), "count visit[place] Window");
    assert_eq!(show.measured(rule(&p, "c")), "count visit[place where (way Eq home or (way Eq home and fine))] Window");
}

#[test]
fn links_lead_to_the_subject() {
    let p = policy(
        "rule a : each town every month has at least 1 visit
         rule b : each place every month has at least 1 visit in
         rule c : each place has at least 1 place
         rule d : each place has at least 1 place in
         rule e : each clerk every month has at least 1 visit
         rule f : each clerk every month has at least 1 visit",
    );
    let show = Show(&p);
    assert_eq!(show.measured(rule(&p, "a")), "count visit[*] Window");
    assert_eq!(show.measured(rule(&p, "b")), "count visit[place^] Window");
    assert_eq!(show.measured(rule(&p, "c")), "count rows place[above] Window");
    assert_eq!(show.measured(rule(&p, "d")), "count rows place[above^] Window");
    assert_eq!(show.measured(rule(&p, "e")), "count visit[clerk] Window");
    assert_eq!(count(rule(&p, "e")).measured, count(rule(&p, "f")).measured, "equal aggregates are one");
}

#[test]
fn bounds_are_inclusive() {
    let p = policy(
        "rule a : each place every month has more than 3 visit
         rule b : each place every week has fewer than 3 visit
         rule c : each place every quarter has between 2 and 4 visit
         rule d : each place every year has exactly 2 visit",
    );
    let bounds = |name: &str| {
        let count = count(rule(&p, name));
        let show = |bound: &Option<Expr>| match bound {
            Some(Expr::Const(Value::Number(n), Unit::Plain)) => n.to_string(),
            None => "-".to_owned(),
            other => panic!("{other:?}"),
        };
        format!("{}..{}", show(&count.at_least), show(&count.at_most))
    };
    assert_eq!(["a", "b", "c", "d"].map(bounds), ["4..-", "-..2", "2..4", "2..2"]);
}

#[test]
fn terms_and_events() {
    let p = policy(
        "calendar office from data
         param limit : workdays = open
         rule a : each petition reaches closed within limit of opened
         rule b : each place reaches visit within 3 days of founded rest days stay or before by due day
         rule c : each petition passes opened, closed
         rule d : each petition satisfies closed is known",
    );
    let a = rule(&p, "a");
    let Requirement::Term(term) = &a.requirement else { panic!() };
    assert_eq!(
        (a.frame.clone(), term.unit, term.calendar, term.moves),
        (Frame::Term, TermUnit::Workdays, Some(CalendarId(0)), false)
    );
    assert!(p.params[ParamId(0)].value.is_none());
    let b = rule(&p, "b");
    let Requirement::Term(term) = &b.requirement else { panic!() };
    assert_eq!((b.frame.clone(), term.calendar, term.or_before, term.by_due_day), (Frame::Term, None, true, true));
    let Event::Record(first) = term.step else { panic!() };
    assert_eq!(Show(&p).agg(&p.aggs[first]), "first day visit[place] Ever");
    assert_eq!(rule(&p, "c").frame, Frame::Event);
    assert_eq!(rule(&p, "d").frame, Frame::Event);
}

#[test]
fn one_record_is_deducted_once() {
    let p = policy(
        "define home = visit where way = home
         define phone = visit where way = phone
         measure calls for place = count of phone
         assessment a for each place every year {
             item one 100 points : full
             deduct 1 points per visit
             deduct bad : 3 points per visit where not fine
             deduct 2 points per home
             deduct 2 points per calls
         }",
    );
    let show = Show(&p);
    let a = &p.assessments[AssessmentId(0)];
    let times = |at: usize| show.expr(a.subject, a.adjustments[at].times.as_ref().unwrap());
    assert_eq!(
        times(0),
        "count visit[place where (not true[not fine] and not true[way Eq home] and not true[way Eq phone])] Window"
    );
    assert_eq!(times(1), "count visit[place where not fine] Window");
    assert_eq!(times(2), "count visit[place where (way Eq home and not true[not fine])] Window");
    assert_eq!(times(3), "count visit[place where (way Eq phone and not true[not fine])] Window");
    let names: Vec<&str> = a.adjustments.iter().map(|adjustment| adjustment.name.as_str()).collect();
    assert_eq!(names, ["visit", "bad", "home", "calls"]);
}

#[test]
fn gates_vetoes_and_grades() {
    let p = policy(
        "assessment a for each place every year out of 100 points {
             item one 100 points : full
             grades { good 90 points or more ; otherwise bad }
             gate g : own points below_30 caps grade at bad
             veto v : ruling where about = safety decided by authority for year year sets grade bad
             award x : top 3 among own grade at least good by points ties include
         }"
        .replace("below_30", "less than 30 points")
        .as_str(),
    );
    let show = Show(&p);
    let a = &p.assessments[AssessmentId(0)];
    assert_eq!(show.expr(a.subject, &a.gates[0].when), "points(a) Lt 30");
    assert_eq!(a.gates[0].action, GateAction::CapGrade(Expr::Const(Value::Number(Ratio::ONE), Unit::Plain)));
    assert_eq!(
        show.expr(a.subject, &a.vetoes[0].decisions),
        "count ruling[place where (about Eq safety and known[authority]) of year] Window"
    );
    assert_eq!(show.expr(a.subject, a.awards[0].among.as_ref().unwrap()), "grade(a) Le 0");
    assert_eq!(show.expr(a.subject, a.grades[0].when.as_ref().unwrap()), "points(a) Ge 90");
    assert!(a.grades[1].when.is_none());
}

#[test]
fn tiers_bring_rules() {
    let p = policy("tier low of place level 2 count 8 cites X-1\n rule a : each low satisfies people > 0");
    let show = Show(&p);
    let low = rule(&p, "low count");
    assert_eq!(p.kinds[low.subject].name, "town");
    assert_eq!(show.measured(low), "count rows place[* where level Eq 2] Window");
    assert_eq!((low.frame.clone(), low.cites.clone()), (Frame::State, vec!["X-1".to_owned()]));
    let parent = rule(&p, "low parent");
    let Requirement::Condition(condition) = &parent.requirement else { panic!() };
    assert_eq!(show.expr(parent.subject, condition), "(known[above] and above.level Eq 1)");
    assert_eq!(show.expr(parent.subject, parent.scope.as_ref().unwrap()), "level Eq 2");
}

#[test]
fn extensions_take_everything_over() {
    let all = policies(&[
        "policy base {
             in force from 2020-01-01
             entity place { key id : text  kind : one of { a, b } }
             record visit { at day : date  place : place  sort : one of { a, b } }
             param n : number = open
             rule r cites A-1 : each place by 2020-12-31 has at least param n visit
             not encoded A-2 because \"a slogan\"
         }",
        "policy town {
             extends base
             in force from 2024-01-01
             set n = 3
             rule s : each place where kind = a every month has at least 1 visit where sort = b
             assessment later for each place every year { item one 10 points : points points of first }
             assessment first for each place every year { item one 10 points : full }
         }",
    ]);
    let [base, town] = all.as_slice() else { panic!() };
    assert_eq!(base.params[ParamId(0)].value, None);
    assert_eq!(town.params[ParamId(0)].value, Some(Value::Number(Ratio::int(3))));
    assert_eq!(town.rules.iter().map(|rule| rule.name.as_str()).collect::<Vec<_>>(), ["r", "s"]);
    let day = |text: &str| Day::parse(text).unwrap();
    assert_eq!(rule(town, "r").frame, Frame::Fixed { from: day("2020-01-01"), to: day("2020-12-31") });
    assert_eq!(town.in_force.from, Some(day("2024-01-01")));
    assert_eq!(town.not_encoded.len(), 1);
    assert_eq!(town.code_lists.len(), 1, "equal lists of codes are one");
    let assessments = town.order.iter().filter(|one| matches!(one, Judgeable::Assessment(_)));
    assert!(assessments.eq(&[1, 0].map(|id| Judgeable::Assessment(AssessmentId(id)))));
}

#[test]
fn the_clause_stands_with_what_is_wrong() {
    let (checked, _) =
        checked(&[whole_text("rule a cites XY-1, XY-2 : each place where clas = I satisfies people > 0")]);
    assert_eq!(checked.diagnostics[0].clause.as_deref(), Some("XY-1, XY-2"));
}

#[test]
fn imports_are_listed() {
    let (file, _) = wangge::syntax::parse(
        wangge::source::SourceId(0),
        "policy p { use v from \"v.wg\" use w extends b from \"../b.wg\" }",
    );
    let paths: Vec<String> = wangge::check::imports(&file).into_iter().map(|path| path.value).collect();
    assert_eq!(paths, ["v.wg", "../b.wg"]);
}

#[test]
fn chinese_and_english_are_one_policy() {
    let english = policy(
        "rule a : each place where class = I every month has at least 2 visit where way = home unless people > 3
         assessment s for each place every year out of 10 points {
             item i 10 points : by share met a { 95% or more gets 10 points ; otherwise 0 points } nothing due full unknown unmet
         }",
    );
    let chinese = policy(
        "规则 a : 每个 place 其中 class = I 每月 有 至少 2 次 visit 其中 way = home 除非 people 超过 3
         考核 s 对 每个 place 每年 满分 10 分 {
             项 i 10 分：按 达成率 a { 95% 以上 得 10 分；否则 0 分 } 无应办 满分 不明 视为未办
         }",
    );
    let rules = |p: &Policy| {
        p.rules.iter().map(|r| format!("{:?} {:?} {:?}", r.scope, r.requirement, r.frame)).collect::<Vec<_>>()
    };
    assert_eq!(rules(&english), rules(&chinese));
    let items = |p: &Policy| p.assessments.iter().map(|a| format!("{:?}", a.items)).collect::<Vec<_>>();
    assert_eq!(items(&english), items(&chinese));
}
