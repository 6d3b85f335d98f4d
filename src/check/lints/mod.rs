//! Lints: what is no error and yet worth a word. One file a lint.

mod clauses;
mod confusables;
mod early_results;
pub(super) mod idle_edges;
mod open;
mod row_window;
mod rows_day;
mod unused;
pub(super) mod walk;

use super::checker::Checker;

impl Checker<'_> {
    pub(super) fn run_lints(&mut self) {
        self.lint_clauses();
        self.lint_confusables();
        self.lint_unused();
        // What a rule reads is known only when every rule is.
        if !super::has_errors(&self.diagnostics) {
            self.lint_open();
            self.lint_rows_day();
            self.lint_early_results();
            self.lint_row_window();
            self.lint_idle_edges();
        }
    }
}
