//! What a run gave against what a case expects, cell by cell as the output files would print it.

use super::case::{Case, Expected, ExpectedCell, ExpectedEffect, ExpectedFinding, ExpectedScore, ExpectedWindow};
use crate::diagnostic::Text;
use crate::model::{Finding, Fixed, Policy, Results};
use crate::report::{TableId, row_texts};
use crate::source::Span;

/// Rows named in one message.
const ROWS_SHOWN_MAX: usize = 4;

/// An expected row, by its position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExpectedRow {
    /// Among the findings.
    Finding(usize),
    /// Among the scores, with their lines.
    Score(usize),
}

/// An expectation that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The expectation.
    pub span: Span,
    /// The row that it is about; `None`: an effect, or what was not expected.
    pub row: Option<ExpectedRow>,
    /// What was expected and what came.
    pub text: Text,
}

/// Everything that differs. `findings` are all obligations of the run, whatever their outcome.
#[must_use]
pub fn compare(case: &Case, policy: &Policy, findings: &[Finding], results: &Results) -> Vec<Failure> {
    let mut tables = Tables { rows: Vec::new(), failures: Vec::new(), row: None };
    for (table, cells) in row_texts(policy, findings, results) {
        tables.rows.push(Row { table, cells, used: false });
    }
    let Expected { findings, scores, effects, only } = &case.expected;
    for (at, finding) in findings.iter().enumerate() {
        tables.row = Some(ExpectedRow::Finding(at));
        tables.finding(finding);
    }
    for (at, score) in scores.iter().enumerate() {
        tables.row = Some(ExpectedRow::Score(at));
        tables.score(score);
    }
    tables.row = None;
    for effect in effects {
        tables.effect(effect);
    }
    if *only {
        tables.unexpected(case.span);
    }
    tables.failures
}

struct Row {
    table: TableId,
    cells: Vec<String>,
    used: bool,
}

impl Row {
    fn cell(&self, column: &str) -> &str {
        let at = self.table.columns().iter().position(|(name, _)| *name == column);
        at.and_then(|at| self.cells.get(at)).map_or("", String::as_str)
    }

    /// The cells that say which row it is, without the policy.
    fn label(&self) -> String {
        let columns: &[&str] = match self.table {
            TableId::Findings => {
                &["rule", "subject", "window_start", "window_end", "strength", "outcome", "measured", "required"]
            }
            TableId::Scores => &["assessment", "subject", "period", "points", "grade", "veto", "rank"],
            TableId::Items => &["item", "met", "due", "points"],
            _ => &["assessment", "subject", "period", "kind", "name", "amount", "reason"],
        };
        let filled = columns.iter().map(|c| (c, self.cell(c))).filter(|(_, cell)| !cell.is_empty());
        filled.map(|(column, cell)| format!("{column} {cell}")).collect::<Vec<_>>().join(", ")
    }
}

struct Tables {
    rows: Vec<Row>,
    failures: Vec<Failure>,
    /// The expected row under way.
    row: Option<ExpectedRow>,
}

/// A column and the text that a row must have there.
type Selector = (&'static str, String);

impl Tables {
    fn fail(&mut self, span: Span, en: String, zh: String) {
        self.failures.push(Failure { span, row: self.row, text: Text::new(en, zh) });
    }

    /// Positions of the rows of a table with these cells.
    fn select(&self, table: TableId, by: &[Selector]) -> Vec<usize> {
        let holds = |row: &Row| row.table == table && by.iter().all(|(column, text)| same(row.cell(column), text));
        self.rows.iter().enumerate().filter(|(_, row)| holds(row)).map(|(at, _)| at).collect()
    }

    /// The one row with these cells; several or none are failures.
    fn one(&mut self, table: TableId, by: &[Selector], span: Span) -> Option<usize> {
        let found = self.select(table, by);
        if let [at] = found.as_slice() {
            return Some(*at);
        }
        let sought = show(by);
        if found.is_empty() {
            // The rows of the same rule or assessment show what there is instead.
            let near = self.select(table, by.get(..1).unwrap_or(&[]));
            let near = self.list(&near);
            if near.is_empty() {
                self.fail(span, format!("nothing is due for {sought}"), format!("没有任何应办事项：{sought}"));
            } else {
                self.fail(
                    span,
                    format!("no row for {sought}; there is: {near}"),
                    format!("没有这一行：{sought}；现有：{near}"),
                );
            }
        } else {
            let list = self.list(&found);
            self.fail(
                span,
                format!("{} rows for {sought}; name the subject and the window or period: {list}", found.len()),
                format!("{sought} 有 {} 行，请写明对象和窗口（或时段）：{list}", found.len()),
            );
        }
        None
    }

    fn list(&self, rows: &[usize]) -> String {
        let mut labels: Vec<String> =
            rows.iter().take(ROWS_SHOWN_MAX).filter_map(|at| self.rows.get(*at)).map(Row::label).collect();
        if rows.len() > ROWS_SHOWN_MAX {
            labels.push(format!("... ({})", rows.len()));
        }
        labels.join(" | ")
    }

    fn finding(&mut self, expected: &ExpectedFinding) {
        let mut by = vec![("rule", expected.rule.value.clone())];
        by.extend(expected.subject.as_ref().map(|s| ("subject", s.value.clone())));
        by.extend(expected.strength.as_ref().map(|s| ("strength", s.value.clone())));
        match expected.window.as_ref().map(|w| w.value) {
            Some(ExpectedWindow::Days(period)) => {
                by.push(("window_start", period.window.start.to_string()));
                by.push(("window_end", period.window.last().to_string()));
            }
            Some(ExpectedWindow::From(day)) => {
                by.push(("window_start", day.to_string()));
                by.push(("window_end", String::new()));
            }
            None => {}
        }
        let Some(outcome) = expected.outcome.value else {
            return self.none(TableId::Findings, &by, expected.span);
        };
        let Some(at) = self.one(TableId::Findings, &by, expected.span) else { return };
        let mut cells = vec![ExpectedCell {
            column: "outcome",
            value: Some(outcome.word().to_owned()),
            span: expected.outcome.span,
        }];
        for (column, values) in [("measured", &expected.measured), ("required", &expected.required)] {
            if let Some(values) = values {
                cells.push(ExpectedCell { column, value: Some(values.value.join(";")), span: values.span });
            }
        }
        self.cells(at, &cells);
    }

    fn score(&mut self, expected: &ExpectedScore) {
        let mut by = vec![("assessment", expected.assessment.value.clone())];
        by.extend(expected.subject.as_ref().map(|s| ("subject", s.value.clone())));
        by.extend(expected.period.as_ref().map(|p| ("period", p.value.to_string())));
        if expected.none {
            return self.none(TableId::Scores, &by, expected.span);
        }
        let Some(at) = self.one(TableId::Scores, &by, expected.span) else { return };
        self.cells(at, &expected.cells);
        let Some(row) = self.rows.get(at) else { return };
        let of_score: Vec<Selector> =
            ["assessment", "subject", "period"].map(|column| (column, row.cell(column).to_owned())).to_vec();
        for item in &expected.items {
            let mut by = of_score.clone();
            by.insert(0, ("item", self.line_name(&of_score, &item.item.value)));
            if let Some(at) = self.one(TableId::Items, &by, item.item.span) {
                self.cells(at, &item.cells);
            }
        }
    }

    /// A line inside a group or item may be called by its own name where no other has it.
    fn line_name(&self, of_score: &[Selector], name: &str) -> String {
        let lines: Vec<&str> = (self.select(TableId::Items, of_score).into_iter())
            .filter_map(|at| self.rows.get(at).map(|row| row.cell("item")))
            .collect();
        let inner = format!("/{name}");
        let within: Vec<&&str> = lines.iter().filter(|line| line.ends_with(&inner)).collect();
        match within.as_slice() {
            [only] if !lines.contains(&name) => (**only).to_owned(),
            _ => name.to_owned(),
        }
    }

    fn effect(&mut self, expected: &ExpectedEffect) {
        let by: Vec<Selector> =
            expected.cells.iter().map(|cell| (cell.column, cell.value.clone().unwrap_or_default())).collect();
        if expected.none {
            return self.none(TableId::Effects, &by, expected.span);
        }
        let found = self.select(TableId::Effects, &by);
        for at in &found {
            self.mark(*at);
        }
        if found.is_empty() {
            let all = self.select(TableId::Effects, &[]);
            let (sought, list) = (show(&by), self.list(&all));
            let (en, zh) = if list.is_empty() { ("none", "无") } else { (list.as_str(), list.as_str()) };
            let text =
                (format!("no effect with {sought}; there is: {en}"), format!("没有这样的奖惩：{sought}；现有：{zh}"));
            self.fail(expected.span, text.0, text.1);
        }
    }

    fn none(&mut self, table: TableId, by: &[Selector], span: Span) {
        let found = self.select(table, by);
        if !found.is_empty() {
            let list = self.list(&found);
            self.fail(span, format!("expected none, there is: {list}"), format!("预期没有，实际有：{list}"));
        }
    }

    fn mark(&mut self, at: usize) {
        if let Some(row) = self.rows.get_mut(at) {
            row.used = true;
        }
    }

    fn cells(&mut self, at: usize, expected: &[ExpectedCell]) {
        self.mark(at);
        let mut failures = Vec::new();
        let Some(row) = self.rows.get(at) else { return };
        for cell in expected {
            let (want, got) = (cell.value.as_deref().unwrap_or(""), row.cell(cell.column));
            if !same(got, want) {
                let column = cell.column;
                let label = row.label();
                let quote =
                    |text: &str, empty: &str| if text.is_empty() { empty.to_owned() } else { format!("`{text}`") };
                failures.push(Failure {
                    span: cell.span,
                    row: self.row,
                    text: Text::new(
                        format!(
                            "{column}: expected {}, got {} ({label})",
                            quote(want, "nothing"),
                            quote(got, "nothing")
                        ),
                        format!("{column}：预期 {}，实得 {}（{label}）", quote(want, "空"), quote(got, "空")),
                    ),
                });
            }
        }
        self.failures.append(&mut failures);
    }

    fn unexpected(&mut self, span: Span) {
        let tables = [TableId::Findings, TableId::Scores, TableId::Effects];
        let left: Vec<String> =
            self.rows.iter().filter(|row| !row.used && tables.contains(&row.table)).map(Row::label).collect();
        for label in left {
            self.fail(span, format!("not expected: {label}"), format!("未预期：{label}"));
        }
    }
}

fn show(by: &[Selector]) -> String {
    by.iter().map(|(column, text)| format!("{column} `{text}`")).collect::<Vec<_>>().join(", ")
}

/// Whether two cells say the same: `2` and `2.00` do, part by part of a list.
fn same(got: &str, want: &str) -> bool {
    if got == want {
        return true;
    }
    let (got, want): (Vec<&str>, Vec<&str>) = (got.split(';').collect(), want.split(';').collect());
    let equal = |(a, b): (&&str, &&str)| match (Fixed::parse(a), Fixed::parse(b)) {
        (Some(a), Some(b)) => a == b,
        _ => a.trim() == b.trim(),
    };
    got.len() == want.len() && got.iter().zip(&want).all(equal)
}

#[cfg(test)]
mod tests {
    use super::same;

    #[test]
    fn numbers_are_equal_by_value_and_texts_by_letters() {
        for (a, b) in [("2", "2.00"), ("1;x", "1.0;x"), ("", ""), ("0.3333333333", "0.3333333333")] {
            assert!(same(a, b), "{a} {b}");
        }
        for (a, b) in [("2", "2;2"), ("2", "3"), ("", "0"), ("a", "b"), ("2024-01-02", "2024-01-03")] {
            assert!(!same(a, b), "{a} {b}");
        }
    }
}
