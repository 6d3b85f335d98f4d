//! Phrases in Chinese, as plans and officials write them. The first that leads on is told.

use super::{Phrase, phrase};

const LINES: &[&str] = &["扣", "加", "付", "奖励"];
const RULE: &[&str] = &["规则"];
const MEASURES: &[&str] = &["指标", "定义"];
const GATE: &[&str] = &["关口"];
const GRADES: &[&str] = &["等次"];
const COUNTER: &[&str] = &["记分"];
const ASSESSMENT: &[&str] = &["考核"];
const FIELDS: &[&str] = &["实体", "记录", "关系"];

const BEHIND: (&str, &str) = ("a condition stands behind the kind", "条件写在对象之后");

const START: (&str, &str) = ("起点 stands for what the term runs from", "`起点`代表期限从何时起算");

/// Why a line has no frame.
const PERIOD: (&str, &str) = (
    "a deduction, bonus or payment counts over the whole period of its assessment or reward",
    "扣分、加分、付款按所在考核或奖励的整个周期计算",
);

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
    "Monday to Friday; days that a calendar makes workdays are asked by `every day unless (workdays between (window start - 1 day) and window start) = 0 workdays`",
    "即周一至周五；须按日历计调休的写`每日 …… 除非（相隔 工作日（期初 - 1 天）与 期初）= 0 工作日`",
);

const MEAN: (&str, &str) = (
    "a mean over months is a sum over the year; what must be done in each is `every month`",
    "均数按全段合计计算；逐月、逐日都须达到的写`每月`、`每日`",
);

const RATE: (&str, &str) =
    ("a rate is a value: 条件 stands for what the rows must meet", "比率是一个值：条件 代表达标的条件");

const PART: (&str, &str) = (
    "say how part of a unit counts: `rounded up`, `rounded down` or `unrounded`",
    "须写明不足一个单位如何计：`向上取整`、`向下取整`或`不取整`",
);

const WHOM: (&str, &str) = ("a rule says of whom: 对象 stands for their kind", "须写明对谁的要求：对象 代表其种类");

const NO_FRAME: (&str, &str) =
    ("a measure takes the days of the rule or assessment that reads it", "指标按引用它的规则或考核的期间取数");

const VALUE: (&str, &str) = ("a value is asked by `satisfies`", "对值的要求写`满足`");

const BEFORE: (&str, &str) = ("how many stands before what is counted", "数量写在所计的对象之前");

pub(super) const PHRASES: &[Phrase] = &[
    // Clauses, brackets and marks of plans.
    phrase("规则 <r> ( 依据 <c..> ) :", "规则 <r> 依据 <c>："),
    phrase("规则 <r> ( <a> - <#n> ) :", "规则 <r> 依据 <a>-<n>："),
    phrase("依据 《 <x..> 》 <y..> :", "依据 甲-1：")
        .because("a clause has an id of letters, digits and hyphens", "条款编号由字母、数字和连字符连成"),
    phrase("( 含|含本数|均含本数 )", "")
        .because("these bounds take in the number itself", "`以上`、`以下`、`至`均含本数"),
    phrase(", <a> - <#n> 因为 <t>", "不编码 <a>-<n> 因为 <t>"),
    // Codes and fields of yes or no before their kind.
    phrase("每个|各|对|所有? <=v> <&k>", "每个 <&k> 其中 <=v.field> = <=v>").only(RULE),
    phrase(": 每个|各|对|所有? <=v> <f> <&k>", "：每个 <&k> 其中 <=v.field> = <=v>").only(RULE),
    phrase("每个|各|对|所有? <^f> 的? <&k>", "每个 <&k> 其中 <^f>").only(RULE),
    phrase("每个|各|对|所有 <=v>", "每个 <=v.kind> 其中 <=v.field> = <=v>").only(RULE),
    phrase(": <=v>", "：每个 <=v.kind> 其中 <=v.field> = <=v>").only(RULE),
    phrase("<=v> 不少于|至少|不低于|不得少于 <#n> 次", "至少 <n> 次 <=v.kind> 其中 <=v.field> = <=v>").only(RULE),
    phrase("不少于|至少|不低于|不得少于 <=v> <#n> 次", "至少 <n> 次 <=v.kind> 其中 <=v.field> = <=v>").only(RULE),
    phrase("<!k> 且|,|并 每次|每 <f> <op:不少于|不低于|至少|大于|超过> <#n> <@u>?", "<!k> 其中 <f> 不少于 <n> <u>").only(RULE),
    phrase("<!k> ,|且|并 每次|每 不少于|至少|不低于 <#n> <@u>", "<!k> 其中 时长 不少于 <n> <u>")
        .because("时长 stands for the field that is compared; between two times it is `minutes between START and END`", "时长 代表所比较的字段；起止时刻之间的写`相隔 分钟 开始 与 结束`")
        .only(RULE),
    phrase("<&k> ( <=a> 或|, <=b> )", "<&k> 其中 <=a.field> 属于 { <=a>、<=b> }"),
    phrase("<=v> 的? <&k>", "<&k> 其中 <=v.field> = <=v>"),
    phrase("<^f> 的? <&k>", "<&k> 其中 <^f>"),
    phrase("每 <*c>", "每个 <*c>").only(RULE),
    // Days that are left out.
    phrase("<#m> 月 除外|不计|不考核", "除非 月份 期初 = <m>").because(EACH_YEAR.0, EACH_YEAR.1).only(RULE),
    phrase("除 <#m> 月 外|以外|之外 ,? <r..>", "<r> 除非 月份 期初 = <m>").because(EACH_YEAR.0, EACH_YEAR.1).only(RULE),
    phrase("( <#m> 月 除外|不计 ) <r..>", "<r> 除非 月份 期初 = <m>").because(EACH_YEAR.0, EACH_YEAR.1).only(RULE),
    phrase("<#m> 月? , <#n> 月 除外|不计", "除非 月份 期初 属于 { <m>、<n> }")
        .because(EACH_YEAR.0, EACH_YEAR.1)
        .only(RULE),
    phrase("<#m> 月? 至|到|- <#n> 月 除外|不计", "除非 月份 期初 介于 <m> 与 <n>")
        .because(EACH_YEAR.0, EACH_YEAR.1)
        .only(RULE),
    phrase("周末|双休日 除外|不计", "其中（星期几 日期）不超过 5")
        .because("日期 stands for the day of the record; Sunday is 7", "日期 代表记录的日期字段；周一为 1，周日为 7")
        .only(RULE),
    phrase("节假日|法定节假日|休息日|周末 除外|不计", "除非（相隔 工作日（期初 - 1 天）与 期初）= 0 工作日")
        .because("whether a day is a workday is read from the calendar; the rule is `每日`", "是否工作日依日历而定；规则的周期为`每日`")
        .only(RULE),
    phrase("每个? 工作日 <b..>", "逢 每周 周一、周二、周三、周四、周五 <b>").because(WORKDAY.0, WORKDAY.1).only(RULE),
    phrase("周一 至|到|- 周五", "逢 每周 周一、周二、周三、周四、周五").because(WORKDAY.0, WORKDAY.1).only(RULE),
    // What a mean over months asks.
    phrase("月均 不少于|不低于|至少|应不少于|不得少于 <#n> 次? <k>", "每年 至少 <n*12> 次 <k>")
        .because(MEAN.0, MEAN.1)
        .only(RULE),
    phrase("月均 <k> 次数? 不少于|不低于|至少|应不少于|不得少于 <#n> 次?", "每年 至少 <n*12> 次 <k>")
        .because(MEAN.0, MEAN.1)
        .only(RULE),
    phrase("日均 不少于|不低于|至少|应不少于|不得少于 <#n> 次? <k>", "每周 至少 <n*7> 次 <k>")
        .because(MEAN.0, MEAN.1)
        .only(RULE),
    phrase("日均 <k> 次数? 不少于|不低于|至少|应不少于|不得少于 <#n> 次?", "每周 至少 <n*7> 次 <k>")
        .because(MEAN.0, MEAN.1)
        .only(RULE),
    phrase("月均 <k> 次? 次数|数|数量?", "（计数 <k> 期末前 12 个月）÷ 12").because(MEAN.0, MEAN.1).only(MEASURES),
    phrase("<k> 月均 次? 次数|数|数量?", "（计数 <k> 期末前 12 个月）÷ 12").because(MEAN.0, MEAN.1).only(MEASURES),
    // Rates.
    phrase("不少于|不低于|至少|达到|达 <#n> % 以上? 的? <!k>", "满足（占比 <!k> 符合（条件））不少于 <n>%")
        .because(RATE.0, RATE.1)
        .only(RULE),
    phrase(
        "每个? <%k> <f:每月|每季度|每半年|每年|每周>? <a> <r>? 应? 达到|达|不低于|不少于|为 <#n> % 以上?",
        "每个 <%k> <f> 满足（占比 记录 符合（条件））不少于 <n>%",
    )
    .because(RATE.0, RATE.1)
    .only(RULE),
    phrase("每 <#n> <c> <!k> <op:不少于|至少|配备|配|设|设置> <#m> <d> <!g>", "有 至少 <m> <d> <!g> 按每 <n> <c> 的 <!k> 向上取整")
        .because(PART.0, PART.1)
        .only(RULE),
    phrase("每 <#n> <*c> <op:不少于|至少|划分|配备|配|设|设置|划为> <#m> <d> <!g>", "每个 全域 有 至少 <m> <d> <!g> 按每 <n> 的 <*c> 向上取整")
        .because(PART.0, PART.1)
        .only(RULE),
    // Words of doing before what is recorded.
    phrase("召开|开展|进行|组织|完成|实施|举行|举办|落实|做 <!k> 次数? 不少于|至少|不低于|不得少于|应不少于|最少 <#n> 次|场|轮|个?", "至少 <n> 次 <!k>")
        .because(BEFORE.0, BEFORE.1)
        .only(RULE),
    phrase("召开|开展|进行|组织|完成|实施|举行|举办|落实|做 <!k> <#n> 次|场|轮|个 以上?", "至少 <n> 次 <!k>")
        .because(BEFORE.0, BEFORE.1)
        .only(RULE),
    phrase("不少于|至少|不低于|不得少于|最少 召开|开展|进行|组织|完成|实施|举行|举办|落实|做 <#n> 次|场|轮|个? <!k>", "至少 <n> 次 <!k>").only(RULE),
    phrase("召开|开展|进行|组织|完成|实施|举行|举办|落实|做 不少于|至少|不低于|不得少于|最少 <#n> 次|场|轮|个? <!k>", "至少 <n> 次 <!k>").only(RULE),
    phrase("召开|开展|进行|组织|完成|实施|举行|举办|落实|做 <#n> 次|场|轮|个 <!k>", "至少 <n> 次 <!k>")
        .because("say which bound it is: `at least`, `at most` or `exactly`", "须写明是哪种限：`至少`、`至多`或`恰好`")
        .only(RULE),
    phrase("<f:每月|每季度|每年> <#d> 日 前|之前|以前 召开|开展|进行|组织|完成|实施|举行|举办? <!k>", "于 <f> 前 <d> 天 至少 1 次 <!k>").only(RULE),
    phrase("<f:每月|每季度|每年> <#d> 日 前|之前|以前 不少于|至少 <#n> 次? <!k>", "于 <f> 前 <d> 天 至少 <n> 次 <!k>").only(RULE),
    phrase("召开|开展|进行|组织|完成|实施|举行|举办 <!k>", "至少 1 次 <!k>").because("how many is said", "须写明数量").only(RULE),
    phrase("配备|配|设|设置|安排 不少于|至少|不低于? <#n> <c> <=v>", "有 至少 <n> <c> <=v.kind> 其中 <=v.field> = <=v>").only(RULE),
    phrase("和|与|及|、|, 不少于|至少|不低于? <#n> <c> <=v>", "且 有 至少 <n> <c> <=v.kind> 其中 <=v.field> = <=v>").only(RULE),
    phrase("配备|配|设|设置|安排 不少于|至少|不低于? <#n> <c> <!k>", "有 至少 <n> <c> <!k>").only(RULE),
    // A rule that does not say of whom.
    phrase(": <f:每月|每周|每季度|每年|每日|每天|每半年|每旬> <v>? <!k> 不少于|至少|不低于|不得少于 <#n> 次?", "：每个 对象 <f> 至少 <n> 次 <!k>")
        .because(WHOM.0, WHOM.1)
        .only(RULE),
    phrase(": <f:每月|每周|每季度|每年|每日|每天|每半年|每旬> <b..>", "：每个 对象 <f> <b>")
        .because(WHOM.0, WHOM.1)
        .only(RULE),
    phrase("<!a> <f:每月|每周|每季度|每年|每日|每天|每半年|每旬> <!v> <!b> 不少于|至少|不低于|不得少于 <#n> <c:次|户|人|家|个>?", "每个 <!a> <f> 至少 <n> <c> <!v>")
        .because("the records say what they are of: to count each only once, `不同 字段 的`", "所涉对象由记录的字段写明；同一对象只计一次的写`至少 5 户 不同 字段 的 记录`")
        .only(RULE),
    // A time that is looked back on.
    phrase("近|最近|过去 <#n> <@u> 内?", "任意 <n> <u> 内")
        .because("a rule looks at every stretch of so many days", "规则逐段查看")
        .only(RULE),
    phrase("其中 <f>? 在|为? 近|最近|过去|前 <#n> <@u> 内?", "期末前 <n> <u>")
        .because("a time frame is no condition", "时段不是条件"),
    phrase("近|最近|过去 <#n> <@u> 内? 的? <take:计数> <k>", "<take> <k> 期末前 <n> <u>"),
    phrase("<take:计数> 近|最近|过去 <#n> <@u> 内? 的? <k>", "<take> <k> 期末前 <n> <u>"),
    phrase(
        "在? 近|最近|过去 <#n> <@u> 内? 的? <take:合计|平均|最大|最小> <f> 于 <k>",
        "<take> <f> 于 <k> 期末前 <n> <u>",
    ),
    phrase("近|最近|过去 <#n> <@u> 内?", "期末前 <n> <u>"),
    phrase("<#n> <@u> 内", "期末前 <n> <u>").only(MEASURES),
    phrase("近一年|最近一年|过去一年", "期末前 1 年"),
    phrase("近两年|最近两年|过去两年", "期末前 2 年"),
    phrase("近三年|最近三年|过去三年", "期末前 3 年"),
    phrase("近半年|最近半年|过去半年", "期末前 6 个月"),
    phrase("近三个月|最近三个月|过去三个月", "期末前 3 个月"),
    phrase("近一个月|最近一个月|过去一个月", "期末前 1 个月"),
    phrase("在? 当月|本月|当年|本年|今年|本年度|当季|本季度|本期|当期|期内 内|的?", "").because(NO_FRAME.0, NO_FRAME.1),
    phrase("一年|一个年度", "每年").only(RULE),
    phrase("一月|一个月|月", "每月").only(RULE),
    phrase("一周|一星期", "每周").only(RULE),
    phrase("一季度|一个季度|季度", "每季度").only(RULE),
    phrase("每隔 <#n> <@u>", "每 <n> <u>").only(RULE),
    phrase("每年 <#a> 月 至|到 <#b> 月 份?", "每年 自 <a>月1日 至 <b>月30日").only(RULE),
    phrase("在? <#y> 年 <#m> 月 <#d> 日 前|之前|以前", "截至 <y>年<m>月<d>日").only(RULE),
    phrase("在? <#m> 月 <#d> 日 前|之前|以前", "截至 <m>月<d>日").only(RULE),
    phrase("<d:周一|周二|周三|周四|周五|周六|周日|星期一|星期二|星期三|星期四|星期五|星期六|星期日>", "逢 每周 <d>")
        .only(RULE),
    // Terms.
    phrase(
        "应在|须在|应当在|必须在|应|应当|须|必须 在? <s> 后|之后|之日起|起 <#n> <@u> 内? 达到? <e>",
        "应 自 <s> 起 <n> <u> 内 达到 <e>",
    ),
    phrase("自? <s> 后|之后|之日起|起 <#n> <@u> 内? 达到? <e>", "自 <s> 起 <n> <u> 内 达到 <e>"),
    phrase("自? <s> 之日 起|内 <#n> <@u> 内? 达到? <e>", "自 <s> 起 <n> <u> 内 达到 <e>"),
    phrase("应在|须在|应当在|必须在|应|应当|须|必须 在? <#n> <@u> 内? 达到? <e>", "应 自 起点 起 <n> <u> 内 达到 <e>")
        .because(START.0, START.1),
    phrase("自 <s> <#n> <@u> 内? 达到? <e>", "自 <s> 起 <n> <u> 内 达到 <e>"),
    phrase("<e> - <s> LESS = <#n> <@u>", "自 <s> 起 <n> <u> 内 达到 <e>").only(RULE),
    phrase("<s:应|须|必须|应当>? 按时|及时|限期|按期 <e>", "<s> 自 起点 起 参数 期限 内 达到 <e>")
        .because(
            "how soon is said by a parameter, which may be open: `参数 期限：天 = 待定`",
            "多久算及时，由参数写明，未定的写`参数 期限：天 = 待定`",
        )
        .only(RULE),
    phrase("不超过|不得超过|限|在? <#n> <@u> 内? 达到? <e>", "自 起点 起 <n> <u> 内 达到 <e>")
        .because(START.0, START.1)
        .only(RULE),
    phrase("达到 <e> 不超过|限|在? <#n> <@u> 内?", "自 起点 起 <n> <u> 内 达到 <e>").because(START.0, START.1),
    // Whom a rule is about.
    phrase("如果|若|当|凡|假如 <c..> 规则 <r> : 每个|各? <k>", "规则 <r>：每个 <k> 其中 <c>")
        .because(BEHIND.0, BEHIND.1),
    phrase("如果|若|当|凡|假如|其中 <c..> 则|时|的|,|的话 ,? 每个|各? <k>", "每个 <k> 其中 <c>")
        .because(BEHIND.0, BEHIND.1)
        .only(RULE),
    phrase("如果|若|当|凡|假如|其中 <c..> 每个|各 <k>", "每个 <k> 其中 <c>").because(BEHIND.0, BEHIND.1).only(RULE),
    phrase("如果|若|当 <c..> 则|时|,? 每个|各? <k> <r..>", "规则 名称：每个 <k> 其中 <c> <r>")
        .because(BEHIND.0, BEHIND.1),
    phrase(": <c..> 的 每个? <k>", "：每个 <k> 其中 <c>").because(BEHIND.0, BEHIND.1).only(RULE),
    phrase("所有|全部|全体|凡|对|对于|针对|每次|每一|任一 每个|各|所有? <k>", "每个 <k>").only(RULE),
    phrase("每个 <k> <r..> 如果|若|当 <c..>", "每个 <k> 其中 <c> <r>").because(BEHIND.0, BEHIND.1),
    phrase("如果|若|当|凡|符合|满足", "其中").only(RULE),
    // What a rule asks.
    phrase("<k> 不少于|不低于|至少|最少 一次", "至少 1 次 <k>").because(BEFORE.0, BEFORE.1).only(RULE),
    phrase("<k> 不少于|不低于|至少|最少 两次|二次", "至少 2 次 <k>").because(BEFORE.0, BEFORE.1).only(RULE),
    phrase("<k> 不少于|不低于|至少|最少 三次", "至少 3 次 <k>").because(BEFORE.0, BEFORE.1).only(RULE),
    phrase("至少 <k> 一次", "至少 1 次 <k>").because(BEFORE.0, BEFORE.1).only(RULE),
    phrase("至少 <k> 两次|二次", "至少 2 次 <k>").because(BEFORE.0, BEFORE.1).only(RULE),
    phrase("不得少于|不得低于|不能少于|最少|起码 <#n>", "至少 <n>").only(RULE),
    phrase("不得超过|不得多于|不能超过|不可超过|至多不超过 <#n>", "至多 <n>").only(RULE),
    phrase("至少 有 <#n>", "有 至少 <n>").only(RULE),
    phrase("<k> <f:每月|每周|每季度|每年|每日|每天|每半年> 至少 <#n> 次", "<f> 至少 <n> 次 <k>")
        .because(BEFORE.0, BEFORE.1)
        .only(RULE),
    phrase("至少 <!v> <#n> <c:户|人|家|次> <!k>", "至少 <n> <c> <!k>").only(RULE),
    phrase("<!v> <!k> <#n> <c:户|人|家> 以上?", "至少 <n> <c> <!k>").because(BEFORE.0, BEFORE.1).only(RULE),
    phrase("<#n> 次 <f> 的 <!k>", "<n> 次 <!k> 其中 <f>").only(RULE),
    phrase("<!k> ( <c..> )", "<!k> 其中 <c>").only(RULE),
    phrase("次 <!a> 或 <!b>", "次（<!a> 或 <!b>）")
        .because("several kinds stand in brackets", "几种记录须加括号")
        .only(RULE),
    phrase("<j:且|和|与|及|以及|并|并且> <!k>", "且 至少 1 次 <!k>")
        .because("each part says how many", "每一部分都须写明数量")
        .only(RULE),
    phrase("有 <!k>", "有 至少 1 次 <!k>").because("how many is said", "须写明数量").only(RULE),
    phrase("除 <c..> 外|以外|之外", "其中 非（<c>）").only(RULE),
    phrase("<f> 除外", "除非 <f>").only(RULE),
    phrase("不|未|不是|没有 <f>", "非 <f>"),
    phrase("其中 是|为 <f>", "其中 <f>"),
    phrase("<k> 次数? 不少于|不低于|至少|不得少于|应不少于|最少 <#n> 次?", "至少 <n> 次 <k>")
        .because(BEFORE.0, BEFORE.1)
        .only(RULE),
    phrase("<k> 次数? 不超过|不多于|至多|最多|不得超过 <#n> 次?", "至多 <n> 次 <k>")
        .because(BEFORE.0, BEFORE.1)
        .only(RULE),
    phrase("<k> 次数? > = <#n> 次?", "至少 <n> 次 <k>").because(BEFORE.0, BEFORE.1).only(RULE),
    phrase("<k> <#n> 次 以上", "至少 <n> 次 <k>").because(BEFORE.0, BEFORE.1).only(RULE),
    phrase("<k> <#n> 次以上", "至少 <n> 次 <k>").because(BEFORE.0, BEFORE.1).only(RULE),
    phrase("<k> 一次以上|一次", "至少 1 次 <k>").because(BEFORE.0, BEFORE.1).only(RULE),
    phrase("<k> 两次以上|两次", "至少 2 次 <k>").because(BEFORE.0, BEFORE.1).only(RULE),
    phrase("<k> <#n> 次", "至少 <n> 次 <k>").because(BEFORE.0, BEFORE.1).only(RULE),
    phrase("至少 <k> <#n> 次", "至少 <n> 次 <k>").because(BEFORE.0, BEFORE.1),
    phrase("<a> <k> 一次", "<a> 至少 1 次 <k>").because(BEFORE.0, BEFORE.1).only(RULE),
    phrase("<#n> 次 <k>", "至少 <n> 次 <k>")
        .because("say which bound it is: `at least`, `at most` or `exactly`", "须写明是哪种限：`至少`、`至多`或`恰好`")
        .only(RULE),
    phrase("每次|各次 <k> 的? <f> <op:不少于|不低于|不超过|大于|小于|超过> <#n>", "每个 <k> 满足 <f> <op> <n>")
        .because(VALUE.0, VALUE.1),
    phrase("的? <f> <op:不少于|不低于|不超过|大于|小于|超过|至少|至多> <#n> <@u>", "满足 <f> <op> <n> <u>")
        .because(VALUE.0, VALUE.1)
        .only(RULE),
    phrase(": <v> <k>", "：每个 <k> 其中 字段 = <v>").because(BEHIND.0, BEHIND.1).only(RULE),
    phrase(": 对 <v> <k>", "：每个 <k> 其中 字段 = <v>").because(BEHIND.0, BEHIND.1).only(RULE),
    phrase("每个|各|所有 <b..>", "规则 名称：每个 <b>"),
    // Deductions, bonuses, payments.
    phrase("每|每有 逾期|超期|迟|延迟|拖延|晚 <#n> <@u>", "每有 1 天 的（相隔 天 应办日 与 办结日）向上取整")
        .because(DUE.0, DUE.1)
        .only(LINES),
    phrase("每逾期|每超期|每迟|每延迟|每晚 <#n> <@u>", "每有 1 天 的（相隔 天 应办日 与 办结日）向上取整")
        .because(DUE.0, DUE.1)
        .only(LINES),
    phrase(
        "每逾期一天|每超期一天|每逾期一日|每迟一天|每晚一天|逾期每天|逾期每日",
        "每有 1 天 的（相隔 天 应办日 与 办结日）向上取整",
    )
    .because(DUE.0, DUE.1)
    .only(LINES),
    phrase("每少|每缺|每少开|每缺少|缺|少|每缺勤 <#n> 次|个|场|人|户|名? <!k> ,? 扣 <#m> 分", "扣 <m> 分 每有（较大（0，应有次数 - 计数 <!k>））")
        .because("应有次数 stands for how many there must be", "应有次数 代表应达到的次数"),
    phrase("每少|每缺|少|缺 <#n> 次|个|场|人|户|名? <!k>", "每有（较大（0，应有次数 - 计数 <!k>））")
        .because("应有次数 stands for how many there must be", "应有次数 代表应达到的次数")
        .only(LINES),
    phrase("<^f> <#n> 起|件|次|个|户|人 ,? 扣 <#m> 分", "扣 <m> 分 每有 <^f.kind> 其中 <^f>"),
    phrase("最多扣|至多扣|最高扣|扣分不超过|累计最多扣 <#n> 分?", "最多 <n> 分").only(&["扣"]),
    phrase("发生|出现|存在|凡|有 <x..> 的? ,? 一票否决", "一票否决 名称：决定 决定机关 字段 定为 等次名")
        .because("a veto counts decisions on file, and says whose they are and what they do", "一票否决以在案的决定记录为据，须写明决定机关和后果"),
    phrase("每天|每日|每周|每月|每季度|每半年|每年", "").because(PERIOD.0, PERIOD.1).only(LINES),
    phrase("每天|每日|每周|每月|每季度|每半年|每年 <l:扣|加|付>", "<l>").because(PERIOD.0, PERIOD.1),
    phrase("每天|每日|每 <k>", "每有 <k>").only(LINES),
    phrase(",? 上限|封顶|不超过|限|上限为|最高|累计不超过 为|至? <#n> 分?", "最多 <n> 分").only(&["扣", "加"]),
    phrase(",? 上限|封顶|不超过|限|上限为|最高|累计不超过 为|至? <#n> 元?", "最多 <n> 元").only(&["付", "奖励"]),
    phrase(",? 扣完为止", "").because(
        "points never fall below 0 unless the assessment says `unclamped`",
        "除非考核写明`不设限`，得分不会低于 0",
    ),
    phrase("如果|若 <c..>", "当 <c>").only(LINES),
    phrase("<!k> 每次|每起|每件|每 <l:扣|加|付> <#n> <u>", "<l> <n> <u> 每有 <!k>"),
    phrase("发现|出现|发生|存在|有 <!k> 的? ,? <l:扣|加|付> <#n> <u>", "<l> <n> <u> 每有 <!k>"),
    phrase("未|无|没有|未开展|未召开 <!k> 的? ,? 扣 <#n> <u>", "扣 <n> <u> 当 计数 <!k> = 0"),
    phrase("当|如果|若 无|没有|未 <!k>", "当 计数 <!k> = 0"),
    phrase("/ 次|起|件 <k>", "每有 <k>"),
    phrase("每次|每有|每|每起|每件|每发生 <k> <l:扣|加|付> <#n> <u>", "<l> <n> <u> 每有 <k>"),
    phrase("减|减去|扣除|扣减|扣分|- <#n> 分?", "扣 <n> 分"),
    phrase("加分|奖励|增加|奖 <#n> 分", "加 <n> 分"),
    // The head of an assessment.
    phrase("总分|共|总计|合计|满分值|总分为|满分为 <#n> 分?", "满分 <n> 分").only(ASSESSMENT),
    phrase("考核 <a> <f:每年|每月|每季度|每半年|每周> 对 每个|各? <k>", "考核 <a> 对 每个 <k> <f>"),
    phrase("考核 <a> {", "考核 <a> 对 每个 对象 每年 {"),
    phrase("考核 <a> <k> <b..> {", "考核 <a> 对 每个 <k> <b> {"),
    // Items.
    phrase(", 无应办 <a> , 不明", "无应办 <a> 不明"),
    phrase(", 无应办", "无应办"),
    phrase(", 不明", "不明"),
    phrase(": 每有|每次|每 <k> 得|加|计|记 <#n> 分", "：计分 计数 <k> × <n> 分").only(&["项"]),
    phrase(": <#n> 分 每有|每次|每 <k>", "：计分 计数 <k> × <n> 分").only(&["项"]),
    phrase("次? 以上 <#p> 分", "以上 得 <p> 分").only(&["项"]),
    phrase(": <x> <#a> % 以上 得? <#p> 分 ,|; <#b> % 以上 得? <#q> 分 ,|; 其余|其他|否则|以下|其它 <z..>", "：按 <x> { <a>% 以上 得 <p> 分；<b>% 以上 得 <q> 分；否则 得 0 分 }")
        .only(&["项"]),
    phrase(": <x> <#a> % 以上 得? <#p> 分", "：按 <x> { <a>% 以上 得 <p> 分；否则 得 0 分 }").only(&["项"]),
    phrase("项 <x> : <#n> 分", "项 <x> <n> 分：满"),
    phrase("项 <x> <#n> 分", "项 <x> <n> 分：满").because(
        "behind `:` stands how it scores: `full`, a share, points by a table",
        "`：`之后写如何计分：`满`、占比、按表计分",
    ),
    phrase("项 <x> 权重|分值|占 <#n> %|分?", "项 <x> <n> 分"),
    phrase("<x> <#n> 分 : <b..>", "项 <x> <n> 分：<b>"),
    phrase("完成率|合格率|达标率 <r>", "达成率 <r>"),
    phrase(": <k> 次数|数量|个数", "：计分 计数 <k> × 1 分").only(&["项"]),
    // Gates and vetoes.
    phrase("降为|降至|降到|最高为|最高|至多|限于 <g>", "等次不高于 <g>")
        .because(
            "not better than that; `sets grade` gives it whatever the points are",
            "等次不高于此；不论得分即给这一等次的写`定为`",
        )
        .only(GATE),
    phrase("降等|降 至|到|为 <g>", "等次不高于 <g>")
        .because(
            "not better than that; `sets grade` gives it whatever the points are",
            "等次不高于此；不论得分即给这一等次的写`定为`",
        )
        .only(GATE),
    phrase("不得评为|不能评为|不得评|不予评为|取消 <g>", "等次不高于 下一等")
        .because("name the grade below it", "写其下一等的名称")
        .only(GATE),
    phrase("降一等|降一级|下降一等|降低一等|降低一个等次|降低一级|降一个等次|降低一档|降一档", "降等 1").only(GATE),
    phrase("降两等|降二等|降两级|降低两等|降低两个等次|降低两级|降两个等次", "降等 2").only(GATE),
    phrase("降 <#n> 级", "降 <n> 等").only(GATE),
    phrase("升一等|升一级|上升一等", "升等 1").only(GATE),
    phrase("直接|一律|均|当年|年度? 定为|评为|评定为|确定为 <g>", "定为 <g>"),
    phrase("评为|评定为|直接定为|一律定为|视为|判为|确定为|认定为 <g>", "定为 <g>"),
    phrase("关口 <g> 若|如果|当 <c..>", "关口 <g>：<c>"),
    phrase("若|如果|当 <c..> 则|时|,", "<c>").only(GATE),
    phrase("一票否决 <v> : 计数 <c..> 定为", "关口 <v>：计数 <c> 定为").because(
        "a veto is a record that is decided; a condition stands in a gate",
        "一票否决以所作决定的记录为据；条件写在关口里",
    ),
    phrase("一票否决 <v> : <!k> 其中 <c..> <act:定为|取消评优>", "一票否决 <v>：<!k> 其中 <c> 决定机关 字段 <act>")
        .because("a veto counts decisions on file and says whose they are; what the data show is a gate, `gate NAME : (count of RECORD) > 0 sets grade G`", "一票否决按在案的决定计，须写明决定机关；由数据得出的写关口，`关口 名称：（计数 记录）> 0 定为 等次`"),
    phrase("一票否决 <v> : <k> <act:定为|取消评优>", "一票否决 <v>：<k> 决定机关 字段 <act>")
        .because("a veto counts decisions on file and says whose they are; what the data show is a gate, `gate NAME : (count of RECORD) > 0 sets grade G`", "一票否决按在案的决定计，须写明决定机关；由数据得出的写关口，`关口 名称：（计数 记录）> 0 定为 等次`"),
    phrase("一票否决 <v> : <c..>", "一票否决 <v>：<c> 决定机关 字段 定为 等次名")
        .because("a veto says by whom it is decided and what it does", "一票否决须写明决定机关及其后果"),
    phrase("否决|一票否决制|否决项 <v> : <k>", "一票否决 <v>：<k> 决定机关 字段 定为 等次名")
        .because("a veto says by whom it is decided and what it does", "一票否决须写明决定机关及其后果"),
    // Grades, ranks, awards.
    phrase("等级|档次|评级|评等 { <b..> }", "等次 { <b> }"),
    phrase("其他|其余|其它|以外|余者 <g>", "否则 <g>").only(GRADES),
    phrase("<-g> }", "否则 <-g> }").because("the last grade takes all the others", "最后一个等次包含其余各分").only(GRADES),
    phrase("<#n> 分 以上 <g>", "<g> <n> 分 以上").only(GRADES),
    phrase("<#n> 分以上 <g>", "<g> <n> 分 以上").only(GRADES),
    phrase("等次|等级 <g> <#n> 分 以上 ,|; 否则|其他|其余 <o>", "等次 { <g> <n> 分 以上；否则 <o> }"),
    phrase("等次 <b..>", "等次 { <b> }"),
    phrase(": <#n> 元", "：奖励 名称 <n> 元").only(&["奖惩"]),
    phrase("按|依|按照|依照 得分|总分|分数 从高到低|排序|高低?", "依 得分"),
    phrase("奖惩 { 前 <#n> 名? : 奖励|表彰 <x> <#m> 元 }", "授予 <x>：前 <n> 依 得分 并列 同授 奖励 <m> 元")
        .because("places are awarded, grades have effects", "按名次授予，等次才有奖惩"),
    phrase("奖惩 { 前 <#n> 名? : <b..> }", "授予 名称：前 <n> 依 得分 并列 同授 <b>")
        .because("places are awarded, grades have effects", "按名次授予，等次才有奖惩"),
    phrase("奖惩 { 第 <#n> 名 : <b..> }", "授予 名称：前 <n> 依 得分 并列 同授 <b>")
        .because("places are awarded, grades have effects", "按名次授予，等次才有奖惩"),
    phrase("前 <#n> 名 每个|每名|每人|各|每家|每户 奖励|奖 <#m> 元", "前 <n> 依 得分 并列 同授 奖励 <m> 元"),
    phrase("前 <#n> %", "前 <n>% 向下取整 基数 全部 依 得分 并列 同授")
        .because("say of whom the percent is taken, how it is rounded, and what becomes of those who tie", "须写明按谁的总数计、如何取整、并列者如何处理"),
    phrase("排名 前 <x> 名?", "排名 依 得分").because("who gets something for a place is said by `award`", "按名次给予的写`授予`"),
    phrase("前 <#n> 名?", "前 <n> 依 得分 并列 同授")
        .because("say by what they are ranked, and what becomes of those who tie", "须写明按什么排名、并列者如何处理"),
    phrase("评优|先进|表彰|评先 <n> : 前", "授予 <n>：前"),
    phrase("处罚|处分|惩罚|惩处 <n>", "处理 <n>").only(&["奖惩"]),
    phrase("<e:奖励|处理> <#n> 元", "<e> 名称 <n> 元").because("it has a name", "须有名称").only(&["奖惩"]),
    phrase(", <#n> 元", "、奖励 名称 <n> 元").only(&["奖惩"]),
    phrase(": <e:表彰|奖励|处理>", "：<e> 名称").because("it has a name", "须有名称").only(&["奖惩"]),
    phrase(": 奖金 <#n> 元", "：奖励 奖金 <n> 元").only(&["奖惩"]),
    phrase("奖励 <#n> 元", "、奖励 奖金 <n> 元").only(&["奖惩"]),
    phrase("罚款|罚 <#n> 元", "处理 罚款 <n> 元"),
    // Counters.
    phrase("每年|每年度", "任意 12 个月")
        .because("a counter adds up over every stretch of so long", "记分按任意一段时间累计")
        .only(COUNTER),
    phrase("在? 近|最近|一个? <#n> <@u> 内?", "任意 <n> <u> 内").only(COUNTER),
    phrase("累加 <#n> 分? 每次|每有|每 <k>", "累加 <n> 分 于 <k>"),
    phrase("满|达到|累计|达|扣满|记满 <#n> 分? :", "档 <n> 分：").only(COUNTER),
    phrase("档 <#n> 分? <w>", "档 <n> 分：处理 <w>").only(COUNTER),
    // Measures.
    phrase("指标 <m> 对 <k> :", "指标 <m> 对 <k> ="),
    phrase("指标 <m> =", "指标 <m> 对 对象 =").because("a measure says of whom it is", "指标须写明对什么对象计算"),
    phrase("指标 <m> 对 <k> 为|是|:", "指标 <m> 对 <k> ="),
    phrase("定义 <d> 为|是|: <k>", "定义 <d> = <k>"),
    phrase("定义 <d> = <c..> 的 <k>", "定义 <d> = <k> 其中 <c>"),
    phrase("定义 <d> = <k> ( <c..> )", "定义 <d> = <k> 其中 <c>"),
    // Values.
    phrase("<^f> <&k> / 全部|所有|总? <y>", "占比 <&k> 符合（<^f>）"),
    phrase("<x> <&k> / 全部|所有|总? <y>", "占比 <&k> 符合（<x> 已知）"),
    phrase("占比 <!k> 符合 <c..>", "占比 <!k> 符合（<c>）"),
    phrase("<&k> 的 <t:平均|合计|最大|最小|首次|末次> <f>", "<t> <f> 于 <&k>"),
    phrase("<k> 的? 计数|次数|数量|个数|条数|件数|数", "计数 <k>"),
    phrase("计数 <c..> 的 <k>", "计数 <k> 其中 <c>"),
    phrase("计数 <k> 当|如果|若|且|并", "计数 <k> 其中"),
    phrase("<k> 总 次数|数|数量", "计数 <k>"),
    phrase("<c..> 的 <k> 的? 占比|比例|比率|占比例", "占比 <k> 符合（<c>）"),
    phrase("距|距离 上次|末次|最近 <k> 的? 天数", "相隔 天（末次 日期 于 <k> 历来）与 期末"),
    phrase("<a> 至|到 <b> 的? 天数|日数|时长", "相隔 天 <a> 与 <b>"),
    phrase("<f> =|为 <a> , <b> , <c>", "<f> 属于 { <a>、<b>、<c> }"),
    phrase("<f> =|为 <a> , <b>", "<f> 属于 { <a>、<b> }"),
    phrase("属于|在 ( <c..> )", "属于 { <c> }"),
    phrase("求和|总和|总计|合计|总 ( <k> . <f> )", "合计 <f> 于 <k>"),
    phrase("平均值|均值|平均数|平均|求平均 ( <k> . <f> )", "平均 <f> 于 <k>"),
    phrase("求和|总和|总计|合计 ( <f> )", "合计 <f> 于 记录"),
    phrase("平均值|均值|平均数|平均|求平均 ( <f> )", "平均 <f> 于 记录"),
    phrase("最大值|最高|最长|最多 <f> 于", "最大 <f> 于"),
    phrase("最小值|最低|最短|最少 <f> 于", "最小 <f> 于"),
    phrase("求和|总和|总计|总 <f> 于", "合计 <f> 于"),
    phrase("平均值|均值|平均数 <f> 于", "平均 <f> 于"),
    phrase("<k> 的? <f> 的? 合计|总和|之和|总计", "合计 <f> 于 <k>"),
    phrase("<k> 的? <f> 的? 平均|平均值|均值", "平均 <f> 于 <k>"),
    phrase("<k> 的? <f> 的? 最大值|最大", "最大 <f> 于 <k>"),
    phrase("<k> 的? <f> 的? 最小值|最小", "最小 <f> 于 <k>"),
    phrase("最近|最后|最新|最后一次|最近一次 <k> 的? <f>", "末次 <f> 于 <k>"),
    phrase("如果|若|假如 ( <c..> , <a..> , <b..> )", "若 <c> 则 <a> 否则 <b>"),
    phrase("如果|若|假如|当 <c..> 那么|就|则|, <a..> ,? 否则|不然 <b..>", "若 <c> 则 <a> 否则 <b>"),
    phrase("不是|不等", "不为"),
    phrase("为空|是空|空|为空值|没有", "缺失"),
    phrase("非空|不为空|不空", "已知"),
    phrase("除以", "÷"),
    phrase("乘以|乘", "×"),
    phrase("加上|加", "+"),
    phrase("减去|减", "-"),
    // Fields.
    phrase("取一|取多|枚举|选项 ( <c..> )", "取一 { <c> }").only(FIELDS),
    phrase("枚举|选项 { <c..> }", "取一 { <c> }").only(FIELDS),
    phrase(": <a> , <b> }", "：取一 { <a>、<b> } }").only(FIELDS),
    phrase(": <a> , <b> , <c> }", "：取一 { <a>、<b>、<c> } }").only(FIELDS),
    phrase("主键 <x> <y> :", "主键 <x>：文本 <y>：").only(FIELDS),
    phrase(": 是 / 否", "：是否").only(FIELDS),
    phrase(": <a> 或|/ <b>", "：取一 { <a>、<b> }").only(FIELDS),
    phrase("<!f> }", "<!f>：<!f> }")
        .because("a field says its type; one of a kind refers to a row of it", "字段须写类型；类型为实体的，引用其一行")
        .only(FIELDS),
    phrase("<kind:实体|记录|关系> <x> ( <c..> )", "<kind> <x> { <c> }"),
    phrase("必填|唯一|非空", "")
        .because(
            "every field is there unless it says `optional`, and a key is unique",
            "字段都须有值，可以没有的写`可空`；主键不重复",
        )
        .only(FIELDS),
    phrase("选填|可为空|可选", "可空").only(FIELDS),
    // Parameters, calendars and the head of a policy.
    phrase("参数 <p> : 天数|日数", "参数 <p>：天"),
    phrase("参数 <p> : 百分比|比例|百分数|比率", "参数 <p>：%"),
    phrase("参数 <p> : 小数|数值|数字|浮点|整数|整型", "参数 <p>：数"),
    phrase("参数 <p> : 次|个|户|人|名|家|件|次数|户数|人数", "参数 <p>：数"),
    phrase("参数 <p> <#n> <@u>", "参数 <p>：<u> = <n>"),
    phrase("日历 <c> {", "日历 <c> 自 2024-01-01 至 2024-12-31 {")
        .because("a calendar says which days it covers", "日历须写明涵盖哪些日子"),
    phrase("节假日|假日|假期|放假|休息|休假", "休").only(&["日历"]),
    phrase("补班|上班|调休|工作", "班").only(&["日历"]),
    phrase("不编码 <c..>", "不编码 <c> 因为 “理由”"),
    phrase("自 <d..> 起 施行|实施|执行|生效", "施行 自 <d>"),
    phrase("施行日期|实施日期|生效日期|执行日期|施行 :? <d..>", "施行 自 <d>"),
    phrase("有效期|执行期|适用期 自 <a..> 至|到 <b..>", "施行 自 <a> 至 <b>"),
    phrase("自 <a..> 至 <b..>", "施行 自 <a> 至 <b>"),
    // Statements by other words.
    phrase("表|类|对象|数据表|主体 <x> {", "实体 <x> {"),
    phrase("台账|日志|事件|登记表 <x> {", "记录 <x> {"),
    phrase("变量|常量|设|令 <x> = <#v>", "参数 <x>：数 = <v>"),
    phrase("导入|包含|加载|使用 <x>", "引用 <x>"),
    phrase(": <x>", "：处理 <x>")
        .because("an effect is a reward, a sanction or an honour", "后果须写明是`奖励`、`处理`还是`表彰`")
        .only(&["奖惩"]),
];
