"""ours.py SCORES OUT W1|W2: wangge's scores.csv and effects.csv in SCORES -> grids.csv and communities.csv in OUT as the peers write them.
Assessments `grid` and `community`; scores in whole hundredths; for W2 the policy's name ends in its number (w2_0 ... w2_19)."""
import csv, re, sys
from decimal import Decimal
scores, out, wl = sys.argv[1:4]
rows = lambda f: csv.DictReader(open(f"{scores}/{f}.csv", encoding="utf-8-sig", newline=""))
cents = lambda s: str(int(Decimal(s) * 100)); num = lambda p: re.search(r"(\d+)$", p)[1]
pay = {(r["policy"], r["subject"]): str(int(Decimal(r["amount"]))) for r in rows("effects") if r["kind"] == "reward" and r["assessment"] == "grid"}
G = open(f"{out}/grids.csv", "w", newline=""); C = open(f"{out}/communities.csv", "w", newline=""); g, c = csv.writer(G), csv.writer(C); pre = ["policy"] if wl == "W2" else []
g.writerow(pre + ["grid_id", "score", "grade", "reward", "rnk"]); c.writerow(pre + ["community_id", "score", "rnk"])
for r in rows("scores"):
    p = [num(r["policy"])] if wl == "W2" else []
    if r["assessment"] == "grid": g.writerow(p + [r["subject"], cents(r["points"]), r["grade"], pay.get((r["policy"], r["subject"]), "0"), r["rank"]])
    elif r["assessment"] == "community": c.writerow(p + [r["subject"], cents(r["points"]), r["rank"]])
