//! An explanation as text, indented from the score down to the records.

use super::money::effect_text;
use super::words::{count_of, joined, more_text};
use super::{EvidenceView, Explanation, FindingView, ItemView, Note, OwnRow, RejectView, RuleView, ScoreView};
use crate::data::evidence::{EvidenceRow, FieldCell, GivenCell};
use crate::diagnostic::{Lang, Text};
use crate::model::{Counts, Outcome};
use std::collections::BTreeSet;

/// Explanations one after the other.
#[must_use]
pub fn render(explanations: &[Explanation], lang: Lang) -> String {
    let mut page = Page { out: String::new(), lang, above: None, duties: None };
    for explanation in explanations {
        page.explanation(explanation);
    }
    page.out
}

struct Page {
    out: String,
    lang: Lang,
    /// What was told of a line or obligation, so that it is not told twice; `None`: all is told.
    above: Option<BTreeSet<String>>,
    /// The obligations told of a score, likewise.
    duties: Option<BTreeSet<String>>,
}

impl Page {
    fn line(&mut self, depth: usize, en: &str, zh: &str) {
        let text = match self.lang {
            Lang::En => en,
            Lang::Zh => zh,
        };
        self.out.push_str(&"  ".repeat(depth));
        self.out.push_str(text.trim_end());
        self.out.push('\n');
    }

    fn explanation(&mut self, e: &Explanation) {
        let Explanation { policy, kind, subject, period, within, as_of, .. } = e;
        let (only, only_zh) = match within.as_str() {
            "" => (String::new(), String::new()),
            within => (format!(", of which {within}"), format!("，只看 {within}")),
        };
        self.line(
            0,
            &format!("{kind} {subject}, policy {policy}, period {period}{only}, as of {as_of}"),
            &format!("{kind} {subject}，政策 {policy}，时段 {period}{only_zh}，截至 {as_of}"),
        );
        e.own.iter().for_each(|row| self.own_row(row));
        self.more(1, e.own_total, e.own.len());
        if e.is_bare {
            let of = if e.within.is_empty() { period } else { within };
            let read = match e.values.is_empty() {
                true => Text::new("it has no measures", "也没有指标"),
                false => Text::new(format!("its measures, read for {of}:"), format!("其指标，按 {of} 读取：")),
            };
            self.line(
                1,
                &format!("no rule, assessment, counter or reward is about {kind}; {}", read.en),
                &format!("没有以 {kind} 为对象的规则、考核、累计或奖励；{}", read.zh),
            );
            e.values.iter().for_each(|note| self.note(2, note));
        }
        for score in &e.scores {
            self.score(score);
        }
        e.unplaced.iter().chain(&e.counters).chain(&e.rewards).for_each(|note| self.note(1, note));
        if !e.effects.is_empty() {
            self.line(1, "effects", "奖惩");
            e.effects.iter().for_each(|effect| self.text(2, &effect_text(effect)));
        }
        for rule in &e.rules {
            self.rule(1, rule);
        }
        if e.tells_nothing() {
            self.line(
                1,
                "nothing is due and nothing is scored for it in this period",
                "本时段内对其没有应办事项，也没有评分",
            );
        }
        let depth = if e.tells_nothing() { 2 } else { 1 };
        e.absent.iter().for_each(|note| self.note(depth, note));
        if e.rejected_total > 0 {
            self.rejected(e);
        }
        if e.unasked > 0 {
            let unasked = e.unasked;
            self.line(
                1,
                &format!(
                    "the records of {unasked} more values were not looked for: ask for one `--rule` or `--assessment`"
                ),
                &format!("另有 {unasked} 个数值未查找记录：请用 `--rule` 或 `--assessment` 缩小范围"),
            );
        }
        self.out.push('\n');
    }

    /// A row or record of the subject itself.
    fn own_row(&mut self, row: &OwnRow) {
        let (from, to) = &row.days;
        let (days, days_zh, depth) = match (from.is_empty(), to.is_empty()) {
            (true, true) => (String::new(), String::new(), 1),
            _ => (format!("{from}..{to}: "), format!("{from}..{to}："), 2),
        };
        if !row.attributes.is_empty() {
            let list: Vec<Text> = (row.attributes.iter())
                .map(|(name, value)| Text::new(format!("{name} = {}", value.en), format!("{name} = {}", value.zh)))
                .collect();
            let list = joined(&list, ", ", "，");
            self.line(1, &format!("{days}{}", list.en), &format!("{days_zh}{}", list.zh));
        }
        let places: Vec<String> =
            row.on_file.iter().flat_map(|own| &own.rows).map(|row| format!("{}:{}", row.file, row.line)).collect();
        if !places.is_empty() {
            let places = places.join(", ");
            self.line(depth, &format!("on file at {places}"), &format!("记载于 {places}"));
        }
    }

    /// Rows about the subject that could not be used.
    fn rejected(&mut self, e: &Explanation) {
        let total = e.rejected_total;
        let rows = count_of(total, "row about it could not be used", "rows about it could not be used");
        self.line(1, &format!("{rows}:"), &format!("有 {total} 行与其有关的数据未能采用："));
        for RejectView { file, line, column, value, reason } in &e.rejected {
            let place = if *line == 0 { file.clone() } else { format!("{file}:{line}") };
            let (at, at_zh) = if column.is_empty() {
                (String::new(), String::new())
            } else {
                (format!("{column} = {value}: "), format!("{column} = {value}："))
            };
            self.line(2, &format!("{place}: {at}{}", reason.en), &format!("{place}：{at_zh}{}", reason.zh));
        }
        self.more(2, total, e.rejected.len());
    }

    fn score(&mut self, score: &ScoreView) {
        let ScoreView { assessment, period, .. } = score;
        let (cites_en, cites_zh) = cites(&score.cites);
        let (mut en, mut zh) = if score.points.is_empty() {
            ("not scored".to_owned(), "不评".to_owned())
        } else if score.out_of.is_empty() {
            (format!("{} points", score.points), format!("{} 分", score.points))
        } else {
            (
                format!("{} of {} points", score.points, score.out_of),
                format!("{} 分（满分 {} 分）", score.points, score.out_of),
            )
        };
        if !score.grade.is_empty() {
            en.push_str(&format!(", grade {}", score.grade));
            zh.push_str(&format!("，等次 {}", score.grade));
        }
        if !score.vetoes.is_empty() {
            en.push_str(&format!(", vetoed by {}", score.vetoes.join(", ")));
            zh.push_str(&format!("，一票否决：{}", score.vetoes.join("、")));
        }
        if !score.rank.is_empty() {
            en.push_str(&format!(", rank {}", score.rank));
            zh.push_str(&format!("，第 {} 名", score.rank));
            if !score.group.is_empty() {
                en.push_str(&format!(" in {}", score.group));
                zh.push_str(&format!("（{} 组）", score.group));
            }
        }
        if score.unknown > 0 {
            en.push_str(&format!("; not sure, unknown {}", score.unknown));
            zh.push_str(&format!("；未定，不明 {} 项", score.unknown));
        }
        if score.is_interim {
            en.push_str("; the period has not ended");
            zh.push_str("；期间尚未结束");
        }
        self.line(
            1,
            &format!("assessment {assessment}{cites_en}, {period}: {en}"),
            &format!("考核 {assessment}{cites_zh}，{period}：{zh}"),
        );
        self.duties = Some(BTreeSet::new());
        score.items.iter().for_each(|item| self.apart(|page| page.item(item)));
        self.duties = None;
        score.made.iter().for_each(|note| self.apart(|page| page.note(2, note)));
        for part in &score.overrides {
            self.line(2, &part.statement, &part.statement);
            self.apart(|page| {
                part.made.iter().for_each(|note| page.note(3, note));
                part.evidence.iter().for_each(|evidence| page.evidence(3, evidence));
            });
        }
        score.stands.iter().for_each(|note| self.apart(|page| page.note(2, note)));
    }

    /// Tells of one line or obligation: what stands in it already is not repeated.
    fn apart(&mut self, tell: impl FnOnce(&mut Page)) {
        let before = self.above.replace(BTreeSet::new());
        tell(self);
        self.above = before;
    }

    /// Tells something of several lines, or, where it was told before, its first line alone.
    fn once(&mut self, depth: usize, tell: impl Fn(&mut Page, usize)) {
        if self.above.is_some() {
            let (first, rest) = self.whole(&tell);
            if !rest.is_empty() && self.above.as_mut().is_some_and(|above| !above.insert(format!("{first}\n{rest}"))) {
                return self.as_above(depth, &first);
            }
        }
        tell(self, depth);
    }

    /// All that is told, nothing left out: its first line, and the rest.
    fn whole(&self, tell: &impl Fn(&mut Page, usize)) -> (String, String) {
        let mut whole = Page { out: String::new(), lang: self.lang, above: None, duties: None };
        tell(&mut whole, 0);
        let (first, rest) = whole.out.split_once('\n').unwrap_or_default();
        (first.to_owned(), rest.to_owned())
    }

    fn as_above(&mut self, depth: usize, first: &str) {
        self.line(depth, &format!("{first}; as above"), &format!("{first}；同上"));
    }

    fn text(&mut self, depth: usize, text: &Text) {
        self.line(depth, &text.en, &text.zh);
    }

    fn note(&mut self, depth: usize, note: &Note) {
        self.once(depth, |page, depth| {
            page.text(depth, &note.text);
            note.below.iter().for_each(|below| page.note(depth + 1, below));
            note.evidence.iter().for_each(|evidence| page.evidence(depth + 1, evidence));
        });
    }

    fn item(&mut self, item: &ItemView) {
        let ItemView { name, points, max_points, .. } = item;
        let of = |en: bool| match (points.is_empty(), max_points.is_empty(), en) {
            (true, _, true) => "not assessed".to_owned(),
            (true, _, false) => "未评".to_owned(),
            (false, true, true) => format!("{points} points"),
            (false, true, false) => format!("{points} 分"),
            (false, false, true) if points.starts_with('-') => format!("{points} points (at most {max_points})"),
            (false, false, true) => format!("{points} of {max_points} points"),
            (false, false, false) => format!("{points} 分（上限 {max_points} 分）"),
        };
        let (counts_en, counts_zh) = item.counts.map(counts).unwrap_or_default();
        self.line(2, &format!("{name}: {}{counts_en}", of(true)), &format!("{name}：{}{counts_zh}", of(false)));
        if !item.statement.is_empty() {
            self.line(3, &item.statement, &item.statement);
        }
        item.made.iter().for_each(|note| self.note(3, note));
        item.evidence.iter().for_each(|evidence| self.evidence(3, evidence));
        for rule in &item.rules {
            self.rule(3, rule);
        }
    }

    fn rule(&mut self, depth: usize, rule: &RuleView) {
        let (cites_en, cites_zh) = cites(&rule.cites);
        let (counts_en, counts_zh) = counts(rule.counts);
        let name = &rule.name;
        self.line(depth, &format!("rule {name}{cites_en}{counts_en}"), &format!("规则 {name}{cites_zh}{counts_zh}"));
        if !rule.statement.is_empty() {
            self.line(depth + 1, &rule.statement, &rule.statement);
        }
        if let Some(reason) = &rule.none_due {
            self.line(depth + 1, &format!("nothing is due: {}", reason.en), &format!("没有应办事项：{}", reason.zh));
        }
        for finding in &rule.findings {
            match self.above {
                Some(_) => self.finding(depth + 1, finding),
                None => self.apart(|page| page.finding(depth + 1, finding)),
            }
        }
        rule.leads_to.iter().for_each(|note| self.note(depth + 1, note));
        let Counts { met, unmet, pending, excused, unknown } = rule.counts;
        let all = met + unmet + pending + excused + unknown;
        let hidden = all.saturating_sub(rule.outside).saturating_sub(rule.findings.len() as u64);
        if hidden > 0 {
            self.text(depth + 1, &more_text(hidden, "more", "项"));
        }
        if rule.outside > 0 {
            let outside = rule.outside;
            let lie = count_of(outside, "lies", "lie");
            self.line(
                depth + 1,
                &format!("... and {lie} outside the days of `--within`"),
                &format!("……另有 {outside} 项不在 `--within` 所指期间内"),
            );
        }
    }

    /// An obligation; one that another line of the score has told is not told again.
    fn finding(&mut self, depth: usize, finding: &FindingView) {
        if self.duties.is_some() {
            let (first, rest) = self.whole(&|page: &mut Page, depth| page.obligation(depth, finding));
            if !rest.is_empty() && self.duties.as_mut().is_some_and(|told| !told.insert(format!("{first}\n{rest}"))) {
                return self.as_above(depth, &first);
            }
        }
        self.obligation(depth, finding);
    }

    fn obligation(&mut self, depth: usize, finding: &FindingView) {
        let (first, last) = &finding.window;
        let subject = &finding.subject;
        let window = if first == last { first.clone() } else { format!("{first}..{last}") };
        let join = |texts: Vec<&str>, by: &str| texts.join(by);
        let en = join(finding.why.iter().map(|why| why.en.as_str()).collect(), "; ");
        let zh = join(finding.why.iter().map(|why| why.zh.as_str()).collect(), "；");
        self.line(
            depth,
            &format!("{subject} {window} {}: {en}", finding.outcome.word()),
            &format!("{subject} {window} {}：{zh}", outcome_word(finding.outcome)),
        );
        finding.own.iter().for_each(|own| self.rows(depth + 1, own));
        finding.behind.iter().for_each(|note| self.note(depth + 1, note));
        finding.evidence.iter().for_each(|evidence| self.evidence(depth + 1, evidence));
    }

    fn evidence(&mut self, depth: usize, evidence: &EvidenceView) {
        self.once(depth, |page, depth| page.records(depth, evidence));
    }

    fn records(&mut self, depth: usize, evidence: &EvidenceView) {
        let EvidenceView { kind, whose, days: (from, to), total, kept, .. } = evidence;
        if !evidence.looked {
            return;
        }
        let days = match (from.is_empty(), to.is_empty()) {
            (true, true) => String::new(),
            (false, false) if from == to => format!(" {from}"),
            _ => format!(" {from}..{to}"),
        };
        if *total == 0 {
            self.line(
                depth,
                &format!("{kind}{}{days}: none on file", whose.en),
                &format!("{kind}{}{days}：没有记录", whose.zh),
            );
        } else {
            let counts = if *kept == 1 { "counts" } else { "count" };
            self.line(
                depth,
                &format!("{kind}{}{days}: {total} on file, {kept} {counts}", whose.en),
                &format!("{kind}{}{days}：记录 {total} 条，计入 {kept} 条", whose.zh),
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
    fn rows(&mut self, depth: usize, of: &EvidenceView) {
        for (at, row) in of.rows.iter().enumerate() {
            self.row(depth, row, of.values.get(at), of.reasons.get(at));
            if let Some(opened) = of.opened.get(&row.key) {
                opened.below.iter().for_each(|below| self.note(depth + 1, below));
                opened.evidence.iter().for_each(|evidence| self.evidence(depth + 1, evidence));
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
        self.line(
            depth,
            &format!("{file}:{line}: {}{value_en}{mark_en}", fields(Lang::En).join(", ")),
            &format!("{file}:{line}：{}{value_zh}{mark_zh}", fields(Lang::Zh).join("，")),
        );
    }

    fn more(&mut self, depth: usize, total: u64, shown: usize) {
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

fn cites(cites: &[String]) -> (String, String) {
    if cites.is_empty() {
        return (String::new(), String::new());
    }
    (format!(" ({})", cites.join(", ")), format!("（{}）", cites.join("、")))
}

fn counts(counts: Counts) -> (String, String) {
    let Counts { met, pending, excused, unknown, .. } = counts;
    let (mut en, mut zh) = match counts.due() {
        0 => (", nothing due".to_owned(), "，无应办".to_owned()),
        due => (format!(", met {met} of {due} due"), format!("，应办 {due} 项，达成 {met} 项")),
    };
    for (number, word_en, word_zh) in
        [(unknown, "unknown", "不明"), (pending, "pending", "待定"), (excused, "excused", "免责")]
    {
        if number > 0 {
            en.push_str(&format!(", {number} {word_en}"));
            zh.push_str(&format!("，{word_zh} {number} 项"));
        }
    }
    (en, zh)
}

fn outcome_word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Met => "达成",
        Outcome::Unmet => "未达成",
        Outcome::Pending => "待定",
        Outcome::Excused => "免责",
        Outcome::Unknown => "不明",
    }
}
