//! The files of a small run, byte for byte.

use super::*;
use crate::model::*;
use crate::source::Span;
use std::fs;

fn rule(name: &str, cites: &[&str]) -> Rule {
    Rule {
        name: name.to_owned(),
        cites: cites.iter().map(|c| (*c).to_owned()).collect(),
        strength: Strength::InPrinciple,
        subject: KindId(0),
        scope: None,
        requirement: Requirement::All(Vec::new()),
        frame: Frame::State,
        excused: Vec::new(),
        except: Vec::new(),
        partial: PartialWindows::Whole,
        waivable: false,
        overridden_by: Vec::new(),
        season: None,
        attributes: crate::model::AttributesAt::Start,
        rows: crate::model::RowsOn::Last,
        in_force: Force::default(),
        day_starts: 0,
        span: Span::default(),
    }
}

fn policy(name: &str) -> Policy {
    let assessment = Assessment {
        name: "yearly".to_owned(),
        cites: Vec::new(),
        subject: KindId(0),
        scope: None,
        every: Some(CalendarUnit::Year),
        out_of: Some(Ratio::int(100)),
        loses: None,
        clamp: crate::model::Clamp::Both,
        lowest_best: false,
        places: 1,
        money: None,
        multiple: None,
        rounding: Rounding::HalfUp,
        items: Vec::new(),
        groups: Vec::new(),
        adjustments: Vec::new(),
        group_order: Vec::new(),
        total_lines: Vec::new(),
        grades: vec![Grade { name: "好".to_owned(), when: None }],
        gates: Vec::new(),
        vetoes: Vec::new(),
        rank: None,
        grade_effects: Vec::new(),
        awards: Vec::new(),
        ladders: Vec::new(),
        grade_quotas: Vec::new(),
        in_force: Force::default(),
        span: Span::default(),
    };
    Policy {
        name: name.to_owned(),
        source: None,
        published: None,
        in_force: Force::default(),
        timezone: chrono_tz::Asia::Shanghai,
        currency: crate::model::Currency::CNY,
        year_start: YearStart::default(),
        kinds: IdVec::default(),
        code_lists: IdVec::default(),
        params: IdVec::default(),
        calendars: IdVec::default(),
        clocks: crate::model::IdVec::default(),
        measures: IdVec::default(),
        aggs: IdVec::default(),
        rules: [rule("乙", &["X-2", "X-1"]), rule("b", &[])].into_iter().collect(),
        assessments: [assessment].into_iter().collect(),
        order: vec![crate::model::Judgeable::Assessment(AssessmentId(0))],
        counters: IdVec::default(),
        rewards: IdVec::default(),
        waivers: Vec::new(),
        stand_ins: Vec::new(),
        not_encoded: Vec::new(),
        named: Vec::new(),
        part: None,
    }
}

fn finding(rule: u32, subject: &str, last: Option<Day>) -> Finding {
    Finding {
        rule: RuleId(rule),
        subject: subject.to_owned(),
        start: Day(0),
        last,
        owner: Day(0),
        outcome: Outcome::Unmet,
        measured: vec![Shown::Number(Ratio::new(1, 3).unwrap()), Shown::Nothing],
        required: vec![Shown::Number(Ratio::int(2)), Shown::Bool(true)],
    }
}

fn write(out: &std::path::Path, options: ReportOptions, threads: usize) -> PathBuf {
    let mut report = Report::create(out, options).unwrap();
    let period = Period::parse("2024").unwrap();
    let results = Results {
        scores: vec![Score {
            assessment: AssessmentId(0),
            subject: "g,1".to_owned(),
            period,
            points: Some(Ratio::int(92)),
            grade: Some(0),
            vetoes: vec!["v1".to_owned(), "v2".to_owned()],
            rank: None,
            group: None,
            unknown: 3,
        }],
        items: vec![ItemResult {
            assessment: AssessmentId(0),
            subject: "g,1".to_owned(),
            period,
            item: "walks".to_owned(),
            counts: Some(Counts { met: 2, unmet: 1, pending: 0, excused: 4, unknown: 1 }),
            points: None,
            max_points: Some(Ratio::new(5, 2).unwrap()),
        }],
        payments: Vec::new(),
        unplaced: Vec::new(),
        open_counters: Vec::new(),
        effects: vec![Effect {
            origin: EffectOrigin::Reward(RewardId(0)),
            subject: "g,1".to_owned(),
            period: Period::parse("2024-03").unwrap(),
            kind: "reward",
            name: "pay".to_owned(),
            amount: Some(Ratio::new(-201, 2).unwrap()),
            unit: "元".to_owned(),
            recipient: "g,1".to_owned(),
            payer: String::new(),
            reason: "\"quoted\"".to_owned(),
        }],
        rules: vec![Counts { met: 1, ..Counts::default() }],
        measures: Vec::new(),
    };
    let policies = ["second", "first"].map(policy);
    for policy in &policies {
        for found in [finding(0, "s2", None), finding(1, "s", Some(Day(30))), finding(0, "s10", Some(Day(1)))] {
            report.finding(policy, &found).unwrap();
        }
    }
    report.results(threads, &policies.each_ref().map(|policy| (policy, &results))).unwrap();
    let reject = RejectRow { file: "a.csv", line: Some(7), column: "日期", value: "=1+1", reason: "not a date" };
    report.reject(&reject).unwrap();
    report.commit(&RunInfo { version: "1".to_owned(), ..RunInfo::default() }).unwrap()
}

fn read(out: &std::path::Path, name: &str) -> String {
    fs::read_to_string(out.join(name)).unwrap()
}

#[test]
fn csv_as_the_contract_names_it() {
    let base = tempfile::tempdir().unwrap();
    let out = write(&base.path().join("out"), ReportOptions::default(), 1);
    assert_eq!(
        read(&out, "findings.csv"),
        "policy,rule,cites,subject,window_start,window_end,outcome,measured,required,strength\n\
         first,b,,s,1970-01-01,1970-01-31,unmet,0.3333333333;,2;true,in principle\n\
         first,乙,X-2;X-1,s10,1970-01-01,1970-01-02,unmet,0.3333333333;,2;true,in principle\n\
         first,乙,X-2;X-1,s2,1970-01-01,,unmet,0.3333333333;,2;true,in principle\n\
         second,b,,s,1970-01-01,1970-01-31,unmet,0.3333333333;,2;true,in principle\n\
         second,乙,X-2;X-1,s10,1970-01-01,1970-01-02,unmet,0.3333333333;,2;true,in principle\n\
         second,乙,X-2;X-1,s2,1970-01-01,,unmet,0.3333333333;,2;true,in principle\n"
    );
    assert_eq!(
        read(&out, "scores.csv"),
        "policy,assessment,subject,period,points,out_of,grade,veto,rank,group,unknown\n\
         first,yearly,\"g,1\",2024,92.0,100,好,v1;v2,,,3\n\
         second,yearly,\"g,1\",2024,92.0,100,好,v1;v2,,,3\n"
    );
    assert_eq!(read(&out, "items.csv").lines().nth(1), Some("first,yearly,\"g,1\",2024,walks,2,4,4,0,1,,2.5"));
    assert_eq!(
        read(&out, "effects.csv").lines().nth(1),
        Some("first,,\"g,1\",2024-03,reward,pay,-100.5,元,\"g,1\",,\"\"\"quoted\"\"\"")
    );
    assert_eq!(
        read(&out, "rules.csv"),
        "policy,rule,cites,strength,due,met,unmet,pending,excused,unknown\n\
         first,b,,in principle,0,0,0,0,0,0\n\
         first,乙,X-2;X-1,in principle,1,1,0,0,0,0\n\
         second,b,,in principle,0,0,0,0,0,0\n\
         second,乙,X-2;X-1,in principle,1,1,0,0,0,0\n"
    );
    assert_eq!(read(&out, "measures.csv"), "policy,measure,subject,window_start,window_end,value\n");
    assert_eq!(read(&out, "rejects.csv"), "file,line,column,value,reason\na.csv,7,日期,=1+1,not a date\n");
    assert!(read(&out, "run.json").contains("\"version\": \"1\""));
    let left: Vec<_> = fs::read_dir(base.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(left, ["out"]);
}

#[test]
fn policies_on_several_threads_give_the_same_files() {
    let base = tempfile::tempdir().unwrap();
    let outs =
        [1, 2, 5].map(|threads| write(&base.path().join(format!("{threads}")), ReportOptions::default(), threads));
    for table in TableId::ALL {
        let [one, others @ ..] = outs.each_ref().map(|out| read(out, &table.file_name(Format::Csv)));
        assert!(others.iter().all(|other| *other == one), "{}", table.name());
    }
}

#[test]
fn json_has_the_same_names_and_exact_numbers() {
    let base = tempfile::tempdir().unwrap();
    let options = ReportOptions { format: Format::Json, bom: true };
    let out = write(&base.path().join("out"), options, 2);
    assert_eq!(read(&out, "measures.json"), "[]\n");
    let scores = read(&out, "scores.json");
    assert!(scores.starts_with("[\n{\"policy\":\"first\",\"assessment\":\"yearly\",\"subject\":\"g,1\",\"period\":\"2024\",\"points\":92.0,\"out_of\":100,\"grade\":\"好\",\"veto\":\"v1;v2\",\"rank\":null,\"group\":\"\",\"unknown\":3},\n"), "{scores}");
    for table in TableId::ALL {
        let text = read(&out, &table.file_name(Format::Json));
        let rows: Vec<serde_json::Map<String, serde_json::Value>> = serde_json::from_str(&text).unwrap();
        for row in rows {
            assert_eq!(row.len(), table.columns().len());
        }
    }
}

#[test]
fn a_byte_order_mark_on_wish() {
    let base = tempfile::tempdir().unwrap();
    let options = ReportOptions { format: Format::Csv, bom: true };
    let out = write(&base.path().join("out"), options, 2);
    assert!(read(&out, "rules.csv").starts_with("\u{feff}policy,rule"));
}
