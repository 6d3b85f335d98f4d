"""The 20 policies of W2 (number 0 is W1's) -> policies.json."""
import json, os
F = ["quarter", "month", "week"]
base = dict(visit={"1": "quarter", "2": "month", "3": "week"}, patrol="day", meeting="month", case_days={"high": 3, "medium": 7, "low": 15},
            points={"visit": 400, "patrol": 300, "meeting": 100, "case": 200}, deduct=20, grades=[900, 750, 600], rewards=[5000, 3000, 1000, 0], veto=True)
def v(**k):
    p = json.loads(json.dumps(base))
    for a, b in k.items(): p[a] = b
    return p
V = lambda a, b, c: {"1": a, "2": b, "3": c}
C = lambda h, m, l: {"high": h, "medium": m, "low": l}
P = lambda a, b, c, d: {"visit": a, "patrol": b, "meeting": c, "case": d}
ps = [base,
  v(visit=V("half", "quarter", "month")), v(visit=V("year", "half", "month")), v(visit=V("month", "halfmonth", "week")), v(visit=V("quarter", "month", "halfmonth")),
  v(visit=V("half", "month", "week"), deduct=10), v(patrol="week"), v(patrol="week", visit=V("quarter", "month", "month")), v(meeting="quarter"),
  v(meeting="halfmonth", deduct=30), v(case_days=C(1, 5, 10)), v(case_days=C(5, 10, 30)), v(case_days=C(2, 7, 14), deduct=50),
  v(points=P(250, 250, 250, 250)), v(points=P(600, 200, 50, 150), grades=[850, 700, 550]), v(points=P(300, 400, 100, 200), grades=[950, 850, 700]),
  v(veto=False), v(veto=False, deduct=0), v(visit=V("year", "quarter", "halfmonth"), patrol="week", meeting="quarter", case_days=C(7, 15, 30), grades=[950, 900, 800]),
  v(visit=V("month", "month", "month"), points=P(500, 200, 100, 200), rewards=[8000, 4000, 2000, 0])]
for i, p in enumerate(ps): p["id"] = i
json.dump(ps, open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "policies.json"), "w"), indent=0)
