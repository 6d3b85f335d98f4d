//! The page of each diagnostic, in English and Chinese.

use super::Text;

const EN: &str = include_str!("../../docs/codes/en.md");
const ZH: &str = include_str!("../../docs/codes/zh.md");

/// Codes that have a page, in order.
pub fn codes() -> impl Iterator<Item = &'static str> {
    EN.lines().filter_map(|line| line.strip_prefix("## ")?.split(' ').next())
}

/// The page of a code, such as `WG0201`, as Markdown.
#[must_use]
pub fn page(code: &str) -> Option<Text> {
    Some(Text::new(section(EN, code)?, section(ZH, code)?))
}

/// From the heading of a code to the next heading.
fn section<'t>(text: &'t str, code: &str) -> Option<&'t str> {
    let start = text.find(&format!("\n## {code} "))? + 1;
    let rest = text.get(start..)?;
    let end = rest.find("\n## ").map_or(rest.len(), |at| at + 1);
    rest.get(..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_stands_in_both_languages() {
        let of = |text: &'static str| -> Vec<&str> {
            text.lines().filter_map(|line| line.strip_prefix("## ")?.split(' ').next()).collect()
        };
        assert_eq!(of(EN), of(ZH));
        assert!(of(EN).is_sorted());
        for code in codes() {
            let page = page(code).unwrap();
            assert!(page.en.lines().count() > 2 && page.zh.lines().count() > 2, "{code}");
        }
        assert_eq!(page("WG9999"), None);
    }
}
