//! Rows with what is computed of them, opened one level.

use super::doubt::lacks_of;
use super::figures::{figures, measure, told_of_row};
use super::note::{Note, Questions};
use super::words::Words;
use crate::engine::review::{Reader, RowUses};
use crate::limits::EXPLAINED_ROWS_MAX;
use crate::model::{AggId, Expr, KindId, Window};
use std::collections::BTreeMap;

impl<'r, 'p> Questions<'r, 'p> {
    /// The rows of an aggregate, by key, with the values and records behind what is computed of them: of all rows where
    /// nothing is cut, else of those of which something is not known.
    pub fn open_rows(&mut self, reader: Reader<'r, 'p>, id: AggId, uses: &RowUses) -> BTreeMap<String, Note> {
        let mut opened = BTreeMap::new();
        let told = self.review.policy().aggs.get(id).map(told_of_row).unwrap_or_default();
        if self.opening || told.is_empty() {
            return opened;
        }
        self.opening = true;
        for (key, (kept, _)) in uses {
            if !self.all && (opened.len() >= EXPLAINED_ROWS_MAX || *kept == Some(false)) {
                continue;
            }
            let Some(row) = reader.row(id, key) else { continue };
            let is_open = |expr: &'p Expr| row.read(expr).is_some_and(|figure| figure.in_doubt);
            let exprs: Vec<&'p Expr> = told.iter().copied().filter(|expr| self.all || is_open(expr)).collect();
            opened.extend(self.open_row(row, &exprs).map(|note| (key.clone(), note)));
        }
        self.opening = false;
        opened
    }

    /// What lies behind values of a row; nothing where its line says all.
    fn open_row(&mut self, row: Reader<'r, 'p>, exprs: &[&'p Expr]) -> Option<Note> {
        if exprs.is_empty() {
            return None;
        }
        let words = Words { is_beside: true, ..self.words() };
        let mut note = Note { below: figures(words, row, exprs), ..Note::default() };
        note.below.retain(|figure| !figure.below.is_empty());
        note.below.extend(lacks_of(words, row, exprs));
        note.evidence = self.briefly(|questions| questions.ask(exprs, &[], row.window(), Some(row), row.key(), false));
        (!note.below.is_empty() || !note.evidence.is_empty()).then_some(note)
    }

    /// The measures of a row or record that is told by itself, as a window reads them.
    pub fn measures_of(&mut self, words: Words<'p>, kind: KindId, key: &str, window: Window) -> Vec<Note> {
        let Some(reader) = self.review.by_itself(kind, key, window) else { return Vec::new() };
        let policy = self.review.policy();
        let words = Words { is_beside: true, ..words };
        let own: Vec<_> = policy.measures.entries().filter(|(_, measure)| measure.kind == kind).collect();
        let most = words.figures_max();
        let mut notes = Vec::new();
        for (id, decl) in own.iter().take(most) {
            let mut note = measure(words, reader, *id);
            note.below.extend(lacks_of(words, reader, &[&decl.expr]));
            note.evidence = self.ask(&[&decl.expr], &[], window, Some(reader), key, false);
            notes.push(note);
        }
        notes.extend(words.more(own.len(), most, ("more measures", "个指标")));
        notes
    }
}
