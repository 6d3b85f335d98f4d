//! The rules of the grammar in words of the language, for messages.

use super::keywords::keyword;
use super::parse::Rule;
use crate::diagnostic::{Lang, Text};

/// How telling it is that something was expected, the most telling first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    /// What the whole sentence is about.
    Main,
    /// A part of a sentence.
    Needed,
    /// A keyword.
    Keyword,
    /// A punctuation mark.
    Mark,
    /// Something that may be left out.
    Optional,
    /// Something that goes on with an expression.
    Operator,
    /// A keyword that could stand here, but not before what does.
    Elsewhere,
    /// The end.
    End,
}

/// A rule in words.
pub(super) fn describe(rule: Rule) -> (Rank, Text) {
    let needed = |en: &str, zh: &str| (Rank::Needed, Text::new(en, zh));
    let mark = |en: &str, zh: &str| (Rank::Mark, Text::new(en, zh));
    let optional = |en: &str, zh: &str| (Rank::Optional, Text::new(en, zh));
    let operator = |en: &str, zh: &str| (Rank::Operator, Text::new(en, zh));
    match rule {
        Rule::name => needed("a name", "名称"),
        Rule::clause | Rule::clause_list => needed("a clause id", "条款编号"),
        Rule::text => needed("a text in quotes", "引号中的文字"),
        Rule::number | Rule::quantity => needed("a number", "数字"),
        Rule::bound_number => needed("a number, `param` or `(`", "数字、`参数` 或 `（`"),
        Rule::date | Rule::date_range => needed("a date", "日期"),
        Rule::month_day => needed("a month and day, as `1 March`", "月和日，如 `3月1日`"),
        Rule::day_word => needed("a date", "日期"),
        Rule::weekday | Rule::weekday_pick => needed("a day of the week (`Monday`)", "星期几（`周一`）"),
        Rule::expr
        | Rule::and_expr
        | Rule::not_expr
        | Rule::comparison
        | Rule::additive
        | Rule::product
        | Rule::unary
        | Rule::primary => needed("a value or condition", "数值或条件"),
        Rule::path => needed("a field", "字段"),
        Rule::amount => needed("how many points", "分值"),
        Rule::source | Rule::source_kinds => needed("what is counted", "所计的对象"),
        Rule::requirement | Rule::all_of | Rule::one_req => (
            Rank::Main,
            Text::new(
                "what is required (`has at least 1 ...`, `satisfies ...`, `reaches ...`)",
                "要求（`至少 1 次 ……`、`满足 ……`、`达到 ……`）",
            ),
        ),
        Rule::bound | Rule::between_bound | Rule::count_req | Rule::gap_req => {
            needed("how many (`at least 1`)", "数量（`至少 1 次`）")
        }
        Rule::term => needed("a term (`15 workdays`)", "期限（`15 工作日`）"),
        Rule::calendar_unit => needed("a calendar unit (`weeks`, `months`)", "日历单位（`周`、`月`）"),
        Rule::every_unit => needed("`every` and a unit (`every month`)", "`每` 和单位（`每月`）"),
        Rule::unit | Rule::unit_head => needed("`policy` or `vocabulary`", "`政策` 或 `词汇`"),
        Rule::field => needed("a field", "字段"),
        Rule::field_type => needed(
            "a type (`text`, `number`, `date`, `one of { }`, a kind)",
            "类型（`文本`、`数`、`日期`、`取一 { }`、类别）",
        ),
        Rule::param_type => {
            needed("a type (`number`, `workdays`, `points`, `frame`)", "类型（`数`、`工作日`、`分`、`周期`）")
        }
        Rule::score => needed(
            "how it scores (`full`, `when ...`, `share met ...`, `by ... { }`)",
            "计分方式（`满`、`当 ……`、`达成率 ……`、`按 …… { }`）",
        ),
        Rule::table_row | Rule::test => needed("a row (`90% or more gets 10 points`)", "分档（`90% 以上 得 10 分`）"),
        Rule::grade_row => needed("a grade (`good 80 or more`)", "等次（`合格 60 分 以上`）"),
        Rule::action => {
            needed("what it does (`sets grade ...`, `caps grade at ...`)", "结果（`定为 ……`、`等次不高于 ……`）")
        }
        Rule::effect => needed("`reward`, `sanction` or `award` and a name", "`奖励`、`处理` 或 `表彰` 和名称"),
        Rule::value_set => needed("values in `{ }`", "`{ }` 中的值"),
        Rule::order => needed("`by points`", "`依 得分`"),
        Rule::places => needed("how many (`3`, `10%`)", "多少（`3`、`10%`）"),
        Rule::per_each | Rule::per_step | Rule::per_of => needed("what is counted", "所计的对象"),
        Rule::event | Rule::point => {
            needed("a point in time (a date field, a kind of record)", "时间点（日期字段、记录类别）")
        }
        Rule::param_value => needed("a value", "取值"),
        Rule::code | Rule::codes => needed("a code", "代码"),
        Rule::clock_time | Rule::clock_span => needed("a time (`08:30`)", "时刻（`08:30`）"),
        Rule::given_bound => needed("a number", "数字"),
        Rule::prize => needed("a prize (`first : 1 award gold`)", "奖项（`一等奖：1 表彰 金奖`）"),
        Rule::step_effect => needed("`reward`, `sanction` or `award` and a name", "`奖励`、`处理` 或 `表彰` 和名称"),

        Rule::colon => mark("`:`", "`：`"),
        Rule::lbrace => mark("`{`", "`{`"),
        Rule::lparen => mark("`(`", "`（`"),
        Rule::rparen => mark("`)`", "`）`"),
        Rule::equals => mark("`=`", "`=`"),

        Rule::item => optional("a statement", "语句"),
        Rule::part => optional("a statement of the assessment", "考核中的语句"),
        Rule::counter_part => optional("a statement of the counter", "记分中的语句"),
        Rule::group_line | Rule::body_line => optional("`item`, `deduct`, `add`", "`项`、`扣`、`加`"),
        Rule::sort_key => optional("`then`", "`再依`"),
        Rule::reward_part => optional("`pay`", "`付`"),
        Rule::adjust_clause => optional("`per`, `at most`, `when`", "`每有`、`最多`、`当`"),
        Rule::item_option => optional("`nothing due ...`, `unknown ...`", "`无应办 ……`、`不明 ……`"),
        Rule::term_option => optional("a choice (`rest days move`)", "选项（`遇休顺延`）"),
        Rule::span_unit => {
            optional("a unit of time (`days`, `workdays`, `months`)", "时间单位（`天`、`工作日`、`个月`）")
        }
        Rule::frame
        | Rule::frame_every
        | Rule::frame_on
        | Rule::frame_part
        | Rule::frame_weekday
        | Rule::frame_yearly
        | Rule::frame_rolling
        | Rule::frame_throughout
        | Rule::season => optional("when (`every week`)", "时间（`每周`）"),
        Rule::strength => optional("how binding it is (`must`)", "约束力（`应`）"),
        Rule::rule_clause => optional("a clause (`unless`)", "附加条件（`除非`）"),
        Rule::effect_kind => optional("`reward`, `sanction` or `award`", "`奖励`、`处理` 或 `表彰`"),
        Rule::rounded => optional("a rounding (`rounded up`)", "取整方式（`向上取整`）"),
        Rule::money => optional("an amount", "金额"),
        Rule::cites => optional("`cites`", "`依据`"),
        Rule::where_clause | Rule::kw_where => optional("`where`", "`其中`"),
        Rule::via | Rule::kw_via => optional("`via`", "`经`"),
        Rule::per | Rule::kw_per => optional("`per`", "`按每`"),
        Rule::unit_name | Rule::currency | Rule::kw_points | Rule::kw_yuan | Rule::percent => {
            optional("a unit", "单位")
        }
        Rule::rbrace => optional("`}`", "`}`"),
        Rule::comma => optional("`,`", "`、`"),
        Rule::kw_each
        | Rule::kw_param
        | Rule::kw_last_day
        | Rule::kw_first_n
        | Rule::kw_last_n
        | Rule::semi
        | Rule::dot => optional("", ""),

        Rule::compare
        | Rule::compare_op
        | Rule::in_set
        | Rule::in_range
        | Rule::in_hours
        | Rule::kw_between
        | Rule::has_set
        | Rule::text_test
        | Rule::kw_is_known
        | Rule::kw_is_missing => operator("a comparison (`=`, `in`, `is known`)", "比较（`=`、`属于`、`已知`）"),
        Rule::op_plus
        | Rule::op_minus
        | Rule::op_times
        | Rule::op_divide
        | Rule::kw_or_else
        | Rule::kw_at_time
        | Rule::time_of_day => operator("an operator (`+`, `*`)", "运算符（`+`、`×`）"),
        Rule::kw_and | Rule::kw_or => operator("`and`, `or`", "`且`、`或`"),
        Rule::EOI => (Rank::End, Text::new("the end of the statement", "语句结束")),
        other => {
            let id = format!("{other:?}");
            match id.strip_prefix("kw_").and_then(keyword) {
                Some(k) => {
                    let quote = |form: Option<&str>| form.map(|f| format!("`{f}`")).unwrap_or_default();
                    (Rank::Keyword, Text { en: quote(k.form(Lang::En)), zh: quote(k.form(Lang::Zh)) })
                }
                // Rules without words of their own are parts of those that have them.
                None => optional("", ""),
            }
        }
    }
}
