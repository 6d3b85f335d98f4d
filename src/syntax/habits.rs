//! What authors write out of habit, and how it is written here: other words for a word of the language, numbers in words.

use super::expected::{COMPUTING_WORDS, Chunk, did_you_mean};
use super::numerals::{chinese, english, grouped, ordinal, with_power};
use super::words::{Kind, Word, Words};
use crate::diagnostic::Text;

/// What is written, and the words of the language for it: the first with which the grammar reads on is told.
const INSTEAD: &[(&str, &[&str])] = &[
    ("every", &["each"]),
    ("daily", &["every day"]),
    ("weekly", &["every week"]),
    ("monthly", &["every month"]),
    ("quarterly", &["every quarter"]),
    ("yearly", &["every year"]),
    ("annually", &["every year"]),
    ("annual", &["every year"]),
    ("per day", &["every day"]),
    ("per week", &["every week"]),
    ("per month", &["every month"]),
    ("per quarter", &["every quarter"]),
    ("per year", &["every year"]),
    ("business days", &["workdays"]),
    ("working days", &["workdays"]),
    ("mins", &["minutes"]),
    ("min", &["minutes"]),
    ("hrs", &["hours"]),
    ("hr", &["hours"]),
    ("wks", &["weeks"]),
    ("yrs", &["years"]),
    ("pts", &["points"]),
    ("pt", &["points"]),
    ("rmb", &["yuan"]),
    ("cny", &["yuan"]),
    ("块", &["元"]),
    ("块钱", &["元"]),
    ("人民币", &["元"]),
    ("分数", &["分"]),
    ("点", &["分"]),
    ("percent", &["%"]),
    ("pct", &["%"]),
    ("工作天", &["工作日"]),
    ("个工作天", &["个工作日"]),
    ("钟头", &["小时"]),
    ("in", &["within"]),
    ("not less than", &["at least"]),
    ("no less than", &["at least"]),
    ("no fewer than", &["at least"]),
    ("minimum", &["at least"]),
    ("not more than", &["at most"]),
    ("no more than", &["at most"]),
    ("maximum", &["at most"]),
    ("up to", &["at most"]),
    ("no", &["at most 0"]),
    ("没有", &["至多 0 次"]),
    ("无", &["至多 0 次"]),
    (">=", &["at least", "至少"]),
    ("≥", &["at least", "至少"]),
    ("<=", &["at most", "至多"]),
    ("≤", &["at most", "至多"]),
    ("=", &["exactly", "恰好"]),
    ("with", &["where"]),
    ("of", &["over"]),
    ("number of", &["count of"]),
    ("&&", &["and"]),
    ("||", &["or"]),
    ("并且", &["且"]),
    ("或者", &["或"]),
    ("每次", &["每有"]),
    ("发放", &["付"]),
    ("奖励", &["付"]),
    ("reward", &["pay"]),
    ("to", &["and"]),
    ("至", &["与"]),
    ("到", &["与"]),
];

/// Words that join conditions.
pub(super) const JOINING: &[&str] = &["and", "or", "且", "或"];

/// Chinese words that a number may follow directly.
const BEFORE_NUMBERS: &[&str] = &["前", "后", "至少", "至多", "最多", "不少于", "不超过", "扣", "加", "付", "满分"];

impl Chunk<'_, '_> {
    /// The way out of a word that the language has another one for.
    pub(super) fn habit(&self, at: usize, found: Option<Word>, expected: &Text) -> Option<Text> {
        let found = found?;
        let last = Words::from(self.text, 0).take_while(|word| word.start < found.start).last();
        // Where a name must stand, a word may be meant as one.
        let named = expected.en == "a name";
        let instead = |word: Word, long: bool| {
            self.instead(word, at, long, expected).filter(|_| !named || self.slice(word) == "every")
        };
        self.number(found, last, at)
            .or_else(|| self.of_rows(found))
            .or_else(|| instead(last?, true))
            .or_else(|| instead(found, true))
            .or_else(|| instead(found, false))
            .or_else(|| instead(last?, false))
    }

    /// A number that is not written in digits, or in groups of them.
    fn number(&self, found: Word, last: Option<Word>, at: usize) -> Option<Text> {
        let rest = self.text.get(found.start..)?;
        if let Some(last) = last.filter(|last| last.kind == Kind::Number && last.end == found.start) {
            let digits = self.slice(last);
            if let Some(plain) = grouped(digits, rest) {
                return Some(Text::new(
                    format!("numbers have no thousands separators: `{plain}`"),
                    format!("数字不用千位分隔符：`{plain}`"),
                ));
            }
        }
        // `1千 次`: the power was read as what is counted.
        for word in [Some(found), last].into_iter().flatten().filter(|word| word.kind == Kind::Word) {
            let digits = self.text.get(..word.start)?;
            let from = digits.rfind(|c: char| !c.is_ascii_digit() && c != '.').map_or(0, |end| end + 1);
            if let Some(plain) = with_power(digits.get(from..)?, self.slice(word)) {
                return Some(in_digits(&plain));
            }
        }
        if let Some((word, length)) = ordinal(rest) {
            let helps = self.helps(found.start..found.start + length, word, at);
            return helps.then(|| did_you_mean(word));
        }
        let written = self.slice(found);
        let keyword = BEFORE_NUMBERS.iter().find(|keyword| written.starts_with(**keyword));
        let word = keyword.and_then(|keyword| written.strip_prefix(keyword)).unwrap_or(written);
        let (number, rest) = english(word).map(|number| (number, "")).or_else(|| chinese(word))?;
        let parts = [keyword.copied().unwrap_or(""), &number.to_string(), rest];
        let digits = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
        self.helps(found.start..found.end, &digits, at).then(|| in_digits(&digits))
    }

    /// Whether the statement has Chinese words.
    pub(super) fn is_chinese(&self) -> bool {
        self.text.chars().any(|c| c.is_alphabetic() && !c.is_ascii())
    }

    /// Another word for a word of the language. `long`: only phrases.
    fn instead(&self, word: Word, at: usize, long: bool, expected: &Text) -> Option<Text> {
        let rest = self.text.get(word.start..)?;
        let before = Words::from(self.text, 0).take_while(|other| other.start < word.start).last();
        let joined = before.is_some_and(|word| JOINING.contains(&self.slice(word)));
        // The form of the language in which the statement is written.
        let is_chinese = |form: &&&str| !form.is_ascii();
        let chinese = self.is_chinese();
        for (written, forms) in INSTEAD.iter().filter(|(written, _)| written.contains(' ') == long) {
            let Some(end) = begins(rest, written) else { continue };
            // A comparison that lacks its first value is no bound.
            if joined && !written.chars().any(char::is_alphabetic)
                || *written == "of" && !expected.en.contains("`over`")
            {
                continue;
            }
            let (own, other): (Vec<&&str>, Vec<&&str>) = forms.iter().partition(|form| is_chinese(form) == chinese);
            let mut forms = own.into_iter().chain(other);
            if let Some(form) = forms.find(|form| self.helps(word.start..word.start + end, form, at)) {
                let mean = did_you_mean(form);
                return Some(Text::new(
                    format!("{} (instead of `{written}`)", mean.en),
                    format!("`{written}` {}", mean.zh),
                ));
            }
        }
        let written = self.slice(word);
        let idle = match written {
            "the" => true,
            "of" => before.is_some_and(|word| COMPUTING_WORDS.contains(&self.slice(word))),
            ":" => expected.en.contains("a row"),
            _ => false,
        };
        let idle = idle && !long && self.helps(word.start..word.end, " ", at);
        idle.then(|| Text::new(format!("leave out `{written}`"), format!("删去 `{written}`")))
    }
}

/// Where a text goes on that begins with these words, whatever their case.
fn begins(text: &str, words: &str) -> Option<usize> {
    let mut found = Words::from(text, 0);
    let mut end = 0;
    for word in words.split(' ') {
        let here = if word.chars().all(char::is_alphabetic) {
            let here = found.next()?;
            let written = text.get(here.start..here.end)?;
            (here.kind == Kind::Word && written.to_lowercase() == word).then_some(here.end)?
        } else {
            text.starts_with(word).then_some(word.len())?
        };
        end = here;
    }
    Some(end)
}

fn in_digits(number: &str) -> Text {
    Text::new(format!("numbers are written in digits: `{number}`"), format!("数字用阿拉伯数字写：`{number}`"))
}
