//! One fixture with Chinese lines goes through every renderer.

use super::super::{Diagnostic, Lang, Severity, Text, human, json};
use crate::source::{SourceId, Sources, Span};

fn fixture() -> (Vec<Diagnostic>, Sources) {
    let mut sources = Sources::default();
    let text = "政策 某镇 {\n    规则 每日巡查 依据 SS-41：每个 基础网络 每日 至少 1 次 巡查\n}\n";
    let id = sources.add("政策/某镇.wg", text);
    let other = sources.add("vocabulary.wg", "vocabulary v {\n\tentity 基础网格 { }\n}\n");
    let span = |source: SourceId, word: &str| {
        let text = sources.get(source).map(|s| s.text.clone()).unwrap();
        let start = text.find(word).unwrap();
        Span { source, start: u32::try_from(start).unwrap(), end: u32::try_from(start + word.len()).unwrap() }
    };
    let mut unknown = Diagnostic::error(
        "WG0201",
        span(id, "基础网络"),
        Text::new("nothing is declared as `基础网络`", "没有声明 `基础网络`"),
    )
    .with_label(Text::new("unknown name", "未知名称"))
    .with_secondary(span(id, "每日巡查"), Text::new("in this rule", "在这条规则中"))
    .with_secondary(span(other, "基础网格"), Text::new("a name like it", "相近的名称"))
    .with_help(Text::new("write `基础网格`", "改为 `基础网格`"));
    unknown.clause = Some("SS-41".to_owned());
    let end = Span { source: id, start: u32::try_from(text.len()).unwrap(), end: u32::try_from(text.len()).unwrap() };
    let note = Diagnostic::new("WG0601", Severity::Note, end, Text::new("nothing follows", "后面没有内容"));
    let lost = Span { source: SourceId(9), start: 3, end: 4 };
    let warning = Diagnostic::new("WG0602", Severity::Warning, lost, Text::new("no text", "没有文本"));
    (vec![unknown, note, warning], sources)
}

#[test]
fn for_people() {
    let (diagnostics, sources) = fixture();
    insta::assert_snapshot!("human_en", human::render(&diagnostics, &sources, Lang::En));
    insta::assert_snapshot!("human_zh", human::render(&diagnostics, &sources, Lang::Zh));
}

#[test]
fn carets_stand_under_chinese_words() {
    let (diagnostics, sources) = fixture();
    let text = human::render(&diagnostics, &sources, Lang::En);
    let width = |s: &str| unicode_width::UnicodeWidthStr::width(s);
    let line = text.lines().find(|l| l.contains("每个 基础网络")).unwrap();
    let carets = text.lines().find(|l| l.contains('^')).unwrap();
    let (before_word, _) = line.split_once("基础网络").unwrap();
    let (before_carets, _) = carets.split_once('^').unwrap();
    assert_eq!(width(before_word), width(before_carets));
    assert_eq!(carets.matches('^').count(), width("基础网络"));
}

#[test]
fn as_json() {
    let (diagnostics, sources) = fixture();
    let text = json::render(&diagnostics, &sources, Lang::Zh);
    insta::assert_snapshot!("json_zh", text);
    let objects: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
    let first = objects.first().unwrap();
    assert_eq!((first["line"].as_u64(), first["column"].as_u64()), (Some(2), Some(25)));
    assert_eq!((first["end_line"].as_u64(), first["end_column"].as_u64()), (Some(2), Some(29)));
    assert_eq!(json::render(&[], &sources, Lang::En), "[]\n");
}

#[test]
fn colours_only_where_asked_for() {
    let (diagnostics, sources) = fixture();
    assert!(!human::render(&diagnostics, &sources, Lang::En).contains('\u{1b}'));
    assert!(human::render_styled(&diagnostics, &sources, Lang::En).contains('\u{1b}'));
}
