//! What the language says in another form, told from what stands around the word that was refused.

use super::expected::Chunk;
use super::parse::{Grammar, Rule};
use super::words::{Kind, Word, Words};
use crate::diagnostic::Text;
use pest::Parser;

/// Words for the value in one of several rows, and the word of the language.
const TAKEN: &[(&str, &str)] = &[
    ("last", "last"),
    ("latest", "last"),
    ("first", "first"),
    ("earliest", "first"),
    ("largest", "largest"),
    ("highest", "largest"),
    ("smallest", "smallest"),
    ("lowest", "smallest"),
    ("末次", "末次"),
    ("最近", "末次"),
    ("最近一次", "末次"),
    ("最后一次", "末次"),
    ("首次", "首次"),
    ("第一次", "首次"),
    ("最大", "最大"),
    ("最高", "最大"),
    ("最小", "最小"),
    ("最低", "最小"),
];

/// What was refused, and the words around it.
struct Place<'w> {
    found: Word,
    before: &'w [Word],
    expected: &'w Text,
    at: usize,
}

impl Place<'_> {
    fn needs(&self, what: &str) -> bool {
        self.expected.en.contains(what)
    }

    /// Only a name may stand here.
    fn is_name(&self) -> bool {
        self.expected.en == "a name"
    }
}

impl Chunk<'_, '_> {
    /// The way out of something that is said otherwise here. `start`: where what was found begins, or the end.
    pub(super) fn other_form(&self, at: usize, start: usize, found: Option<Word>, expected: &Text) -> Option<Text> {
        let before: Vec<Word> = Words::from(self.text, 0).take_while(|word| word.start < start).collect();
        if let Some(help) = self.without_else(start, expected).or_else(|| self.meant(at, start, found, expected)) {
            return Some(help);
        }
        if expected.en == "`to window end`" && !matches!(before.first().map(|w| self.slice(*w)), Some("rule" | "规则"))
        {
            return Some(Text::new(
                "the days up to the end of the window are said whole: `in the last 12 months to window end`",
                "截至期末的一段写作`期末前 12 个月`，英文写全`in the last 12 months to window end`",
            ));
        }
        let place = Place { found: found?, before: &before, expected, at };
        self.bare_text(&place)
            .or_else(|| self.frame_behind_where(&place))
            .or_else(|| self.edge_of_window(&place))
            .or_else(|| self.value_of_one(&place))
            .or_else(|| self.quoted_name(&place))
            .or_else(|| self.cleared(&place))
            .or_else(|| self.in_an_item(&place))
            .or_else(|| self.number_only(&place))
    }

    fn word_before<'s>(&'s self, place: &Place<'_>, back: usize) -> &'s str {
        let at = place.before.len().checked_sub(back);
        at.and_then(|at| place.before.get(at)).map_or("", |word| self.slice(*word))
    }

    /// `if` without `else`.
    fn without_else(&self, start: usize, expected: &Text) -> Option<Text> {
        let said = Words::from(self.text, start).any(|word| matches!(self.slice(word), "else" | "否则"));
        (expected.en.contains("`else`") && !said).then(|| {
            Text::new(
                "an `if` says both values: `if CONDITION then VALUE else VALUE`",
                "`若`须写出两种取值：`若 条件 则 值 否则 值`",
            )
        })
    }

    /// A text without quotes, to the end of its line: `source Town office`.
    fn bare_text(&self, place: &Place<'_>) -> Option<Text> {
        if place.expected.en != "a text in quotes" {
            return None;
        }
        let rest = self.text.get(place.found.start..)?;
        let line = rest.split(['\n', ';', '}']).next()?.trim_end();
        let end = place.found.start + line.len();
        let text = self.written_otherwise(place.found.start..end, &format!("\"{line}\""))?;
        let shown = self.written(place.found.start..end);
        self.reads_whole(&text)
            .then(|| Text::new(format!("a text stands in quotes: `\"{shown}\"`"), format!("文字须加引号：`“{shown}”`")))
    }

    /// `count of visit where in the 12 months up to day`
    fn frame_behind_where(&self, place: &Place<'_>) -> Option<Text> {
        let last = place.before.last().filter(|last| matches!(self.slice(**last), "where" | "其中"))?;
        let rest = self.text.get(place.found.start..)?;
        let is_frame = [Rule::source_frame, Rule::frame].into_iter().any(|rule| Grammar::parse(rule, rest).is_ok());
        (is_frame && self.helps(last.start..last.end, " ", place.at)).then(|| {
            let joint = self.slice(*last);
            Text::new(
                format!("a time frame is no condition: leave out `{joint}` before it"),
                format!("时段不是条件：删去其前的`{joint}`"),
            )
        })
    }

    /// `in the 12 months before window end`
    fn edge_of_window(&self, place: &Place<'_>) -> Option<Text> {
        if (self.word_before(place, 2), self.word_before(place, 1)) != ("before", "window") {
            return None;
        }
        match self.slice(place.found) {
            "start" => Some(Text::new(
                "`before window` ends before the first day of the window: leave out `start`",
                "`before window`即止于窗口首日之前：删去`start`",
            )),
            "end" => {
                let (number, unit) = (self.word_before(place, 4), self.word_before(place, 3));
                Some(Text::new(
                    format!(
                        "the days up to its end are `in the last {number} {unit} to window end`, those before it `in the {number} {unit} before window`"
                    ),
                    format!(
                        "截至期末的一段写作`in the last {number} {unit} to window end`（期末前），窗口之前的写作`in the {number} {unit} before window`（期前）"
                    ),
                ))
            }
            _ => None,
        }
    }

    /// `score of last insp`, `末次 检查 的 分值`
    fn value_of_one(&self, place: &Place<'_>) -> Option<Text> {
        let mut after = Words::from(self.text, place.found.end).filter(|word| self.slice(*word) != "the");
        let next = after.next().filter(|word| word.kind == Kind::Word)?;
        let taken = |word: Word| TAKEN.iter().find(|(said, _)| *said == self.slice(word)).map(|(_, word)| *word);
        let last = *place.before.last().filter(|word| word.kind == Kind::Word)?;
        let (range, field, one, kind) = match (self.slice(place.found), taken(next)) {
            ("of" | "的", Some(one)) => {
                let kind = after.next().filter(|word| word.kind == Kind::Word)?;
                (last.start..kind.end, last, one, kind)
            }
            ("of" | "的", None) => {
                let first = *place.before.get(place.before.len().checked_sub(2)?)?;
                (first.start..next.end, next, taken(first)?, last)
            }
            _ => return None,
        };
        let over = if one.is_ascii() { "over" } else { "于" };
        let said = format!("{one} {} {over} {}", self.slice(field), self.slice(kind));
        self.helps(range, &said, place.at).then(|| {
            Text::new(
                format!("the value of one of several rows is `{said}`"),
                format!("几条记录中某一条的值写作`{said}`"),
            )
        })
    }

    /// A text or a number where a name must stand: a code as the data write it, a name of several words.
    fn quoted_name(&self, place: &Place<'_>) -> Option<Text> {
        if !place.is_name() {
            return None;
        }
        let rest = self.text.get(place.found.start..)?;
        let (written, end) = match place.found.kind {
            Kind::Quote => (self.slice(place.found).trim_matches(['"', '“', '”']), place.found.end),
            Kind::Number => {
                let end = rest.find(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '-')).unwrap_or(rest.len());
                (rest.get(..end)?, place.found.start + end)
            }
            _ => return None,
        };
        let range = place.found.start..end;
        let is_name = Grammar::parse(Rule::name, written).is_ok_and(|read| read.as_str().len() == written.len());
        if is_name {
            return self.helps(range, written, place.at).then(|| {
                Text::new(
                    format!("names and codes stand without quotation marks: `{written}`"),
                    format!("名称和代码不加双引号：`{written}`"),
                )
            });
        }
        let letters: String = written.chars().filter(|c| c.is_alphanumeric() || *c == '_').collect();
        let code = format!("c{letters} \"{written}\"");
        if self.helps(range.clone(), &code, place.at) {
            return Some(Text::new(
                format!("a code has a name here, and behind it what the data hold: `{code}`"),
                format!("代码须先有名称，数据中的写法写在其后：`c{letters} “{written}”`"),
            ));
        }
        self.helps(range, &format!("「{written}」"), place.at).then(|| quoted(written))
    }

    /// `cleared on KIND`
    fn cleared(&self, place: &Place<'_>) -> Option<Text> {
        (matches!(self.word_before(place, 1), "cleared" | "清零") && place.needs("`every")).then(|| {
            Text::new(
                "a counter is cleared by records, `cleared by KIND`, or at the end of each period, `cleared every year`",
                "记分凭记录清零写`清零 凭 记录`，逐期清零写`清零 每年`",
            )
        })
    }

    /// A group, or an item, inside an item.
    fn in_an_item(&self, place: &Place<'_>) -> Option<Text> {
        let inner = matches!(self.slice(place.found), "group" | "板块" | "分组" | "item" | "项");
        if !inner || !place.needs("`}`") {
            return None;
        }
        let mut depth = 0usize;
        let open = place.before.iter().rposition(|word| match self.slice(*word) {
            "}" => {
                depth += 1;
                false
            }
            "{" if depth > 0 => {
                depth -= 1;
                false
            }
            word => word == "{",
        })?;
        let heads = place.before.get(..open)?.iter().rev().map(|word| self.slice(*word));
        let head = heads.into_iter().find(|word| matches!(*word, "item" | "项" | "group" | "板块" | "分组" | "{"))?;
        matches!(head, "item" | "项").then(|| {
            Text::new(
                "an item holds only `deduct` and `add`: end it with `}` before this; a group stands around its items, `group NAME { item ... item ... }`",
                "项内只能写`扣`和`加`：请先以`}`结束该项；板块写在各项之外，`板块 名称 { 项 … 项 … }`",
            )
        })
    }

    /// Something computed where a number must be written out.
    fn number_only(&self, place: &Place<'_>) -> Option<Text> {
        if self.slice(place.found) != "(" {
            return None;
        }
        let term = matches!(self.word_before(place, 1), "for" | "为期");
        if place.expected.en == "a number" {
            return Some(if term {
                Text::new(
                    "a length is written out as a number here, `for 30 days`: where it differs, each length has a line of its own",
                    "此处时长须写成数字，`为期 30 天`；长短不一的，各写一行",
                )
            } else {
                Text::new("a number is written out here, it is not computed", "此处须写出数字，不能用算式")
            });
        }
        (term && place.needs("`:`")).then(|| {
            Text::new(
                "the effect of a grade has no length: a length stands in a step of a counter, `step 12 points : sanction suspension for 30 days`, and in a veto",
                "等次的奖惩不带时长：时长写在记分的档里，`档 12 分：处理 停业 为期 30 天`，或写在一票否决里",
            )
        })
    }
}

/// Help for a name that must be quoted.
pub(super) fn quoted(name: &str) -> Text {
    Text::new(
        format!("a name that is not one word of letters and digits is typed between backticks: `{name}`"),
        format!("不是由字母、数字连成一词的名称须加引号：`「{name}」`"),
    )
}
