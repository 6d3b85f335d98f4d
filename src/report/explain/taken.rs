//! Records that several deductions could take: which one takes them.

use super::ItemView;
use super::note::Questions;
use crate::data::evidence::Aside;
use crate::diagnostic::Text;
use crate::engine::trace::conjuncts;
use crate::model::{Expr, Value};
use std::collections::BTreeMap;

/// The filter of a deduction before what others take is left out of it.
fn as_written(filter: Option<&Expr>) -> Vec<&Expr> {
    let parts = filter.map(conjuncts).unwrap_or_default().into_iter();
    parts.filter(|one| left_to(one).is_none() && !matches!(one, Expr::Const(Value::Bool(true), _))).collect()
}

/// The filter of the deduction to which a condition leaves records.
fn left_to(condition: &Expr) -> Option<&Expr> {
    let Expr::Not(inner) = condition else { return None };
    if let Expr::IsTrue(taken) = &**inner { Some(taken) } else { None }
}

/// A deduction that takes a record: its name, and its filter as it is written.
type Taker<'p> = (String, Vec<&'p Expr>);

/// Says of a record that another deduction took which one that is.
pub(super) fn taken_once(questions: &Questions<'_, '_>, items: &mut [ItemView]) {
    let mut takers: BTreeMap<(std::sync::Arc<str>, u64), Vec<Taker<'_>>> = BTreeMap::new();
    for item in items.iter().filter(|item| item.deducts && item.points.starts_with('-')) {
        for evidence in &item.evidence {
            let filter = questions.filter(evidence);
            for row in evidence.rows.iter().filter(|row| row.kept == Some(true)) {
                let place = (std::sync::Arc::clone(&row.file), row.line);
                takers.entry(place).or_default().push((item.name.clone(), as_written(filter)));
            }
        }
    }
    for item in items.iter_mut().filter(|item| item.deducts) {
        for evidence in &mut item.evidence {
            let own = questions.filter(evidence).map(conjuncts).unwrap_or_default();
            for (row, reason) in evidence.rows.iter().zip(&mut evidence.reasons) {
                let Some(Aside::Filter(at)) = &row.aside else { continue };
                let Some(taken) = own.get(*at).and_then(|failed| left_to(failed)) else { continue };
                let takers = takers.get(&(std::sync::Arc::clone(&row.file), row.line)).into_iter().flatten();
                let mut takers =
                    takers.filter(|(name, filter)| *name != item.name && *filter == as_written(Some(taken)));
                *reason = match takers.next() {
                    Some((by, _)) => {
                        Text::new(format!("does not count here: {by} deducts it"), format!("此处不计：已由 {by} 扣分"))
                    }
                    None => Text::new("does not count here: another line deducts it", "此处不计：已由另一行扣分"),
                };
            }
        }
    }
}
