"""Seeded generator. usage: gen.py N_RECORDS OUT_DIR [--seed 7] [--csv] [--households N]
Writes households.{parquet,csv}, grids.{parquet,csv}, records.parquet and, with --csv, records.csv (random order).
Without --households the number of households grows with the records (about 95,000 for each million). With it towns are made until there
are N households, and further records come from the same ones: what the memory test of many records over few subjects needs."""
import sys, os, argparse
import numpy as np, pyarrow as pa, pyarrow.parquet as pq, pyarrow.csv as pc

ap = argparse.ArgumentParser()
ap.add_argument("n", type=int); ap.add_argument("out"); ap.add_argument("--seed", type=int, default=7); ap.add_argument("--csv", action="store_true")
ap.add_argument("--households", type=int)
a = ap.parse_args()
os.makedirs(a.out, exist_ok=True)
rng = np.random.default_rng(a.seed)
KINDS = ["patrol", "visit", "meeting", "case_open", "case_close", "incident", "veto"]
SEV = ["low", "medium", "high"]
GRIDS = 60; COMM = 8
Y0 = int((np.datetime64("2024-01-01") - np.datetime64("1970-01-01")).astype(int))      # a Monday
MSTART = np.concatenate([[0], np.cumsum([31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])])
P_START = {1: MSTART[[0, 3, 6, 9, 12]], 2: MSTART, 3: np.append(np.arange(0, 364, 7), 364)}

# per chunk of records: grid index, subject kind (0 null, 1 household, 2 case, 3 unknown household), subject number, kind, day, severity, reported
cols = [[] for _ in range(7)]
def add(grid, sk, sn, kind, day, sev=-1, rep=-1):
    n = len(grid)
    f = lambda x, t: np.broadcast_to(np.asarray(x, dtype=t), n)
    for c, x, t in zip(cols, (grid, sk, sn, kind, day, sev, rep), (np.int32, np.int8, np.int32, np.int8, np.int16, np.int8, np.int8)):
        c.append(f(x, t))

hh_grid, hh_no, hh_class = [], [], []
total = 0; done = 0; base = 0; towns = []; turn = 0; full = False
while total < a.n:
    full = full or (a.households is not None and base >= a.households)
    if full:                                                           # the same households once more, with cases of their own
        turn += 1; town = (turn - 1) % len(towns); q, g, cl, hid = towns[town]; G = town * GRIDS + g; again_no = (1 + (turn - 1) // len(towns)) * 1_000_000
    else:
        town = len(towns); again_no = 0
        q = np.clip(rng.beta(6, 1.6, GRIDS), 0.35, 0.995)             # how good each grid is
        nh = rng.integers(300, 501, GRIDS)
        g = np.repeat(np.arange(GRIDS), nh); no = np.concatenate([np.arange(1, k + 1) for k in nh])
        cl = rng.choice([1, 2, 3], len(g), p=[.7, .2, .1]).astype(np.int8)
        hid = base + np.arange(len(g)); G = town * GRIDS + g
        hh_grid.append(G.astype(np.int32)); hh_no.append(no.astype(np.int32)); hh_class.append(cl)
        towns.append((q, g, cl, hid)); base += len(g)
    for c in (1, 2, 3):
        ix = np.flatnonzero(cl == c); st = P_START[c]; P = len(st) - 1
        ok = rng.random((len(ix), P)) < q[g[ix]][:, None]
        for extra in (1.0, 0.12):
            hi, p = np.nonzero(ok & (rng.random(ok.shape) < extra))
            d = st[p] + (rng.random(len(p)) * (st[p + 1] - st[p])).astype(np.int64)
            add(G[ix[hi]], 1, hid[ix[hi]], 1, d)
    m = int(len(g) * 0.15)                                             # visits outside the year, and in the last two days
    k = rng.integers(0, len(g), m); d = rng.choice(np.r_[-14:0, 364:381], m); add(G[k], 1, hid[k], 1, d)
    k = rng.integers(0, len(g), 12); add(G[k], 3, hid[k], 1, rng.integers(0, 366, 12))       # households nobody registered
    gg, dd = np.nonzero(rng.random((GRIDS, 395)) < (0.4 + 0.6 * q)[:, None]); rep = 1 + (rng.random(len(gg)) < .15)
    add(town * GRIDS + np.repeat(gg, rep), 0, 0, 0, np.repeat(dd - 14, rep))
    gg, mm = np.nonzero(rng.random((GRIDS, 12)) < (0.6 + 0.4 * q)[:, None]); rep = 1 + (rng.random(len(gg)) < .2)
    gg = np.repeat(gg, rep); mm = np.repeat(mm, rep)
    add(town * GRIDS + gg, 0, 0, 2, MSTART[mm] + (rng.random(len(mm)) * np.diff(MSTART)[mm]).astype(int))
    gg = np.repeat(np.arange(GRIDS), rng.poisson(40, GRIDS)); n = len(gg); cid = np.arange(n) + town * 10000 + again_no
    od = rng.integers(-10, 366, n); sv = rng.choice(3, n, p=[.5, .35, .15]); lim = np.array([15, 7, 3])[sv]
    add(town * GRIDS + gg, 2, cid, 3, od, sv)
    cd = od + (lim * rng.gamma(3, 1 / 3, n) * (1.25 - .5 * q[gg])).astype(int); keep = rng.random(n) < .97
    add(town * GRIDS + gg[keep], 2, cid[keep], 4, cd[keep]); again = keep & (rng.random(n) < .03)
    add(town * GRIDS + gg[again], 2, cid[again], 4, cd[again] + rng.integers(1, 20, again.sum()))
    gg = np.repeat(np.arange(GRIDS), rng.poisson(3, GRIDS)); n = len(gg)
    add(town * GRIDS + gg, 0, 0, 5, rng.integers(-10, 380, n), rng.choice(3, n), rng.random(n) < .5 + .48 * q[gg])
    gg = np.repeat(np.arange(GRIDS), rng.poisson(.03, GRIDS)); add(town * GRIDS + gg, 0, 0, 6, rng.integers(-10, 380, len(gg)))
    total += sum(map(len, cols[0][done:])); done = len(cols[0])
grid, sk, sn, kind, day, sev, rep = (np.concatenate(c) for c in cols); cols.clear()
town = len(towns); ngrids = town * GRIDS
gnames = np.array([f"T{t+1:03d}-C{j//COMM+1:02d}-G{j+1:03d}" for t in range(town) for j in range(GRIDS)])
cnames = np.array([s[:8] for s in gnames]); tnames = np.array([s[:4] for s in gnames])
HG = np.concatenate(hh_grid); HN = np.concatenate(hh_no); HC = np.concatenate(hh_class)
hnames = pa.array([f"{gnames[x]}-H{y:04d}" for x, y in zip(HG.tolist(), HN.tolist())])
hh = pa.table({"household_id": hnames, "grid_id": pa.array(gnames).take(pa.array(HG)), "class": pa.array(HC)})
gr = pa.table({"grid_id": gnames, "community_id": cnames, "town_id": tnames, "households": pa.array(np.bincount(HG, minlength=ngrids).astype(np.int32))})
for name, t in (("households", hh), ("grids", gr)):
    pq.write_table(t, f"{a.out}/{name}.parquet"); pc.write_csv(t, f"{a.out}/{name}.csv", pc.WriteOptions(quoting_style="none"))
perm = rng.permutation(len(grid))[:a.n].astype(np.int32)
workers = pa.array([f"W{i:06d}" for i in range(ngrids * 3)]); gs = pa.array(gnames); ks = pa.array(KINDS); ss = pa.array(SEV)
schema = pa.schema([("record_id", pa.int64()), ("grid_id", pa.string()), ("subject_id", pa.string()), ("kind", pa.string()),
                    ("date", pa.date32()), ("worker_id", pa.string()), ("severity", pa.string()), ("reported", pa.bool_())])
w = pq.ParquetWriter(f"{a.out}/records.parquet", schema)              # snappy, dictionary, as pyarrow does by default
cw = pc.CSVWriter(f"{a.out}/records.csv", schema, write_options=pc.WriteOptions(quoting_style="none")) if a.csv else None
for s in range(0, a.n, 1 << 20):
    p = perm[s:s + (1 << 20)]; n = len(p); k, x, G = sk[p], sn[p], grid[p]
    subj = pa.array(np.where(k == 1, x, 0)).take(pa.array(np.arange(n)))
    subj = hnames.take(subj).to_numpy(zero_copy_only=False); subj[k == 0] = None
    for i in np.flatnonzero(k >= 2): subj[i] = f"{gnames[G[i]]}-{'K' if k[i] == 2 else 'X'}{x[i]:07d}"
    nul = lambda arr, v: arr.take(pa.array(np.maximum(v, 0), mask=v < 0))
    t = pa.table([np.arange(s, s + n), gs.take(pa.array(G)), pa.array(subj, pa.string()), ks.take(pa.array(kind[p])),
                  pa.array(day[p].astype(np.int32) + Y0, pa.int32()).cast(pa.date32()), workers.take(pa.array(G * 3 + rng.integers(0, 3, n))),
                  nul(ss, sev[p]), nul(pa.array([False, True]), rep[p])], schema=schema)
    w.write_table(t)
    if cw: cw.write_table(t)
w.close(); cw and cw.close()
print(f"{a.n} records, {town} towns, {ngrids} grids, {len(HG)} households, mix " + str(dict(zip(KINDS, np.bincount(kind[perm], minlength=7).tolist()))))
