//! Types of expressions while they are checked: the model's types, and what only the checker tells apart.

use crate::diagnostic::Text;
use crate::model::{AssessmentId, CodeListId, KindId, TermUnit, Type, Unit};

/// Type of an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Ty {
    Text,
    Bool,
    Date,
    Time,
    /// A reference to a row, or the key of one.
    Key(KindId),
    Code(CodeListId),
    CodeSet(CodeListId),
    Number(Unit),
    /// A number divided by another of the same unit: fits a plain number and a share.
    Quotient,
    /// A grade of an assessment.
    Grade(AssessmentId),
    /// A calendar window, the value of a parameter.
    Frame,
}

impl Ty {
    pub(super) const PLAIN: Ty = Ty::Number(Unit::Plain);

    pub(super) fn of(ty: &Type) -> Ty {
        match ty {
            Type::Text => Ty::Text,
            Type::Whole => Ty::PLAIN,
            Type::Number(unit) => Ty::Number(unit.clone()),
            Type::Bool => Ty::Bool,
            Type::Date => Ty::Date,
            Type::Time => Ty::Time,
            Type::Code(list) => Ty::Code(*list),
            Type::CodeSet(list) => Ty::CodeSet(*list),
            Type::Ref(kind) => Ty::Key(*kind),
            Type::Frame => Ty::Frame,
        }
    }

    /// The model's type. A grade is its position.
    pub(super) fn to_model(&self) -> Type {
        match self {
            Ty::Text => Type::Text,
            Ty::Bool => Type::Bool,
            Ty::Date => Type::Date,
            Ty::Time => Type::Time,
            Ty::Key(kind) => Type::Ref(*kind),
            Ty::Code(list) => Type::Code(*list),
            Ty::CodeSet(list) => Type::CodeSet(*list),
            Ty::Number(unit) => Type::Number(unit.clone()),
            Ty::Quotient | Ty::Grade(_) => Type::Number(Unit::Plain),
            Ty::Frame => Type::Frame,
        }
    }

    pub(super) fn is_number(&self) -> bool {
        matches!(self, Ty::Number(_) | Ty::Quotient)
    }

    pub(super) fn is_moment(&self) -> bool {
        matches!(self, Ty::Date | Ty::Time)
    }

    /// Whether a value of this type stands where `unit` is wanted.
    pub(super) fn fits(&self, unit: &Unit) -> bool {
        match self {
            Ty::Number(own) => own == unit,
            Ty::Quotient => matches!(unit, Unit::Plain | Unit::Share),
            _ => false,
        }
    }

    /// The one type of two numbers that compare or add; `None` when they do not.
    pub(super) fn common(&self, other: &Ty) -> Option<Ty> {
        match (self, other) {
            (Ty::Quotient, Ty::Quotient) => Some(Ty::Quotient),
            (Ty::Quotient, Ty::Number(unit)) | (Ty::Number(unit), Ty::Quotient) => {
                Ty::Quotient.fits(unit).then(|| Ty::Number(unit.clone()))
            }
            (Ty::Number(a), Ty::Number(b)) => (a == b).then(|| Ty::Number(a.clone())),
            _ => None,
        }
    }

    /// In words, for messages.
    pub(super) fn describe(&self) -> Text {
        match self {
            Ty::Text => Text::new("text", "文本"),
            Ty::Bool => Text::new("yes or no", "是否"),
            Ty::Date => Text::new("a date", "日期"),
            Ty::Time => Text::new("a time", "时刻"),
            Ty::Key(_) => Text::new("a reference", "引用"),
            Ty::Code(_) => Text::new("one of a list of codes", "代码"),
            Ty::CodeSet(_) => Text::new("any of a list of codes", "取多代码"),
            Ty::Number(unit) => describe_unit(unit),
            Ty::Quotient => Text::new("a quotient", "比值"),
            Ty::Grade(_) => Text::new("a grade", "等次"),
            Ty::Frame => Text::new("a calendar window", "周期"),
        }
    }
}

/// A unit in words, for messages.
pub(super) fn describe_unit(unit: &Unit) -> Text {
    match unit {
        Unit::Plain => Text::new("a plain number", "不带单位的数"),
        Unit::Share => Text::new("a share (%)", "占比（%）"),
        Unit::Points => Text::new("points", "分"),
        Unit::Money(currency) => Text::new(currency.word(), currency.word_zh()),
        Unit::Span(unit) => {
            let words = span_words(*unit);
            Text::new(format!("a number of {}", words.en), format!("{}数", words.zh))
        }
        Unit::Named(name) => Text::new(format!("a number of `{name}`"), format!("以`{name}`计的数")),
    }
}

/// A bare number as it is meant in a unit: `0.9` as a share is 90 %.
pub(super) fn number_in(number: &str, unit: &Unit) -> String {
    let meant = crate::model::Fixed::parse(number).map(crate::model::Fixed::to_ratio);
    match meant {
        Some(part) if *unit == Unit::Share && part <= crate::model::Ratio::ONE => {
            part.mul(crate::model::Ratio::int(100)).map_or_else(|_| number.to_owned(), |hundred| hundred.to_string())
        }
        _ => number.to_owned(),
    }
}

/// A unit as it is written after a number, with the space that English needs.
pub(super) fn unit_suffix(unit: &Unit) -> Text {
    match unit {
        Unit::Plain => Text::new("", ""),
        Unit::Share => Text::new("%", "%"),
        Unit::Points => Text::new(" points", " 分"),
        Unit::Money(currency) => Text::new(format!(" {}", currency.word()), format!(" {}", currency.word_zh())),
        Unit::Span(unit) => {
            let words = span_words(*unit);
            Text::new(format!(" {}", words.en), format!(" {}", words.zh))
        }
        Unit::Named(name) => Text::new(format!(" {name}"), format!(" {name}")),
    }
}

/// One of a unit.
pub(super) fn one_of(unit: &Unit) -> Text {
    let suffix = unit_suffix(unit);
    let en = if matches!(unit, Unit::Named(_)) { &suffix.en } else { suffix.en.trim_end_matches('s') };
    Text::new(format!("1{en}"), format!("1{}", suffix.zh))
}

/// Names of the span units.
pub(super) fn span_words(unit: TermUnit) -> Text {
    match unit {
        TermUnit::Minutes => Text::new("minutes", "分钟"),
        TermUnit::Hours => Text::new("hours", "小时"),
        TermUnit::Days => Text::new("days", "天"),
        TermUnit::Workdays => Text::new("workdays", "工作日"),
        TermUnit::Weeks => Text::new("weeks", "周"),
        TermUnit::Months => Text::new("months", "个月"),
        TermUnit::Years => Text::new("years", "年"),
    }
}
