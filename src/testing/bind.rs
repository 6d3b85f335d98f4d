//! A case held against its policy: names resolved, values typed, coverage and calendars laid out.

use super::case::{Case, CaseCalendar, CaseRow, Coverage, KindRows};
use crate::data::convert::{Cell, Conversion};
use crate::data::decode::{BAD_VALUE, Located, UNKNOWN_NAME};
use crate::data::suggest::nearest;
use crate::diagnostic::{Diagnostic, Text};
use crate::model::calendar::WorkCalendar;
use crate::model::{AsOf, Day, Field, FieldId, Fixed, Instant, Kind, KindId, Period, Policy, Role, Type, Window};
use crate::program::RunSpec;
use crate::source::Span;
use std::collections::BTreeMap;

/// A case ready to run.
#[derive(Debug, Clone)]
pub struct BoundCase {
    /// The policy with the parameters of the case.
    pub policy: Policy,
    /// Period, as-of, coverage, calendars.
    pub spec: RunSpec,
    /// Rows by kind, in the order written.
    pub rows: Vec<(KindId, Vec<InputRow>)>,
}

/// A row with typed values, one entry a field of its kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputRow {
    /// Values; `None` where the field is empty.
    pub cells: Vec<Option<InputValue>>,
    /// First day of a register row.
    pub since: Option<Day>,
    /// Last day of a register row (inclusive).
    pub until: Option<Day>,
    /// Where it is written.
    pub span: Span,
}

/// A value of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InputValue {
    /// Text, a key of text or a reference, as its kind keeps it.
    Text(String),
    /// A number; also a key that is a whole number.
    Number(Fixed),
    /// Yes or no.
    Bool(bool),
    /// A day; in a field of times, the whole day.
    Day(Day),
    /// An instant.
    At(Instant),
    /// Position in the field's code list.
    Code(u32),
    /// Positions in the field's code list, as bits.
    CodeSet(u64),
}

/// Holds a case against its policy. Errors name every place that does not fit.
pub fn bind(case: &Case, policy: &Policy) -> Result<BoundCase, Vec<Diagnostic>> {
    let mut binder = Binder { case, policy: policy.clone(), problems: Vec::new() };
    let as_of = binder.as_of();
    let rows: Vec<_> = case.rows.iter().filter_map(|rows| binder.kind_rows(rows)).collect();
    let coverage = binder.coverage(&rows);
    let mut calendars: BTreeMap<_, _> = case.calendars.iter().filter_map(|c| binder.calendar(c)).collect();
    // A calendar that the case does not bring covers no day: what needs it stops, the rest runs.
    let first = case.period.value.window.start;
    for (id, _) in policy.calendars.entries().filter(|(_, calendar)| calendar.days.is_none()) {
        calendars.entry(id).or_insert_with(|| WorkCalendar::new(first, Vec::new()));
    }
    for (name, value) in &case.params {
        binder.param(name, value);
    }
    binder.names();
    let spec = RunSpec { period: case.period.value, as_of, coverage, calendars, any_as_of: false };
    if binder.problems.is_empty() { Ok(BoundCase { policy: binder.policy, spec, rows }) } else { Err(binder.problems) }
}

struct Binder<'c> {
    case: &'c Case,
    policy: Policy,
    problems: Vec<Diagnostic>,
}

impl Binder<'_> {
    fn report(&mut self, code: &'static str, span: Span, en: String, zh: String, help: Option<Text>) {
        let mut diagnostic = Diagnostic::error(code, span, Text::new(en, zh));
        diagnostic.help = help;
        self.problems.push(diagnostic);
    }

    fn unknown(&mut self, what: (&str, &str), name: &Located<String>, known: &[String]) {
        let help = nearest(&name.value, known.iter().map(String::as_str))
            .map(|near| Text::new(format!("did you mean `{near}`?"), format!("是否应为 `{near}`？")));
        let value = &name.value;
        let (en, zh) = what;
        self.report(
            UNKNOWN_NAME,
            name.span,
            format!("there is no {en} `{value}`"),
            format!("没有{zh} `{value}`"),
            help,
        );
    }

    fn as_of(&mut self) -> AsOf {
        let default = AsOf::day(self.case.period.value.window.end);
        let Some(text) = &self.case.as_of else { return default };
        if let Some(day) = Day::parse(&text.value) {
            return AsOf::day(day);
        }
        if let Some(at) = Instant::parse(&text.value, self.policy.timezone) {
            return AsOf::at(at);
        }
        let value = &text.value;
        self.report(
            BAD_VALUE,
            text.span,
            format!("`{value}` is not a date or time"),
            format!("`{value}` 不是日期或时刻"),
            Some(Text::new("write `2025-01-01` or `2025-01-01T08:00`", "可写 `2025-01-01` 或 `2025-01-01T08:00`")),
        );
        default
    }

    fn kind(&mut self, name: &Located<String>) -> Option<KindId> {
        let found = self.policy.kind_named(&name.value).filter(|id| self.policy.kinds[*id].role != Role::Whole);
        if found.is_none() {
            let names: Vec<String> = self.policy.kinds.iter().map(|kind| kind.name.clone()).collect();
            self.unknown(("entity or record", "实体或记录"), name, &names);
        }
        found
    }

    fn kind_rows(&mut self, rows: &KindRows) -> Option<(KindId, Vec<InputRow>)> {
        let id = self.kind(&rows.kind)?;
        let kind = self.policy.kinds[id].clone();
        Some((id, rows.rows.iter().map(|row| self.row(&kind, row)).collect()))
    }

    fn row(&mut self, kind: &Kind, row: &CaseRow) -> InputRow {
        let mut out =
            InputRow { cells: kind.fields.iter().map(|_| None).collect(), since: None, until: None, span: row.span };
        for (name, values) in &row.cells {
            if let Some(id) = kind.field_named(&name.value) {
                let field = &kind.fields[id];
                let value = self.value(field, kind.key == Some(id), values);
                if let Some(slot) = out.cells.get_mut(id.0 as usize) {
                    *slot = value;
                }
                continue;
            }
            let day = values.first().and_then(|v| Day::parse(&v.value));
            match (kind.role, name.value.as_str(), day) {
                (Role::Entity, "since", Some(day)) => out.since = Some(day),
                (Role::Entity, "until", Some(day)) => out.until = Some(day),
                (Role::Entity, "since" | "until", None) => {
                    let reason = crate::data::rejects::Reason::NotDate.text();
                    self.report(BAD_VALUE, name.span, reason.en, reason.zh, None);
                }
                _ => {
                    let mut names: Vec<String> = kind.fields.iter().map(|field| field.name.clone()).collect();
                    if kind.role == Role::Entity {
                        names.extend(["since".to_owned(), "until".to_owned()]);
                    }
                    self.unknown(("field", "字段"), name, &names);
                }
            }
        }
        for (id, field) in kind.fields.entries() {
            // A field of several codes that is never missing holds none of them.
            let none_of_them = !field.optional && matches!(field.ty, Type::CodeSet(_));
            match out.cells.get_mut(id.0 as usize) {
                Some(cell) if none_of_them && cell.is_none() => *cell = Some(InputValue::CodeSet(0)),
                _ => self.filled(id, field, &out),
            }
        }
        self.assessors(kind, &out);
        out
    }

    /// Who gives a number is named with it.
    fn assessors(&mut self, kind: &Kind, row: &InputRow) {
        let missing = |id: FieldId| match row.cells.get(id.0 as usize) {
            Some(Some(InputValue::Text(text))) => text.trim().is_empty(),
            Some(Some(_)) => false,
            _ => true,
        };
        for (id, field) in kind.fields.entries() {
            let Some(by) = field.given.and_then(|given| given.by).filter(|by| !missing(id) && missing(*by)) else {
                continue;
            };
            let name = kind.fields.get(by).map_or("", |by| by.name.as_str());
            let reason = crate::data::rejects::Reason::NoAssessor { field: field.name.clone() }.text();
            self.report(
                BAD_VALUE,
                row.span,
                format!("`{name}`: {}", reason.en),
                format!("`{name}`：{}", reason.zh),
                None,
            );
        }
    }

    fn filled(&mut self, id: FieldId, field: &Field, row: &InputRow) {
        if !field.optional && row.cells.get(id.0 as usize).is_some_and(Option::is_none) {
            let name = &field.name;
            self.report(BAD_VALUE, row.span, format!("`{name}` must be filled"), format!("`{name}` 为必填项"), None);
        }
    }

    fn value(&mut self, field: &Field, is_key: bool, values: &[Located<String>]) -> Option<InputValue> {
        let conversion = Conversion::new(&self.policy, field, is_key);
        let mut set = None;
        for value in values {
            let read = match conversion.read(&value.value) {
                Ok(Cell::Missing) => continue,
                Ok(Cell::Text(text)) => InputValue::Text(text.to_owned()),
                Ok(Cell::Key(form)) => InputValue::Text(form.text()),
                Ok(Cell::Number(number)) => InputValue::Number(number),
                Ok(Cell::Bool(yes)) => InputValue::Bool(yes),
                Ok(Cell::Day(day) | Cell::WholeDay(day)) => InputValue::Day(day),
                Ok(Cell::At(at)) => InputValue::At(at),
                Ok(Cell::Code(code)) => InputValue::Code(code),
                Ok(Cell::CodeSet(codes)) => InputValue::CodeSet(codes),
                Err(reason) => {
                    let (text, name, given) = (reason.text(), &field.name, &value.value);
                    self.report(
                        BAD_VALUE,
                        value.span,
                        format!("`{name}` cannot be `{given}`: {}", text.en),
                        format!("`{name}` 不能填 `{given}`：{}", text.zh),
                        None,
                    );
                    continue;
                }
            };
            set = match (set, read) {
                (Some(InputValue::CodeSet(so_far)), InputValue::CodeSet(more)) => {
                    Some(InputValue::CodeSet(so_far | more))
                }
                (None, read) => Some(read),
                (Some(_), _) => {
                    let name = &field.name;
                    self.report(
                        BAD_VALUE,
                        value.span,
                        format!("`{name}` holds one value"),
                        format!("`{name}` 只能填一个值"),
                        None,
                    );
                    return None;
                }
            };
        }
        // An empty list of codes is a set without codes, not a missing one.
        if set.is_none() && values.is_empty() && matches!(field.ty, Type::CodeSet(_)) {
            return Some(InputValue::CodeSet(0));
        }
        set
    }

    fn coverage(&mut self, rows: &[(KindId, Vec<InputRow>)]) -> BTreeMap<KindId, Vec<Window>> {
        let mut coverage: BTreeMap<KindId, Vec<Window>> = BTreeMap::new();
        for (kind, _) in rows {
            coverage.insert(*kind, self.windows(&self.case.complete));
        }
        for (name, of) in &self.case.complete_of {
            if let Some(kind) = self.kind(name) {
                coverage.insert(kind, self.windows(of));
            }
        }
        coverage
    }

    /// The days of a claim, sorted, without overlaps.
    fn windows(&self, coverage: &Coverage) -> Vec<Window> {
        match coverage {
            Coverage::Period => vec![self.case.period.value.window],
            Coverage::None => Vec::new(),
            Coverage::Ranges(ranges) => {
                let mut sorted: Vec<Window> = ranges.iter().map(|p| p.window).collect();
                sorted.sort_unstable();
                let mut joined: Vec<Window> = Vec::new();
                for window in sorted {
                    match joined.last_mut() {
                        Some(last) if window.start <= last.end => last.end = last.end.max(window.end),
                        _ => joined.push(window),
                    }
                }
                joined
            }
        }
    }

    fn calendar(&mut self, calendar: &CaseCalendar) -> Option<(crate::model::CalendarId, WorkCalendar)> {
        let found = self.policy.calendars.entries().find(|(_, c)| c.name == calendar.name.value).map(|(id, _)| id);
        let Some(id) = found else {
            let names: Vec<String> = self.policy.calendars.iter().map(|c| c.name.clone()).collect();
            self.unknown(("calendar", "日历"), &calendar.name, &names);
            return None;
        };
        let Period { window } = calendar.covers.value;
        let holds = |ranges: &[Period], day: Day| ranges.iter().any(|range| range.window.contains(day));
        let workdays = (window.start.0..window.end.0)
            .map(Day)
            .map(|day| holds(&calendar.work, day) || (day.weekday() <= 5 && !holds(&calendar.rest, day)));
        Some((id, WorkCalendar::new(window.start, workdays.collect())))
    }

    fn param(&mut self, name: &Located<String>, value: &Located<String>) {
        let found = self.policy.params.entries().find(|(_, p)| p.name == name.value).map(|(id, _)| id);
        let Some(id) = found else {
            let names: Vec<String> = self.policy.params.iter().map(|p| p.name.clone()).collect();
            self.unknown(("parameter", "参数"), name, &names);
            return;
        };
        match crate::data::params::read_param(&self.policy, id, &value.value) {
            Ok(read) => self.policy.params[id].value = Some(read),
            Err(text) => self.report(BAD_VALUE, value.span, text.en, text.zh, None),
        }
    }

    /// Names of rules and assessments that are expected.
    fn names(&mut self) {
        let case = self.case;
        let rules: Vec<String> = self.policy.rules.iter().map(|rule| rule.name.clone()).collect();
        for finding in &case.expected.findings {
            if !rules.contains(&finding.rule.value) {
                self.unknown(("rule", "规则"), &finding.rule, &rules);
            }
        }
        let assessments: Vec<String> = self.policy.assessments.iter().map(|a| a.name.clone()).collect();
        for score in &case.expected.scores {
            if !assessments.contains(&score.assessment.value) {
                self.unknown(("assessment", "考核"), &score.assessment, &assessments);
            }
        }
    }
}
