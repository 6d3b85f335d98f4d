//! Chinese characters that are typed for each other: of one sound, or drawn alike. Those of official texts are enough.

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Each group: its characters stand for one another in a slip of the pen or of an input method.
const GROUPS: &[&str] = &[
    "访防仿房訪",
    "户护沪戶戸",
    "走奏",
    "巡寻询循",
    "查察茶",
    "网往網罔",
    "格隔各",
    "办辨辩辦",
    "结接截节結",
    "计记纪继計記",
    "己已巳",
    "做作坐座",
    "在再",
    "帐账",
    "型形行",
    "像象",
    "复覆付负",
    "检捡简檢",
    "级极及級",
    "报抱報",
    "满慢漫滿",
    "意义议議",
    "例列历厉",
    "部布步",
    "长常场長",
    "员圆原源員",
    "村存",
    "社设設",
    "区取區",
    "事是示市",
    "件建健",
    "诉述訴",
    "受收手",
    "理里李",
    "度渡",
    "核合和",
    "考靠",
    "评平凭評",
    "等登",
    "优忧優",
    "奖将讲獎",
    "罚发法罰",
    "期其起",
    "限现線",
    "时实十時",
    "日曰",
    "未末",
    "土士",
    "人入",
    "大太",
    "天夫",
    "名明",
    "单担單",
    "代带",
    "会汇慧會",
    "培陪",
    "训讯訓",
    "整正证",
    "治制致质冶",
    "安按",
    "隐稳",
    "患换",
    "信讯",
    "息习",
    "的得地之",
    "率律",
    "数树數",
    "类累類",
    "层成層",
    "责则責",
    "任认",
    "性姓",
    "点店",
    "职值職",
    "岗刚崗",
    "干千于",
    "戊戌戍",
    "拨拔",
    "侯候",
    "纠究",
    "纷份分",
    "低抵底",
    "卫为维衛",
    "环还環",
    "境竟镜",
    "街接",
    "镇真振鎮",
    "乡香鄉",
    "组祖",
    "效校",
    "情请清",
    "况框",
    "题提",
    "问门",
    "决绝",
    "定订",
    "通同",
    "过果",
    "处出",
    "项向",
    "目木",
    "支知之",
    "元园",
    "电店",
    "话化",
    "见件",
    "面免",
    "毎每",
    "量两",
];

/// The groups of each character.
static OF: LazyLock<BTreeMap<char, Vec<usize>>> = LazyLock::new(|| {
    let mut of: BTreeMap<char, Vec<usize>> = BTreeMap::new();
    for (at, group) in GROUPS.iter().enumerate() {
        group.chars().for_each(|c| of.entry(c).or_default().push(at));
    }
    of
});

/// Whether two characters are typed for each other.
pub(super) fn alike(a: char, b: char) -> bool {
    let groups = |c: char| if c.is_ascii() { None } else { OF.get(&c) };
    groups(a).zip(groups(b)).is_some_and(|(a, b)| a.iter().any(|group| b.contains(group)))
}

/// Whether a character joins words and is easily left out, or put in.
pub(super) fn is_joint(c: char) -> bool {
    matches!(c, '的' | '之' | '地' | '得' | '_' | '-')
}
