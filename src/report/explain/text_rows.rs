//! Records and rows of an explanation as text.

use super::EvidenceView;
use super::text::Page;
use super::words::{count_of, more_text};
use crate::data::evidence::{EvidenceRow, FieldCell, GivenCell};
use crate::diagnostic::{Lang, Text};
use std::collections::BTreeSet;

impl Page {
    /// Records that lie beside each other: the same ones are told once.
    pub fn evidence(&mut self, depth: usize, list: &[EvidenceView]) {
        let mut told = BTreeSet::new();
        for evidence in list {
            let records = |page: &mut Page, depth: usize| page.records(depth, evidence);
            if list.len() == 1 || told.insert(self.whole(&records)) {
                self.once(depth, records);
            }
        }
    }

    fn records(&mut self, depth: usize, evidence: &EvidenceView) {
        let EvidenceView { part, whose, days: (from, to), total, kept, .. } = evidence;
        if !evidence.looked {
            return;
        }
        let (kind, kind_zh) = match part.as_str() {
            "" => (evidence.kind.clone(), evidence.kind.clone()),
            part => (format!("{part} ({})", evidence.kind), format!("{part}（{}）", evidence.kind)),
        };
        let (found, found_zh) =
            if evidence.named { ("named by records", "由记录得出") } else { ("on file", "记录") };
        let days = match (from.is_empty(), to.is_empty()) {
            (true, true) => String::new(),
            (false, false) if from == to => format!(" {from}"),
            _ => format!(" {from}..{to}"),
        };
        if *total == 0 {
            self.line(
                depth,
                &format!("{kind}{}{days}: none on file", whose.en),
                &format!("{kind_zh}{}{days}：没有记录", whose.zh),
            );
        } else {
            let counts = if *kept == 1 { "counts" } else { "count" };
            self.line(
                depth,
                &format!("{kind}{}{days}: {total} {found}, {kept} {counts}", whose.en),
                &format!("{kind_zh}{}{days}：{found_zh} {total} 条，计入 {kept} 条", whose.zh),
            );
        }
        self.rows(depth + 1, evidence);
        self.more(depth + 1, *total, evidence.rows.len());
        if evidence.near_total > 0 {
            let near = evidence.near_total;
            let records = count_of(near, "record narrowly misses", "records narrowly miss");
            self.line(depth + 1, &format!("{records}:"), &format!("另有 {near} 条相近的记录不计："));
            self.near(depth + 2, evidence);
            self.more(depth + 2, near, evidence.near.len());
        }
    }

    /// Rows with what is computed of them, and why they do not count.
    pub fn rows(&mut self, depth: usize, of: &EvidenceView) {
        for (at, row) in of.rows.iter().enumerate() {
            self.row(depth, row, of.values.get(at), of.reasons.get(at));
            if let Some(opened) = of.opened.get(&row.key) {
                opened.below.iter().for_each(|below| self.note(depth + 1, below));
                self.evidence(depth + 1, &opened.evidence);
            }
        }
    }

    /// Rows that narrowly miss.
    fn near(&mut self, depth: usize, of: &EvidenceView) {
        for (at, row) in of.near.iter().enumerate() {
            self.row(depth, row, None, of.near_reasons.get(at));
        }
    }

    fn row(&mut self, depth: usize, row: &EvidenceRow, value: Option<&Text>, reason: Option<&Text>) {
        let fields = |lang: Lang| row.fields.iter().map(move |field| shown_field(field, lang)).collect::<Vec<_>>();
        let (mark_en, mark_zh) = reason
            .filter(|reason| !reason.en.is_empty())
            .map_or_else(Default::default, |reason| (format!(" [{}]", reason.en), format!("［{}］", reason.zh)));
        let (value_en, value_zh) = value
            .filter(|value| !value.en.is_empty())
            .map_or_else(Default::default, |value| (format!("; {}", value.en), format!("；{}", value.zh)));
        let (file, line) = (&row.file, row.line);
        if line == 0 {
            let key = &row.key;
            return self.line(depth, &format!("{key}{value_en}{mark_en}"), &format!("{key}{value_zh}{mark_zh}"));
        }
        self.line(
            depth,
            &format!("{file}:{line}: {}{value_en}{mark_en}", fields(Lang::En).join(", ")),
            &format!("{file}:{line}：{}{value_zh}{mark_zh}", fields(Lang::Zh).join("，")),
        );
    }

    pub fn more(&mut self, depth: usize, total: u64, shown: usize) {
        let hidden = total.saturating_sub(shown as u64);
        if hidden > 0 {
            self.text(depth, &more_text(hidden, "more", "条"));
        }
    }
}

/// A field of a record; of a number that a person gave, by whom, and what was given where a bound stands for it.
fn shown_field(field: &FieldCell, lang: Lang) -> String {
    let FieldCell { name, value, given, late } = field;
    let value = value.in_lang(lang);
    if *late {
        return match lang {
            Lang::En => format!("{name} = {value} (later than as-of: counts as empty, but in what starts a term)"),
            Lang::Zh => format!("{name} = {value}（晚于截至日，除作期限起点外视为空）"),
        };
    }
    let Some(GivenCell { by, written }) = given else { return format!("{name} = {value}") };
    match lang {
        Lang::En => {
            let by = by.as_ref().map_or("given by a person".to_owned(), |by| format!("given by {by}"));
            let written =
                written.as_ref().map(|written| format!(", as {written}: outside the bounds")).unwrap_or_default();
            format!("{name} = {value} ({by}{written})")
        }
        Lang::Zh => {
            let by = by.as_ref().map_or("由人评定".to_owned(), |by| format!("{by} 评定"));
            let written = written.as_ref().map(|written| format!("，原评 {written}，越界取界")).unwrap_or_default();
            format!("{name} = {value}（{by}{written}）")
        }
    }
}
