"""Compare the peers, and wangge with them, on one workload: every job once a round, jobs in turn, medians.
usage: bench.py SIZE W1|W2 parquet|csv ROUNDS [THREADS]        SIZE: 1m 10m 50m, made by gen.py under WORK_DIR/data/SIZE
Stops when two results differ. Whole process, start-up and written output included.
wangge joins when WANGGE holds its command with the placeholders {wl} (w1, w2) {data} {fmt} {threads} {out}; its output files are
brought into the peers' form by ours.py after the clock has stopped."""
import hashlib, json, os, re, shlex, statistics as st, subprocess, sys, time
here = os.path.dirname(os.path.abspath(__file__))
os.chdir(os.environ.get("WORK_DIR", ".")); os.makedirs("out", exist_ok=True)
size, wl, fmt, rounds = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]); th = sys.argv[5] if len(sys.argv) > 5 else "2"
data, records = f"data/{size}", {"1m": 10**6, "10m": 10**7, "50m": 5 * 10**7}[size]
peer = lambda p, *x: [sys.executable, f"{here}/peers/{p}.py", wl, data, fmt, th, "OUT", *x]
jobs = [("DuckDB", peer("duck")), ("Polars", peer("polars_")), ("chDB", peer("chdb_")), ("DataFusion", peer("datafusion_"))]
if wl == "W1": jobs.append(("DuckDB, plain count distinct", peer("duck", "natural")))
if wl == "W1" and size == "1m": jobs.append(("pandas", peer("pandas_")))
if wl == "W1" and size == "1m" and fmt == "csv": jobs.append(("SQLite", peer("sqlite_")))
if os.environ.get("SPARK"): jobs.append(("PySpark", peer("spark")))
only = os.environ.get("ONLY"); jobs = [j for j in jobs if not only or j[0] in only.split(",")]
if os.environ.get("WANGGE"): jobs.insert(0, ("wangge", shlex.split(os.environ["WANGGE"].format(wl=wl.lower(), data=os.path.abspath(data), fmt=fmt, threads=th, out="OUT/wangge"))))
def run(name, cmd, out="out/run"):
    os.makedirs(out, exist_ok=True); subprocess.run(["find", out, "-mindepth", "1", "-delete"], check=True)
    t = time.perf_counter()
    p = subprocess.Popen([c.replace("OUT", out) for c in cmd], stdout=open("out/stdout", "w"), stderr=open("out/stderr", "w"))
    _, status, ru = os.wait4(p.pid, 0); wall = time.perf_counter() - t
    if status: print(open("out/stderr").read()[-2000:]); raise SystemExit(f"failed: {name}")
    if name == "wangge": subprocess.run([sys.executable, f"{here}/ours.py", f"{out}/wangge", out, wl], check=True)
    h = hashlib.sha256()
    for f in ("grids", "communities"): h.update("\n".join(sorted(x.replace("\r", "") for x in open(f"{out}/{f}.csv").read().split("\n")[1:] if x)).encode())
    return dict(wall=wall, cpu=ru.ru_utime + ru.ru_stime, rss=ru.ru_maxrss / 1024, digest=h.hexdigest()[:12])
res = {n: [] for n, _ in jobs}; ref = None
for r in range(rounds + 1):                      # the first round warms up and is not counted
    for n, cmd in jobs:
        x = run(n, cmd); ref = ref or (n, x["digest"])
        if x["digest"] != ref[1]: raise SystemExit(f"{n} gives {x['digest']}, {ref[0]} gives {ref[1]}: results differ")
        if r: res[n].append(x)
med = lambda n, k: st.median(x[k] for x in res[n])
best = min((n for n in res if n != "wangge"), key=lambda n: med(n, "wall"), default=None)
print(f"\n{size} {wl} {fmt}, {th} threads, {rounds} rounds, all results equal ({ref[1]})\n\n| job | wall s | min-max | CPU s | peak MiB | M records/s | wall, x best peer |\n|---|---|---|---|---|---|---|")
for n in res:
    w = [x["wall"] for x in res[n]]
    print(f"| {n} | {med(n, 'wall'):.3f} | {min(w):.2f}-{max(w):.2f} | {med(n, 'cpu'):.2f} | {med(n, 'rss'):.0f} | {records / med(n, 'wall') / 1e6:.2f} | {med(n, 'wall') / med(best, 'wall') if best else 1:.2f} |")
if "wangge" in res and best: print(f"\nbest peer {best}: {med(best, 'wall') / med('wangge', 'wall'):.2f}x the time of wangge, {med(best, 'rss') / med('wangge', 'rss'):.2f}x its memory")
