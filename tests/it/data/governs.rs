//! A county with a policy for each town: one pass gives each town what its policy alone gives over the town's own rows.

use super::*;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::fmt::Write;

/// What all towns share; each has a plan that extends it.
const BASE: &str = r#"
policy base {
    in force from 2024-01-01
    whole everything
    entity town { key id : text }
    entity grid { key id : text ; town : town }
    entity house { key id : text ; grid : grid ; class : one of { a, b } }
    entity worker { key id : text }
    record visit { key id : text ; at day : date ; house : house ; worker : worker ; minutes : whole number }
    record matter { key id : text ; at day : date ; grid : grid ; severity : one of { high, low } }
    record closing { at day : date ; matter : matter }
    param visits : number = 1
    param term : days = 10 days
    measure heard for house = sum minutes over visit output every month
    rule seen : each house where class = a has at least param visits visit every month partial windows whole
    rule closed : each matter reaches closing within param term of day rest days stay
    rule open_matters : everything has at most 6 matter where severity = high every quarter
    rule quick : each matter satisfies count of matter sharing grid without itself <= 3
    assessment score for each grid every quarter out of 100 points {
        item visits 60 points : share met seen nothing due full unknown excluded
        item matters 40 points : share met closed nothing due full unknown excluded
        deduct beside : 1 points per 3 of (count of all grid without itself) rounded down
        grades { good 80 points or more ; otherwise poor }
        rank by points
        award best : top 1 base eligible by points ties include award 100 yuan
    }
    assessment whole_score for each everything every quarter out of 100 points {
        item seen_everywhere 100 points : share met seen nothing due full unknown excluded
        deduct closings : 1 points per 5 of (count of closing) rounded down
    }
    counter trouble for each grid adds (if severity = high then 3 points else 1 points) over matter in any 3 months {
        step 5 points : sanction warned
        step 9 points : sanction fined 50 yuan
        excess carried
        last step repeats
        clean 3 months resets
    }
    reward for_visits for each house every quarter { pay calls : 2 yuan per visit where minutes >= 10 at most 9 }
}
"#;

const PLANS: &str = r#"
policy one { extends base ; set visits = 2 }
policy two { extends base ; set term = 5 days }
policy three { extends base ; rule rare : each house where class = b has at most 3 visit every quarter partial windows whole }
"#;

/// Rows of a county, by file: header, and rows with the town in which they lie (`None`: in all of them).
type Rows = Vec<(&'static str, &'static str, Vec<(Option<usize>, String)>)>;

fn county(seed: u64) -> Rows {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut files: Rows = vec![
        ("towns.csv", "id", Vec::new()),
        ("grids.csv", "id,town", Vec::new()),
        ("houses.csv", "id,grid,class,since,until", Vec::new()),
        ("workers.csv", "id", (0..4).map(|at| (None, format!("w{at}"))).collect()),
        ("visits.csv", "id,day,house,worker,minutes", Vec::new()),
        ("matters.csv", "id,day,grid,severity", Vec::new()),
        ("closings.csv", "day,matter", Vec::new()),
    ];
    let mut add = |file: &str, town: usize, row: String| {
        let (_, _, rows) = files.iter_mut().find(|(name, _, _)| *name == file).unwrap();
        rows.push((Some(town), row));
    };
    let day = |rng: &mut ChaCha8Rng| format!("2024-{:02}-{:02}", rng.random_range(1..8), rng.random_range(1..29));
    for town in 0..4 {
        add("towns.csv", town, format!("t{town}"));
        for grid in 0..rng.random_range(2..4) {
            // Keys whose order mixes the towns.
            let grid = format!("g{grid}-{town}");
            add("grids.csv", town, format!("{grid},t{town}"));
            for house in 0..rng.random_range(1..6) {
                let class = if rng.random_bool(0.7) { "a" } else { "b" };
                let (since, until) = match rng.random_range(0..4) {
                    0 => (day(&mut rng), String::new()),
                    1 => (String::new(), day(&mut rng)),
                    _ => (String::new(), String::new()),
                };
                let house = format!("h{house}-{grid}");
                add("houses.csv", town, format!("{house},{grid},{class},{since},{until}"));
                for visit in 0..rng.random_range(0..12) {
                    let (on, worker, minutes) = (day(&mut rng), rng.random_range(0..4), rng.random_range(0..30));
                    add("visits.csv", town, format!("v{visit}-{house},{on},{house},w{worker},{minutes}"));
                }
            }
            for matter in 0..rng.random_range(0..7) {
                let severity = if rng.random_bool(0.5) { "high" } else { "low" };
                // On file by as-of: what refers to a later one would lie in no part.
                let on = format!("2024-{:02}-{:02}", rng.random_range(1..7), rng.random_range(1..29));
                add("matters.csv", town, format!("m{matter}-{grid},{on},{grid},{severity}"));
                if rng.random_bool(0.7) {
                    add("closings.csv", town, format!("{},m{matter}-{grid}", day(&mut rng)));
                }
            }
        }
    }
    files
}

fn write(folder: &Path, files: &Rows, town: Option<usize>) {
    for (name, header, rows) in files {
        let mut text = format!("{header}\n");
        for (at, row) in rows {
            if town.is_none() || at.is_none() || *at == town {
                writeln!(text, "{row}").unwrap();
            }
        }
        std::fs::write(folder.join(name), text).unwrap();
    }
}

fn manifest(run: &str, governs: &str) -> String {
    format!(
        "policies: [base.wg, plans.wg]\nrun: [{run}]\nperiod: 2024H1\nas_of: 2024-07-15\n{governs}\nsources:
  - {{ kind: town, files: towns.csv }}
  - {{ kind: grid, files: grids.csv }}
  - {{ kind: house, files: houses.csv, since: since, until: until }}
  - {{ kind: worker, files: workers.csv }}
  - {{ kind: visit, files: visits.csv, complete: 2024, ids: trusted }}
  - {{ kind: matter, files: matters.csv, complete: 2024, ids: trusted }}
  - {{ kind: closing, files: closings.csv, complete: 2024 }}\n"
    )
}

/// Everything that a run decides, by policy: what its findings and results say, as text.
fn decided(folder: &Path, threads: usize) -> Vec<(String, String)> {
    let setup = load(folder, &RunOptions::default()).unwrap();
    let seen = observe(&setup, threads).unwrap();
    assert_eq!(seen.rejects, []);
    let mut findings: Vec<String> = vec![String::new(); setup.policies.len()];
    let results = seen
        .judge(FindingFilter::All, &mut |policy, finding| {
            let at = setup.policies.iter().position(|other| other.name == policy.name).unwrap();
            writeln!(findings[at], "{finding:?}").unwrap();
        })
        .unwrap();
    let policies = setup.policies.iter().zip(findings).zip(results);
    policies.map(|((policy, findings), results)| (policy.name.clone(), format!("{findings}{results:#?}"))).collect()
}

fn governed(governs: &str) -> (TempDir, Rows) {
    let folder = tempfile::tempdir().unwrap();
    let rows = county(7);
    write(folder.path(), &rows, None);
    std::fs::write(folder.path().join("base.wg"), BASE).unwrap();
    std::fs::write(folder.path().join("plans.wg"), PLANS).unwrap();
    std::fs::write(folder.path().join("manifest.yaml"), manifest("one, two, three", governs)).unwrap();
    (folder, rows)
}

const GOVERNS: &str = "governs:
  - { policy: one, kind: town, keys: t0 }
  - { policy: two, kind: town, keys: [t1] }
  - { policy: three, kind: town, keys: [t2] }";

#[test]
fn each_plan_gives_what_it_gives_over_its_own_rows() {
    for seed in 0..12 {
        let folder = tempfile::tempdir().unwrap();
        let rows = county(seed);
        std::fs::write(folder.path().join("base.wg"), BASE).unwrap();
        std::fs::write(folder.path().join("plans.wg"), PLANS).unwrap();
        let place = |run: &str, governs: &str, town| {
            write(folder.path(), &rows, town);
            std::fs::write(folder.path().join("manifest.yaml"), manifest(run, governs)).unwrap();
        };
        place("one, two, three", GOVERNS, None);
        let together = decided(folder.path(), 1);
        assert_eq!(together, decided(folder.path(), 3));
        for (town, name) in ["one", "two", "three"].into_iter().enumerate() {
            place(name, "", Some(town));
            let alone = decided(folder.path(), 1);
            let (_, found) = together.iter().find(|(policy, _)| policy == name).unwrap();
            if let Some(at) = found.lines().zip(alone[0].1.lines()).position(|(a, b)| a != b) {
                let near =
                    |text: &str| text.lines().skip(at.saturating_sub(14)).take(18).collect::<Vec<_>>().join("\n");
                panic!("seed {seed}, {name}: together\n{}\nalone\n{}", near(found), near(&alone[0].1));
            }
            assert_eq!(found.len(), alone[0].1.len(), "seed {seed}, {name}");
        }
    }
}

#[test]
fn what_lies_in_no_part_is_told() {
    let (folder, _) = governed(GOVERNS);
    let setup = load(folder.path(), &RunOptions::default()).unwrap();
    let seen = observe(&setup, 1).unwrap();
    let left_out = seen.left_out.unwrap();
    assert_eq!((left_out.kind.as_str(), left_out.keys.as_slice()), ("town", &["t3".to_owned()][..]));
    assert!(left_out.text().en.contains("`t3`") && left_out.text().zh.contains("`t3`"));
    // A policy without a part takes in everything.
    let (folder, _) = governed("governs: { policy: one, kind: town, keys: [t0, t3] }");
    let setup = load(folder.path(), &RunOptions::default()).unwrap();
    assert_eq!(observe(&setup, 1).unwrap().left_out, None);
}

#[test]
fn mistakes_in_parts_are_told_at_their_place() {
    let entry = "- { policy: one, kind: town, keys: [t0] }";
    for (governs, expected) in [
        (
            "- { policy: on, kind: town, keys: [t0] }",
            "manifest.yaml:6:15 WG0904 there is no policy `on` (did you mean `one`?)",
        ),
        (
            "- { policy: one, kind: twon, keys: [t0] }",
            "manifest.yaml:6:26 WG0904 there is no entity kind `twon` (did you mean `town`?)",
        ),
        ("- { policy: one, kind: visit, keys: [v1] }", "manifest.yaml:6:26 WG0904 there is no entity kind `visit`"),
        ("- { policy: one, kind: town, keys: [t9] }", "manifest.yaml:6:39 WG0904 the register of `town` has no `t9`"),
        ("- { policy: one, kind: town }", "manifest.yaml:6:5 WG0902 `keys` is missing"),
        (
            "- { policy: one, kind: town, key: [t0] }",
            "manifest.yaml:6:32 WG0902 unknown key `key` (did you mean `keys`?)",
        ),
        (
            "- { policy: one, kind: town, keys: [t0], by: { visit: worker } }",
            "manifest.yaml:6:57 WG0904 `worker` does not lead from `visit` to `town` (there are `house.grid.town`)",
        ),
        (
            "- { policy: one, kind: town, keys: [t0], by: { vist: house.grid.town } }",
            "manifest.yaml:6:50 WG0904 there is no kind `vist` (did you mean `visit`?)",
        ),
    ] {
        let (folder, _) = governed(&format!("governs:\n  {governs}"));
        let told = run(folder.path());
        assert!(told.contains(expected), "{governs}\n{told}");
    }
    let (folder, _) = governed(&format!("governs:\n  {entry}\n  {entry}"));
    assert!(
        run(folder.path()).contains("manifest.yaml:7:15 WG0905 `one` has a part already"),
        "{}",
        run(folder.path())
    );
    // Two ways to a town: one must be said.
    let (folder, _) = governed("governs:\n  - { policy: one, kind: town, keys: [t0] }");
    let base = BASE.replace("entity worker { key id : text }", "entity worker { key id : text ; town : town }");
    let base = base.replace("worker : worker ;", "grid : grid ; worker : worker ;");
    std::fs::write(
        folder.path().join("base.wg"),
        base.replace("grid : grid ; worker", "desk : grid optional ; worker"),
    )
    .unwrap();
    let told = run(folder.path());
    assert!(
        told.contains("WG0905 several references lead from `visit` to `town`")
            && told.contains("`by: { visit: worker.town }`"),
        "{told}"
    );
}

const TREE: &str = r#"
policy p {
    in force from 2024-01-01
    entity unit { key id : text ; parent above : unit optional ; level : whole number }
    entity desk { key id : text ; unit : unit }
    record call { at day : date ; desk : desk }
    rule called : each desk has at least 1 call every month
    rule under : each unit where level = 3 has at least 2 call in every quarter
}
"#;

#[test]
fn a_part_of_a_tree_takes_in_all_below_its_top() {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    put("p.wg", TREE);
    put("units.csv", "id,above,level\nc,,1\nt1,c,2\nt2,c,2\ng1,t1,3\ng2,t1,3\ng3,t2,3\n");
    put("desks.csv", "id,unit\nd1,g1\nd2,g3\nd3,t1\nd4,c\n");
    put("calls.csv", "day,desk\n2024-01-03,d1\n2024-02-03,d1\n2024-01-05,d2\n");
    let text = |keys: &str| {
        format!(
            "policies: p.wg\nperiod: 2024Q1\ngoverns: {{ policy: p, kind: unit, keys: {keys} }}\nsources:
  - {{ kind: unit, files: units.csv }}
  - {{ kind: desk, files: desks.csv }}
  - {{ kind: call, files: calls.csv, complete: period }}\n"
        )
    };
    for (keys, expected, left) in [
        ("t1", "p called: 2/4/0/0\np under: 1/1/0/0", Some("t2")),
        ("[t1, g3]", "p called: 3/6/0/0\np under: 1/2/0/0", None),
        ("c", "p called: 3/9/0/0\np under: 1/2/0/0", None),
    ] {
        put("manifest.yaml", &text(keys));
        let told = run(folder.path());
        assert!(told.ends_with(expected), "{keys}\n{told}");
        let setup = load(folder.path(), &RunOptions::default()).unwrap();
        let left_out = observe(&setup, 1).unwrap().left_out;
        let found = left_out.as_ref().and_then(|left| left.keys.first().map(String::as_str));
        assert_eq!(found, left, "{keys}");
    }
}
