//! One fixture with Chinese lines goes through every renderer.

use super::super::{Diagnostic, Lang, Severity, Text, catalogue, github, human, json, sarif};
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

#[test]
fn as_workflow_commands() {
    let (diagnostics, sources) = fixture();
    insta::assert_snapshot!("github_zh", github::render(&diagnostics, &sources, Lang::Zh, ""));
    insta::assert_snapshot!("github_en", github::render(&diagnostics, &sources, Lang::En, "政策"));
    assert_eq!(github::render(&[], &sources, Lang::En, ""), "");
}

#[cfg(feature = "cli")]
#[test]
fn as_junit() {
    let (diagnostics, sources) = fixture();
    let text = super::super::junit::render(&diagnostics, &sources, Lang::Zh, "", Severity::Error);
    insta::assert_snapshot!("junit_zh", text);
    let strict = super::super::junit::render(&diagnostics, &sources, Lang::En, "", Severity::Warning);
    assert_eq!((text.matches("<failure").count(), strict.matches("<failure").count()), (1, 2));
}

fn sarif_log(diagnostics: &[Diagnostic], sources: &Sources, lang: Lang) -> serde_json::Value {
    serde_json::from_str(&sarif::render(diagnostics, sources, lang, "")).unwrap()
}

#[test]
fn as_sarif() {
    let (diagnostics, sources) = fixture();
    let log = sarif_log(&diagnostics, &sources, Lang::Zh);
    let mut results = log["runs"][0]["results"].clone();
    for result in results.as_array_mut().unwrap() {
        // Its place in the catalogue changes with every new code.
        assert!(result.as_object_mut().unwrap().remove("ruleIndex").is_some());
    }
    insta::assert_snapshot!("sarif_zh", serde_json::to_string_pretty(&results).unwrap());
    let codes: Vec<&str> = catalogue::codes().collect();
    let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    assert_eq!(rules.iter().map(|rule| rule["id"].as_str().unwrap()).collect::<Vec<_>>(), codes);
    for rule in rules {
        let help = rule["help"]["markdown"].as_str().unwrap();
        let page = catalogue::page(rule["id"].as_str().unwrap()).unwrap();
        for lang in [Lang::En, Lang::Zh] {
            let last = page.in_lang(lang).trim().lines().last().unwrap();
            assert!(help.contains(last), "{rule}");
        }
    }
}

/// What the SARIF 2.1.0 schema requires of the objects that are written, and the values that it allows.
#[test]
fn sarif_keeps_to_its_schema() {
    let (diagnostics, sources) = fixture();
    for (diagnostics, lang) in [(diagnostics.as_slice(), Lang::En), (&diagnostics, Lang::Zh), (&[], Lang::En)] {
        schema(&sarif_log(diagnostics, &sources, lang), diagnostics.len());
    }
}

fn keys<'v>(object: &'v serde_json::Value, required: &[&str], allowed: &[&str]) -> &'v serde_json::Value {
    let map = object.as_object().unwrap();
    for key in required {
        assert!(map.contains_key(*key), "{key} is missing in {object}");
    }
    for key in map.keys() {
        assert!(required.contains(&key.as_str()) || allowed.contains(&key.as_str()), "{key} in {object}");
    }
    object
}

fn schema(log: &serde_json::Value, count: usize) {
    keys(log, &["version", "runs"], &["$schema"]);
    assert_eq!(log["version"], "2.1.0");
    let runs = log["runs"].as_array().unwrap();
    assert_eq!(runs.len(), 1);
    let run = keys(&runs[0], &["tool", "results"], &["language", "columnKind"]);
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    assert!(["en", "zh"].contains(&run["language"].as_str().unwrap()));
    let driver =
        keys(&keys(&run["tool"], &["driver"], &[])["driver"], &["name"], &["semanticVersion", "language", "rules"]);
    let rules = driver["rules"].as_array().unwrap();
    let mut ids = std::collections::BTreeSet::new();
    for rule in rules {
        keys(rule, &["id"], &["shortDescription", "fullDescription", "help"]);
        for text in ["shortDescription", "fullDescription"] {
            assert!(!keys(&rule[text], &["text"], &[])["text"].as_str().unwrap().is_empty());
        }
        assert!(!keys(&rule["help"], &["text"], &["markdown"])["text"].as_str().unwrap().is_empty());
        assert!(ids.insert(rule["id"].as_str().unwrap()), "rules are unique");
    }
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), count);
    let mut prints = std::collections::BTreeSet::new();
    for result in results {
        let optional =
            ["ruleId", "ruleIndex", "level", "locations", "relatedLocations", "partialFingerprints", "properties"];
        keys(result, &["message"], &optional);
        assert!(["none", "note", "warning", "error"].contains(&result["level"].as_str().unwrap()));
        keys(&result["message"], &["text"], &[]);
        if let Some(index) = result.get("ruleIndex") {
            assert_eq!(rules[usize::try_from(index.as_u64().unwrap()).unwrap()]["id"], result["ruleId"]);
        }
        assert!(prints.insert(result["partialFingerprints"].to_string()), "{result}");
        assert!(result["partialFingerprints"].as_object().unwrap().values().all(serde_json::Value::is_string));
        for list in ["locations", "relatedLocations"] {
            for location in result.get(list).and_then(|l| l.as_array()).into_iter().flatten() {
                keys(location, &["physicalLocation"], &["id", "message"]);
                let place = keys(&location["physicalLocation"], &["artifactLocation", "region"], &[]);
                let uri = keys(&place["artifactLocation"], &["uri"], &[])["uri"].as_str().unwrap();
                assert!(uri.is_ascii() && !uri.starts_with('/') && !uri.contains(' '), "{uri}");
                let region = keys(&place["region"], &["startLine", "startColumn", "endLine", "endColumn"], &[]);
                let number = |key: &str| region[key].as_u64().filter(|n| *n >= 1).unwrap();
                assert!(
                    (number("startLine"), number("startColumn")) <= (number("endLine"), number("endColumn")),
                    "{region}"
                );
            }
        }
    }
}

#[test]
fn fingerprints_stay_when_lines_move() {
    let of = |text: &str| -> Vec<String> {
        let mut sources = Sources::default();
        let id = sources.add("a.wg", text);
        let (_, problems) = crate::syntax::parse(id, text);
        let prints = |lang| -> Vec<String> {
            let log = sarif_log(&problems, &sources, lang);
            let results = log["runs"][0]["results"].as_array().unwrap().clone();
            results.iter().map(|r| r["partialFingerprints"]["wanggeDiagnostic/v1"].to_string()).collect()
        };
        assert_eq!(prints(Lang::En), prints(Lang::Zh));
        prints(Lang::En)
    };
    let before = of("policy p {\n  ruel a : x\n  ruel a : x\n  use\n}\n");
    assert_eq!(before.len(), 3);
    assert_eq!(before, of("// moved\n\npolicy p {\n      ruel a :  x\n  ruel a : x\n\n use\n}\n"));
    let other = of("policy p {\n  ruel b : x\n  ruel a : x\n  use\n}\n");
    assert!(before[0] != other[0] && before[0] == other[1] && before[2] == other[2], "{before:?} {other:?}");
}
