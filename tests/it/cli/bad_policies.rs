//! Bad policies and tests: kinds of bad input, five of each. The answer names the place, ends with 1 or 2, and is never a
//! panic.

use super::Folder;

const KINDS: &str = "entity area { key id : text } record walk { area : area at on : date }";

/// A kind of bad input: a name and five policies.
type Kind = (&'static str, fn(usize) -> Vec<u8>);

fn of(texts: [&str; 5], at: usize) -> Vec<u8> {
    texts[at].replace("KINDS", KINDS).into_bytes()
}

const SIZES: [usize; 5] = [65, 200, 5_000, 50_000, 200_000];

const BAD: &[Kind] = &[
    ("open quotes", |at| {
        of(
            [
                "policy p { source \"x }",
                "policy p { source “x }",
                "policy p { use 「a }",
                "policy p { use `a }",
                "policy p { source \"x\\\" }",
            ],
            at,
        )
    }),
    ("open braces", |at| {
        of(
            [
                "policy p {",
                "policy p { entity a { key id : text }",
                "policy p { rule r : each x satisfies (a = 1 }",
                "policy p { calendar c from 2024-01-01 to 2024-12-31 { }",
                "policy p { } }",
            ],
            at,
        )
    }),
    ("brackets in brackets", |at| {
        format!("policy p {{ measure m for g = {}1{} }}", "(".repeat(SIZES[at]), ")".repeat(SIZES[at])).into_bytes()
    }),
    ("signs in a row", |at| format!("policy p {{ measure m for g = {}1 }}", "- ".repeat(SIZES[at])).into_bytes()),
    ("blocks in blocks", |at| format!("policy p {{ {}", "rule {".repeat(SIZES[at])).into_bytes()),
    ("huge numbers", |at| {
        let digits = "9".repeat([30, 41, 400, 10_000, 300_000][at]);
        format!("policy p {{ param n : number = {digits} }}").into_bytes()
    }),
    ("numbers out of range", |at| {
        of(
            [
                "policy p { KINDS rule r : each area on day 0 of every month has at least 1 walk }",
                "policy p { KINDS rule r : each area on day 32 of every month has at least 1 walk }",
                "policy p { KINDS rule r : each walk reaches on within 99999999999 days of on rest days stay }",
                "policy p { KINDS tier t of area level 4294967296 }",
                "policy p { KINDS param n : number = 0.1234567891 }",
            ],
            at,
        )
    }),
    ("dates that are none", |at| {
        of(
            [
                "policy p { in force from 2024-02-30 }",
                "policy p { in force from 2024-13-01 }",
                "policy p { in force from 0000-00-00 }",
                "policy p { in force from 2024年2月30日 }",
                "policy p { in force from 2024-06-01 to 2024-05-01 }",
            ],
            at,
        )
    }),
    ("control characters", |at| {
        let c = ['\u{0}', '\u{1}', '\u{7}', '\u{1b}', '\u{9f}'][at];
        format!("policy p {{ source \"x{c}\" }}").into_bytes()
    }),
    ("bytes that are no text", |at| {
        let bad: [&[u8]; 5] = [b"\xff", b"\xed\xa0\x80", b"\xc0\x80", b"\xf4\x90\x80\x80", b"\xb2\xdf\xc2\xd4"];
        [b"policy p { source \"", bad[at], b"\" }"].concat()
    }),
    ("other files", |at| {
        let bytes: [&[u8]; 5] =
            [b"PK\x03\x04\x14\x00", b"%PDF-1.7\n", b"\xd0\xcf\x11\xe0", b"\xff\xfep\0o\0", b"\x7fELF"];
        bytes[at].to_vec()
    }),
    ("what is no policy", |at| of(["这不是政策", "{\"a\": 1}", "a,b\n1,2\n", "- name: x\n", "<html></html>"], at)),
    ("long lines", |at| {
        let words = match at {
            // A text of a million letters, and a statement that is none after it on the line.
            4 => format!("source \"{}\" rule", "字".repeat(1_000_000)),
            _ => format!("rule r : {}", "x ".repeat([1_000, 5_000, 20_000, 50_000][at])),
        };
        format!("policy p {{ {words} }}").into_bytes()
    }),
    ("too large", |at| {
        let max = wangge::limits::POLICY_BYTES_MAX;
        let mut text = b"policy p { }".to_vec();
        text.resize(max + [1, 2, 100, 10_000, 1_000_000][at], b' ');
        text
    }),
    ("taking in oneself", |at| {
        of(
            [
                "policy p { extends p }",
                "policy p { extends q } policy q { extends p }",
                "policy p { use v } vocabulary v { use v }",
                "policy p { use v } vocabulary v { use w } vocabulary w { use v }",
                "policy p { extends p from \"p.wg\" }",
            ],
            at,
        )
    }),
    ("files that are not there", |at| {
        of(
            [
                "policy p { use v from \"gone.wg\" }",
                "policy p { use v from \"../gone/gone.wg\" }",
                "policy p { extends v from \"\" }",
                "policy p { use v from \".\" }",
                "policy p { use v from \"/dev/zero\" }",
            ],
            at,
        )
    }),
    ("definitions by themselves", |at| {
        of(
            [
                "policy p { KINDS define a = a where id = \"x\" }",
                "policy p { KINDS define a = b where id = \"x\" define b = a where id = \"y\" }",
                "policy p { KINDS measure m for area = m + 1 }",
                "policy p { KINDS measure m for area = n measure n for area = m }",
                "policy p { KINDS assessment k for each area every year { item i 1 points : points points of k } }",
            ],
            at,
        )
    }),
    ("said twice", |at| {
        of(
            [
                "policy p { KINDS rule r : each area has at least 1 walk every week rule r : each area has at least 2 walk every week }",
                "policy p { KINDS entity area { key id : text } }",
                "policy p { } policy p { }",
                "policy p { entity e { key id : text id : number } }",
                "policy p { entity e { key id : one of { a, a } } }",
            ],
            at,
        )
    }),
    ("wrong order", |at| {
        of(
            [
                "policy { p }",
                "{ policy p }",
                "policy p { rule : r each x has at least 1 y }",
                "policy p { each x rule r : has at least 1 y every week }",
                "rule r : each x has at least 1 y every week policy p { }",
            ],
            at,
        )
    }),
    ("wrong types", |at| {
        of(
            [
                "policy p { KINDS rule r : each area where id > 3 has at least 1 walk every week }",
                "policy p { KINDS rule r : each area has at least \"one\" walk every week }",
                "policy p { KINDS measure m for area = count of walk + yes }",
                "policy p { KINDS param n : number = 2024-01-01 }",
                "policy p { KINDS rule r : each area satisfies count of walk }",
            ],
            at,
        )
    }),
    ("names that are not there", |at| {
        of(
            [
                "policy p { rule r : each x has at least 1 y every week }",
                "policy p { KINDS rule r : each area where x = 1 has at least 1 walk every week }",
                "policy p { KINDS rule r : each area has at least param x walk every week }",
                "policy p { set x = 1 }",
                "policy p { timezone \"Asia/Shangri-La\" }",
            ],
            at,
        )
    }),
    ("carriage returns", |at| {
        of(
            [
                "policy p {\r rule r : x\r }",
                "policy p {\r\n rule\r\n}\r\n",
                "\rpolicy p { rule }",
                "policy p { rule }\r",
                "policy p {\n\r rule \n\r}",
            ],
            at,
        )
    }),
    ("byte order marks", |at| {
        of(
            [
                "\u{feff}policy p {",
                "\u{feff}\u{feff}rule",
                "policy \u{feff}{ }",
                "\u{feff}}",
                "\u{feff}policy p { rule }\u{feff}",
            ],
            at,
        )
    }),
    ("cut off", |at| {
        let whole = format!("policy p {{ {KINDS} rule r cites A-1 : each area has at least 1 walk every week }}");
        whole.as_bytes()[..[7, 20, 60, 100, whole.len() - 1][at]].to_vec()
    }),
];

#[test]
fn bad_policies_are_refused_at_their_place() {
    assert!(BAD.len() >= 20);
    let mut wrong = Vec::new();
    for (name, kind) in BAD {
        for at in 0..5 {
            let folder = Folder::new();
            folder.write("p.wg", kind(at));
            let ran = folder.run(&["check", "p.wg"]);
            let all = format!("{}{}", ran.out, ran.err);
            let clear = all.contains("error") && all.contains("p.wg") && all.lines().all(|line| line.len() < 20_000);
            if !matches!(ran.code, 1 | 2) || !clear {
                let short: String = all.chars().take(600).collect();
                wrong.push(format!("{name} {at}: ends with {} and says {short}", ran.code));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn bad_tests_are_refused_at_their_place() {
    let good = "- name: a\n  period: 2024-01\n  rows: {area: [{id: A1}], walk: []}\n  expect: {only: true}\n";
    let kinds: [(&str, [String; 5]); 6] = [
        ("no yaml", ["[", "a: [", "\"", "- {", "&a *b"].map(str::to_owned)),
        ("no list", ["5", "a: 1", "text", "{}", "true"].map(str::to_owned)),
        ("no case", ["- 5", "- []", "- text", "- {}", "- {nmae: x}"].map(str::to_owned)),
        (
            "no period",
            ["2024-13", "x", "[]", "2024-02-30", "2024-06-01..2024-01-01"]
                .map(|p| good.replace("2024-01\n", &format!("{p}\n"))),
        ),
        (
            "rows that cannot be",
            [
                "{area: 5}",
                "{aera: []}",
                "{area: [{ix: A}]}",
                "{walk: [{area: A9, on: 2024-01-01}], area: []}",
                "{walk: [{area: A1, on: x}], area: [{id: A1}]}",
            ]
            .map(|rows| good.replace("{area: [{id: A1}], walk: []}", rows)),
        ),
        (
            "expectations that cannot be",
            [
                "5",
                "{findings: 5}",
                "{findings: [{rule: x, outcome: met}]}",
                "{findings: [{rule: r, outcome: done}]}",
                "{scores: [{assessment: x, points: 1}]}",
            ]
            .map(|expect| good.replace("{only: true}", expect)),
        ),
    ];
    for (name, texts) in kinds {
        for text in texts {
            let folder = Folder::new();
            folder.write("p.wg", format!("policy p {{ {KINDS} rule r : each area has at least 1 walk every week }}"));
            folder.write("tests.yaml", &text);
            let ran = folder.run(&["test", "."]);
            let all = format!("{}{}", ran.out, ran.err);
            assert!(matches!(ran.code, 1 | 2) && all.contains("tests.yaml"), "{name}: {text}\n{ran:#?}");
        }
    }
}

/// A pipe would be waited for without an end.
#[cfg(unix)]
#[test]
fn a_pipe_is_no_policy() {
    let folder = Folder::new();
    let made = std::process::Command::new("mkfifo").arg(folder.path("pipe.wg")).status();
    if !made.is_ok_and(|status| status.success()) {
        println!("no pipes here: nothing tested");
        return;
    }
    folder.write("p.wg", "policy p { use v from \"pipe.wg\" }");
    let ran = folder.run(&["check", "p.wg"]).ends(1);
    assert!(ran.out.contains("neither a file nor a folder"), "{ran:#?}");
    // In folders only files are read.
    folder.run(&["check", "."]).ends(1);
}

/// Each limit of a policy text: what is just within passes, one more is refused and told with both numbers.
#[test]
fn limits_of_policies() {
    use wangge::limits::{ADJUSTMENTS_MAX, DEFINITION_DEPTH_MAX, POLICY_BYTES_MAX, TAKEN_IN_DEPTH_MAX};
    let policy = |body: &str| format!("policy p {{ {KINDS} {body} }}");
    let sized = |bytes: usize| format!("policy p {{ }}{}", " ".repeat(bytes - "policy p { }".len()));
    let defined = |count: usize| {
        let chain: String = (1..count).map(|at| format!("define d{at} = d{} where id = \"x\"\n", at - 1)).collect();
        let rule = format!("rule r : each d{} has at least 1 walk every week", count - 1);
        policy(&format!("define d0 = area where id = \"x\"\n{chain}{rule}"))
    };
    let taken_in = |count: usize| {
        (0..count)
            .map(|at| match at {
                0 => "policy p0 { }\n".to_owned(),
                _ => format!("policy p{at} {{ extends p{} }}\n", at - 1),
            })
            .collect::<String>()
    };
    let deducts = |count: usize| {
        let lines: String = (0..count).map(|at| format!("add d{at} : 1 points\n")).collect();
        policy(&format!("assessment k for each area every year {{ {lines} }}"))
    };
    for (name, within, beyond, says) in [
        ("bytes", sized(POLICY_BYTES_MAX), sized(POLICY_BYTES_MAX + 1), POLICY_BYTES_MAX),
        ("definitions", defined(DEFINITION_DEPTH_MAX), defined(DEFINITION_DEPTH_MAX + 1), DEFINITION_DEPTH_MAX),
        ("policies", taken_in(TAKEN_IN_DEPTH_MAX), taken_in(TAKEN_IN_DEPTH_MAX + 1), TAKEN_IN_DEPTH_MAX),
        ("deductions", deducts(ADJUSTMENTS_MAX), deducts(ADJUSTMENTS_MAX + 1), ADJUSTMENTS_MAX),
    ] {
        let folder = Folder::new();
        folder.write("p.wg", within);
        let ran = folder.run(&["check", "p.wg"]);
        assert_eq!(ran.code, 0, "{name} within: {ran:#?}");
        folder.write("p.wg", beyond);
        let ran = folder.run(&["check", "p.wg"]);
        let all = format!("{}{}", ran.out, ran.err);
        assert!(ran.code == 1 && all.contains(&says.to_string()), "{name} beyond: {all}");
    }
}
