//! Rows with what is computed of them, opened one level.

use super::doubt::lacks_of;
use super::figures::{command, figures, measure, told_of_row, value_of};
use super::note::{Note, Questions};
use super::phrase_rows::every;
use super::words::{Words, joined, same};
use crate::diagnostic::Text;
use crate::engine::review::{Reader, RowUses};
use crate::limits::EXPLAINED_ROWS_MAX;
use crate::model::{AggId, Expr, KindId, Measure, MeasureId, Period, Window};
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

    /// The measures of a row or record, or that of a name, as a window reads them; those that are put out in each of their
    /// windows.
    pub fn measures_of(
        &mut self,
        words: Words<'p>,
        (kind, key, name): (KindId, &str, Option<&str>),
        window: Window,
    ) -> Vec<Note> {
        let policy = self.review.policy();
        let words = Words { is_beside: true, ..words };
        let is_asked = |measure: &Measure| measure.kind == kind && name.is_none_or(|name| name == measure.name);
        let own: Vec<_> = policy.measures.entries().filter(|(_, measure)| is_asked(measure)).collect();
        let most = words.figures_max();
        let mut notes = Vec::new();
        for (id, decl) in own.iter().take(most) {
            let put_out = self.windows_of(words, *id, key);
            let windows = if put_out.is_empty() { vec![window] } else { put_out.clone() };
            for (at, window) in windows.iter().take(words.list_max()).enumerate() {
                let Some(reader) = self.review.by_itself(kind, key, *window) else { continue };
                let mut note = measure(words, reader, *id);
                if !put_out.is_empty() {
                    let label = Period::new(*window);
                    let text = note.text;
                    note.text = Text::new(format!("{label}: {}", text.en), format!("{label}：{}", text.zh));
                }
                if at > 0 {
                    note.formula.clear();
                }
                note.below.extend(lacks_of(words, reader, &[&decl.expr]));
                let ask = |questions: &mut Self| questions.ask(&[&decl.expr], &[], *window, Some(reader), key, false);
                note.evidence = if windows.len() > 1 { self.briefly(ask) } else { ask(self) };
                notes.push(note);
            }
            notes.extend(words.more(windows.len(), words.list_max(), ("more windows", "期")));
        }
        notes.extend(words.more(own.len(), most, ("more measures", "个指标")));
        notes
    }

    /// The windows in which a measure is put out for a subject.
    fn windows_of(&self, words: Words<'p>, id: MeasureId, key: &str) -> Vec<Window> {
        let all = self.review.results().measures.iter().filter(|one| one.measure == id && one.subject == key);
        all.map(|one| Window::inclusive(one.start, one.last)).filter(|window| words.tells(*window)).collect()
    }

    /// The measures of a subject that are put out, a line each.
    pub fn put_out(&mut self, words: Words<'p>, kind: KindId, key: &str) -> Vec<Note> {
        let own = self.review.policy().measures.entries().filter(|(_, measure)| measure.kind == kind);
        let mut notes = Vec::new();
        for (id, decl) in own {
            let Some(unit) = decl.output else { continue };
            let windows = self.windows_of(words, id, key);
            let most = words.list_max();
            let told = windows.iter().take(most).map(|window| {
                let value = self.review.by_itself(kind, key, *window);
                let value = value.map_or_else(Text::default, |reader| value_of(words, reader, &decl.expr, &decl.ty));
                joined(&[same(Period::new(*window).to_string()), value], " = ", " = ")
            });
            let told: Vec<Text> =
                told.chain(words.more(windows.len(), most, ("more", "期")).map(|more| more.text)).collect();
            if told.is_empty() {
                continue;
            }
            let (name, list, each) = (&decl.name, joined(&told, ", ", "，"), every(unit));
            let text =
                Text::new(format!("{name}, {}: {}", each.en, list.en), format!("{name}，{}：{}", each.zh, list.zh));
            notes.push(Note::with(text, vec![Note::of(command(key, "--measure", name))]));
        }
        notes
    }
}
