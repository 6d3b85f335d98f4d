"""Puts 1,000 bad rows into the records of the bench data: what they are is told, and nothing else changes.
usage: bad_rows.py DATA OUT WANGGE     DATA: a folder of gen.py with --csv; OUT: a folder to make; WANGGE: the program.
Scores W1 over both folders and compares: every bad row is a reject at its line, all results are the same bytes."""
import filecmp, os, random, shutil, subprocess, sys

data, out, wangge = sys.argv[1:4]
here = os.path.dirname(os.path.abspath(__file__))
os.makedirs(f"{out}/bad", exist_ok=True)
for name in ("households.csv", "grids.csv"):
    shutil.copy(f"{data}/{name}", f"{out}/bad/{name}")
rng = random.Random(11)
with open(f"{data}/records.csv", encoding="utf-8") as source:
    lines = source.readlines()
header = [name.strip('"') for name in lines[0].rstrip("\n").split(",")]
at = {name: place for place, name in enumerate(header)}


def bad(number):
    """A row that cannot be used, each sixth of another sort."""
    row = [""] * len(header)
    row[at["record_id"]], row[at["grid_id"]], row[at["date"]] = f"B{number:06d}", "T001-C01-G001", "2024-05-06"
    row[at["kind"]] = "patrol"
    sort = number % 6
    if sort == 0:
        row[at["kind"]] = "patrolling"
    elif sort == 1:
        row[at["date"]] = "2024-02-30"
    elif sort == 2:
        row[at["date"]] = ""
    elif sort == 3:
        row[at["grid_id"]] = "T001-C01-G999"
    elif sort == 4:
        row.append("too much")
    else:
        row[at["kind"]], row[at["reported"]] = "incident", "perhaps"
    return ",".join(row) + "\n"


places = set(rng.sample(range(1, len(lines)), 1000))
expected, made, line = set(), 0, 0
with open(f"{out}/bad/records.csv", "w", encoding="utf-8") as target:
    for number, text in enumerate(lines):
        if number in places:
            line += 1
            expected.add(line)
            target.write(bad(made))
            made += 1
        line += 1
        target.write(text)


def score(folder, name):
    command = [wangge, "score", f"{here}/../w1.csv.yaml", "--data", folder, "--findings", "none", "--quiet", "--out", f"{out}/{name}"]
    subprocess.run(command, check=True)


score(data, "scores")
score(f"{out}/bad", "scores-bad")
for name in ("scores", "items", "effects", "rules", "measures"):
    if not filecmp.cmp(f"{out}/scores/{name}.csv", f"{out}/scores-bad/{name}.csv", shallow=False):
        raise SystemExit(f"{name}.csv differs")


def rejected(name):
    with open(f"{out}/{name}/rejects.csv", encoding="utf-8") as source:
        return [int(row.split(",")[1]) for row in source.readlines()[1:] if row.split(",")[0].endswith("records.csv")]


before, after = rejected("scores"), rejected("scores-bad")
missing = expected - set(after)
if missing or len(after) != len(before) + len(expected):
    raise SystemExit(f"{len(missing)} bad rows are no rejects; {len(after)} rejects, {len(before)} without the bad rows")
print(f"{len(expected)} bad rows of {len(lines) - 1 + len(expected)}: each is a reject at its line, all results are the same bytes")
