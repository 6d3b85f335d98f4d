//! Phrases in English, of SQL, of spreadsheets and of other languages. The first that leads on is told.

use super::{Phrase, phrase};

const LINES: &[&str] = &["deduct", "add", "pay", "reward"];
const RULE: &[&str] = &["rule"];
const MEASURES: &[&str] = &["measure", "define"];
const FIELDS: &[&str] = &["entity", "record", "relation"];
const PARAM: &[&str] = &["param"];
const GATE: &[&str] = &["gate"];
const ITEM: &[&str] = &["item"];
const GRADES: &[&str] = &["grades"];
const COUNTER: &[&str] = &["counter"];
const ASSESSMENT: &[&str] = &["assessment"];

/// Why a line has no frame.
const PERIOD: (&str, &str) = (
    "a deduction, bonus or payment counts over the whole period of its assessment or reward",
    "扣分、加分、付款按所在考核或奖励的整个周期计算",
);

/// Why a rule has no passive.
const DONE: (&str, &str) = (
    "what must be done is counted by the records of it; RECORD stands for their kind",
    "应做的事按其记录计数；RECORD 代表记录的种类",
);

/// A name in capitals stands for one of the author's own.
const DUE: (&str, &str) = (
    "how late is the time between two days, as fields, measures or `due day of RULE`",
    "迟了多久，是两个日子（字段、指标或`期限届满日 规则`）相隔的时间",
);

/// Why a month that is left out is no date.
const EACH_YEAR: (&str, &str) = (
    "so every year; one month of one year is left out by `except from 2024-07-01 to 2024-07-31`",
    "逐年如此；只除外某一年的写`除外 自 2024-07-01 至 2024-07-31`",
);

const WORKDAY: (&str, &str) = (
    "days that a calendar makes workdays are asked by `every day unless (workdays between (window start - 1 day) and window start) = 0 workdays`",
    "须按日历计调休的写`每日 …… 除非（相隔 工作日（期初 - 1 天）与 期初）= 0 工作日`",
);

const MEAN: (&str, &str) = (
    "a mean over months is a sum over the year; what must be done in each is `every month`",
    "均数按全段合计计算；逐月、逐日都须达到的写`每月`、`每日`",
);

const RATE: (&str, &str) =
    ("a rate is a value: CONDITION stands for what the rows must meet", "比率是一个值：CONDITION 代表达标的条件");

const PART: (&str, &str) = (
    "say how part of a unit counts: `rounded up`, `rounded down` or `unrounded`",
    "须写明不足一个单位如何计：`向上取整`、`向下取整`或`不取整`",
);

/// Money of another currency.
const MONEY: (&str, &str) = (
    "it has a name, and its money the code of ISO 4217, which the policy says once: `currency EUR`",
    "须有名称；币种写 ISO 4217 代码，政策中写明一次：`货币 EUR`",
);

/// Why a measure has no frame.
const MEASURE: (&str, &str) =
    ("a measure takes the days of the rule or assessment that reads it", "指标按引用它的规则或考核的期间取数");

pub(super) const PHRASES: &[Phrase] = &[
    phrase(": every <@u> each|every|all <&k> <r..>", ": each <&k> <r> every <u>").only(RULE),
    phrase(": at <op:least|most> <#n> <k> every|per|a <@u> for|per|in? each|every <&g>", ": each <&g> has at <op> <n> <k> every <u>").only(RULE),
    // Clauses in brackets.
    phrase("rule <r> ( <a> - <#n> ) :", "rule <r> cites <a>-<n> :"),
    phrase("rule <r> [ <a> - <#n> ] :", "rule <r> cites <a>-<n> :"),
    phrase("cites article|section|clause|paragraph|no <#n>", "cites A-<n>").because("a clause has an id of letters, digits and hyphens", "条款编号由字母、数字和连字符连成"),
    phrase("not encoded <a> - <#n> because <x> , <b> - <#m> because <y..>", "not encoded <a>-<n> because \"<x>\" not encoded <b>-<m> because \"<y>\"")
        .because("each clause has its own reason, in quotes", "各条款分别写理由，理由加引号"),
    // Codes and fields of yes or no before their kind.
    phrase("each|every|all|any|for? <=v> <f>? <&k>", "each <&k> where <=v.field> = <=v>").only(RULE),
    phrase(": <=v> <&k>", ": each <&k> where <=v.field> = <=v>").only(RULE),
    phrase("each|every|all|any? <^f> <&k>", "each <&k> where <^f>").only(RULE),
    phrase(": <=v> <f> <&k>", ": each <&k> where <=v.field> = <=v>").only(RULE),
    phrase("a|an|one|1 <=v>", "at least 1 <=v.kind> where <=v.field> = <=v>").only(RULE),
    phrase("at <op:least|most> <#n> <=v> <w>?", "at <op> <n> <=v.kind> where <=v.field> = <=v>").only(RULE),
    phrase("<#n> <=v> <w>?", "at least <n> <=v.kind> where <=v.field> = <=v>").because("say which bound it is: `at least`, `at most` or `exactly`", "须写明是哪种限：`至少`、`至多`或`恰好`").only(RULE),
    phrase("<=v> <&k>", "<&k> where <=v.field> = <=v>"),
    phrase("<^f> <&k>", "<&k> where <^f>"),
    phrase(": <&k> <b..>", ": each <&k> <b>").only(RULE),
    // Days that are left out.
    phrase("except|excluding|but|not in|for|during? weekends|weekend|Sundays|Saturdays", "on Monday, Tuesday, Wednesday, Thursday, Friday of every week").because(WORKDAY.0, WORKDAY.1).only(RULE),
    phrase(",? except|excluding|but|not in|for|on|during? public? holidays|holiday", "unless (workdays between (window start - 1 day) and window start) = 0 workdays")
        .because("whether a day is a workday is read from the calendar; the rule is `every day`", "是否工作日依日历而定；规则的周期为`每日`").only(RULE),
    phrase("on|every|each|during? all|the? weekdays|weekday|workdays|workday", "on Monday, Tuesday, Wednesday, Thursday, Friday of every week").because(WORKDAY.0, WORKDAY.1).only(RULE),
    phrase("on|every|each working|work|business day|days", "on Monday, Tuesday, Wednesday, Thursday, Friday of every week").because(WORKDAY.0, WORKDAY.1).only(RULE),
    phrase("from? Monday to|till|until|- Friday", "on Monday, Tuesday, Wednesday, Thursday, Friday of every week").because(WORKDAY.0, WORKDAY.1).only(RULE),
    phrase("except|excluding|without|not in|for|during? January and|, February", "unless month of window start in { 1, 2 }").because(EACH_YEAR.0, EACH_YEAR.1).only(RULE),
    phrase("except|excluding|without|not in|for|during? February and|, March", "unless month of window start in { 2, 3 }").because(EACH_YEAR.0, EACH_YEAR.1).only(RULE),
    phrase("except|excluding|without|not in|for|during? March and|, April", "unless month of window start in { 3, 4 }").because(EACH_YEAR.0, EACH_YEAR.1).only(RULE),
    phrase("except|excluding|without|not in|for|during? April and|, May", "unless month of window start in { 4, 5 }").because(EACH_YEAR.0, EACH_YEAR.1).only(RULE),
    phrase("except|excluding|without|not in|for|during? May and|, June", "unless month of window start in { 5, 6 }").because(EACH_YEAR.0, EACH_YEAR.1).only(RULE),
    phrase("except|excluding|without|not in|for|during? June and|, July", "unless month of window start in { 6, 7 }").because(EACH_YEAR.0, EACH_YEAR.1).only(RULE),
    phrase("except|excluding|without|not in|for|during? July and|, August", "unless month of window start in { 7, 8 }").because(EACH_YEAR.0, EACH_YEAR.1).only(RULE),
    phrase("except|excluding|without|not in|for|during? August and|, September", "unless month of window start in { 8, 9 }").because(EACH_YEAR.0, EACH_YEAR.1).only(RULE),
    phrase("except|excluding|without|not in|for|during? September and|, October", "unless month of window start in { 9, 10 }").because(EACH_YEAR.0, EACH_YEAR.1).only(RULE),
    phrase("except|excluding|without|not in|for|during? October and|, November", "unless month of window start in { 10, 11 }").because(EACH_YEAR.0, EACH_YEAR.1).only(RULE),
    phrase("except|excluding|without|not in|for|during? November and|, December", "unless month of window start in { 11, 12 }").because(EACH_YEAR.0, EACH_YEAR.1).only(RULE),
    phrase("except|excluding|without|not in|for|during? December and|, January", "unless month of window start in { 12, 1 }").because(EACH_YEAR.0, EACH_YEAR.1).only(RULE),
    phrase("except|excluding|without|but|not in|for|during? the|month|of? January", "unless month of window start = 1").because(EACH_YEAR.0, EACH_YEAR.1).only(RULE),
    phrase("except|excluding|without|but|not in|for|during? the|month|of? February", "unless month of window start = 2").because(EACH_YEAR.0, EACH_YEAR.1).only(RULE),
    phrase("except|excluding|without|but|not in|for|during? the|month|of? March", "unless month of window start = 3").because(EACH_YEAR.0, EACH_YEAR.1).only(RULE),
    phrase("except|excluding|without|but|not in|for|during? the|month|of? April", "unless month of window start = 4").because(EACH_YEAR.0, EACH_YEAR.1).only(RULE),
    phrase("except|excluding|without|but|not in|for|during? the|month|of? May", "unless month of window start = 5").because(EACH_YEAR.0, EACH_YEAR.1).only(RULE),
    phrase("except|excluding|without|but|not in|for|during? the|month|of? June", "unless month of window start = 6").because(EACH_YEAR.0, EACH_YEAR.1).only(RULE),
    phrase("except|excluding|without|but|not in|for|during? the|month|of? July", "unless month of window start = 7").because(EACH_YEAR.0, EACH_YEAR.1).only(RULE),
    phrase("except|excluding|without|but|not in|for|during? the|month|of? August", "unless month of window start = 8").because(EACH_YEAR.0, EACH_YEAR.1).only(RULE),
    phrase("except|excluding|without|but|not in|for|during? the|month|of? September", "unless month of window start = 9").because(EACH_YEAR.0, EACH_YEAR.1).only(RULE),
    phrase("except|excluding|without|but|not in|for|during? the|month|of? October", "unless month of window start = 10").because(EACH_YEAR.0, EACH_YEAR.1).only(RULE),
    phrase("except|excluding|without|but|not in|for|during? the|month|of? November", "unless month of window start = 11").because(EACH_YEAR.0, EACH_YEAR.1).only(RULE),
    phrase("except|excluding|without|but|not in|for|during? the|month|of? December", "unless month of window start = 12").because(EACH_YEAR.0, EACH_YEAR.1).only(RULE),
    // Means and rates.
    phrase("has|have on average|mean at? least? <#n> <k> a|per|each|every month", "has at least <n*12> <k> every year").because(MEAN.0, MEAN.1).only(RULE),
    phrase("at? least? <#n> <k> a|per|each|every month on average", "at least <n*12> <k> every year").because(MEAN.0, MEAN.1).only(RULE),
    phrase("at? least? <#n> <k> a|per|each|every day on average", "at least <n*7> <k> every week").because(MEAN.0, MEAN.1).only(RULE),
    phrase("monthly average of? <k>", "(count of <k> in the last 12 months to window end) / 12").because(MEAN.0, MEAN.1).only(MEASURES),
    phrase("average monthly <k>", "(count of <k> in the last 12 months to window end) / 12").because(MEAN.0, MEAN.1).only(MEASURES),
    phrase("average <k> per|a|each month", "(count of <k> in the last 12 months to window end) / 12").because(MEAN.0, MEAN.1).only(MEASURES),
    phrase("has|have at <op:least|most> <#n> % of? <k>", "satisfies (share of <k> with (CONDITION)) at <op> <n>%").because(RATE.0, RATE.1).only(RULE),
    phrase("the? <a> rate|share|percentage of <k> is|must|shall|should? be? at <op:least|most> <#n> %", "each WHOLE satisfies (share of <k> with (CONDITION)) at <op> <n>%").because(RATE.0, RATE.1).only(RULE),
    phrase("one|1 <!g> per|for <#n> <&k>", "each WHOLE has at least 1 <!g> per <n> of <&k> rounded up").because(PART.0, PART.1).only(RULE),
    phrase("per <#n> <&k>", "per <n> of <&k> rounded up").because(PART.0, PART.1).only(RULE),
    // Words of doing before what is recorded.
    phrase("holds|hold|conducts|conduct|carries|carry|makes|make|does|organises|organise|organizes|organize out? a|an|one <!k> once|one a|per|each|every time? <@u>", "has at least 1 <!k> every <u>").only(RULE),
    phrase("must|shall|should? hold|conduct|carry|make|do|organise|organize out? a|an|one|1 <!k>", "must have at least 1 <!k>").only(RULE),
    phrase("holds|conducts|carries|makes|does|organises|organizes out? a|an|one|1 <!k>", "has at least 1 <!k>").only(RULE),
    phrase("is|are <v> at least twice a|per|each|every <@u>", "has at least 2 RECORD every <u>").because(DONE.0, DONE.1).only(RULE),
    phrase("is|are <v> at least once a|per|each|every <@u>", "has at least 1 RECORD every <u>").because(DONE.0, DONE.1).only(RULE),
    phrase("must|shall|should be <v> at least once a|per|each|every <@u>", "must have at least 1 RECORD every <u>").because(DONE.0, DONE.1).only(RULE),
    phrase("must|shall|should be <v> at least twice a|per|each|every <@u>", "must have at least 2 RECORD every <u>").because(DONE.0, DONE.1).only(RULE),
    phrase("is|are <v> <w:daily|weekly|monthly|quarterly|yearly|annually>", "has at least 1 RECORD every UNIT").because(DONE.0, DONE.1).only(RULE),
    phrase("<-v> at <op:least|most> <#n> <$k> a|per|each|every <@u>", "has at <op> <n> <$k> every <u>").only(RULE),
    phrase("<-v> at <op:least|most> <#n> <&k> a|per|each|every <@u>", "has at <op> <n> RECORD every <u>").because(DONE.0, DONE.1).only(RULE),
    phrase("<#n> <$k> to|of|at|for different|distinct <&f>", "<n> distinct <&f> of <$k>").only(RULE),
    phrase("<k> lasting|of|that takes|lasts? at least <#n> <@u> each?", "<k> where FIELD at least <n> <u>").because("FIELD stands for what is compared", "FIELD 代表所比较的字段").only(RULE),
    phrase("<k> <f:a|per> day|week|month|quarter|year of|lasting at least <#n> <@u> each?", "<k> where FIELD at least <n> <u>").because("FIELD stands for what is compared", "FIELD 代表所比较的字段").only(RULE),
    phrase("every <@u> by the? <#n> st|nd|rd|th", "in the first <n> days of every <u>").only(RULE),
    phrase("by|before the? <#n> st|nd|rd|th of each|every <@u>", "in the first <n> days of every <u>").only(RULE),
    phrase("at least twice", "at least 2 RECORD").because(DONE.0, DONE.1).only(RULE),
    phrase("at least once", "at least 1 RECORD").because(DONE.0, DONE.1).only(RULE),
    phrase("must|shall|should be <e> within|in <#n> working|business days of|after|from|since <s>", "must reach <e> within <n> workdays of <s>"),
    // Points.
    phrase("minus|deduct|lose|- <#n> points? for|per each|every|any? missing|missed <k>", "deduct <n> points per (max(0, REQUIRED - count of <k>))")
        .because("REQUIRED stands for how many there must be", "REQUIRED 代表应达到的次数"),
    phrase("<#n> points? if <c..> , <#m> points? if <d..> , else|otherwise <#z>", "points if <c> then <n> points else if <d> then <m> points else <z> points").only(ITEM),
    phrase("or more <#n> points?", "or more gets <n> points").only(ITEM),
    phrase("veto if|when|for any? <x..>", "veto NAME : DECISION decided by FIELD sets grade GRADE")
        .because("a veto counts decisions on file, and says whose they are and what they do", "一票否决以在案的决定记录为据，须写明决定机关和后果"),
    phrase("veto <v> : <!k> where <c..> <act:sets|bars>", "veto <v> : <!k> where <c> decided by FIELD <act>")
        .because("a veto counts decisions on file and says whose they are; what the data show is a gate, `gate NAME : (count of RECORD) > 0 sets grade G`", "一票否决按在案的决定计，须写明决定机关；由数据得出的写关口，`关口 名称：（计数 记录）> 0 定为 等次`"),
    phrase("effects { top <#n> : reward|award <x> <#m> <m2:yuan|EUR|USD|GBP|JPY|HKD> }", "award <x> : top <n> by points ties include reward <m> <m2>").because("places are awarded, grades have effects", "按名次授予，等次才有奖惩"),
    phrase("effects { top <#n> : <b..> }", "award NAME : top <n> by points ties include <b>").because("places are awarded, grades have effects", "按名次授予，等次才有奖惩"),
    phrase("top <#n> : <b..>", "award NAME : top <n> by points ties include <b>").because("places are awarded, grades have effects", "按名次授予，等次才有奖惩"),
    phrase("top <#n> <w> get|gets|receive|receives <#m> yuan each?", "top <n> by points ties include reward <m> yuan"),
    phrase("top <#n> %", "top <n>% rounded down base all by points ties include")
        .because("say of whom the percent is taken, how it is rounded, and what becomes of those who tie", "须写明按谁的总数计、如何取整、并列者如何处理"),
    phrase("<e:reward|sanction> <#n> <m:yuan|EUR|USD|GBP|JPY|HKD>", "<e> NAME <n> <m>").because("it has a name", "须有名称").only(&["effects"]),
    phrase("<e:reward|sanction> <#n> euro|euros", "<e> NAME <n> EUR").because(MONEY.0, MONEY.1).only(&["effects"]),
    phrase("<e:reward|sanction> <#n> dollar|dollars", "<e> NAME <n> USD").because(MONEY.0, MONEY.1).only(&["effects"]),
    phrase("<e:reward|sanction> <#n> pound|pounds", "<e> NAME <n> GBP").because(MONEY.0, MONEY.1).only(&["effects"]),
    phrase("and <#n> yuan", ", reward NAME <n> yuan").only(&["effects"]),
    phrase(": <e:award|reward|sanction> ;|}", ": <e> NAME ;").because("it has a name", "须有名称").only(&["effects"]),
    phrase(": <e:award|reward|sanction>", ": <e> NAME").because("it has a name", "须有名称").only(&["effects"]),
    phrase("reward <#n> yuan", "reward NAME for each KIND every year in yuan { pay <n> yuan per RECORD }")
        .because("money for a grade stands in `effects` of an assessment, for a place in `award`", "等次的奖金写在考核的`奖惩`里，名次的写在`授予`里"),
    phrase("pay <#n> yuan if <c..> , <#m> yuan otherwise|else", "pay <n> yuan when <c> pay <m> yuan when not (<c>)"),
    phrase(", at most <#n> yuan a|per|each|every <@u>", "at most <n> yuan").because(PERIOD.0, PERIOD.1).only(LINES),
    phrase("<-g> }", "otherwise <-g> }").because("the last grade takes all the others", "最后一个等次包含其余各分").only(GRADES),
    phrase("from|at|above|over|> =? <#n> points?", "<n> points or more").only(GRADES),
    phrase("<^f> <&k> / all|total|every? <y>", "share of <&k> with (<^f>)"),
    phrase("<x> <&k> / all|total|every? <y>", "share of <&k> with (<x> is known)"),
    phrase("share of <!k> with <c>", "share of <!k> with (<c> is known)"),
    phrase("param <p> : times|pieces|persons|people|households|count|integer", "param <p> : number"),
    // A time that is looked back on.
    phrase("in|within|during|over the? last|past <#n> <@u>", "within any <n> <u>")
        .because("a rule looks at every stretch of so many days, or at each `every month`", "规则逐段查看写`任意 30 天 内`，逐月查看写`每月`")
        .only(RULE),
    phrase("where <f>? is? in|within|during|over the? last|past <#n> <@u>", "in the last <n> <u> to window end")
        .because("a time frame is no condition, and says whole where it ends", "时段不是条件，且须写全截至何时"),
    phrase("in|within|during|over the? last|past <#n> <@u>", "in the last <n> <u> to window end"),
    phrase("last|past|previous <#n> <@u>", "in the last <n> <u> to window end"),
    phrase("within|in|over <#n> <@u>", "in the last <n> <u> to window end").only(MEASURES),
    phrase("since|after|from <d..>", "dated from <d>").only(MEASURES),
    phrase("until|till|before <d..>", "dated up to <d>").only(MEASURES),
    phrase("in|during|for this|the|each|every current? <@u>", "").because(MEASURE.0, MEASURE.1).only(MEASURES),
    phrase("per|a|an <@u>", "").because(MEASURE.0, MEASURE.1).only(MEASURES),
    phrase("in|during|for|of <#n>", "dated from <n>-01-01 to <n>-12-31").only(MEASURES),
    // Frames of rules.
    phrase("in|for|during each|every|any <@u>", "every <u>"),
    phrase("every|each <#n> st|nd|rd|th <@u>", "every <n> <u>"),
    phrase("every other|second <@u>", "every 2 <u>"),
    phrase("at least every <#n> <@u>", "every <n> <u>"),
    phrase("every|each|on <d:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday>", "on <d> of every week").only(RULE),
    phrase("from <a:January|February|March|April|May|June|July|August|September|October|November|December> to <b:January|March|May|July|August|October|December>", "every year from 1 <a> to 31 <b>").only(RULE),
    phrase("from <a:January|February|March|April|May|June|July|August|September|October|November|December> to <b:April|June|September|November>", "every year from 1 <a> to 30 <b>").only(RULE),
    phrase("in|during|each|every <a:January|March|May|July|August|October|December>", "every year from 1 <a> to 31 <a>").only(RULE),
    phrase("in|during|each|every <a:April|June|September|November>", "every year from 1 <a> to 30 <a>").only(RULE),
    phrase("in|during|for <#n>", "from <n>-01-01 to <n>-12-31").only(RULE),
    phrase("each|per|a|an <@u>", "every <u>"),
    phrase("once a|per|each|every? <k> <@u>", "at least 1 <k> every <u>").only(RULE),
    phrase("before|until|till <d..>", "by <d>").only(RULE),
    // Terms.
    phrase("has|have <e> within", "reaches <e> within").only(RULE),
    phrase("before|in|under|by <#n> <@u> after|from|of|since <s>", "within <n> <u> of <s>").only(RULE),
    phrase("<e> - <s> LESS =? <#n> <@u>", "reaches <e> within <n> <u> of <s>").only(RULE),
    phrase("must|shall is|be|gets|get|are <e> within|in <#n> <@u>", "must reach <e> within <n> <u>"),
    phrase("is|be|gets|get|are <e> within|in <#n> <@u>", "reaches <e> within <n> <u>"),
    phrase("is|be|are <e> within|in <#n> <@u> after|from|since|of <s>", "reaches <e> within <n> <u> of <s>"),
    phrase("must|shall is|be|are <e> within|in <#n> <@u> after|from|since|of <s>", "must reach <e> within <n> <u> of <s>"),
    phrase("must|shall is|be|gets|get|are <e> within|in <#n> <@u>", "must reach <e> within <n> <u> of START")
        .because("START stands for what the term runs from", "START 代表期限的起点"),
    phrase("is|be|gets|get|are <e> within|in <#n> <@u>", "reaches <e> within <n> <u> of START")
        .because("START stands for what the term runs from", "START 代表期限的起点"),
    phrase("<#n> <@u> after|from|since <s>", "<n> <u> of <s>"),
    phrase("no later than <#n> <@u> after|from|of <s>", "within <n> <u> of <s>"),
    phrase("<e> no later than <#n> <@u> after|from|of <s>", "reaches <e> within <n> <u> of <s>"),
    phrase("within|in <#n> <@u>", "within <n> <u> of START")
        .because("START stands for what the term runs from", "START 代表期限的起点")
        .only(RULE),
    // Whom a rule is about.
    phrase("if|when <c..> rule <r> : each|every|all? <k>", "rule <r> : each <k> where <c>")
        .because("a condition stands behind the kind", "条件写在对象之后"),
    phrase(": a|an|the|one|any <k>", ": each <k>").only(RULE),
    phrase("then", "").because("what is required follows the condition at once", "要求紧接在条件之后").only(RULE),
    phrase("if|when|where <c..> then|,? each|every|all|the <k>", "each <k> where <c>")
        .because("a condition stands behind the kind", "条件写在对象之后"),
    phrase("if|when|where <c..> then|, <k>", "each <k> where <c>")
        .because("a condition stands behind the kind", "条件写在对象之后")
        .only(RULE),
    phrase("if|when <c..> then|,? each|every|all|the? <k> <r..>", "rule NAME : each <k> where <c> <r>")
        .because("a condition stands behind the kind", "条件写在对象之后"),
    phrase("all|any|every|for each|every|any|all? <k>", "each <k>").only(RULE),
    phrase("for each? <k> ,|:?", "each <k>").only(RULE),
    phrase("that|which|who is|are not <c>", "where not <c>"),
    phrase("that|which|who is|are? <c>", "where <c>"),
    phrase("of|with|in|whose|having <f> <v>", "where <f> = <v>").only(RULE),
    phrase("each <f> <v> <k>", "each <k> where <f> = <v>").only(RULE),
    phrase("each <k> <r..> if|when <c..>", "each <k> where <c> <r>")
        .because("a condition stands behind the kind", "条件写在对象之后"),
    phrase("if|when|whose|having", "where").only(RULE),
    // What a rule asks.
    phrase("no <k> has|have|may|must have? more than <#n>", "each <k> has at most <n>"),
    phrase(": <#n> % of <k> <r..>", ": each WHOLE satisfies share of <k> with ( CONDITION ) at least <n>%")
        .because("a share of rows is a value of what takes them in", "部分所占的比例，是包含它们的对象的一个值"),
    phrase("at <op:least|most> <#n> % of <k> <r..>", "each WHOLE satisfies share of <k> with ( CONDITION ) at <op> <n>%")
        .because("a share of rows is a value of what takes them in", "部分所占的比例，是包含它们的对象的一个值"),
    phrase("must|should? is|are|be|gets|get <v> at <op:least|most> once", "has at <op> 1 RECORD").because(DONE.0, DONE.1).only(RULE),
    phrase("must|should? is|are|be|gets|get <v> at <op:least|most> twice", "has at <op> 2 RECORD").because(DONE.0, DONE.1).only(RULE),
    phrase("must|should? is|are|be|gets|get <v> at <op:least|most> <#n> times|time", "has at <op> <n> RECORD").because(DONE.0, DONE.1).only(RULE),
    phrase("must|shall|should do|make|perform|have|get|hold <#n> <k>", "must have at least <n> <k>")
        .because("say which bound it is: `at least`, `at most` or `exactly`", "须写明是哪种限：`至少`、`至多`或`恰好`"),
    phrase("has|have|is|are to|required have|receive|get|hold", "must have"),
    phrase("has|have|is|are to|required to?", "must"),
    phrase("at minimum", "at least"),
    phrase("at maximum", "at most"),
    phrase("<#n> or more <k>", "at least <n> <k>").only(RULE),
    phrase("<#n> or fewer|less <k>", "at most <n> <k>").only(RULE),
    phrase("<#n> + <k>", "at least <n> <k>").only(RULE),
    phrase("<#n> <!f> <!k>", "<n> <!k> where <!f>").only(RULE),
    phrase("<!k> ( <c..> )", "<!k> where <c>").only(RULE),
    phrase("and <!k>", "and at least 1 <!k>").because("each part says how many", "每一部分都须写明数量").only(RULE),
    phrase("<j:and|or> <#n> <k>", "<j> at least <n> <k>").because("each part says how many", "每一部分都须写明数量").only(RULE),
    phrase("<h:has|have> <!k>", "<h> at least 1 <!k>").because("how many is said", "须写明数量").only(RULE),
    phrase("shall|should|needs|need|requires|require to? have|has|receive|get?", "must have"),
    phrase("shall|needs|need", "must"),
    phrase("has|have|receives|gets a|an|one <k>", "has at least 1 <k>"),
    phrase("gets|get a|an|one <k>", "has at least 1 <k>"),
    phrase("has|have <k> > = <#n>", "has at least <n> <k>"),
    phrase("has|have <k> LESS = <#n>", "has at most <n> <k>"),
    phrase("must|shall be? <op:at|more|less> <w> <#n> <@u>", "satisfies FIELD <op> <w> <n> <u>")
        .because("a value is asked by `satisfies`; FIELD stands for it", "对值的要求写`满足`；FIELD 代表该字段"),
    phrase("<verb> <op:at|more|less> <w> <#n> <@u>", "satisfies FIELD <op> <w> <n> <u>")
        .because("a value is asked by `satisfies`; FIELD stands for it", "对值的要求写`满足`；FIELD 代表该字段")
        .only(RULE),
    phrase("<v> at <op:least|most> <#n> <k>", "has at <op> <n> <k>").only(RULE),
    phrase("needs|receives|requires|gets|gains|makes|does|makes", "has").only(RULE),
    phrase("total <k> per|of <s> at <op:least|most> <#n>", "each <s> has at <op> <n> <k>").only(RULE),
    phrase(": <f> of <k> is|must? be? at <op:least|most> <#n>", ": each <k> satisfies <f> at <op> <n>").only(RULE),
    phrase("must count of", "must satisfy count of"),
    phrase("count of", "satisfies count of").only(RULE),
    // Rules by other marks.
    phrase("rule <r> { <b..> }", "rule <r> : <b>"),
    phrase("rule <r> =", "rule <r> :"),
    phrase("rule|measure <a> - <b> :", "rule <a>_<b> :").because("a name is one word of letters, digits and `_`", "名称由字母、数字和`_`连成"),
    phrase("for|foreach each? <k> : <b..>", "rule NAME : each <k> <b>"),
    phrase("every|all|each <k> <b..>", "rule NAME : each <k> <b>"),
    phrase("<k> <has:has|have|must|reaches|satisfies> <b..>", "rule NAME : each <k> <has> <b>"),
    // Deductions, bonuses, payments.
    phrase("per|each|every|for day|days|workday|workdays|hour|hours late|overdue|delayed|delay", "per 1 days of (days between DUE and DONE) rounded up").because(DUE.0, DUE.1),
    phrase("for each|every <@u> late|overdue|delayed|of", "per 1 days of (days between DUE and DONE) rounded up").because(DUE.0, DUE.1),
    phrase("for each|every <@u> late|overdue|delayed", "per 1 days of (days between DUE and DONE) rounded up").because(DUE.0, DUE.1),
    phrase("per|every|each|a <@u>", "").because(PERIOD.0, PERIOD.1).only(LINES),
    phrase("every|each <k>", "per <k>").only(LINES),
    phrase("for each|every|any? <k>", "per <k>").only(LINES),
    phrase("on|upon|by each|every|any? <k>", "per <k>").only(LINES),
    phrase(",? max|maximum|limit|limited|capped|cap|ceiling|up at|to|of? <#n> points?", "at most <n> points").only(&["deduct", "add"]),
    phrase(",? max|maximum|limit|limited|capped|cap|ceiling|up at|to|of? <#n>", "at most <n>").only(LINES),
    phrase("when|if|for no|not <!k>", "when count of <!k> = 0").only(LINES),
    phrase("if <c..>", "when <c>").only(LINES),
    phrase("deduct|add - <#n>", "deduct <n>"),
    phrase("minus|subtract|less|penalty|penalize|penalise|remove|lose|loses|- <#n> points?", "deduct <n> points"),
    phrase("bonus|plus|extra|award|+ <#n> points?", "add <n> points"),
    // The head of an assessment.
    phrase("max|maximum|total|full|of|worth <#n> points?", "out of <n> points").only(ASSESSMENT),
    phrase("assessment <a> of|on|over each|every? <k>", "assessment <a> for each <k>"),
    phrase("assessment for", "assessment NAME for"),
    phrase("assessment <a> {", "assessment <a> for each KIND every year {"),
    // Items.
    phrase(", nothing <a> <b> , unknown", "nothing <a> <b> unknown"),
    phrase(", nothing", "nothing"),
    phrase(", unknown", "unknown"),
    phrase(": points? <#n> points? per|for each|every? <k>", ": points count of <k> * <n> points").only(ITEM),
    phrase("<#n> points? if <c..> else <#m> points?", "points if <c> then <n> points else <m> points").only(ITEM),
    phrase("or more :", "or more gets"),
    phrase("<#n> + gets", "<n> or more gets"),
    phrase("; else|default <#n>", "; otherwise <n>"),
    phrase("item <x> : <#n> points", "item <x> <n> points : full"),
    phrase("item <x> weight|weighs|worth <#n> %?", "item <x> <n> points"),
    phrase("<x> <#n> points : <b..>", "item <x> <n> points : <b>"),
    phrase("<#n> points", "<n> points : full").because("behind `:` stands how it scores: `full`, a share, points by a table", "`：`之后写如何计分：`满`、占比、按表计分").only(ITEM),
    // Gates and vetoes.
    phrase("gate <g> if|when <c..>", "gate <g> : <c>"),
    phrase("if|when <c..> then", "<c>").only(GATE),
    phrase("lowers|lower|drops|drop|reduces|reduce|downgrades grade? by? one|1|a level|band|step|notch|grade?", "lowers grade by 1").only(GATE),
    phrase("lowers|lower|drops|drop|reduces|reduce|downgrades grade? by? two|2", "lowers grade by 2").only(GATE),
    phrase("lowers|lower|drops|reduces|downgrades grade", "lowers grade by 1").only(GATE),
    phrase("raises|raise|lifts|upgrades grade", "raises grade by 1").only(GATE),
    phrase("raises|raise|lifts|lift|upgrades grade? to <g>", "sets grade <g>").only(GATE),
    phrase("sets|set|gives|makes|give grade? to|as|= <g>", "sets grade <g>"),
    phrase("lowers|lower|drops|drop|reduces|reduce|downgrades|caps|cap|limits|limit|restricts|keeps grade? to|at|below|by? most? <g>", "caps grade at <g>")
        .because("not better than that; `sets grade` gives it whatever the points are", "等次不高于此；不论得分即给这一等次的写`定为`")
        .only(GATE),
    phrase("grade is|=|to|as? <g>", "sets grade <g>").only(GATE),
    phrase("veto <v> : count of <c..> sets", "gate <v> : count of <c> sets")
        .because("a veto is a record that is decided; a condition stands in a gate", "一票否决以所作决定的记录为据；条件写在关口里"),
    phrase("veto <v> : <k> <act:sets|bars>", "veto <v> : <k> decided by FIELD <act>")
        .because("a veto counts decisions on file and says whose they are; what the data show is a gate, `gate NAME : (count of RECORD) > 0 sets grade G`", "一票否决按在案的决定计，须写明决定机关；由数据得出的写关口，`关口 名称：（计数 记录）> 0 定为 等次`"),
    phrase("veto <v> : <c..>", "veto <v> : <c> decided by FIELD sets grade GRADE")
        .because("a veto says by whom it is decided and what it does", "一票否决须写明决定机关及其后果"),
    // Grades, ranks, awards.
    phrase("else|other|others|default|rest <g>", "otherwise <g>").only(GRADES),
    phrase("<#n> points? or more|above : <g>", "<g> <n> points or more").only(GRADES),
    phrase("<#n> points? or more|above <g>", "<g> <n> points or more").only(GRADES),
    phrase("grade <g> <#n> points or more", "grades { <g> <n> points or more ; otherwise OTHER }"),
    phrase("grades <g> <#n> points? or more ,|; otherwise|else <o>", "grades { <g> <n> points or more ; otherwise <o> }"),
    phrase("grades <b..>", "grades { <b> }"),
    phrase(": <#n> yuan", ": reward NAME <n> yuan").only(&["effects"]),
    phrase("bonus|prize|pay <#n> yuan", "reward bonus <n> yuan").only(&["effects"]),
    phrase("penalty|fine <#n> yuan", "sanction fine <n> yuan").only(&["effects"]),
    phrase("penalty|punishment|fine <x>", "sanction <x>").only(&["effects"]),
    phrase("by points desc|descending|asc|ascending|highest first?", "by points"),
    phrase("order by points", "rank by points"),
    phrase("best|first|highest <#n>", "top <n>"),
    phrase("worst|last|lowest <#n>", "bottom <n>"),
    phrase("<end:top|bottom> <#n>", "<end> <n> by points ties include")
        .because("say by what they are ranked, and what becomes of those who tie", "须写明按什么排名、并列者如何处理"),
    // Counters.
    phrase("within|over|during|in|every the? last? <#n> <@u>", "in any <n> <u>").only(COUNTER),
    phrase("each|every|per|a year", "in any 12 months")
        .because("a counter adds up over every stretch of so long", "记分按任意一段时间累计")
        .only(COUNTER),
    phrase("adds <#n> points? per|for each|every? <k>", "adds <n> points over <k>"),
    phrase("at|on|upon|reaching|from|when <#n> points? :", "step <n> points :").only(COUNTER),
    phrase("step <#n> points? <w>", "step <n> points : sanction <w>").only(COUNTER),
    // Measures.
    phrase("measure <m> of|on <k>", "measure <m> for <k>"),
    phrase("measure <m> for|of <k> :", "measure <m> for <k> ="),
    phrase("measure <m> =", "measure <m> for KIND =").because("a measure says of whom it is", "指标须写明对什么对象计算"),
    phrase("measure <m> for <k> is|as|:", "measure <m> for <k> ="),
    phrase("define <d> as|is|: <k>", "define <d> = <k>"),
    phrase("define <d> = each|all|every|any <k>", "define <d> = <k>"),
    phrase("define <d> = <k> and|with|if|when <c..>", "define <d> = <k> where <c>"),
    // Values.
    phrase("select count ( * ) from <k>", "count of <k>"),
    phrase("select <f> from <k>", "<f> over <k>"),
    phrase("count ( * )", "count of KIND"),
    phrase("len|length|rows ( <k> )", "count of <k>"),
    phrase("count ( distinct <f> )", "distinct <f> over KIND"),
    phrase("count|countif|countifs ( <k> , <c..> )", "(count of <k> where <c>)"),
    phrase("count ( <k> )", "count of <k>"),
    phrase("count ( <k..> )", "(count of <k>)"),
    phrase("count of? distinct|unique <f> over|of|in|from <k>", "distinct <f> over <k>"),
    phrase("count <k> with|when|if", "count of <k> where"),
    phrase("sum|total|sumif ( <k> . <f> )", "sum <f> over <k>"),
    phrase("avg|average|mean ( <k> . <f> )", "average <f> over <k>"),
    phrase("sum|total ( <f> )", "sum <f> over KIND"),
    phrase("avg|average|mean ( <f> )", "average <f> over KIND"),
    phrase("total|sum of? <f> over|of|from|in", "sum <f> over"),
    phrase("avg|mean|average of? <f> over|of|from|in", "average <f> over"),
    phrase("max|maximum|highest|greatest of? <f> over|of|from|in", "largest <f> over"),
    phrase("min|minimum|lowest|least of? <f> over|of|from|in", "smallest <f> over"),
    phrase("percentage|percent|rate|proportion|ratio|fraction of <k> where|with <c..>", "share of <k> with ( <c> )"),
    phrase("share of <k> where? <c..>", "share of <k> with ( <c> )").because("`where` says which rows there are, `with` which share of them", "`其中`限定总数，`符合`说明其中哪一部分"),
    phrase("latest|newest|most_recent <f> of|over|from|in <k>", "last <f> over <k>"),
    phrase("earliest|oldest <f> of|over|from|in <k>", "first <f> over <k>"),
    phrase("days since last <k>", "days between (last DAY over <k> ever) and window end"),
    phrase("days|datediff|date_diff|days_between ( <a> , <b> )", "(days between <a> and <b>)"),
    phrase("<a> if <c..> else <b>", "if <c> then <a> else <b>"),
    phrase("is? greater|more|larger|bigger than", "more than"),
    phrase("is? less|smaller|fewer|lower than", "less than"),
    phrase("is at <op:least|most>", "at <op>"),
    phrase("is? equal|equals to?", "="),
    phrase("<f> =|is <a> , <b> , <c>", "<f> in { <a>, <b>, <c> }"),
    phrase("<f> =|is <a> , <b>", "<f> in { <a>, <b> }"),
    phrase("in (|[ <c..> )|]", "in { <c> }"),
    phrase("! <f>", "not <f>"),
    phrase("group by <f>", "").because(
        "a measure is computed for each row of its kind: `measure m for KIND`",
        "指标对其对象的每一行分别计算：`指标 名称 对 对象`",
    ),
    phrase("order by <f>", "").because(
        "rows have no order here: the first or last of them is `first FIELD over KIND`",
        "各行不排序：取最早、最晚的一条写`首次 字段 于 记录`",
    ),
    phrase("case when <c..> then <a..> else <b..> end", "if <c> then <a> else <b>"),
    phrase("if|iif|ifs ( <c..> , <a..> , <b..> )", "if <c> then <a> else <b>"),
    phrase("if <c..> , <a..> , <b..>", "if <c> then <a> else <b>"),
    phrase("<c..> QUESTION <a..> : <b..>", "if <c> then <a> else <b>"),
    phrase("elseif|elsif|elif", "else if"),
    phrase("round ( <e..> , <#n> )", "round(<e> to <n> places rounded half up)"),
    phrase("round ( <e..> )", "round(<e> to 0 places rounded half up)"),
    phrase("<a> ^ 2", "<a> * <a>"),
    phrase(". <#n>", "0.<n>"),
    phrase("' <x> '", "<x>").because("codes stand without quotation marks, texts between double ones", "代码不加引号，文本用双引号"),
    phrase("like <t>", "contains <t>").because("or `starts with`, `ends with`; there is no `%`", "或`开头为`、`结尾为`；没有通配符`%`"),
    phrase("is not|non null|empty|blank", "is known"),
    phrase("divided by", "/"),
    phrase("multiplied by", "*"),
    phrase("plus", "+"),
    phrase("minus", "-"),
    phrase("times", "*"),
    // Parameters and fields.
    phrase(": integer|int|float|double|decimal|real", ": number").only(PARAM),
    phrase(": string|str", ": text").only(PARAM),
    phrase(": bool|boolean", ": yes or no").only(PARAM),
    phrase(": number of <@u>", ": <u>"),
    phrase(": <#n> <@u>", ": <u> = <n>").only(PARAM),
    phrase("<x> : text|number primary key", "key <x> : text"),
    phrase("varchar|char|string ( <#n> )", "text").only(FIELDS),
    phrase("not null", "").because("every field is there unless it says `optional`", "字段都须有值，可以没有的写`可空`").only(FIELDS),
    phrase("key <x> <y> :", "key <x> : text <y> :").only(FIELDS),
    phrase(": yes|true / no|false", ": yes or no").only(FIELDS),
    phrase(": <a> or|/ <b>", ": one of { <a>, <b> }").only(FIELDS),
    phrase(": ref|reference|references|foreign|link to? <k>", ": <k>").only(FIELDS),
    phrase("QUESTION", "optional").only(FIELDS),
    phrase("<!f> }", "<!f> : <!f> }").because("a field says its type; one of a kind refers to a row of it", "字段须写类型；类型为实体的，引用其一行").only(FIELDS),
    phrase("<kind:entity|record|relation> <x> ( <c..> )", "<kind> <x> { <c> }"),
    phrase("required|mandatory|unique", "").because("every field is there unless it says `optional`, and a key is unique", "字段都须有值，可以没有的写`可空`；主键不重复").only(FIELDS),
    phrase("nullable|null", "optional").only(FIELDS),
    phrase("default <v>", "").because("a field has no default: where it is read, `FIELD or else 0` stands for a missing value", "字段没有默认值：读取处写`字段 缺则 0`").only(FIELDS),
    phrase("one|any of? (|[ <c..> )|]", "one of { <c> }").only(FIELDS),
    phrase("enum (|{|[ <c..> )|}|]", "one of { <c> }").only(FIELDS),
    phrase(": (|[ <c..> )|]", ": one of { <c> }").only(FIELDS),
    phrase("one|any of <a> , <b>", "one of { <a>, <b> }").only(FIELDS),
    phrase(": <a> PIPE <b>", ": one of { <a>, <b> }").only(FIELDS),
    phrase("calendar <c> {", "calendar <c> from 2024-01-01 to 2024-12-31 {").because("a calendar says which days it covers", "日历须写明涵盖哪些日子"),
    phrase("holiday|holidays|off|free <d..>", "rest <d>").only(&["calendar"]),
    phrase("holiday|holidays|off|free", "rest").only(&["calendar"]),
    phrase("not encoded <c..>", "not encoded <c> because \"REASON\""),
    phrase("in force <d..>", "in force from <d>"),
    phrase("effective|valid|applies from? <d..>", "in force from <d>"),
    phrase("from <a..> to <b..>", "in force from <a> to <b>"),
    // Statements by other words.
    phrase("table|class|struct|object|type <x> {", "entity <x> {"),
    phrase("let|const|var|set <x> = <#v>", "param <x> : number = <v>"),
    phrase("let|const|var <x> : number = <#v>", "param <x> : number = <v>"),
    phrase("<x> = <#v>", "param <x> : number = <v>"),
    phrase("import|include|require|using|load <x>", "use <x>"),
    phrase(": <x>", ": sanction <x>").because("an effect is a reward, a sanction or an honour (`award`)", "后果须写明是`奖励`、`处理`还是`表彰`").only(&["effects"]),
    phrase(".", "").because("a statement ends with its line, or with `;`", "语句以行尾或`；`结束"),
];
