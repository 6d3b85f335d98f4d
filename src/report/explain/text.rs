//! An explanation as text, indented from the score down to the records.

use super::money::effect_text;
use super::words::{count_of, joined, more_text};
use super::{Explanation, FindingView, ItemView, Note, OwnRow, RejectView, RuleView, ScoreView};
use crate::diagnostic::{Lang, Text};
use crate::model::{Counts, Outcome};
use std::collections::BTreeSet;

/// Explanations one after the other.
#[must_use]
pub fn render(explanations: &[Explanation], lang: Lang) -> String {
    let mut page = Page::new(lang);
    for explanation in explanations {
        page.duties = Some(BTreeSet::new());
        page.explanation(explanation);
    }
    page.out
}

/// A text that grows line by line.
pub(super) struct Page {
    out: String,
    lang: Lang,
    /// What was told of a line or obligation, so that it is not told twice; `None`: all is told.
    above: Option<BTreeSet<String>>,
    /// The obligations told of a subject, likewise.
    duties: Option<BTreeSet<(String, String)>>,
    /// The formulas told of a line or rule, each of which is told once.
    formulas: BTreeSet<String>,
}

impl Page {
    fn new(lang: Lang) -> Page {
        Page { out: String::new(), lang, above: None, duties: None, formulas: BTreeSet::new() }
    }
}

impl Page {
    pub fn line(&mut self, depth: usize, en: &str, zh: &str) {
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
            self.formulas.clear();
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
            self.formulas.clear();
            self.rule(1, rule);
        }
        if !e.is_bare && !e.values.is_empty() {
            self.formulas.clear();
            self.line(1, "measures", "指标");
            e.values.iter().for_each(|note| self.note(2, note));
            self.formulas.clear();
        }
        if e.tells_nothing() {
            let (days, days_zh) = match within.as_str() {
                "" => ("this period".to_owned(), "本时段内".to_owned()),
                within => (within.to_owned(), format!("{within} ")),
            };
            self.line(
                1,
                &format!("nothing is due and nothing is scored for it in {days}"),
                &format!("{days_zh}对其没有应办事项，也没有评分"),
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
        if score.is_withheld {
            en.push_str(", grade withheld");
            zh.push_str("，暂不定等");
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
        score.made.iter().for_each(|note| self.apart(|page| page.note(2, note)));
        score.overrides.iter().for_each(|part| self.part(part));
        score.stands.iter().for_each(|note| self.apart(|page| page.note(2, note)));
        score.items.iter().for_each(|item| self.apart(|page| page.item(item)));
        score.idle.iter().for_each(|part| self.part(part));
    }

    /// A gate or veto.
    fn part(&mut self, part: &ItemView) {
        self.formulas.clear();
        self.line(2, &part.statement, &part.statement);
        self.apart(|page| {
            part.made.iter().for_each(|note| page.note(3, note));
            page.evidence(3, &part.evidence);
        });
    }

    /// Tells of one line or obligation: what stands in it already is not repeated.
    fn apart(&mut self, tell: impl FnOnce(&mut Page)) {
        let before = self.above.replace(BTreeSet::new());
        tell(self);
        self.above = before;
    }

    /// Tells something of several lines, or, where it was told before, its first line alone.
    pub fn once(&mut self, depth: usize, tell: impl Fn(&mut Page, usize)) {
        if self.above.is_some() {
            let (first, rest) = self.whole(&tell);
            if !rest.is_empty() && self.above.as_mut().is_some_and(|above| !above.insert(format!("{first}\n{rest}"))) {
                return self.as_above(depth, &first);
            }
        }
        tell(self, depth);
    }

    /// All that is told, nothing left out: its first line, and the rest.
    pub fn whole(&self, tell: &impl Fn(&mut Page, usize)) -> (String, String) {
        let mut whole = Page::new(self.lang);
        tell(&mut whole, 0);
        let (first, rest) = whole.out.split_once('\n').unwrap_or_default();
        (first.to_owned(), rest.to_owned())
    }

    fn as_above(&mut self, depth: usize, first: &str) {
        self.line(depth, &format!("{first}; as above"), &format!("{first}；同上"));
    }

    pub fn text(&mut self, depth: usize, text: &Text) {
        self.line(depth, &text.en, &text.zh);
    }

    pub fn note(&mut self, depth: usize, note: &Note) {
        if note.below.is_empty() && note.evidence.is_empty() {
            self.text(depth, &note.text);
            return self.formula(depth + 1, note);
        }
        self.once(depth, |page, depth| {
            page.text(depth, &note.text);
            page.formula(depth + 1, note);
            note.below.iter().for_each(|below| page.note(depth + 1, below));
            page.evidence(depth + 1, &note.evidence);
        });
    }

    /// How a measure is computed, once in a line or rule.
    fn formula(&mut self, depth: usize, note: &Note) {
        let Note { formula, text, .. } = note;
        let name = text.en.split(" = ").next().unwrap_or_default();
        if !formula.is_empty() && self.formulas.insert(format!("{name} = {formula}")) {
            self.line(depth, &format!("formula: {formula}"), &format!("公式：{formula}"));
        }
    }

    fn item(&mut self, item: &ItemView) {
        self.formulas.clear();
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
        self.evidence(3, &item.evidence);
        for rule in &item.rules {
            self.rule(3, rule);
        }
    }

    fn rule(&mut self, depth: usize, rule: &RuleView) {
        let (cites_en, cites_zh) = cites(&rule.cites);
        let (counts_en, counts_zh) = counts(rule.counts);
        let name = &rule.name;
        let title = Text::new(format!("rule {name}{cites_en}{counts_en}"), format!("规则 {name}{cites_zh}{counts_zh}"));
        if self.is_told(rule) {
            return self.as_above(depth, title.in_lang(self.lang));
        }
        self.text(depth, &title);
        if !rule.statement.is_empty() {
            self.line(depth + 1, &rule.statement, &rule.statement);
        }
        if let Some(reason) = &rule.none_due {
            self.line(depth + 1, &format!("nothing is due: {}", reason.en), &format!("没有应办事项：{}", reason.zh));
        }
        rule.taken.iter().for_each(|taken| self.text(depth + 1, taken));
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

    /// Whether lines of a score have told all that would be told of a rule.
    fn is_told(&self, rule: &RuleView) -> bool {
        let Some(duties) = self.duties.as_ref().filter(|_| self.above.is_none()) else { return false };
        let is_told = |finding: &FindingView| duties.contains(&self.whole(&told(finding)));
        let apart = rule.none_due.is_none() && rule.leads_to.is_empty() && !rule.findings.is_empty();
        apart && rule.findings.iter().all(is_told)
    }

    /// An obligation; one that another line of a score has told is not told again.
    fn finding(&mut self, depth: usize, finding: &FindingView) {
        if self.duties.is_some() {
            let whole = self.whole(&told(finding));
            let (first, is_short) = (whole.0.clone(), whole.1.is_empty());
            if self.duties.as_mut().is_some_and(|told| !told.insert(whole)) && !is_short {
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
        self.evidence(depth + 1, &finding.evidence);
    }
}

/// Tells an obligation.
fn told(finding: &FindingView) -> impl Fn(&mut Page, usize) {
    |page: &mut Page, depth| page.obligation(depth, finding)
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
