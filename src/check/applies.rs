//! On which days a rule applies, as a condition on a window's first day: there what it overrides steps back.

use super::parts::both;
use crate::model::{
    ArithOp, CalendarUnit, CompareOp, DatePart, Day, DayPick, Expr, Frame, Ratio, Rule, Season, TermUnit, Unit, Value,
    YearStart,
};

/// The days of a frame cannot be told from a single day.
pub(super) struct DaysUntold;

/// The days on which a rule applies: in force, in its season, outside its exceptions and, where its frame names days, on one
/// of them; `None`: on every day. Days of a calendar unit are looked at where the other rule is one of days (`daily`): of longer
/// windows the rule takes the place, whatever day it picks for itself.
pub(super) fn days(rule: &Rule, daily: bool, year: YearStart) -> Result<Option<Expr>, DaysUntold> {
    let from = rule.in_force.from.map(|from| compare(CompareOp::Ge, Expr::WindowStart, day_value(from)));
    let to = rule.in_force.to.map(|to| compare(CompareOp::Le, Expr::WindowStart, day_value(to)));
    let framed = match &rule.frame {
        Frame::Fixed { from, to } => Some(between(*from, *to)),
        Frame::Yearly(season) => Some(in_season(*season)),
        Frame::On { days, of } if daily => {
            let picks = days.iter().map(|pick| picked(*pick, *of, year)).collect::<Option<Vec<_>>>();
            Some(any(picks.ok_or(DaysUntold)?))
        }
        Frame::Part { first, count, of } if daily => Some(part(*first, *count, *of, year).ok_or(DaysUntold)?),
        _ => None,
    };
    let outside = rule.except.iter().map(|(from, to)| Expr::Not(Box::new(between(*from, *to))));
    let said = from.into_iter().chain(to).chain(rule.season.map(in_season)).chain(framed).chain(outside);
    Ok(said.fold(None, |all, one| both(all, Some(one))))
}

/// A day that is picked of every week or month.
fn picked(pick: DayPick, of: CalendarUnit, year: YearStart) -> Option<Expr> {
    let today = || Expr::WindowStart;
    let is = |part: DatePart, of: Expr, n: u32| compare(CompareOp::Eq, date_part(part, of), number(n));
    match (of, pick) {
        (CalendarUnit::Week, DayPick::Nth(n)) => Some(is(DatePart::Weekday, today(), n)),
        (CalendarUnit::Week, DayPick::NthOrLast(n)) => Some(is(DatePart::Weekday, today(), n.min(7))),
        (CalendarUnit::Week, DayPick::Last) => Some(is(DatePart::Weekday, today(), 7)),
        (CalendarUnit::Month, DayPick::Nth(n)) => Some(is(DatePart::Day, today(), n)),
        (CalendarUnit::Month, DayPick::Last) => {
            Some(is(DatePart::Day, later(1), if year.months { year.day } else { 1 }))
        }
        // Months that start on their first.
        (CalendarUnit::Month, _) if year.months => None,
        (CalendarUnit::Month, DayPick::NthOrLast(n)) => {
            let short = compare(CompareOp::Lt, date_part(DatePart::Day, today()), number(n));
            let last = Expr::And(vec![is(DatePart::Day, later(1), 1), short]);
            Some(any(vec![is(DatePart::Day, today(), n), last]))
        }
        (CalendarUnit::Month, DayPick::Weekday(Some(nth), weekday)) => {
            let (low, high) = (7 * nth.saturating_sub(1), 7 * nth);
            let after = compare(CompareOp::Gt, date_part(DatePart::Day, today()), number(low));
            let until = compare(CompareOp::Le, date_part(DatePart::Day, today()), number(high));
            Some(Expr::And(vec![is(DatePart::Weekday, today(), weekday), after, until]))
        }
        (CalendarUnit::Month, DayPick::Weekday(None, weekday)) => {
            Some(Expr::And(vec![is(DatePart::Weekday, today(), weekday), month_ends_within(7)]))
        }
        _ => None,
    }
}

/// The first or last days of every week or month.
fn part(first: bool, count: u32, of: CalendarUnit, year: YearStart) -> Option<Expr> {
    let today = || Expr::WindowStart;
    match (of, first) {
        (CalendarUnit::Week, true) => {
            Some(compare(CompareOp::Le, date_part(DatePart::Weekday, today()), number(count)))
        }
        (CalendarUnit::Week, false) => {
            Some(compare(CompareOp::Gt, date_part(DatePart::Weekday, today()), number(7u32.saturating_sub(count))))
        }
        (CalendarUnit::Month, _) if year.months => None,
        (CalendarUnit::Month, true) => Some(compare(CompareOp::Le, date_part(DatePart::Day, today()), number(count))),
        (CalendarUnit::Month, false) => Some(month_ends_within(count)),
        _ => None,
    }
}

/// So many days on it is another month.
fn month_ends_within(days: u32) -> Expr {
    let (then, now) = (date_part(DatePart::Month, later(days)), date_part(DatePart::Month, Expr::WindowStart));
    compare(CompareOp::Ne, then, now)
}

/// The days of a season in every year.
fn in_season(season: Season) -> Expr {
    // The 29th of February is the month's last day, whose next one is the first of March.
    let leap = (2, 29);
    let from = if season.from == leap {
        any(vec![on(CompareOp::Ge, Expr::WindowStart, (3, 1)), on(CompareOp::Eq, later(1), (3, 1))])
    } else {
        on(CompareOp::Ge, Expr::WindowStart, season.from)
    };
    let to = on(CompareOp::Le, Expr::WindowStart, season.to);
    if season.from <= season.to { Expr::And(vec![from, to]) } else { Expr::Or(vec![from, to]) }
}

/// Month and day of a date, compared.
fn on(op: CompareOp, date: Expr, (month, day): (u32, u32)) -> Expr {
    let hundreds = Expr::Arith(ArithOp::Mul, Box::new(date_part(DatePart::Month, date.clone())), Box::new(number(100)));
    let written = Expr::Arith(ArithOp::Add, Box::new(hundreds), Box::new(date_part(DatePart::Day, date)));
    compare(op, written, number(100 * month + day))
}

fn between(from: Day, to: Day) -> Expr {
    let after = compare(CompareOp::Ge, Expr::WindowStart, day_value(from));
    Expr::And(vec![after, compare(CompareOp::Le, Expr::WindowStart, day_value(to))])
}

/// The window's first day moved on.
fn later(days: u32) -> Expr {
    let amount = Expr::Const(Value::Number(Ratio::int(i128::from(days))), Unit::Span(TermUnit::Days));
    Expr::Shift { from: Box::new(Expr::WindowStart), amount: Box::new(amount), unit: TermUnit::Days, calendar: None }
}

fn any(mut parts: Vec<Expr>) -> Expr {
    match (parts.len(), parts.pop()) {
        (1, Some(only)) => only,
        (_, last) => Expr::Or(parts.into_iter().chain(last).collect()),
    }
}

fn compare(op: CompareOp, a: Expr, b: Expr) -> Expr {
    Expr::Compare(op, Box::new(a), Box::new(b))
}

fn date_part(part: DatePart, of: Expr) -> Expr {
    Expr::DatePart(part, Box::new(of))
}

fn number(n: u32) -> Expr {
    Expr::Const(Value::Number(Ratio::int(i128::from(n))), Unit::Plain)
}

fn day_value(day: Day) -> Expr {
    Expr::Const(Value::Day(day), Unit::Plain)
}
