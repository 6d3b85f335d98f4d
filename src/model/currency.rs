//! Currencies of ISO 4217: what the money of a policy is counted in.

/// A currency: its code, how many decimals its smallest unit has, its Chinese name (empty: the code stands for it).
struct Entry(&'static str, u32, &'static str);

/// A currency of ISO 4217.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Currency(u8);

/// In the order of the codes. Units that are no money of a place (gold, funds, tests) are left out.
const ENTRIES: &[Entry] = &[
    Entry("AED", 2, ""),
    Entry("AFN", 2, ""),
    Entry("ALL", 2, ""),
    Entry("AMD", 2, ""),
    Entry("AOA", 2, ""),
    Entry("ARS", 2, "阿根廷比索"),
    Entry("AUD", 2, "澳元"),
    Entry("AWG", 2, ""),
    Entry("AZN", 2, ""),
    Entry("BAM", 2, ""),
    Entry("BBD", 2, ""),
    Entry("BDT", 2, "塔卡"),
    Entry("BGN", 2, "列弗"),
    Entry("BHD", 3, ""),
    Entry("BIF", 0, ""),
    Entry("BMD", 2, ""),
    Entry("BND", 2, "文莱元"),
    Entry("BOB", 2, ""),
    Entry("BRL", 2, "雷亚尔"),
    Entry("BSD", 2, ""),
    Entry("BTN", 2, ""),
    Entry("BWP", 2, ""),
    Entry("BYN", 2, ""),
    Entry("BZD", 2, ""),
    Entry("CAD", 2, "加元"),
    Entry("CDF", 2, ""),
    Entry("CHF", 2, "瑞士法郎"),
    Entry("CLP", 0, "智利比索"),
    Entry("CNY", 2, "人民币元"),
    Entry("COP", 2, ""),
    Entry("CRC", 2, ""),
    Entry("CUP", 2, ""),
    Entry("CVE", 2, ""),
    Entry("CZK", 2, "捷克克朗"),
    Entry("DJF", 0, ""),
    Entry("DKK", 2, "丹麦克朗"),
    Entry("DOP", 2, ""),
    Entry("DZD", 2, ""),
    Entry("EGP", 2, "埃及镑"),
    Entry("ERN", 2, ""),
    Entry("ETB", 2, ""),
    Entry("EUR", 2, "欧元"),
    Entry("FJD", 2, ""),
    Entry("FKP", 2, ""),
    Entry("GBP", 2, "英镑"),
    Entry("GEL", 2, ""),
    Entry("GHS", 2, ""),
    Entry("GIP", 2, ""),
    Entry("GMD", 2, ""),
    Entry("GNF", 0, ""),
    Entry("GTQ", 2, ""),
    Entry("GYD", 2, ""),
    Entry("HKD", 2, "港元"),
    Entry("HNL", 2, ""),
    Entry("HTG", 2, ""),
    Entry("HUF", 2, "福林"),
    Entry("IDR", 2, "印尼盾"),
    Entry("ILS", 2, "新谢克尔"),
    Entry("INR", 2, "印度卢比"),
    Entry("IQD", 3, ""),
    Entry("IRR", 2, ""),
    Entry("ISK", 0, "冰岛克朗"),
    Entry("JMD", 2, ""),
    Entry("JOD", 3, ""),
    Entry("JPY", 0, "日元"),
    Entry("KES", 2, ""),
    Entry("KGS", 2, ""),
    Entry("KHR", 2, "瑞尔"),
    Entry("KMF", 0, ""),
    Entry("KPW", 2, ""),
    Entry("KRW", 0, "韩元"),
    Entry("KWD", 3, ""),
    Entry("KYD", 2, ""),
    Entry("KZT", 2, "坚戈"),
    Entry("LAK", 2, "基普"),
    Entry("LBP", 2, ""),
    Entry("LKR", 2, ""),
    Entry("LRD", 2, ""),
    Entry("LSL", 2, ""),
    Entry("LYD", 3, ""),
    Entry("MAD", 2, ""),
    Entry("MDL", 2, ""),
    Entry("MGA", 2, ""),
    Entry("MKD", 2, ""),
    Entry("MMK", 2, "缅元"),
    Entry("MNT", 2, "图格里克"),
    Entry("MOP", 2, "澳门元"),
    Entry("MRU", 2, ""),
    Entry("MUR", 2, ""),
    Entry("MVR", 2, ""),
    Entry("MWK", 2, ""),
    Entry("MXN", 2, "墨西哥比索"),
    Entry("MYR", 2, "林吉特"),
    Entry("MZN", 2, ""),
    Entry("NAD", 2, ""),
    Entry("NGN", 2, ""),
    Entry("NIO", 2, ""),
    Entry("NOK", 2, "挪威克朗"),
    Entry("NPR", 2, ""),
    Entry("NZD", 2, "新西兰元"),
    Entry("OMR", 3, ""),
    Entry("PAB", 2, ""),
    Entry("PEN", 2, ""),
    Entry("PGK", 2, ""),
    Entry("PHP", 2, "菲律宾比索"),
    Entry("PKR", 2, ""),
    Entry("PLN", 2, "兹罗提"),
    Entry("PYG", 0, ""),
    Entry("QAR", 2, ""),
    Entry("RON", 2, "罗马尼亚列伊"),
    Entry("RSD", 2, ""),
    Entry("RUB", 2, "卢布"),
    Entry("RWF", 0, ""),
    Entry("SAR", 2, "沙特里亚尔"),
    Entry("SBD", 2, ""),
    Entry("SCR", 2, ""),
    Entry("SDG", 2, ""),
    Entry("SEK", 2, "瑞典克朗"),
    Entry("SGD", 2, "新加坡元"),
    Entry("SHP", 2, ""),
    Entry("SLE", 2, ""),
    Entry("SOS", 2, ""),
    Entry("SRD", 2, ""),
    Entry("SSP", 2, ""),
    Entry("STN", 2, ""),
    Entry("SVC", 2, ""),
    Entry("SYP", 2, ""),
    Entry("SZL", 2, ""),
    Entry("THB", 2, "泰铢"),
    Entry("TJS", 2, ""),
    Entry("TMT", 2, ""),
    Entry("TND", 3, ""),
    Entry("TOP", 2, ""),
    Entry("TRY", 2, "土耳其里拉"),
    Entry("TTD", 2, ""),
    Entry("TWD", 2, "新台币"),
    Entry("TZS", 2, ""),
    Entry("UAH", 2, "格里夫纳"),
    Entry("UGX", 0, ""),
    Entry("USD", 2, "美元"),
    Entry("UYU", 2, ""),
    Entry("UZS", 2, ""),
    Entry("VED", 2, ""),
    Entry("VES", 2, ""),
    Entry("VND", 0, "越南盾"),
    Entry("VUV", 0, ""),
    Entry("WST", 2, ""),
    Entry("XAF", 0, ""),
    Entry("XCD", 2, ""),
    Entry("XCG", 2, ""),
    Entry("XOF", 0, ""),
    Entry("XPF", 0, ""),
    Entry("YER", 2, ""),
    Entry("ZAR", 2, "兰特"),
    Entry("ZMW", 2, ""),
    Entry("ZWG", 2, ""),
];

/// Position of the yuan.
const CNY: u8 = 28;

impl Default for Currency {
    fn default() -> Self {
        Currency::CNY
    }
}

impl Currency {
    /// The yuan, in which a policy counts that names no currency.
    pub const CNY: Currency = Currency(CNY);

    /// The currency of a code or a Chinese name (`EUR`, `欧元`; `yuan`, `元`).
    #[must_use]
    pub fn named(name: &str) -> Option<Currency> {
        if matches!(name, "yuan" | "元") {
            return Some(Currency::CNY);
        }
        let found = ENTRIES.iter().position(|Entry(code, _, zh)| *code == name || !zh.is_empty() && *zh == name);
        found.and_then(|at| u8::try_from(at).ok()).map(Currency)
    }

    /// All codes.
    pub fn codes() -> impl Iterator<Item = &'static str> {
        ENTRIES.iter().map(|entry| entry.0)
    }

    /// The code of ISO 4217.
    #[must_use]
    pub fn code(self) -> &'static str {
        ENTRIES.get(usize::from(self.0)).map_or("", |entry| entry.0)
    }

    /// How many decimals its smallest unit has: 2 for cents.
    #[must_use]
    pub fn decimals(self) -> u32 {
        ENTRIES.get(usize::from(self.0)).map_or(2, |entry| entry.1)
    }

    /// The word that outputs and policies have for it: `yuan`, or its code.
    #[must_use]
    pub fn word(self) -> &'static str {
        if self == Currency::CNY { "yuan" } else { self.code() }
    }

    /// The word in Chinese.
    #[must_use]
    pub fn word_zh(self) -> &'static str {
        match ENTRIES.get(usize::from(self.0)) {
            _ if self == Currency::CNY => "元",
            Some(Entry(code, _, "")) => code,
            Some(Entry(_, _, name)) => name,
            None => "",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_stand_in_order_and_names_are_found() {
        assert_eq!(Currency::CNY.code(), "CNY");
        assert!(ENTRIES.windows(2).all(|pair| pair[0].0 < pair[1].0));
        let grammar = include_str!("../../grammar/wangge.pest");
        for Entry(code, _, zh) in ENTRIES {
            assert_eq!(Currency::named(code).map(Currency::code), Some(*code));
            if !zh.is_empty() {
                assert_eq!(Currency::named(zh).map(Currency::code), Some(*code));
                assert!(grammar.contains(&format!("\"{zh}\"")), "the grammar has no {zh}");
            }
        }
        assert_eq!(Currency::named("日元").map(Currency::decimals), Some(0));
        assert_eq!(Currency::named("EURO"), None);
    }
}
