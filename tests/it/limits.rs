//! Every limit of `src/limits.rs`: what lies just within passes, one more is refused and told with both numbers.

use crate::cli::Folder;
use crate::data::{folder as data_folder, load};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use wangge::data::run::observe;
use wangge::data::setup::RunOptions;
use wangge::data::yaml::{YamlSize, parse as parse_yaml};
use wangge::diagnostic::Severity;
use wangge::limits;
use wangge::source::Sources;

/// Limits whose edge no test stands at, with the reason.
const NOT_AT_THE_EDGE: &[(&str, &str)] = &[
    (
        "YAML_DATA_NODES_MAX",
        "forty million values take minutes and gigabytes; the code is that of YAML_NODES_MAX with another number",
    ),
    ("BATCH_BYTES", "a batch that ends early changes no result: the property test cuts batches anywhere"),
    (
        "PARSER_STEPS_MAX",
        "no text within POLICY_BYTES_MAX is known that needs so many steps; tests/it/check/speed.rs looks for one",
    ),
    ("EXPLAINED_QUESTIONS_MAX", SHORTENED),
    ("EXPLAINED_BELOW_ITEM_MAX", SHORTENED),
    ("EXPLAINED_OF_RULE_MAX", SHORTENED),
    ("EXPLAINED_ROWS_MAX", SHORTENED),
    ("EXPLAINED_BRIEF_ROWS_MAX", SHORTENED),
    ("EXPLAINED_ASIDE_MAX", SHORTENED),
    ("EXPLAINED_NEAR_MAX", SHORTENED),
    ("EXPLAINED_NEAR_DAYS", SHORTENED),
    ("EXPLAINED_FIGURES_MAX", SHORTENED),
    ("EXPLAINED_DEPTH_MAX", SHORTENED),
    ("EXPLAINED_LIST_MAX", SHORTENED),
    ("LISTED_NAMES_MAX", SHORTENED),
    ("NEAR_KEYS_MAX", "of keys that are near the nearest are offered; src/data/suggest.rs cuts such a list"),
];

/// Lists for people are cut and say how many more there are: tests/it/cli/explain.rs has a long one.
const SHORTENED: &str = "a list for people is cut there and says how many more there are";

const KINDS: &str = "entity g { key id : text }\nrecord v { at day : date  g : g }\n";

/// Errors of parser and checker: `CODE message`.
fn said(text: &str) -> Vec<String> {
    let mut sources = Sources::default();
    let id = sources.add("p.wg", text);
    let (file, mut problems) = wangge::syntax::parse(id, text);
    problems.extend(wangge::check::check(&[(id, file)], &sources).diagnostics);
    let errors = problems.iter().filter(|problem| problem.severity == Severity::Error);
    errors.map(|problem| format!("{} {}", problem.code, problem.message.en)).collect()
}

/// The statements pass within and are refused beyond, with the code and both numbers.
#[track_caller]
fn edge(code: &str, within: &str, beyond: &str, numbers: &[&str]) {
    let policy = |body: &str| format!("policy p {{\n{KINDS}{body}\n}}");
    let fine = said(&policy(within));
    assert!(fine.is_empty(), "within: {fine:?}");
    let refused = said(&policy(beyond));
    let told = refused.iter().find(|line| line.starts_with(code));
    assert!(told.is_some_and(|line| numbers.iter().all(|number| line.contains(number))), "beyond: {refused:?}");
}

#[test]
fn every_limit_is_tested() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let declared = std::fs::read_to_string(root.join("src/limits.rs")).unwrap();
    let names: BTreeSet<&str> =
        declared.lines().filter_map(|line| line.strip_prefix("pub const ")?.split(':').next()).collect();
    assert!(names.len() > 20);
    let mut tests = String::new();
    let files = [
        "tests/it/limits.rs",
        "tests/it/cli/bad_policies.rs",
        "tests/it/cli/check.rs",
        "src/data/read/tests.rs",
        "src/syntax/scan.rs",
    ];
    for path in files {
        tests += &std::fs::read_to_string(root.join(path)).unwrap();
    }
    let untested: Vec<&&str> = names.iter().filter(|name| !tests.contains(**name)).collect();
    assert!(untested.is_empty(), "{untested:?}");
    for (name, reason) in NOT_AT_THE_EDGE {
        assert!(names.contains(name) && !reason.is_empty(), "{name}");
    }
}

/// Unoptimised code takes much more of a stack: it makes do with two mebibytes, as a thread has by default.
#[test]
fn nesting_and_chains_of_policies() {
    std::thread::Builder::new().stack_size(2 << 20).spawn(nesting_and_chains).unwrap().join().unwrap();
}

fn nesting_and_chains() {
    let max = limits::NESTING_MAX;
    let brackets = |count: usize| format!("measure m for g = {}1{}", "(".repeat(count), ")".repeat(count));
    // The brace of the policy is one of them.
    edge("WG0104", &brackets(max - 1), &brackets(max), &["49", "48"]);
    let max = limits::OPERATORS_MAX;
    let sums = |count: usize| format!("measure m for g = 1{}", " + 1".repeat(count));
    edge("WG0104", &sums(max), &sums(max + 1), &["129", "128"]);
    // Operators in brackets nest as well: neither the brackets nor a chain are too many.
    let both = |brackets: usize, each: usize| {
        let closed = format!("){}", " + 1".repeat(each));
        format!("measure m for g = {}1{}", "(".repeat(brackets), closed.repeat(brackets))
    };
    edge("WG0104", &both(32, 4), &both(43, 3), &["129", "128"]);
    let signs = |brackets: usize| format!("measure m for g = {}1{}", "- - - (".repeat(brackets), ")".repeat(brackets));
    edge("WG0104", &signs(42), &signs(43), &["129", "128"]);
    let max = limits::CHAIN_STEPS_MAX;
    let chain = |count: usize| {
        let mut text = String::from("entity k0 { key id : text }\n");
        for at in 1..count {
            writeln!(text, "entity k{at} {{ key id : text  up : k{} }}", at - 1).unwrap();
        }
        writeln!(text, "record w {{ at day : date  to : k{} }}", count - 1).unwrap();
        text + "rule r : each k0 has at least 1 w every month"
    };
    edge("WG0401", &chain(max), &chain(max + 1), &[]);
}

#[test]
fn measures_in_tiers_are_looked_at_once() {
    // Each is read twice by the next: as many ways lead to the first as 2 to the power of their number.
    let tiers = |kind: &str, first: &str, read: &str| {
        let kinds = KINDS.replace("record v { ", "record v { key id : text  ");
        let mut text = format!("policy p {{\n{kinds}measure m0 for {kind} = {first}\n");
        for at in 1..30 {
            let _ = writeln!(text, "measure m{at} for {kind} = if m{0} > 0 then m{0} else 0", at - 1);
        }
        let _ = write!(
            text,
            "assessment a for each g every day {{ item i 100 points : by ({read}) {{ 5 or more gets 10 points ; 1 to 4 gets 5 points ; otherwise 0 points }} }}\n}}"
        );
        text
    };
    for (kind, first, read) in [
        ("g", "count of v", "m29"),
        ("g", "year of as of", "m29"),
        ("v", "year of day", "sum m29 over v"),
        ("v", "year of day", "count of v where m29 is known or m29 > 3"),
    ] {
        let visits = ("v.csv", "id,day,g\n1,2024-01-01,A\n");
        run(&[("p.wg", &tiers(kind, first, read)), visits], "2024-01").run(&SCORE).ends(0);
    }
}

#[test]
fn numbers_in_policies() {
    let clauses = |count: u32| format!("clauses Z-1 to Z-{count}");
    edge("WG0220", &clauses(limits::CLAUSES_MAX), &clauses(limits::CLAUSES_MAX + 1), &[]);
    let calendar = |days: i64| {
        let first = chrono::NaiveDate::from_ymd_opt(1950, 1, 1).unwrap();
        format!("calendar c from {first} to {} {{ }}", first + chrono::TimeDelta::days(days - 1))
    };
    edge("WG0218", &calendar(limits::CALENDAR_DAYS_MAX), &calendar(limits::CALENDAR_DAYS_MAX + 1), &["73201", "73200"]);
    let rolling = |days: u32| format!("rule r : each g has at least 1 v within any {days} days");
    edge("WG0408", &rolling(limits::ROLLING_DAYS_MAX), &rolling(limits::ROLLING_DAYS_MAX + 1), &["3661", "3660"]);
    let cycle = |months: u32| {
        format!(
            "entity l {{ key id : text  issued : date }}\nrecord u {{ at day : date  l : l }}\nrule r : each l has at least 1 u every {months} months from issued"
        )
    };
    edge("WG0408", &cycle(limits::CYCLE_UNITS_MAX), &cycle(limits::CYCLE_UNITS_MAX + 1), &["1201", "1200"]);
    let term = |days: u32| {
        format!(
            "record w {{ key id : text  at a : date  b : date optional }}\nrule r : each w reaches b within {days} days of a rest days stay"
        )
    };
    edge("WG0311", &term(limits::TERM_UNITS_MAX), &term(limits::TERM_UNITS_MAX + 1), &["100000"]);
}

/// Beyond these limits nothing is refused; work ends.
#[test]
fn comparisons_and_suggestions_end() {
    let rules = |count: usize| {
        let mut text = format!("policy p {{\n{KINDS}");
        for at in 1..count {
            writeln!(text, "rule r{at} cites Z-{at} : each g has at least 1 v every week").unwrap();
        }
        text + "rule none cites Z-0 : each g has at most 0 v every week\n}"
    };
    let within = 600;
    assert!(within * (within - 1) / 2 <= limits::RULE_PAIRS_MAX && (within + 1) * within / 2 > limits::RULE_PAIRS_MAX);
    let contradicted = |count| said(&rules(count)).iter().any(|line| line.starts_with("WG0783"));
    assert!(contradicted(within) && !contradicted(within + 100));

    let mistakes = |count: usize| {
        let mut text = String::from("policy p {\n");
        for at in 0..100 {
            writeln!(text, "entity household{at:03}x {{ key id : text }}").unwrap();
        }
        for at in 0..count {
            writeln!(text, "rule r{at} : each household{:03}y satisfies id is known", at % 100).unwrap();
        }
        text + "}"
    };
    let helped = |count: usize| {
        let text = mistakes(count);
        let mut sources = Sources::default();
        let id = sources.add("p.wg", text.as_str());
        let (file, _) = wangge::syntax::parse(id, &text);
        let found = wangge::check::check(&[(id, file)], &sources).diagnostics;
        let unknown: Vec<_> = found.iter().filter(|found| found.code == "WG0201").collect();
        (unknown.len(), unknown.iter().filter(|found| found.help.is_some()).count())
    };
    let few = limits::SUGGESTION_WORK_MAX / 100 / 2;
    assert_eq!(helped(few), (few, few));
    let (all, with_help) = helped(few * 4);
    assert!(all == few * 4 && with_help >= few && with_help < all, "{with_help} of {all}");
}

#[test]
fn texts_in_yaml() {
    #[track_caller]
    fn edge(within: &str, beyond: &str, says: &str) {
        let fine = parse_yaml(within, YamlSize::Small);
        assert!(fine.is_ok(), "{:?}", fine.err());
        let refused = parse_yaml(beyond, YamlSize::Small).unwrap_err();
        assert!(refused.message.en.contains(says) && refused.message.zh.contains("最多"), "{refused:?}");
    }
    let padded = |bytes: usize| format!("a: 1\n#{}", "x".repeat(bytes - 6));
    edge(&padded(limits::YAML_BYTES_MAX), &padded(limits::YAML_BYTES_MAX + 1), "4194305 bytes, at most 4194304");
    // The list is a value too.
    let values = |count: usize| format!("[{}1]", "1,".repeat(count - 2));
    edge(&values(limits::YAML_NODES_MAX), &values(limits::YAML_NODES_MAX + 1), "400001 values, at most 400000");
    let deep = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
    edge(
        &deep(limits::YAML_DEPTH_MAX),
        &deep(limits::YAML_DEPTH_MAX + 1),
        "33 lists and mappings in each other, at most 32",
    );
    let aliases = |count: usize| format!("[&x 1{}]", ", *x".repeat(count));
    edge(&aliases(limits::YAML_ALIASES_MAX), &aliases(limits::YAML_ALIASES_MAX + 1), "1001 aliases, at most 1000");
}

/// A run of one grid and one visit, with other files.
fn run(files: &[(&str, &str)], source: &str) -> Folder {
    let folder = Folder::new();
    folder.write("p.wg", format!("policy p {{\n{KINDS}rule r : each g has at least 1 v every day\n}}"));
    folder.write("g.csv", "id\nA\n");
    folder.write("v.csv", "day,g\n2024-01-01,A\n");
    let (period, visits) = match source.split_once('|') {
        Some((period, visits)) => (period, visits),
        None => (source, "v.csv"),
    };
    folder.write(
        "m.yaml",
        format!("policies: p.wg\nperiod: {period}\nsources:\n  - {{kind: g, files: g.csv}}\n  - {{kind: v, files: {visits}, complete: period}}\n"),
    );
    files.iter().for_each(|(name, text)| folder.write(name, text));
    folder
}

const SCORE: [&str; 6] = ["score", "m.yaml", "--out", "out", "--findings", "none"];

#[test]
fn windows_of_a_run() {
    let period = |days: i64| {
        let first = chrono::NaiveDate::from_ymd_opt(1990, 1, 1).unwrap();
        format!("{first}..{}", first + chrono::TimeDelta::days(days - 1))
    };
    let max = i64::try_from(limits::WINDOWS_MAX).unwrap();
    run(&[], &period(max)).run(&SCORE).ends(0);
    let ran = run(&[], &period(max + 1)).run(&SCORE).ends(1);
    assert!(ran.err.contains("15001") && ran.err.contains("15000") && ran.err.contains("`r`"), "{ran:?}");
}

/// Rows are counted where they are read; the limit itself is far too many for a test, so that it is made smaller.
#[test]
fn rows_and_subjects_of_a_run() {
    assert!(limits::ROWS_MAX < u64::from(u32::MAX), "ids have 32 bits");
    let folder = data_folder(&[]);
    let with = |rows_max: u64| {
        let mut setup = load(folder.path(), &RunOptions::default()).unwrap();
        assert_eq!(setup.rows_max, limits::ROWS_MAX);
        setup.rows_max = rows_max;
        observe(&setup, 2).map(|_| ()).map_err(|error| error.in_lang(wangge::diagnostic::Lang::En))
    };
    // Six rows of registers; then three visits and three lines of cases.
    assert_eq!(with(6), Ok(()));
    let told = with(5).unwrap_err();
    assert!(told.contains("6 rows up to here, at most 5") && told.contains("households.csv"), "{told}");
}

#[test]
fn rows_and_files_that_are_too_large() {
    let row = |bytes: usize| format!("{{\"day\":\"2024-01-01\",\"g\":\"A\"{}}}\n", " ".repeat(bytes - 29));
    assert_eq!(row(40).len(), 40);
    run(&[("v.jsonl", &row(limits::ROW_BYTES_MAX))], "2024-01|v.jsonl").run(&SCORE).ends(0);
    let ran = run(&[("v.jsonl", &row(limits::ROW_BYTES_MAX + 1))], "2024-01|v.jsonl").run(&SCORE).ends(1);
    assert!(ran.err.contains("longer than 16 MiB") && ran.err.contains("v.jsonl:1"), "{ran:?}");

    // Files without content, as large as said.
    let mut sized = vec![("v.json", limits::YAML_DATA_BYTES_MAX as u64)];
    if cfg!(feature = "xlsx") {
        sized.push(("v.xlsx", limits::WORKBOOK_BYTES_MAX));
    }
    for (name, max) in sized {
        for (bytes, too_large) in [(max, false), (max + 1, true)] {
            let folder = run(&[(name, "")], &format!("2024-01|{name}"));
            std::fs::OpenOptions::new().write(true).open(folder.path(name)).unwrap().set_len(bytes).unwrap();
            let ran = folder.run(&SCORE).ends(1);
            let told = ran.err.contains(&max.to_string()) && ran.err.contains(&bytes.to_string());
            assert_eq!(told, too_large, "{name} {bytes}: {ran:?}");
            assert!(!folder.path("out").exists());
        }
    }
}

#[test]
fn values_of_rejects_are_cut() {
    let max = limits::REJECT_VALUE_CHARS;
    let value = "字".repeat(max);
    let long = format!("{value}字");
    let folder = run(&[("v.csv", &format!("day,g\n{value},A\n{long},A\n"))], "2024-01");
    folder.run(&SCORE).ends(0);
    let rejects = folder.read("out/rejects.csv");
    let shown: Vec<&str> = rejects.lines().skip(1).filter_map(|line| line.split(',').nth(3)).collect();
    assert_eq!(shown, [value.clone(), format!("{value}…")], "{rejects}");
}

#[test]
fn files_folders_and_threads() {
    let many = |count: usize| {
        let folder = Folder::new();
        for at in 0..count {
            folder.write(&format!("p{at}.wg"), format!("policy p{at} {{ }}"));
        }
        folder.run(&["check", "."])
    };
    many(limits::POLICY_FILES_MAX).ends(0);
    let ran = many(limits::POLICY_FILES_MAX + 1);
    assert!(matches!(ran.code, 1 | 2) && format!("{}{}", ran.out, ran.err).contains("1000"), "{ran:?}");

    let deep = |depth: usize| {
        let folder = Folder::new();
        folder.write(&format!("{}p.wg", "d/".repeat(depth)), "policy p { }");
        folder.run(&["check", "."])
    };
    deep(limits::FOLDER_DEPTH_MAX).ends(0);
    assert!(deep(limits::FOLDER_DEPTH_MAX + 1).ends(2).err.contains("nothing to check"));

    // More threads than that are not started; the result is the same.
    let folder = run(&[], "2024-01");
    let scores = |threads: usize| {
        folder
            .run(&["score", "m.yaml", "--out", "out", "--findings", "all", "--threads", &threads.to_string()])
            .ends(0);
        folder.read("out/findings.csv")
    };
    assert_eq!(scores(limits::THREADS_MAX), scores(limits::THREADS_MAX + 1));
}

#[test]
fn as_many_variants_as_the_limit_and_no_more() {
    let folder = Folder::starter("en");
    let most = limits::VARIANTS_MAX;
    for (count, code) in [(most, 0), (most + 1, 2)] {
        let values: Vec<String> = (1..=count).map(|days| format!("answer_days={days}")).collect();
        let flags = values.iter().flat_map(|value| ["--what-if", value.as_str()]);
        let args: Vec<&str> = ["score", "plan/manifest.yaml", "--quiet"].into_iter().chain(flags).collect();
        folder.run(&args).ends(code);
    }
}

#[test]
fn a_part_of_as_many_levels_as_the_limit_and_no_more() {
    let most = limits::PART_LEVELS_MAX;
    for (levels, code) in [(most, 0), (most + 1, 1)] {
        let folder = Folder::new();
        let mut units = "id,above\nu1,\n".to_owned();
        for at in 2..=levels {
            writeln!(units, "u{at},u{}", at - 1).unwrap();
        }
        folder.write("units.csv", &units);
        folder.write("calls.csv", format!("day,unit\n2024-01-03,u{levels}\n"));
        folder.write(
            "p.wg",
            "policy p { entity unit { key id : text ; parent above : unit optional } record call { at day : date ; unit : unit }
             rule r : each unit has at least 1 call of every month }",
        );
        folder.write(
            "manifest.yaml",
            "policies: p.wg\nperiod: 2024-01\ngoverns: { policy: p, kind: unit, keys: u1 }\nsources:
  - { kind: unit, files: units.csv }
  - { kind: call, files: calls.csv, complete: period }\n",
        );
        let ran = folder.run(&["score", "manifest.yaml", "--lang", "en"]).ends(code);
        // The lowest unit was called; all levels are judged.
        assert!(code == 1 && ran.err.contains("13") && ran.err.contains("12") || code == 0, "{}{}", ran.out, ran.err);
        if code == 0 {
            assert!(ran.out.contains(&(levels - 1).to_string()), "{}", ran.out);
        }
    }
}
