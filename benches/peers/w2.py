"""policies.json -> ../w2.wg: the 20 policies of W2, each W1 with other numbers; ../w2.csv.yaml and ../w2.parquet.yaml: W1's manifests that run them."""
import json, os
here = os.path.dirname(os.path.abspath(__file__)); at = lambda *p: os.path.join(here, *p)
ps = json.load(open(at("policies.json")))
FRAME = dict(year="every year", half="every half year", quarter="every quarter", month="every month", halfmonth="every half month", week="every week", day="every day")
def numbers(p):
    for c in "123": yield f"class_{c}_visits", FRAME[p["visit"][c]]
    yield "patrols", FRAME[p["patrol"]]
    yield "meetings", FRAME[p["meeting"]]
    for s in ("high", "medium", "low"): yield f"{s}_term", f"{p['case_days'][s]} days"
    for a, b in (("visit", "visit"), ("patrol", "patrol"), ("meeting", "meeting"), ("matter", "case")): yield f"{a}_points", f"{p['points'][b]} points"
    yield "incident_points", f"{p['deduct']} points"
    for g, n in zip(("excellent", "qualified", "basic"), p["grades"]): yield f"{g}_from", f"{n} points"
    for g, n in zip(("excellent", "qualified", "basic"), p["rewards"]): yield f"{g}_reward", f"{n} yuan"
    yield "vetoes_count", "yes" if p["veto"] else "no"
base = dict(numbers(ps[0]))
with open(at("..", "w2.wg"), "w") as f:
    f.write("// Workload W2: W1's records under 20 plans. Made by peers/w2.py from peers/policies.json.\n")
    for p in ps:
        f.write(f"\npolicy w2_{p['id']} {{\n    extends w1 from \"w1.wg\"\n" + "".join(f"    set {k} = {v}\n" for k, v in numbers(p) if v != base[k]) + "}\n")
for fmt in ("csv", "parquet"):
    if not os.path.exists(at("..", f"w1.{fmt}.yaml")): continue
    s = open(at("..", f"w1.{fmt}.yaml")).read().replace("Workload W1", "Workload W2").replace("w1.", "w2.")
    open(at("..", f"w2.{fmt}.yaml"), "w").write(s)
