//! Checking takes time in proportion to the text: families of large texts, good and bad, at two sizes.

use std::fmt::Write as _;
use std::time::{Duration, Instant};
use wangge::check::check;
use wangge::diagnostic::{Lang, human, sarif};
use wangge::source::Sources;
use wangge::syntax::parse;

const SMALL: usize = 100;
const GROWTH: usize = 4;
/// Linear work grows by 4, quadratic by 16.
const RATIO_MAX: u32 = 8;

const KINDS: &str = "    whole town
    entity grid { key id : text  parent up : grid optional  tier level : whole number }
    entity home { key id : text  grid : grid  class : one of { a, b, c }  size : number }
    record visit { key nr : text  home : home  at day : date  way : one of { door, phone } }
    record patrol { grid : grid  at day : date  length : number }
    record petition { key nr : text  grid : grid  at opened : time  closed : time optional }
    record ruling { grid : grid  at day : date  named : text }
    calendar office from data
";

/// A policy with a line for each number below `count`.
fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
    let mut text = format!("policy p {{\n{KINDS}");
    for at in 0..count {
        writeln!(text, "    {}", line(at)).unwrap();
    }
    text + "}\n"
}

/// The statements of an ordinary large policy: measures, parts, parameters, rules of many forms, assessments.
pub fn ordinary(count: usize) -> String {
    let tenth = (count / 10).max(1);
    let mut text = format!("policy p {{\n{KINDS}");
    for at in 0..tenth {
        writeln!(text, "    measure m{at} for grid = count of visit in where way = door and home.size > {at}").unwrap();
        writeln!(text, "    define d{at} = home where class = b and size > {at}").unwrap();
        writeln!(text, "    param n{at} : number = {at}").unwrap();
    }
    for at in 0..count * 6 / 10 {
        let other = at % tenth;
        let body = match at % 8 {
            0 => format!("each home where class = a has at least {} visit every month", at % 5 + 1),
            1 => format!("each grid has at least 2 patrol where length > {at} every week"),
            2 => format!(
                "each petition where nr = \"{at}\" reaches closed within 15 workdays of opened by calendar office"
            ),
            3 => format!("each grid satisfies m{other} > {} every quarter", at % 9),
            4 => {
                format!("each home where size > {at} has at least 1 visit where way = door every year unless class = c")
            }
            5 => format!("each grid has at least 1 patrol on day {} of every month", at % 28 + 1),
            6 => format!("each d{other} has at least 2 visit every quarter"),
            _ => format!("each grid has at least param n{other} patrol every month"),
        };
        writeln!(text, "    rule r{at} cites P-{at} : {body}").unwrap();
    }
    let rules = count * 6 / 10;
    for at in 0..=count / 10 / 13 {
        writeln!(text, "    assessment a{at} for each grid every year out of 100 points {{").unwrap();
        for item in 0..8 {
            let rule = (at * 8 + item) * 8 % rules.max(1) / 8 * 8 + 1;
            writeln!(text, "        item i{item} 12.5 points : share met r{rule} nothing due full unknown excluded")
                .unwrap();
        }
        writeln!(text, "        deduct late : 1 points per patrol where length < {at} at most 10 points").unwrap();
        writeln!(text, "        veto v : ruling decided by named sets grade bad").unwrap();
        writeln!(text, "        grades {{ good 80 points or more ; otherwise bad }}\n    }}").unwrap();
    }
    text + "}\n"
}

type Family = (&'static str, fn(usize) -> String);

/// Each doubles with its size; what is wrong in them is wrong in every line.
const FAMILIES: &[Family] = &[
    ("ordinary", ordinary),
    ("one name for all rules", |n| lines(n, |_| "rule same : each home has at least 1 visit every month".to_owned())),
    ("one name for all measures", |n| lines(n, |_| "measure same for home = count of visit".to_owned())),
    ("unknown kinds", |n| lines(n, |i| format!("rule x{i} : each hoome{i} has at least 1 visit every month"))),
    ("unknown fields", |n| {
        lines(n, |i| format!("rule x{i} : each home where clas{i} = a has at least 1 visit every week"))
    }),
    ("unknown rules among many", |n| {
        let rules = lines(n, |i| format!("rule long_name_{i} : each grid has at least 1 patrol every week"));
        let items: String = (0..n)
            .map(|i| format!("item i{i} 1 points : share met lang_name_{i}x nothing due full unknown excluded\n"))
            .collect();
        rules.trim_end().trim_end_matches('}').to_owned()
            + &format!("assessment a for each grid every year {{\n{items}}}\n}}\n")
    }),
    ("misspelt statements", |n| lines(n, |i| format!("rulle x{i} : each home has at least 1 visit every month"))),
    ("misspelt words", |n| lines(n, |i| format!("rule x{i} : each home has at leats 1 visit every month"))),
    ("misspelt statements and unknown names", |n| {
        lines(n, |i| match i % 2 {
            0 => format!("rulle x{i} : each home has at least 1 visit every month"),
            _ => format!("rule x{i} : each hoome{i} has at least 1 visit every month"),
        })
    }),
    ("on one line", |n| {
        lines(n, |i| format!("rule x{i} : each hoome has at least 1 visit every month")).replace('\n', " ")
    }),
    ("misspelt on one line", |n| {
        lines(n, |i| format!("rulle x{i} : each home has at least 1 visit every month")).replace('\n', " ")
    }),
    ("parts", |n| lines(n, |i| format!("define d{i} = home where size > {i}"))),
    ("parts of parts", |n| {
        lines(n, |i| format!("define d{i} = d{} where size > {i}", i.saturating_sub(1)).replace("d0 = d0", "d0 = home"))
    }),
    ("tiers", |n| lines(n, |i| format!("tier t{i} of grid level {} count {i}", i % 9 + 1))),
    ("codes", |n| {
        let codes: Vec<String> = (0..n * 10).map(|i| format!("c{i}")).collect();
        let codes = codes.join(", ");
        format!(
            "policy p {{ entity e {{ key id : text c : one of {{ {codes} }} }} rule r : each e satisfies c in {{ {codes} }} }}"
        )
    }),
    ("unknown codes", |n| {
        let codes = |word: &str| (0..n).map(|i| format!("{word}{i}")).collect::<Vec<_>>().join(", ");
        let (all, none) = (codes("c"), codes("d"));
        format!(
            "policy p {{ entity e {{ key id : text c : one of {{ {all} }} }} rule r : each e satisfies c in {{ {none} }} }}"
        )
    }),
    ("kinds in a chain", |n| {
        lines(n, |i| format!("entity k{i} {{ key id : text  k : k{} optional }}", i.saturating_sub(1)))
    }),
    ("items", |n| {
        let items: String = (0..n).map(|i| format!("item i{i} 1 points : full\n")).collect();
        format!("policy p {{ {KINDS} assessment a for each grid every year {{ {items} }} }}")
    }),
    ("rows of a table", |n| {
        let rows: String = (0..n).map(|i| format!("{} or more gets 5 points\n", n - i)).collect();
        format!(
            "policy p {{ {KINDS} measure m for grid = count of patrol assessment a for each grid every year {{ item i 5 points : by m {{ {rows} otherwise 0 points }} }} }}"
        )
    }),
    ("clauses cited and excluded", |n| {
        lines(n, |i| {
            format!(
                "not encoded P-{i} because \"reason\"\n    rule r{i} cites P-{i} : each grid has at least 1 patrol every week"
            )
        })
    }),
    ("policies that extend each other", |n| {
        (0..n)
            .map(|i| match i {
                0 => "policy p0 { entity k { key id : text } }\n".to_owned(),
                _ => format!("policy p{i} {{ extends p{} }}\n", i - 1),
            })
            .collect()
    }),
    ("one name for all policies", |n| {
        (0..n).map(|i| format!("policy p {{ entity k{i} {{ key id : text }} }}\n")).collect()
    }),
    ("open parameters", |n| {
        lines(n, |i| {
            format!("param n{i} : number = open\n    rule r{i} : each grid has at least param n{i} patrol every week")
        })
    }),
    ("alternatives", |n| {
        let tests: Vec<String> = (0..n).map(|i| format!("nr = \"{i}\"")).collect();
        format!("policy p {{ {KINDS} measure m for home = count of visit where {} }}", tests.join(" or "))
    }),
    ("operators of one sum", |n| lines(1, |_| format!("measure m for home = 1{}", " + 1".repeat(n * 10)))),
    ("conditions of one rule", |n| {
        lines(1, |_| format!("rule r : each home satisfies size = 1{}", " and size > 1 or not size = 2".repeat(n * 10)))
    }),
    ("requirements of one rule", |n| {
        lines(1, |_| format!("rule r : each home at least 1 visit{}", " and at least 1 visit".repeat(n * 10)))
    }),
    ("a mistake behind many conditions", |n| {
        lines(1, |_| format!("rule r : each home satisfies size = 1{} )", " and size > 1".repeat(n * 10)))
    }),
    ("braces", |n| lines(n, |_| "{ }".to_owned())),
    ("closing braces", |n| format!("policy p {{{}", "\n}".repeat(n))),
    ("opening braces", |n| format!("policy p {{{}", "\nrule r {".repeat(n))),
    ("quotes", |n| lines(n, |_| "source \"x".to_owned())),
    ("look-alikes", |n| lines(n, |i| format!("param nаme{i} : number = 1"))),
];

fn told(text: &str) -> usize {
    let mut sources = Sources::default();
    let id = sources.add("p.wg", text);
    let (file, mut problems) = parse(id, text);
    problems.extend(check(&[(id, file)], &sources).diagnostics);
    human::render(&problems, &sources, Lang::Zh).len() + sarif::render(&problems, &sources, Lang::En, "").len()
}

fn time(text: &str) -> Duration {
    let start = Instant::now();
    assert!(told(text) > 0);
    start.elapsed()
}

#[test]
#[cfg_attr(debug_assertions, ignore = "measures time: run alone, in release")]
fn work_grows_with_the_text() {
    let mut slow = Vec::new();
    for (name, family) in FAMILIES {
        let (small, large) = (family(SMALL), family(SMALL * GROWTH));
        // Apart from what each text of the family has: kinds, braces.
        let common = family(0).len();
        assert!(large.len() - common > (small.len() - common) * (GROWTH - 1), "{name} must grow");
        // Other work on the machine slows one measurement, hardly the fastest of several.
        let mut best = (Duration::MAX, Duration::MAX);
        let fits = (0..4).any(|_| {
            best = (best.0.min(time(&small)), best.1.min(time(&large)));
            best.1 <= best.0 * RATIO_MAX
        });
        if !fits {
            slow.push(format!("{name}: {:?} for {} bytes, {:?} for {}", best.0, small.len(), best.1, large.len()));
        }
    }
    assert!(slow.is_empty(), "{}", slow.join("\n"));
}

/// A policy of 10,000 lines as a process: below a second where the program is built to be fast.
#[test]
#[cfg_attr(debug_assertions, ignore = "the second is for a program that is built to be fast")]
fn a_policy_of_ten_thousand_lines_is_checked_below_a_second() {
    let folder = tempfile::tempdir().unwrap();
    let text = ordinary(10_000);
    assert!(text.lines().count() >= 10_000, "{}", text.lines().count());
    let wrong = lines(10_000, |i| format!("rule x{i} : each hoome{i} has at least {i} visit every month"));
    let limit = Duration::from_secs(1);
    for (name, text, ends) in [("good.wg", text, 0), ("wrong.wg", wrong, 1)] {
        std::fs::write(folder.path().join(name), text).unwrap();
        let run = || {
            let start = Instant::now();
            let output = std::process::Command::new(env!("CARGO_BIN_EXE_wangge"))
                .args(["check", name])
                .current_dir(folder.path())
                .output()
                .unwrap();
            assert_eq!(output.status.code(), Some(ends), "{}", String::from_utf8_lossy(&output.stdout));
            start.elapsed()
        };
        let fastest = (0..3).map(|_| run()).find(|took| *took <= limit);
        assert!(fastest.is_some(), "{name} takes more than {limit:?}");
    }
}
