//! Parts of a sentence that stand in another order than the language has, or are missing, and how it is written here.

use super::expected::Chunk;
use super::habits::JOINING;
use super::numerals::chinese;
use super::other_forms::quoted;
use super::parse::{Grammar, Rule};
use super::words::{Kind, Word, Words};
use crate::diagnostic::Text;
use pest::Parser;

/// Words of comparison.
const COMPARING: &[&str] = &["=", "<", ">", "≥", "≤", "≠", "in", "is", "为", "是", "属于", "等于", "不为"];

/// Words that begin how many.
const BOUNDS: &[&str] = &["at", "more", "fewer", "exactly", "至少", "至多", "不少于", "不超过", "恰好", "超过", "最多"];

/// Units of a term.
const TERM_UNITS: &[&str] = &[
    "days",
    "day",
    "workdays",
    "workday",
    "hours",
    "weeks",
    "months",
    "天",
    "日",
    "工作日",
    "个工作日",
    "个工作日内",
    "工作日内",
    "天内",
    "日内",
    "小时",
    "小时内",
    "个月",
    "个月内",
];

impl Chunk<'_, '_> {
    /// The way out of parts of a sentence that stand in another order, or are missing. `start`: where what was found
    /// begins, or the end of the statement.
    pub(super) fn order(&self, at: usize, start: usize, found: Option<Word>, expected: &Text) -> Option<Text> {
        let before: Vec<Word> = Words::from(self.text, 0).take_while(|word| word.start < start).collect();
        if let Some(help) = self.looking_back(found, &before, expected) {
            return Some(help);
        }
        let found = found?;
        self.mark(found, &before, expected, at).or_else(|| self.place(found, &before, expected, at))
    }

    /// Marks that stand for words, or where none stands.
    fn mark(&self, found: Word, before: &[Word], expected: &Text, at: usize) -> Option<Text> {
        let written = self.slice(found);
        let last = before.last().map_or("", |word| self.slice(*word));
        let needs = |what: &str| expected.en.contains(what);
        if let Some(help) = self.amount(found, before, at) {
            return Some(help);
        }
        if written == "," {
            if let Some(help) = self.two_duties(found, before) {
                return Some(help);
            }
            let in_call = self.open_parenthesis(found.start).is_some();
            let joins = !in_call && needs("`and`") || needs("what is required");
            let row = needs("a grade") || needs("a row");
            let number = Words::from(self.text, found.end).next().is_some_and(|word| word.kind == Kind::Number);
            let both = joins && !number && self.helps(found.start..found.end, " and ", at);
            return match (row, both) {
                (true, _) => Some(Text::new("rows end with `;`", "各行之间用`；`隔开")),
                (false, true) => Some(Text::new("conditions are joined by `and` or `or`", "条件之间用`且`或`或`连接")),
                (false, false) => None,
            };
        }
        if needs("a row") && COMPARING.contains(&written) {
            return Some(Text::new(
                "a row says its bound in words: `90 points or more`, `below 60 points`",
                "分档写作`90 分 以上`、`不满 60 分`",
            ));
        }
        if written == "[" {
            return Some(Text::new("values stand in `{ }`: `in { A, B }`", "取值写在 `{ }` 中：`属于 { 甲、乙 }`"));
        }
        if JOINING.contains(&last) && COMPARING.contains(&written) && needs("a value") {
            return Some(Text::new(
                "each comparison says what it compares: `size >= 2 and size <= 5`",
                "每个比较都须写出所比的值：`人数 >= 2 且 人数 <= 5`",
            ));
        }
        if last == "+" && needs("a value") {
            return Some(Text::new("a row says its bound in words: `90 points or more`", "分档写作`90 分 以上`"));
        }
        None
    }

    /// Two duties with a comma between them, each with its bound or its term.
    fn two_duties(&self, found: Word, before: &[Word]) -> Option<Text> {
        let rule = before.first().is_some_and(|word| matches!(self.slice(*word), "rule" | "规则"));
        let is_frame = |word: &str| {
            TERM_UNITS.contains(&word)
                || word.starts_with('每')
                    && word.chars().count() > 1
                    && !word.starts_with("每次")
                    && !word.starts_with("每个")
                || matches!(word, "weekly" | "monthly" | "daily" | "yearly" | "every")
        };
        let framed = |word: &Word| {
            let written = self.slice(*word);
            let pieces = self.known_pieces(written).or_else(|| self.guessed_pieces(written));
            is_frame(written) || pieces.is_some_and(|pieces| pieces.iter().any(|piece| is_frame(piece)))
        };
        let first = before.iter().any(framed);
        let (mut frame, mut kind) = (false, false);
        for word in Words::from(self.text, found.end) {
            let written = self.slice(word);
            let pieces = self.known_pieces(written).or_else(|| self.guessed_pieces(written));
            let pieces = pieces.unwrap_or_else(|| vec![written]);
            frame |= pieces.iter().any(|piece| is_frame(piece) || TERM_UNITS.contains(piece));
            kind |= pieces
                .iter()
                .any(|piece| self.declared().kind(piece).is_some() || self.declared().code(piece, None).is_some());
        }
        (rule && first && frame && kind).then(|| {
            Text::new(
                "two duties with frames of their own are two rules, each with its name: `rule A : each KIND ...` and `rule B : each KIND ...`",
                "周期或期限各不相同的两项要求分写两条规则，各有名称：`规则 甲：每个 对象 ……`、`规则 乙：每个 对象 ……`",
            )
        })
    }

    /// Words that stand in another place.
    fn place(&self, found: Word, before: &[Word], expected: &Text, at: usize) -> Option<Text> {
        let written = self.slice(found);
        let next = Words::from(self.text, found.end).next();
        let next_written = next.map_or("", |word| self.slice(word));
        let last = before.last().map_or("", |word| self.slice(*word));
        let needs = |what: &str| expected.en.contains(what);
        if matches!(written, "cites" | "依据") {
            return Some(Text::new(
                "the clauses stand behind the name: `rule NAME cites A-1 : ...`",
                "条款写在名称之后：`规则 名称 依据 甲-1：……`",
            ));
        }
        if needs("a name") && written == ":" {
            return Some(Text::new(
                format!("give it a name: `{last} NAME : ...`"),
                format!("须有名称：`{last} 名称：……`"),
            ));
        }
        if needs("`:`") && found.kind == Kind::Word {
            if self.helps(found.start..found.start, ": ", at) {
                return Some(Text::new(format!("put `:` before `{written}`"), format!("在 `{written}` 之前加 `：`")));
            }
            return self.long_name(before);
        }
        if needs("`{`") && found.kind == Kind::Word && self.helps(found.start..found.start, "{ ", at) {
            return Some(Text::new(format!("put `{{` before `{written}`"), format!("在 `{written}` 之前加 `{{`")));
        }
        if needs("a unit of time") && last.chars().all(|c| c.is_ascii_digit()) && !last.is_empty() {
            return Some(Text::new(
                format!("a length says its unit: `{last} days`, `{last} workdays`, `{last} hours`"),
                format!("期限须写单位：`{last} 天`、`{last} 个工作日`、`{last} 小时`"),
            ));
        }
        if needs("`param`") && found.kind == Kind::Word && self.is_declared(written) {
            let word = if self.is_chinese() { "参数 " } else { "param " };
            if self.helps(found.start..found.start, word, at) {
                return Some(Text::new(
                    format!("a parameter is read by `param {written}`, a measure stands in parentheses: `({written})`"),
                    format!("读取参数写`参数 {written}`，指标须加括号：`（{written}）`"),
                ));
            }
        }
        if needs("a type") && found.kind == Kind::Number || needs("`:`") && written == "=" {
            return Some(Text::new(
                "the type comes first, then the value: `param n : days = 15`",
                "先写类型，再写值：`参数 期限：天 = 15`",
            ));
        }
        let joints = if self.is_chinese() { ["的 ", "of "] } else { ["of ", "的 "] };
        let joint = joints.into_iter().find(|joint| self.helps(found.start..found.start, joint, at));
        if let Some(joint) = joint.filter(|_| needs("`of`")) {
            let joint = joint.trim();
            return Some(Text::new(
                format!("put `{joint}` before `{written}`"),
                format!("在 `{written}` 之前加 `{joint}`"),
            ));
        }
        if needs("`over`") && self.declared().kind(written).is_some() {
            return Some(Text::new(
                format!("`over` stands between the value and its rows: `{last} over {written}`"),
                format!("`于`写在所取的值与其记录之间：`{last} 于 {written}`"),
            ));
        }
        if needs("`over`") && found.kind == Kind::Word {
            return Some(Text::new(
                format!(
                    "`over` stands between the value and its rows: `{last} over {written}` or `{written} over {last}`"
                ),
                format!("`于`写在所取的值与其记录之间：`{written} 于 {last}`或`{last} 于 {written}`"),
            ));
        }
        let first = before.first().map_or("", |word| self.slice(*word));
        if matches!(first, "measure" | "指标") && (written == "every" || written.starts_with('每')) {
            return Some(Text::new(
                "a measure has no time frame of its own: it takes the days of the rule or assessment that reads it",
                "指标自身不写周期：按引用它的规则或考核的期间取数",
            ));
        }
        if found.kind == Kind::Number
            && matches!(first, "deduct" | "add" | "扣" | "加" | "pay" | "付")
            && before.len() == 2
        {
            return Some(Text::new(
                format!("the points stand first: `{first} {written} points per {last}`"),
                format!("先写分值：`{first} {written} 分 每有 {last}`"),
            ));
        }
        if needs("a number") && found.kind == Kind::Word && next.is_some_and(|word| word.kind == Kind::Number) {
            return Some(Text::new(
                format!("the number stands before what is counted: `at least {next_written} {written}`"),
                format!("数量写在所计的对象之前：`至少 {next_written} 次 {written}`"),
            ));
        }
        if needs("how many") && found.kind == Kind::Number {
            return Some(how_many(written, next_written));
        }
        let framed = before
            .iter()
            .any(|word| matches!(self.slice(*word), "every" | "within") || self.slice(*word).starts_with('每'));
        let joined = matches!(last, "and" | "且" | "并") && (written == "every" || written.starts_with('每'));
        let joint = matches!(written, "and" | "且" | "并") && needs("a clause") || joined;
        if joint && matches!(first, "rule" | "规则") && framed {
            return Some(Text::new(
                "a rule has one time frame, behind all that it asks: `has at least 1 A and has at least 1 B every month`; duties with frames of their own are two rules",
                "一条规则只有一个周期，写在全部要求之前或之后：`每月 至少 1 次 甲 且 至少 1 次 乙`；周期不同的请分写两条规则",
            ));
        }
        if !needs("what is required") {
            return None;
        }
        if written.ends_with('率') || matches!(written, "rate" | "percentage" | "coverage") {
            return Some(Text::new(
                "a rate is a value: `satisfies (share of RECORD with (CONDITION)) at least 90%`; how far a rule was kept is counted in an assessment, `share met RULE`",
                "比率是一个值：`满足（占比 记录 符合（条件））不少于 90%`；规则的达成率在考核中计算，`达成率 规则`",
            ));
        }
        if COMPARING.contains(&next_written) && found.kind == Kind::Word {
            return Some(Text::new(
                format!("a condition stands behind `where`: `where {written} {next_written} ...`"),
                format!("条件写在`其中`之后：`其中 {written} {next_written} ……`"),
            ));
        }
        if matches!(written, "be" | "is" | "are" | "被") {
            return Some(Text::new(
                "what must be done is said by the records of it: `has at least 1 visit`",
                "应做的事用其记录说明：`至少 1 次 走访`",
            ));
        }
        let counted = next.is_none_or(|word| word.kind == Kind::Number || chinese(self.slice(word)).is_some());
        let bounded = BOUNDS.contains(&next_written) && self.nothing_counted(found);
        if found.kind == Kind::Word && (bounded || counted) {
            return Some(Text::new(
                format!("how many stands before what is counted: `at least 1 {written}`"),
                format!("数量写在所计的对象之前：`至少 1 次 {written}`"),
            ));
        }
        let mut rest = Words::from(self.text, found.start).map(|word| self.slice(word));
        rest.any(|word| TERM_UNITS.contains(&word)).then(|| {
            Text::new(
                "a term is written `reaches closed within 15 workdays of received`",
                "期限写作 `自 受理 起 15 个工作日 内 达到 办结`",
            )
        })
    }

    /// Whether nothing is named behind the bound that follows: what is counted stands before it.
    fn nothing_counted(&self, found: Word) -> bool {
        let mut words = Words::from(self.text, found.end).skip_while(|word| word.kind != Kind::Number).skip(1);
        let mut next = words.next();
        if next.is_some_and(|word| matches!(self.slice(word), "次" | "个" | "times" | "time")) {
            next = words.next();
        }
        next.is_none_or(|word| {
            word.kind != Kind::Word
                || ["every", "by", "in", "on"].contains(&self.slice(word))
                || self.slice(word).starts_with('每')
        })
    }

    /// Days that a rule looks back on, and what a share is of: also where the statement ends too soon.
    fn looking_back(&self, found: Option<Word>, before: &[Word], expected: &Text) -> Option<Text> {
        let needs = |what: &str| expected.en.contains(what);
        let written = found.map_or("", |word| self.slice(word));
        let share = before.iter().any(|word| matches!(self.slice(*word), "share" | "占比"));
        if needs("`with`") && share {
            return Some(Text::new(
                "`where` says which rows there are, `with` which share of them: `share of visit with checked = yes`",
                "`其中`限定总数，`符合`说明其中哪一部分：`占比 走访 符合 核实 = 是`",
            ));
        }
        let rolling = needs("`to window end`") || needs("what is required") && written == "近";
        if rolling && before.first().is_some_and(|word| matches!(self.slice(*word), "rule" | "规则")) {
            return Some(Text::new(
                "a rule looks at every stretch of days by `within any 30 days`, at each month by `every month`",
                "规则逐段查看写`任意 30 天 内`，逐月查看写`每月`",
            ));
        }
        if needs("when (") && matches!(written, "between" | "介于") {
            return Some(Text::new(
                "days from one to another are written `from 2024-03-01 to 2024-06-30`",
                "一段日期写作`自 2024-03-01 至 2024-06-30`",
            ));
        }
        let next = found.and_then(|word| Words::from(self.text, word.end).next());
        let month = found.is_some_and(|word| word.kind == Kind::Number)
            && next.is_some_and(|n| self.slice(n).starts_with('月'));
        (month && needs("what is required")).then(|| {
            Text::new(
                "months of each year are written `every year from 1 March to 30 June`",
                "每年的一段日期写作`每年 自 3月1日 至 6月30日`",
            )
        })
    }

    /// A function of values that is given rows: `max(minutes over visit)`.
    pub(super) fn of_rows(&self, found: Word) -> Option<Text> {
        if !matches!(self.slice(found), "over" | "于") {
            return None;
        }
        let before: Vec<Word> = Words::from(self.text, 0).take_while(|word| word.start < found.start).collect();
        let open = before.iter().rposition(|word| self.slice(*word) == "(")?;
        let (function, rows) = match self.slice(*before.get(open.checked_sub(1)?)?) {
            "max" => ("max", "largest"),
            "min" => ("min", "smallest"),
            "最大" | "较大" => ("较大", "最大"),
            "最小" | "较小" => ("较小", "最小"),
            _ => return None,
        };
        Some(Text::new(
            format!("`{function}` compares values; that of rows is written `{rows} ... over ...`, without parentheses"),
            format!("`{function}` 比较几个值；各条记录中的写作 `{rows} …… 于 ……`，不加括号"),
        ))
    }

    /// An amount of money that is written otherwise.
    fn amount(&self, found: Word, before: &[Word], at: usize) -> Option<Text> {
        let written = self.slice(found);
        if matches!(written, "$" | "¥" | "￥" | "€") {
            return Some(Text::new("an amount is written `1000 yuan`", "金额写作`1000 元`"));
        }
        let mut words = before.iter().rev().map(|word| self.slice(*word));
        let (last, before_it) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
        let is_unit = |word: &str| matches!(word, "yuan" | "元");
        if is_unit(written) && last == ")" || is_unit(last) && before_it == ")" {
            return Some(Text::new(
                "a value in parentheses has its unit inside: `(size * 1 yuan)`",
                "括号中的值自带单位：`（人数 * 1 元）`",
            ));
        }
        let named = before.last().filter(|word| written == "(" && word.kind == Kind::Word)?;
        let name = self.slice(*named);
        if !matches!(before_it, "reward" | "sanction" | "award" | "奖励" | "处理" | "表彰") {
            return None;
        }
        if Grammar::parse(Rule::any_word, name).is_ok() {
            return None;
        }
        self.helps(named.start..named.end, " ", at).then(|| {
            Text::new(
                format!("it is called by its own name already: leave out `{name}`"),
                format!("已有自己的名称：删去 `{name}`"),
            )
        })
    }

    /// A name of several words: what stands before the `:`.
    fn long_name(&self, before: &[Word]) -> Option<Text> {
        let first = before.get(1)?;
        let colon = Words::from(self.text, first.end).find(|word| self.slice(*word) == ":")?;
        let name = self.text.get(first.start..colon.start)?.trim();
        let mut parts = Words::from(name, 0);
        let of_words = parts.all(|word| matches!(word.kind, Kind::Word | Kind::Number));
        (of_words && !name.contains('\n')).then(|| quoted(name))
    }
}

/// A bare number where it must be said which bound it is.
fn how_many(number: &str, next: &str) -> Text {
    if matches!(next, "to" | "-" | "至" | "到" | "~") {
        return Text::new("two bounds are written `between 1 and 3`", "上下限写作 `介于 1 与 3 次`");
    }
    Text::new(
        format!("say which bound it is: `at least {number}`, `at most {number}` or `exactly {number}`"),
        format!("须写明是哪种限：`至少 {number}`、`至多 {number}` 或 `恰好 {number}`"),
    )
}
