//! Words with which other languages and plans begin a statement, and where it is said here.

use crate::diagnostic::Text;

/// Words, and what is told, in both languages.
const BEGINNINGS: &[(&[&str], &str, &str)] = &[
    (
        &["if", "when", "where", "如果", "若", "当", "凡"],
        "a condition stands inside a statement: in a rule behind the kind, `rule NAME : each KIND where CONDITION has at least 1 ...`, in a deduction behind `when`",
        "条件写在语句之内：规则中写在对象之后，`规则 名称：每个 对象 其中 条件 至少 1 次 ……`；扣分、加分写在`当`之后",
    ),
    (
        &["else", "otherwise", "否则", "其他"],
        "`else` belongs to a value, `if CONDITION then VALUE else VALUE`, `otherwise` to the last row of a table or of grades",
        "`否则`写在取值里，`若 条件 则 值 否则 值`，或写在表、等次的最后一行",
    ),
    (
        &["each", "every", "all", "每个", "所有", "各"],
        "a duty is a rule with a name: `rule NAME : each KIND has at least 1 ... every month`",
        "职责写成规则并有名称：`规则 名称：每个 对象 每月 至少 1 次 ……`",
    ),
    (
        &["for", "foreach", "while", "loop", "循环"],
        "there are no loops: a rule is about each row of its kind, `rule NAME : each KIND has at least 1 ...`",
        "没有循环：规则对其对象的每一行分别判定，`规则 名称：每个 对象 至少 1 次 ……`",
    ),
    (
        &["function", "def", "fn", "func", "macro", "函数", "公式", "方法"],
        "there are no functions: a value with a name is a measure, `measure NAME for KIND = VALUE`",
        "没有函数：有名称的值写成指标，`指标 名称 对 对象 = 值`",
    ),
    (
        &["let", "const", "var", "variable", "变量", "常量", "设", "令"],
        "a number with a name is a parameter, `param NAME : number = 5`; a computed value is a measure, `measure NAME for KIND = VALUE`",
        "有名称的数写成参数，`参数 名称：数 = 5`；算出的值写成指标，`指标 名称 对 对象 = 值`",
    ),
    (
        &["table", "class", "struct", "object", "表", "类", "对象"],
        "what is kept in a register is an entity, what happens on a day a record: `entity NAME { key id : text }`, `record NAME { at day : date  who : ENTITY }`",
        "登记在册的写成实体，某日发生的写成记录：`实体 名称 { 主键 编号：文本 }`、`记录 名称 { 时间 日期：日期  对象：实体名 }`",
    ),
    (
        &["enum", "type", "枚举", "类型"],
        "codes are listed where the field is: `NAME : one of { A, B }`",
        "代码在字段处列出：`名称：取一 { 甲、乙 }`",
    ),
    (
        &["select", "insert", "update", "delete", "create", "查询"],
        "this is no query language: a measure counts rows, `measure NAME for KIND = count of RECORD where CONDITION`",
        "这不是查询语言：计数写成指标，`指标 名称 对 对象 = 计数 记录 其中 条件`",
    ),
    (
        &[
            "article",
            "section",
            "chapter",
            "第一条",
            "第二条",
            "第三条",
            "第四条",
            "第五条",
            "一",
            "二",
            "三",
            "四",
            "五",
        ],
        "the number of a clause is cited by the statement: `rule NAME cites A-1 : each KIND ...`",
        "条款编号由语句引用：`规则 名称 依据 甲-1：每个 对象 ……`",
    ),
];

/// The same, of lines of an assessment: also where one goes on on the same line.
const LINES: &[(&[&str], &str, &str)] = &[
    (
        &["sanction", "punish", "punishment", "处理", "处罚", "处分", "惩罚", "惩处", "问责", "通报"],
        "a sanction follows a grade, `effects { GRADE : sanction NAME }` in an assessment, or a step of a counter, `step 6 points : sanction NAME`",
        "处理由等次引起，在考核中写`奖惩 { 等次 : 处理 名称 }`，或由记分的档引起，写`档 6 分：处理 名称`",
    ),
    (
        &["fine", "fines", "罚款", "罚金", "罚"],
        "a fine follows a grade, `effects { GRADE : sanction fine 500 yuan }` in an assessment, or a step of a counter; money per record is paid in a reward, `pay 50 yuan per KIND`",
        "罚款由等次引起，在考核中写`奖惩 { 等次 : 处理 罚款 500 元 }`，或写在记分的档里；按记录计发的钱写在奖励里，`付 50 元 每有 记录`",
    ),
    (
        &["penalty", "penalties", "minus", "subtract", "demerit", "扣分", "扣罚", "减分", "减", "扣除"],
        "points are taken off in an assessment: `deduct 5 points per KIND`; money follows a grade: `effects { GRADE : sanction NAME 500 yuan }`",
        "扣分写在考核里：`扣 5 分 每有 记录`；扣钱由等次引起：`奖惩 { 等次 : 处理 名称 500 元 }`",
    ),
    (
        &["bonus", "extra", "credit", "加分", "奖分"],
        "points are added in an assessment: `add 5 points per KIND`; money is paid in a reward: `reward NAME for each KIND every month in yuan { pay 50 yuan per RECORD }`",
        "加分写在考核里：`加 5 分 每有 记录`；发钱写成奖励：`奖励 名称 对 每个 对象 每月 以 元 { 付 50 元 每有 记录 }`",
    ),
    (
        &["reward", "奖励", "奖金", "奖"],
        "money for a grade stands in `effects { GRADE : reward NAME 500 yuan }`, for a place in `award NAME : top 3 by points ties include reward 500 yuan`",
        "等次的奖金写`奖惩 { 等次 : 奖励 名称 500 元 }`，名次的写`授予 名称：前 3 依 得分 并列 同授 奖励 500 元`",
    ),
    (
        &["weight", "worth", "score", "权重", "分值", "计分", "评分", "得分"],
        "what a duty is worth is said by an item of an assessment: `item NAME 30 points : share met RULE nothing due full unknown unmet`",
        "职责值多少分，写在考核的项里：`项 名称 30 分：达成率 规则 无应办 满分 不明 视为未办`",
    ),
    (
        &["grade", "level", "class", "等级", "档次", "评级", "评等"],
        "grades are rows in braces: `grades { GOOD 80 points or more ; otherwise POOR }`",
        "等次逐行写在花括号中：`等次 { 优秀 80 分 以上；否则 不合格 }`",
    ),
];

/// Words that go on with a rule as if it had points.
const WORTH: &[&str] = &[
    "weight",
    "worth",
    "otherwise",
    "else",
    "deduct",
    "score",
    "points",
    "权重",
    "分值",
    "否则",
    "扣",
    "计分",
    "未完成",
];

/// What is told of a word that begins no statement.
pub(super) fn beginning(word: &str) -> Option<Text> {
    let word = word.to_lowercase();
    told(BEGINNINGS, &word).or_else(|| told(LINES, &word)).or_else(|| {
        ["每逾期", "逾期", "每超期", "每迟"].iter().any(|late| word.starts_with(late)).then(|| {
            Text::new(
                "how late is counted between two days: `deduct 1 points per 1 days of (days between DUE and DONE) rounded up`",
                "迟了多久按两日相隔计：`扣 1 分 每 1 天 的（相隔 天 应办日 与 办结日）向上取整`",
            )
        })
    })
}

/// What is told of a word that begins a line of an assessment where the line before it could end.
pub(super) fn line(word: &str) -> Option<Text> {
    told(LINES, &word.to_lowercase())
}

fn told(table: &[(&[&str], &str, &str)], word: &str) -> Option<Text> {
    let (_, en, zh) = table.iter().find(|(words, ..)| words.contains(&word))?;
    Some(Text::new(*en, *zh))
}

/// What is told of a word that gives a rule points.
pub(super) fn worth(word: &str) -> Option<Text> {
    WORTH.contains(&word).then(|| line("weight")).flatten()
}

/// Marks with which other languages begin a comment. `first`: at the start of a statement.
pub(super) fn comment(rest: &str, first: bool) -> Option<Text> {
    let marks: &[&str] = if first { &["#", "--", "'", "%"] } else { &["#", "--"] };
    marks.iter().any(|mark| rest.starts_with(mark)).then(|| {
        Text::new("a comment begins with `//` or stands between `/*` and `*/`", "注释以`//`开头，或写在`/*`与`*/`之间")
    })
}
