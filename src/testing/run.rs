//! A bound case through the engine.

use super::bind::{BoundCase, InputRow, InputValue};
use crate::data::columns::BatchBuilder;
use crate::data::convert::Cell;
use crate::data::stops::{compile_stopped, judge_stopped};
use crate::diagnostic::Text;
use crate::engine::batch::{Batch, RowFault, RowReject};
use crate::engine::{Ledger, RegistersBuilder, judge};
use crate::model::{Finding, FindingFilter, KindId, Overflow, Policy, Results, Role};
use crate::program::Program;
use crate::source::Span;

/// Why a case could not be run to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseStopped {
    /// The row to blame, if one is.
    pub span: Option<Span>,
    /// Why.
    pub text: Text,
}

/// Runs a case: all obligations, whatever their outcome, and the results.
///
/// Errors where a row cannot be used, and where the program or the judge stops.
pub fn run(case: &BoundCase) -> Result<(Vec<Finding>, Results), Vec<CaseStopped>> {
    let stop = |text: Text| vec![CaseStopped { span: None, text }];
    let policy = &case.policy;
    let program = Program::compile(policy, &case.spec).map_err(|e| stop(compile_stopped(policy, &e).texts().0))?;
    let is_entity = |kind: KindId| case.policy.kinds[kind].role == Role::Entity;
    let mut stopped = Vec::new();
    let mut registers = RegistersBuilder::new(&program);
    let entities: Vec<_> = case.rows.iter().filter(|(kind, _)| is_entity(*kind)).collect();
    for (kind, rows) in &entities {
        let rejects = registers.add(&batch(&case.policy, *kind, rows));
        stopped.extend(rejects.iter().map(|reject| refused(&case.policy, *kind, rows, reject)));
    }
    let (registers, late) = registers.freeze();
    for (number, reject) in &late {
        if let Some((kind, rows)) = entities.get(*number) {
            stopped.push(refused(&case.policy, *kind, rows, reject));
        }
    }
    let mut ledger = Ledger::new(&program, &registers);
    for (kind, rows) in case.rows.iter().filter(|(kind, _)| !is_entity(*kind)) {
        let observed = ledger.observe(&program, &registers, &batch(policy, *kind, rows)).map_err(|Overflow| {
            stop(Text::new("a number is too large for exact arithmetic", "数值过大，无法精确计算"))
        })?;
        stopped.extend(observed.rejects.iter().map(|reject| refused(&case.policy, *kind, rows, reject)));
    }
    if !stopped.is_empty() {
        return Err(stopped);
    }
    let mut findings = Vec::new();
    let results = judge(&program, &registers, &ledger, FindingFilter::All, &mut |finding| {
        findings.push(finding.clone());
    })
    .map_err(|e| stop(judge_stopped(policy, &e).texts().0))?;
    Ok((findings, results))
}

/// Rows of a kind as columns.
#[must_use]
pub fn batch(policy: &Policy, kind: KindId, rows: &[InputRow]) -> Batch<'static> {
    let mut builder = BatchBuilder::new(kind, policy.kinds[kind].fields.iter().map(|f| (f, true)), (true, true));
    let day = |day: Option<crate::model::Day>| day.map_or(Cell::Missing, Cell::Day);
    for row in rows {
        let cells: Vec<Cell<'_>> = (policy.kinds[kind].fields.iter().zip(&row.cells))
            .map(|(field, value)| value.as_ref().map_or(Cell::Missing, |value| cell(&field.ty, value)))
            .collect();
        builder.push(&cells, &day(row.since), &day(row.until));
    }
    builder.finish()
}

fn cell<'v>(ty: &crate::model::Type, value: &'v InputValue) -> Cell<'v> {
    match value {
        InputValue::Text(text) => Cell::Text(text),
        InputValue::Number(number) => Cell::Number(*number),
        InputValue::Bool(yes) => Cell::Bool(*yes),
        InputValue::Day(day) if *ty == crate::model::Type::Time => Cell::WholeDay(*day),
        InputValue::Day(day) => Cell::Day(*day),
        InputValue::At(at) => Cell::At(*at),
        InputValue::Code(code) => Cell::Code(*code),
        InputValue::CodeSet(set) => Cell::CodeSet(*set),
    }
}

fn refused(policy: &Policy, kind: KindId, rows: &[InputRow], reject: &RowReject) -> CaseStopped {
    let kind = &policy.kinds[kind];
    let field = reject.field.and_then(|id| kind.fields.get(id)).map_or("", |field| field.name.as_str());
    let (name, value) = (&kind.name, &reject.value);
    let text = match reject.fault {
        RowFault::UnknownReference => Text::new(
            format!("`{name}`: `{field}` refers to `{value}`, which has no row in this case"),
            format!("`{name}`：`{field}` 引用的 `{value}` 在本用例中没有对应的行"),
        ),
        RowFault::Missing => {
            Text::new(format!("`{name}`: `{field}` must be filled"), format!("`{name}`：`{field}` 为必填项"))
        }
        RowFault::Cycle => Text::new(
            format!("`{name}`: the rows above `{value}` lead back to it"),
            format!("`{name}`：`{value}` 沿上级关系会回到它自己"),
        ),
        RowFault::Lifetime => Text::new(
            format!("`{name}`: `until` lies before `since`, or the row overlaps another one of its key ({value})"),
            format!("`{name}`：止日早于起日，或与同一主键的另一行重叠（{value}）"),
        ),
    };
    CaseStopped { span: rows.get(reject.row).map(|row| row.span), text }
}
