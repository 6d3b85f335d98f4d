//! Numbers that are written otherwise than the language has them: in words, in groups of three digits, as ordinals.

const ENGLISH: &[&str] =
    &["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];

const ORDINALS: &[&str] = &["first", "second", "third", "fourth", "fifth"];

const ORDINALS_ZH: &[&str] = &["第一个", "第二个", "第三个", "第四个", "第五个"];

/// An English number word.
pub(crate) fn english(word: &str) -> Option<u64> {
    let word = word.to_lowercase();
    if word == "once" {
        return Some(1);
    }
    if word == "twice" {
        return Some(2);
    }
    let at = ENGLISH.iter().position(|one| *one == word)?;
    u64::try_from(at).ok()
}

/// The Chinese number that a word begins with, and what follows it: `三次` is 3 and 次.
pub(crate) fn chinese(word: &str) -> Option<(u64, &str)> {
    let is_numeral = |c: char| digit(c).is_some() || power(c).is_some();
    let end = word.find(|c: char| !is_numeral(c)).unwrap_or(word.len());
    let (numeral, rest) = word.split_at_checked(end)?;
    Some((value(numeral)?, rest))
}

fn value(numeral: &str) -> Option<u64> {
    if numeral.is_empty() {
        return None;
    }
    // 万 multiplies all that stands before it.
    if let Some((thousands, rest)) = numeral.split_once('万') {
        let rest = if rest.is_empty() { 0 } else { value(rest)? };
        return value(thousands)?.checked_mul(10_000)?.checked_add(rest);
    }
    let (mut sum, mut last) = (0u64, None);
    for c in numeral.chars() {
        match (digit(c), power(c)) {
            (Some(digit), _) => last = Some(digit),
            (None, Some(power)) => sum = sum.checked_add(last.take().unwrap_or(1).checked_mul(power)?)?,
            (None, None) => return None,
        }
    }
    sum.checked_add(last.unwrap_or(0))
}

fn digit(c: char) -> Option<u64> {
    let at = match c {
        '两' => 2,
        '零' => 0,
        _ => "〇一二三四五六七八九".chars().position(|digit| digit == c)?,
    };
    u64::try_from(at).ok()
}

fn power(c: char) -> Option<u64> {
    match c {
        '十' => Some(10),
        '百' => Some(100),
        '千' => Some(1_000),
        '万' => Some(10_000),
        _ => None,
    }
}

/// Digits and a word that multiplies them: `1.5` and 万 are `15000`.
pub(crate) fn with_power(digits: &str, word: &str) -> Option<String> {
    let mut chars = word.chars();
    let zeros = usize::try_from(power(chars.next()?)?.ilog10()).ok()?;
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let written = !whole.is_empty() && whole.chars().chain(part.chars()).all(|c| c.is_ascii_digit());
    if !written || part.len() > zeros || zeros < 2 {
        return None;
    }
    let rest = chars.as_str();
    let number = format!("{whole}{part}{}", "0".repeat(zeros - part.len()));
    Some(if rest.is_empty() { number } else { format!("{number} {rest}") })
}

/// Digits that go on in groups of three, each behind a comma: `1` and `,000 yuan` are `1000`.
pub(crate) fn grouped(digits: &str, rest: &str) -> Option<String> {
    let mut plain = digits.to_owned();
    let mut rest = rest;
    while let Some(after) = rest.strip_prefix([',', '，']) {
        let length = after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len());
        let Some((group, behind)) = after.split_at_checked(length).filter(|_| length == 3) else { break };
        plain.push_str(group);
        rest = behind;
    }
    (plain.len() > digits.len()).then_some(plain)
}

/// An ordinal in digits at the start of a text: the word for it, and its length in bytes.
pub(crate) fn ordinal(text: &str) -> Option<(&'static str, usize)> {
    let (prefix, digits, suffixes, words): (usize, &str, &[&str], &[&'static str]) = match text.strip_prefix('第') {
        Some(rest) => ('第'.len_utf8(), rest, &["个", ""], ORDINALS_ZH),
        None => (0, text, &["st", "nd", "rd", "th"], ORDINALS),
    };
    let length = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    let (number, rest) = digits.split_at_checked(length)?;
    let suffix = suffixes.iter().find(|suffix| rest.starts_with(**suffix))?;
    let word = words.get(number.parse::<usize>().ok()?.checked_sub(1)?)?;
    Some((word, prefix + length + suffix.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_words() {
        assert_eq!(english("Three"), Some(3));
        assert_eq!(english("thirty"), None);
        assert_eq!(chinese("三次"), Some((3, "次")));
        assert_eq!(chinese("两"), Some((2, "")));
        assert_eq!(chinese("十五天"), Some((15, "天")));
        assert_eq!(chinese("三十"), Some((30, "")));
        assert_eq!(chinese("一千二百"), Some((1_200, "")));
        assert_eq!(chinese("一万五千元"), Some((15_000, "元")));
        assert_eq!(chinese("次"), None);
    }

    #[test]
    fn powers_and_groups() {
        assert_eq!(with_power("1", "千").as_deref(), Some("1000"));
        assert_eq!(with_power("1.5", "万元").as_deref(), Some("15000 元"));
        assert_eq!(with_power("", "千"), None);
        assert_eq!(with_power("2", "次"), None);
        assert_eq!(grouped("1", ",000 x").as_deref(), Some("1000"));
        assert_eq!(grouped("1", ",000,000").as_deref(), Some("1000000"));
        assert_eq!(grouped("1", "，000 次").as_deref(), Some("1000"));
        assert_eq!(grouped("1", ", 000"), None);
        assert_eq!(grouped("1", ",0000"), None);
    }

    #[test]
    fn ordinals() {
        assert_eq!(ordinal("2nd Monday"), Some(("second", 3)));
        assert_eq!(ordinal("第2个 周一"), Some(("第二个", "第2个".len())));
        assert_eq!(ordinal("第2 周一"), Some(("第二个", "第2".len())));
        assert_eq!(ordinal("6th"), None);
        assert_eq!(ordinal("2 days"), None);
    }
}
