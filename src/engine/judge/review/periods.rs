//! Results of other periods that a value reads.

use super::reader::{Figure, Reader};
use crate::engine::judge::periods::{PeriodFate, Picked};
use crate::model::{AggOp, Expr, InPeriod, MissingPeriod, PeriodAgg, Window};

/// What became of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PeriodUse {
    /// Its value is read.
    Read,
    /// Its condition does not hold, or it has not ended and is not decided.
    PassedOver,
    /// It is in doubt.
    Doubtful,
    /// There is no result; a value stands for it.
    StoodFor,
    /// There is no result; it is left out.
    LeftOut,
    /// There is no result, and the policy takes that as unknown.
    Missing,
}

/// A period of an assessment that a value looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherPeriod {
    /// The period, or the day of the record.
    pub window: Window,
    /// Key of the row whose result it is.
    pub subject: String,
    /// The value there, or what stands for it.
    pub figure: Option<Figure>,
    /// Its weight, of an average that has them.
    pub weight: Option<Figure>,
    /// What became of it.
    pub used: PeriodUse,
}

impl<'a> Reader<'_, 'a> {
    /// The periods that a value over periods looks at, in order of time.
    #[must_use]
    pub fn periods(&self, agg: &'a PeriodAgg) -> Vec<OtherPeriod> {
        let mut found = Vec::new();
        let exprs = agg.op.exprs();
        let (value, weight) = (exprs.first().copied(), exprs.get(1).copied());
        let weight = weight.filter(|_| matches!(agg.op, AggOp::Average(..)));
        let seen = self.subject.each_period(agg, &mut |window, fate| {
            let there = Reader { subject: self.subject.in_window(window) };
            let read = |expr: Option<&'a Expr>| expr.and_then(|expr| there.read(expr));
            let weighs = matches!(fate, PeriodFate::Values(_) | PeriodFate::StandIn(_));
            let weight = if weighs { read(weight) } else { None };
            let (used, figure) = match fate {
                PeriodFate::Values(_) => (PeriodUse::Read, read(value)),
                PeriodFate::PassedOver => (PeriodUse::PassedOver, None),
                PeriodFate::Doubtful => (PeriodUse::Doubtful, read(value)),
                PeriodFate::StandIn(_) => (PeriodUse::StoodFor, agg.missing.value().and_then(|value| self.read(value))),
                PeriodFate::Excluded => (PeriodUse::LeftOut, None),
                PeriodFate::Missing => (PeriodUse::Missing, None),
            };
            found.push(OtherPeriod { window, subject: self.key().to_owned(), figure, weight, used });
            Ok(())
        });
        if seen.is_err() {
            found.clear();
        }
        found
    }

    /// Where values are read in another period.
    #[must_use]
    pub fn in_period(&self, window: Window) -> Self {
        Reader { subject: self.subject.in_window(window) }
    }

    /// The period or record that a value in one other period reads.
    #[must_use]
    pub fn other_period(&self, one: &'a InPeriod) -> Option<OtherPeriod> {
        let mut subject = self.key().to_owned();
        let picked = self.subject.picked_row(one).ok()?;
        if let Picked::NotMade = picked {
            let window = self.subject.picked_window(one)?;
            return Some(OtherPeriod { window, subject, figure: None, weight: None, used: PeriodUse::Doubtful });
        }
        if let Picked::Result(there) = picked {
            let there = Reader { subject: there };
            let reached = match &one.value {
                Expr::ResultVia(path, ..) => there.subject.reached(path).map(|subject| Reader { subject }),
                _ => None,
            };
            there.key().clone_into(&mut subject);
            reached.iter().for_each(|row| row.key().clone_into(&mut subject));
            let figure = there.read(&one.value);
            if figure.as_ref().is_some_and(|figure| figure.known || figure.in_doubt) {
                let used = if figure.as_ref().is_some_and(|f| f.known) { PeriodUse::Read } else { PeriodUse::Doubtful };
                return Some(OtherPeriod { window: there.window(), subject, figure, weight: None, used });
            }
        }
        let window = self.subject.picked_window(one)?;
        let (used, figure) = match &one.missing {
            MissingPeriod::As(value) => (PeriodUse::StoodFor, self.read(value)),
            MissingPeriod::Excluded => (PeriodUse::LeftOut, None),
            MissingPeriod::Unknown => (PeriodUse::Missing, None),
        };
        Some(OtherPeriod { window, subject, figure, weight: None, used })
    }
}
