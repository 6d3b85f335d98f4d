//! Forms of expressions.

use wangge::model::{
    AggFrame, ArithOp, CompareOp, CoverBase, CoverTake, Expr, LineValue, PeriodPick, Policy, TallyKind, TextOp, Value,
    ZeroDivisor,
};

use super::Census;

impl Census {
    pub(super) fn expr(&mut self, policy: &Policy, expr: &Expr) {
        let inside = |census: &mut Census| expr.children().into_iter().for_each(|e| census.expr(policy, e));
        let form = match expr {
            Expr::Shift { unit, .. } => {
                self.add("shifted by", &format!("{unit:?}"));
                return inside(self);
            }
            Expr::Between(_, _, unit) => {
                self.add("between", &format!("{unit:?}"));
                return inside(self);
            }
            Expr::Worked { by, .. } => {
                self.add("working time between", &format!("{:?}", by.unit()));
                return inside(self);
            }
            Expr::AtTime(..) => "time of day",
            Expr::DatePart(part, _) => {
                self.add("part of a date", &format!("{part:?}"));
                return inside(self);
            }
            Expr::Const(Value::Number(_), _) => "number",
            Expr::Const(Value::Text(_), _) => "text",
            Expr::Const(Value::Bool(_), _) => "yes or no",
            Expr::Const(Value::Day(_) | Value::At(_), _) => "date",
            Expr::Const(Value::Code(_) | Value::Every(_), _) => "code",
            Expr::Param(id) if policy.params[*id].value.is_none() => "open param",
            Expr::Param(_) => "param",
            Expr::Field(path) if path.len() > 1 => "field by reference",
            Expr::Field(_) => "field",
            Expr::Key => "key",
            Expr::Measure(_) => "measure",
            Expr::Through(..) => "measure of a reference",
            Expr::Agg(_) => return,
            Expr::Cover(cover) => {
                let take = match cover.take {
                    CoverTake::Covered(_) => "covered",
                    CoverTake::Uncovered(_) => "uncovered",
                    CoverTake::Share => "share",
                    CoverTake::Most => "most at once",
                };
                self.add("cover", take);
                if let CoverTake::Covered(unit) | CoverTake::Uncovered(unit) = cover.take {
                    self.add("cover", &format!("{unit:?}"));
                }
                self.add_if(cover.at_least > 1, "cover", "by several");
                self.add_if(cover.is_civil(), "cover", "by the clock");
                let base = match cover.base {
                    CoverBase::Frame => "in the frame",
                    CoverBase::Hours(_) => "in hours",
                    CoverBase::Records(_) => "during records",
                };
                return self.add("cover", base);
            }
            Expr::Tally(tally) => {
                let what: TallyKind = tally.what;
                let of = |met: bool| if met { "met" } else { "unmet" };
                let form = match what {
                    TallyKind::LongestRun { met } => format!("longest run {}", of(met)),
                    TallyKind::CurrentRun { met } => format!("current run {}", of(met)),
                    other => format!("{other:?}"),
                };
                return self.add("tally", &form);
            }
            Expr::Line(LineValue::Points(_)) => "points of item",
            Expr::Line(LineValue::FullItems) => "full items",
            Expr::Line(LineValue::Standing) => "own points of a counter",
            Expr::Result(_, field) => {
                self.add("assessment", "reads another");
                match field {
                    wangge::model::ResultField::Points => "points of",
                    wangge::model::ResultField::Grade => "grade of",
                    wangge::model::ResultField::Vetoed => "vetoed in",
                    wangge::model::ResultField::Rank => "rank of",
                }
            }
            Expr::ResultVia(_, _, field) => {
                self.add("result by reference", &format!("{field:?}"));
                "result by reference"
            }
            Expr::Counter(_, field) => {
                self.add("counter", &format!("{field:?}"));
                "counter"
            }
            Expr::Periods(agg) => {
                let op = format!("{:?}", agg.op);
                let op = op.split(['(', ' ']).next().unwrap_or_default().to_owned();
                self.add("over periods", &op);
                self.missing(&agg.missing);
                match agg.frame {
                    AggFrame::Last { at_end: true, .. } => self.add("over periods", "last to end"),
                    AggFrame::Last { .. } => self.add("over periods", "last before start"),
                    _ => {}
                }
                "over periods"
            }
            Expr::InPeriod(one) => {
                let pick = match one.pick {
                    PeriodPick::Nth(_) => "nth",
                    PeriodPick::Before(_) => "previous",
                    PeriodPick::Record(_) => "previous record",
                };
                self.add("over periods", pick);
                self.add_if(matches!(one.value, Expr::ResultVia(..)), "over periods", "previous by reference");
                self.missing(&one.missing);
                "in period"
            }
            Expr::WindowStart => "window start",
            Expr::WindowEnd => "window end",
            Expr::Arith(ArithOp::Add, ..) => "add",
            Expr::Arith(ArithOp::Sub, ..) => "sub",
            Expr::Arith(ArithOp::Mul, ..) => "mul",
            Expr::Div(_, _, ZeroDivisor::Unknown) => "div zero unknown",
            Expr::Div(..) => "div",
            Expr::AsOf => "as of",
            Expr::Min(_) => "min",
            Expr::Max(_) => "max",
            Expr::Abs(_) => "abs",
            Expr::Floor(_) => "floor",
            Expr::Ceil(_) => "ceil",
            Expr::Round(..) => "round",
            Expr::Cases(..) if expr.is_no_value() => "no value",
            Expr::Cases(_, Some(_)) => "cases",
            Expr::Cases(_, None) => "cases without otherwise",
            Expr::OrElse(..) => "or else",
            Expr::Compare(op, ..) => match op {
                CompareOp::Eq => "=",
                CompareOp::Ne => "<>",
                CompareOp::Lt => "<",
                CompareOp::Le => "<=",
                CompareOp::Gt => ">",
                CompareOp::Ge => ">=",
            },
            Expr::Acts { instead, .. } => {
                if *instead {
                    "stand-in instead"
                } else {
                    "or stand-in"
                }
            }
            Expr::OneOf(..) => "one of",
            Expr::HasAny(..) => "has any",
            Expr::HasAll(..) => "has all",
            Expr::InHours(_, hours) if hours.crosses_midnight() => "in hours over midnight",
            Expr::InHours(..) => "in hours",
            Expr::Text(TextOp::StartsWith, ..) => "starts with",
            Expr::Text(TextOp::EndsWith, ..) => "ends with",
            Expr::Text(TextOp::Contains, ..) => "contains",
            Expr::Known(_) => "known",
            Expr::And(_) => "and",
            Expr::Or(_) => "or",
            Expr::Not(_) => "not",
            Expr::IsTrue(_) => "is true",
        };
        self.add("expression", form);
        inside(self);
    }
}
