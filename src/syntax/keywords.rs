//! The keyword table: a row a keyword, a column a language. The grammar's keyword rules are made from it.
//!
//! A row has one meaning in one place of a sentence. The same word may stand in several rows (`of` is 的 in a
//! source and 自 in a term), which is what lets the formatter turn one language into the other.

/// How a keyword relates to names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Starts a statement; may still be a name elsewhere.
    Statement,
    /// A word with a meaning in fixed places only; may be a name elsewhere.
    Word,
    /// Joins the parts of a sentence: never a name, unless quoted.
    Reserved,
    /// Stands after a number.
    Unit,
}

/// What may stand directly after the Chinese form, without a space.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Glue {
    /// Nothing that a name may hold.
    None,
    /// A number: 至少1次.
    Digits,
    /// 以上, 以下 and the like: 90分以上.
    Suffix,
}

/// A keyword.
#[derive(Debug, Clone, Copy)]
pub struct Keyword {
    /// Name of its grammar rule, without `kw_`.
    pub id: &'static str,
    /// English forms, the one to print first. A space stands for any white space. Empty: no English form.
    pub en: &'static [&'static str],
    /// Chinese forms, likewise.
    pub zh: &'static [&'static str],
    /// How it relates to names.
    pub class: Class,
    /// What may follow the Chinese form directly.
    pub glue: Glue,
}

type Forms = &'static [&'static str];

const fn row(id: &'static str, en: Forms, zh: Forms, class: Class, glue: Glue) -> Keyword {
    Keyword { id, en, zh, class, glue }
}

const fn statement(id: &'static str, en: Forms, zh: Forms) -> Keyword {
    row(id, en, zh, Class::Statement, Glue::None)
}

const fn word(id: &'static str, en: Forms, zh: Forms) -> Keyword {
    row(id, en, zh, Class::Word, Glue::None)
}

const fn reserved(id: &'static str, en: Forms, zh: Forms) -> Keyword {
    row(id, en, zh, Class::Reserved, Glue::None)
}

const fn unit(id: &'static str, en: Forms, zh: Forms) -> Keyword {
    row(id, en, zh, Class::Unit, Glue::Suffix)
}

impl Keyword {
    /// A number may follow the Chinese form directly.
    const fn n(self) -> Keyword {
        Keyword { glue: Glue::Digits, ..self }
    }

    /// The form to print, if the language has one.
    #[must_use]
    pub fn form(&self, lang: crate::diagnostic::Lang) -> Option<&'static str> {
        match lang {
            crate::diagnostic::Lang::En => self.en.first().copied(),
            crate::diagnostic::Lang::Zh => self.zh.first().copied(),
        }
    }
}

/// The keyword of an id.
#[must_use]
pub fn keyword(id: &str) -> Option<&'static Keyword> {
    KEYWORDS.iter().find(|k| k.id == id)
}

/// A word that is one of these names with Chinese keywords run into it, with the missing spaces: `次巡查` is `次 巡查`.
#[must_use]
pub fn with_spaces<'n>(written: &str, mut names: impl Iterator<Item = &'n str>) -> Option<String> {
    let keyword = |text: &str| KEYWORDS.iter().any(|k| k.zh.contains(&text));
    names.find_map(|name| {
        let (before, after) = written.split_once(name)?;
        let whole = |part: &str| part.is_empty() || keyword(part);
        (!name.is_empty() && before.len() + after.len() > 0 && whole(before) && whole(after))
            .then(|| [before, name, after].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" "))
    })
}

/// All keywords.
pub const KEYWORDS: &[Keyword] = &[
    // Units of a file and statements of a policy.
    statement("policy", &["policy"], &["政策"]),
    statement("vocabulary", &["vocabulary"], &["词汇"]),
    statement("source", &["source"], &["来源"]),
    statement("use", &["use"], &["引用"]),
    statement("extends", &["extends"], &["扩展"]),
    statement("in_force", &["in force"], &["施行"]),
    statement("timezone", &["timezone"], &["时区"]),
    statement("year_starts", &["year starts"], &["年度 始于", "年度始于"]).n(),
    statement("clauses", &["clauses"], &["条款"]),
    statement("not_encoded", &["not encoded"], &["不编码"]),
    statement("calendar", &["calendar"], &["日历"]),
    statement("clock", &["clock"], &["时钟"]),
    statement("whole", &["whole"], &["全域"]),
    statement("entity", &["entity"], &["实体"]),
    statement("record", &["record"], &["记录"]),
    statement("relation", &["relation"], &["关系"]),
    statement("waiver", &["waiver"], &["豁免"]),
    statement("define", &["define"], &["定义"]),
    statement("measure", &["measure"], &["指标"]),
    statement("tier", &["tier"], &["层"]),
    statement("param", &["param"], &["参数"]),
    statement("set", &["set"], &["设定"]),
    statement("rule", &["rule"], &["规则"]),
    statement("assessment", &["assessment"], &["考核"]),
    statement("reward", &["reward"], &["奖励"]),
    statement("counter_item", &["counter"], &["记分"]),
    // Words of the statements.
    word("published", &["published"], &["发布于", "发布"]).n(),
    word("from_file", &["from"], &["出自"]),
    word("from", &["from"], &["自"]).n(),
    word("to", &["to"], &["至"]).n(),
    word("because", &["because"], &["因为"]),
    word("cites", &["cites"], &["依据"]),
    word("from_data", &["from data"], &["来自 数据", "来自数据"]),
    word("rest", &["rest"], &["休"]).n(),
    word("work", &["work"], &["班"]).n(),
    word("clock_on", &["on"], &["按"]),
    word("key", &["key"], &["主键"]),
    word("at", &["at"], &["时间"]),
    word("end_field", &["end"], &["结束"]),
    word("parent", &["parent"], &["上级"]),
    word("tier_field", &["tier"], &["层级"]),
    word("optional", &["optional"], &["可空"]),
    word("text", &["text"], &["文本"]),
    word("whole_number", &["whole number"], &["整数"]),
    word("number", &["number"], &["数"]),
    word("yes_or_no", &["yes or no"], &["是否"]),
    word("date", &["date"], &["日期"]),
    word("time", &["time"], &["时刻"]),
    word("one_of", &["one of"], &["取一"]),
    word("any_of", &["any of"], &["取多"]),
    word("for", &["for"], &["对"]),
    word("output", &["output"], &["输出"]),
    word("of_kind", &["of"], &["属"]),
    word("level", &["level"], &["级"]).n(),
    word("count", &["count"], &["数"]).n(),
    reserved("there_from", &["there from"], &["存续 自", "存续自"]),
    word("of_rule", &["of rule"], &["针对"]),
    word("frame", &["frame"], &["周期"]),
    word("open", &["open"], &["待定"]),
    // Rules.
    reserved("each", &["each"], &["每个", "各"]),
    reserved("where", &["where"], &["其中"]),
    reserved("must", &["must"], &["应", "必须", "应当", "须"]),
    reserved("in_principle", &["in principle"], &["原则上"]),
    word("should", &["should"], &["一般", "宜"]),
    word("may", &["may"], &["可", "可以"]),
    word("aim", &["aim"], &["力争"]),
    reserved("has", &["has", "have"], &["有"]),
    reserved("at_least", &["at least"], &["至少", "不少于", "不低于"]).n(),
    reserved("at_most", &["at most"], &["至多", "不超过", "最多"]).n(),
    reserved("exactly", &["exactly"], &["恰好"]).n(),
    reserved("more_than", &["more than"], &["超过"]).n(),
    reserved("fewer_than", &["fewer than", "less than"], &["不满", "少于"]).n(),
    reserved("between", &["between"], &["介于"]).n(),
    reserved("between_and", &["and"], &["与", "和"]).n(),
    reserved("gap_between", &["between"], &["间隔"]),
    reserved("spaced", &["spaced"], &["相距"]),
    reserved("alternating", &["alternating"], &["交替"]),
    reserved("distinct", &["distinct"], &["不同"]),
    reserved("of", &["of"], &["的"]),
    reserved("per", &["per"], &["按每"]).n(),
    reserved("satisfies", &["satisfies", "satisfy"], &["满足"]),
    reserved("reaches", &["reaches", "reach"], &["达到"]),
    word("term_within", &["within"], &["限", "起"]).n(),
    reserved("term_in", &[], &["内", "以内", "之内"]),
    word("of_start", &["of"], &["自"]),
    word("since", &["since"], &["自"]),
    reserved("not_before", &["not before"], &["不早于"]).n(),
    word("after", &["after"], &["后于"]),
    word("ahead_of", &["before"], &["早于", "提前于"]),
    word("due_by", &["by"], &["不迟于"]),
    reserved("is_followed_by", &["is followed by"], &["后接"]),
    reserved("follows", &["follows"], &["跟随"]),
    reserved("sharing", &["sharing"], &["同一"]),
    word("first_event", &["first"], &["首个"]),
    word("last_event", &["last"], &["末个"]),
    reserved("passes", &["passes", "pass"], &["依次经过"]),
    reserved("by_different", &["by different"], &["由不同"]),
    reserved("rest_days_move", &["rest days move"], &["遇休顺延"]),
    reserved("rest_days_stay", &["rest days stay"], &["遇休不延"]),
    reserved("by_calendar", &["by calendar"], &["按日历"]),
    reserved("or_before", &["or before"], &["可提前"]),
    reserved("missing_start", &["missing start is unmet"], &["缺起点视为未办"]),
    reserved("missing_due", &["missing due date is unmet"], &["缺期限视为未办"]),
    reserved("by_due_day", &["by due day"], &["按到期日"]),
    reserved("extended_by", &["extended by"], &["延长"]).n(),
    word("extended_with", &["with"], &["凭"]),
    reserved("stopped_from", &["stopped from"], &["中止 自", "中止自"]),
    reserved("on_clock", &["on clock"], &["按时钟"]),
    word("minutes_covered", &["minutes covered by"], &["覆盖 分钟 于"]),
    word("hours_covered", &["hours covered by"], &["覆盖 小时 于"]),
    word("days_covered", &["days covered by"], &["覆盖 天数 于"]),
    word("minutes_uncovered", &["minutes not covered by"], &["未覆盖 分钟 于"]),
    word("hours_uncovered", &["hours not covered by"], &["未覆盖 小时 于"]),
    word("days_uncovered", &["days not covered by"], &["未覆盖 天数 于"]),
    word("share_covered", &["share of time covered by"], &["覆盖 比例 于"]),
    word("most_at_once", &["most at once of"], &["同时最多 于"]),
    reserved("during", &["during"], &["限于"]),
    reserved("day_starts", &["day starts"], &["一日 始于", "一日始于"]).n(),
    reserved("rounded_up", &["rounded up"], &["向上取整"]),
    reserved("rounded_down", &["rounded down"], &["向下取整"]),
    reserved("rounded_half_up", &["rounded half up"], &["四舍五入"]),
    reserved("rounded_half_even", &["rounded half even"], &["四舍六入"]),
    reserved("unrounded", &["unrounded"], &["不取整"]),
    reserved("unless", &["unless"], &["除非"]),
    reserved("excused_when", &["excused when"], &["免责 当", "免责当"]),
    reserved("may_be_waived", &["may be waived"], &["可豁免"]),
    reserved("overrides", &["overrides"], &["取代"]),
    reserved("tolerance", &["tolerance"], &["容差"]).n(),
    reserved("except", &["except"], &["除外"]),
    reserved("partial_whole", &["partial windows whole"], &["残缺窗口 全"]),
    reserved("partial_prorate", &["partial windows prorate"], &["残缺窗口 折算"]),
    reserved("attributes_at", &["attributes at"], &["属性 取"]),
    reserved("rows_first", &["rows counted on first day"], &["登记 按首日"]),
    reserved("rows_last", &["rows counted on last day"], &["登记 按末日"]),
    reserved("rows_mean", &["rows counted daily mean", "rows counted on daily mean"], &["登记 按日均"]),
    reserved("partial_any", &["partial windows any"], &["残缺窗口 任"]),
    reserved("partial_half", &["partial windows half"], &["残缺窗口 半"]),
    reserved("partial_first_day", &["partial windows first day"], &["残缺窗口 首日"]),
    // Frames.
    reserved("every_day", &["every day"], &["每日", "每天", "每 日", "每 天"]).n(),
    reserved("every_week", &["every week"], &["每周", "每星期", "每 周", "每 星期"]).n(),
    reserved("every_ten_days", &["every ten days"], &["每旬", "每 旬"]).n(),
    reserved("every_half_month", &["every half month"], &["每半月", "每半个月", "每 半月"]).n(),
    reserved("every_month", &["every month"], &["每月", "每个月", "每 月"]).n(),
    reserved("every_quarter", &["every quarter"], &["每季度", "每季", "每个季度", "每 季度"]).n(),
    reserved("every_half_year", &["every half year"], &["每半年", "每 半年"]).n(),
    reserved("every_year", &["every year"], &["每年", "每年度", "每 年"]).n(),
    reserved("every", &["every"], &["每"]).n(),
    word("on", &["on"], &["逢"]),
    word("day_mark", &["day"], &["日", "号"]),
    word("last_day", &["last day"], &["末日"]),
    word("monday", &["Monday"], &["周一", "星期一"]),
    word("tuesday", &["Tuesday"], &["周二", "星期二"]),
    word("wednesday", &["Wednesday"], &["周三", "星期三"]),
    word("thursday", &["Thursday"], &["周四", "星期四"]),
    word("friday", &["Friday"], &["周五", "星期五"]),
    word("saturday", &["Saturday"], &["周六", "星期六"]),
    word("sunday", &["Sunday"], &["周日", "星期日", "星期天"]),
    word("nth_1", &["first"], &["第一个", "首个"]),
    word("nth_2", &["second"], &["第二个"]),
    word("nth_3", &["third"], &["第三个"]),
    word("nth_4", &["fourth"], &["第四个"]),
    word("nth_5", &["fifth"], &["第五个"]),
    word("nth_last", &["last"], &["最后一个", "末个"]),
    reserved("in_season", &["in season"], &["季节"]).n(),
    reserved("within_any", &["within any"], &["任意"]).n(),
    reserved("throughout", &["throughout"], &["全程"]),
    word("without", &["without"], &["间断"]),
    word("in_a_row", &["in a row"], &["连续"]),
    word("in_all", &["in all"], &["累计"]),
    reserved("or_last_day", &["or last day"], &["或 末日", "或末日"]),
    reserved("in_the_first", &["in the first"], &[]),
    reserved("in_the_last", &["in the last"], &[]),
    reserved("in_the", &["in the"], &[]),
    word("in_part", &[], &["于"]),
    word("first_n", &[], &["前", "头"]).n(),
    word("last_n", &[], &["后", "最后"]).n(),
    word("by_date", &["by"], &["截至"]).n(),
    // Units.
    unit("minutes", &["minutes", "minute"], &["分钟"]),
    unit("hours", &["hours", "hour"], &["小时", "个小时"]),
    unit("days", &["days", "day"], &["天", "日"]),
    unit("workdays", &["workdays", "workday"], &["工作日", "个工作日"]),
    unit("weeks", &["weeks", "week"], &["周", "个星期", "星期"]),
    unit("ten_days", &["ten days"], &["旬"]),
    unit("half_months", &["half months", "half month"], &["半月", "个半月"]),
    unit("months", &["months", "month"], &["个月", "月"]),
    unit("quarters", &["quarters", "quarter"], &["季度", "个季度"]),
    unit("half_years", &["half years", "half year"], &["半年", "个半年"]),
    unit("years", &["years", "year"], &["年"]),
    unit("points", &["points", "point"], &["分"]),
    unit("yuan", &["yuan"], &["元"]),
    unit("times", &["times", "time"], &["次"]),
    unit(
        "counter",
        &[],
        &[
            "个", "名", "户", "人", "件", "项", "条", "家", "处", "起", "份", "位", "张", "天次", "人次", "户次", "场",
            "篇", "组", "支", "辆", "栋", "宗",
        ],
    ),
    // Sources.
    reserved("via", &["via"], &["经"]),
    reserved("in", &["in"], &["内"]),
    reserved("in_window", &["in window"], &["窗口内"]),
    reserved("up_to_window_end", &["up to window end"], &["截至期末"]),
    reserved("before_window", &["before window"], &["期前"]).n(),
    reserved("ever", &["ever"], &["历来"]),
    reserved("in_recent", &["in the"], &["近"]).n(),
    reserved("up_to", &["up to", "before"], &["截至"]).n(),
    reserved("since_last", &["since last"], &["自上次"]),
    reserved("to_window_end", &["to window end"], &[]),
    reserved("before_window_end", &[], &["期末前"]).n(),
    // Expressions.
    reserved("or", &["or"], &["或"]),
    reserved("and", &["and"], &["且"]),
    reserved("not", &["not"], &["非"]),
    reserved("cmp_at_least", &["at least"], &["不少于", "不低于"]).n(),
    reserved("cmp_at_most", &["at most"], &["不超过", "不高于"]).n(),
    reserved("cmp_more_than", &["more than"], &["超过", "多于"]).n(),
    reserved("cmp_less_than", &["less than", "fewer than"], &["不满", "少于"]).n(),
    reserved("is", &["is"], &["为"]).n(),
    reserved("is_not", &["is not"], &["不为"]).n(),
    reserved("in_set", &["in"], &["属于"]),
    reserved("not_in_set", &["not in"], &["不属于"]),
    reserved("has_any", &["has any of"], &["含任一"]),
    reserved("has_all", &["has all of"], &["含全部"]),
    reserved("is_known", &["is known"], &["已知"]),
    reserved("is_missing", &["is missing"], &["缺失"]),
    reserved("starts_with", &["starts with"], &["开头为"]),
    reserved("ends_with", &["ends with"], &["结尾为"]),
    reserved("contains", &["contains"], &["包含"]),
    reserved("zero_divisor_unknown", &["zero divisor unknown"], &["除数为零 不明"]),
    reserved("zero_divisor", &["zero divisor"], &["除数为零 得", "除数为零"]).n(),
    reserved("or_else", &["or else"], &["缺则"]).n(),
    reserved("if", &["if"], &["若"]),
    reserved("if_then", &["then"], &["则"]).n(),
    reserved("if_else", &["else"], &["否则"]).n(),
    word("ladder", &["ladder"], &["分档"]),
    word("in_steps_of", &["in steps of"], &["步长"]).n(),
    reserved("yes", &["yes"], &["是"]),
    reserved("no", &["no"], &["否"]),
    reserved("as_of", &["as of"], &["截止当日"]),
    reserved("window_start", &["window start"], &["期初"]),
    reserved("window_end", &["window end"], &["期末"]),
    word("count_of", &["count of"], &["计数"]),
    word("over", &["over"], &["于"]),
    word("sum", &["sum"], &["合计"]),
    word("average", &["average"], &["平均"]),
    word("weighted_by", &["weighted by"], &["权"]),
    word("smallest", &["smallest"], &["最小"]),
    word("largest", &["largest"], &["最大"]),
    word("first", &["first"], &["首次"]),
    word("last", &["last"], &["末次"]),
    word("share_of", &["share of"], &["占比"]),
    word("with", &["with"], &["符合"]),
    word("min", &["min"], &["较小"]),
    word("max", &["max"], &["较大"]),
    word("abs", &["abs"], &["绝对值"]),
    word("floor", &["floor"], &["下取整"]),
    word("ceil", &["ceil"], &["上取整"]),
    word("round", &["round"], &["修约"]),
    word("places", &["places", "place"], &["位小数", "位"]),
    word("year_of", &["year of"], &["年份"]),
    word("quarter_of", &["quarter of"], &["季次"]),
    word("month_of", &["month of"], &["月份"]),
    word("weekday_of", &["weekday of"], &["星期几"]),
    word("day_of", &["day of"], &["日次"]),
    word("minutes_between", &["minutes between"], &["相隔 分钟", "相隔分钟"]),
    word("hours_between", &["hours between"], &["相隔 小时", "相隔小时"]),
    word("days_between", &["days between"], &["相隔 天", "相隔天", "相隔 日"]),
    word("weeks_between", &["weeks between"], &["相隔 周", "相隔周"]),
    word("months_between", &["months between"], &["相隔 个月", "相隔 月", "相隔个月"]),
    word("years_between", &["years between"], &["相隔 年", "相隔年"]),
    word("longest_unmet", &["longest run of unmet"], &["最长连续未达成"]),
    word("longest_met", &["longest run of met"], &["最长连续达成"]),
    word("current_unmet", &["current run of unmet"], &["目前连续未达成"]),
    word("current_met", &["current run of met"], &["目前连续达成"]),
    word("share_met", &["share met"], &["达成率"]),
    word("mean_share_met", &["mean share met"], &["平均达成率"]),
    word("met", &["met"], &["达成数"]),
    word("unmet", &["unmet"], &["未达成数"]),
    word("due", &["due"], &["应办数"]),
    word("unknown", &["unknown"], &["不明数"]),
    word("excused", &["excused"], &["免责数"]),
    word("pending", &["pending"], &["待定数"]),
    reserved("counting", &["counting"], &["连同"]),
    word("points_of", &["points of"], &["得分 于"]),
    word("grade_of", &["grade of"], &["等次 于"]),
    word("vetoed_in", &["vetoed in"], &["被否决 于"]),
    word("counter_points", &["points of counter"], &["累积分 于"]),
    word("counter_steps", &["steps of counter"], &["累积档 于"]),
    word("counter_steps_in", &["steps in window of counter"], &["期内累积档 于"]),
    word("rank_of", &["rank of"], &["名次 于"]),
    reserved("previous_period", &["in previous period"], &["上期"]),
    word("in_period", &["in period"], &["第"]).n(),
    word("period_mark", &[], &["期"]),
    reserved("previous_record", &["in previous record"], &["上次"]),
    word("periods_of", &["periods of"], &["各期"]),
    word("result_of", &["result of"], &["结果 于"]),
    word("step_of_counter", &["step of counter"], &["达档 于"]),
    reserved("missing_excluded", &["missing excluded"], &["缺期 不计", "缺期不计"]),
    reserved("missing_unknown", &["missing unknown"], &["缺期 不明", "缺期不明"]),
    reserved("missing_as", &["missing as"], &["缺期 按", "缺期按"]).n(),
    word("own_points", &["own points"], &["本次得分"]),
    word("own_grade", &["own grade"], &["本次等次"]),
    word("own_veto", &["own veto"], &["本次否决"]),
    word("full_items", &["full items"], &["满分项数"]),
    // Assessments.
    word("out_of", &["out of"], &["满分"]).n(),
    word("unclamped", &["unclamped"], &["不设限"]),
    reserved("above_full_counts", &["above full counts"], &["超出满分 计入"]),
    reserved("above_full_lost", &["above full lost"], &["超出满分 不计"]),
    reserved("lowest_best", &["lowest is best"], &["低分为优"]),
    statement("precision", &["precision"], &["精度"]).n(),
    word("multiples_of", &["multiples of"], &["倍数"]).n(),
    statement("points_group", &["group"], &["板块", "分组"]),
    reserved("loses_at_most", &["loses at most"], &["最多扣"]).n(),
    statement("item", &["item"], &["项"]),
    statement("deduct", &["deduct"], &["扣"]).n(),
    statement("add", &["add"], &["加"]).n(),
    statement("gate", &["gate"], &["关口"]),
    statement("veto", &["veto"], &["一票否决"]),
    statement("grades", &["grades"], &["等次"]),
    statement("rank", &["rank"], &["排名"]),
    statement("effects", &["effects"], &["奖惩"]),
    statement("award", &["award"], &["授予"]),
    statement("prizes", &["prizes"], &["奖项"]),
    statement("quota", &["quota"], &["名额"]),
    statement("pay", &["pay"], &["付"]).n(),
    word("full", &["full"], &["满"]),
    reserved("when", &["when"], &["当"]),
    word("points_score", &["points"], &["计分"]),
    word("by_value", &["by"], &["按"]),
    reserved("otherwise", &["otherwise"], &["否则"]).n(),
    word("gets", &["gets", "get"], &["得"]).n(),
    reserved("or_more", &["or more"], &["以上"]),
    reserved("or_less", &["or less"], &["以下"]),
    word("above", &["above"], &["超过"]).n(),
    word("below", &["below"], &["不满"]).n(),
    reserved("nothing_due_full", &["nothing due full"], &["无应办 满分", "无应办 满"]),
    reserved("nothing_due_zero", &["nothing due zero"], &["无应办 零分"]),
    reserved("nothing_due_left_out", &["nothing due left out"], &["无应办 不计"]),
    reserved("nothing_due_not_scored", &["nothing due not scored"], &["无应办 不评"]),
    reserved("unknown_excluded", &["unknown excluded"], &["不明 排除"]),
    reserved("unknown_unmet", &["unknown unmet"], &["不明 视为未办"]),
    reserved("per_each", &["per"], &["每有", "每"]).n(),
    reserved("counts_again", &["counts again"], &["可重复扣"]),
    reserved("cap", &["at most"], &["最多", "至多"]).n(),
    reserved("sets_grade", &["sets grade"], &["定为"]),
    reserved("caps_grade", &["caps grade at"], &["不高于"]),
    reserved("lowers_grade", &["lowers grade by"], &["降等", "降"]).n(),
    reserved("raises_grade", &["raises grade by"], &["升等", "升"]).n(),
    reserved("limits_raises", &["limits raises to"], &["升等不超过"]).n(),
    reserved("withholds_grade", &["withholds grade"], &["暂缓定等"]),
    reserved("leaves_unscored", &["leaves unscored"], &["不予评定"]),
    word("steps", &[], &["等"]),
    reserved("loses_item", &["loses item"], &["失项"]),
    reserved("bars_awards", &["bars awards"], &["取消评优"]),
    reserved("without_points", &["without points"], &["不再评分"]),
    word("action_term", &["for"], &["为期"]).n(),
    reserved("decided_by", &["decided by"], &["决定机关"]),
    reserved("for_year", &["for year"], &["所属年度"]),
    word("within_group", &["within"], &["按组"]),
    word("among", &["among"], &["范围"]),
    reserved("by_points", &["by points"], &["依 得分", "依得分"]),
    word("then", &["then"], &["再依"]),
    reserved("highest_first", &["highest first"], &["从高到低"]),
    reserved("lowest_first", &["lowest first"], &["从低到高"]),
    word("top", &["top"], &["前"]).n(),
    reserved("award_at_least", &["at least"], &["至少"]).n(),
    reserved("base_eligible", &["base eligible"], &["基数 符合者"]),
    reserved("base_all", &["base all"], &["基数 全部"]),
    reserved("ties_include", &["ties include"], &["并列 同授"]),
    reserved("ties_exclude", &["ties exclude"], &["并列 不授"]),
    reserved("empty_pass_on", &["empty places pass on"], &["空缺 递补"]),
    reserved("empty_stay", &["empty places stay"], &["空缺 不补"]),
    word("reward_kind", &["reward"], &["奖励"]),
    word("sanction_kind", &["sanction"], &["处理"]),
    word("award_kind", &["award"], &["表彰"]),
    reserved("going_to", &["going to"], &["归"]),
    reserved("paid_by", &["paid by"], &["付款 由", "付款由"]),
    // Counters.
    word("adds", &["adds"], &["累加"]),
    reserved("in_any", &["in any"], &["任意"]).n(),
    statement("counter_step", &["step"], &["档"]).n(),
    word("for_term", &["for"], &["为期"]).n(),
    word("excess_carried", &["excess carried"], &["余分 结转"]),
    word("excess_dropped", &["excess dropped"], &["余分 清零"]),
    word("last_step_repeats", &["last step repeats"], &["末档 重复"]),
    word("last_step_ends", &["last step ends"], &["末档 止"]),
    word("clean", &["clean"], &["清白"]).n(),
    word("resets", &["resets"], &["复位"]),
    word("in_unit", &["in"], &["以"]),
];
