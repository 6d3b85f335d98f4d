#!/usr/bin/env bash
# The table of wangge and its peers, from a fresh clone with cargo, python3 and pip. SIZES="1m" ROUNDS=3 bash run_all.sh
# SPARK=1 adds PySpark (Java 17); ONLY=DuckDB,Polars leaves others out; PEERS="duckdb polars" installs only those.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
repo=$(cd "$here/../.." && pwd)
export WORK_DIR=${WORK_DIR:-$repo/target/bench}
mkdir -p "$WORK_DIR/data"
cd "$WORK_DIR"
if [ ! -d .venv ]; then
    python3 -m venv .venv
    if [ -n "${PEERS:-}" ]; then
        grep -E "^(numpy|pyarrow|${PEERS// /|})==" "$here/requirements.txt" >peers.txt
    elif [ -n "${SPARK:-}" ]; then
        cp "$here/requirements.txt" peers.txt
    else
        grep -v pyspark "$here/requirements.txt" >peers.txt
    fi
    .venv/bin/pip install -q -r peers.txt
fi
python=.venv/bin/python
if [ -z "${WANGGE:-}" ]; then
    (cd "$repo" && cargo build --quiet --release --features parquet)
    export WANGGE="$repo/target/release/wangge score $repo/benches/{wl}.{fmt}.yaml --data {data} --threads {threads} --findings none --quiet --out {out}"
fi
for size in ${SIZES:-1m 10m}; do
    case $size in 1m) n=1000000 ;; 10m) n=10000000 ;; 50m) n=50000000 ;; *) echo "no such size: $size" >&2; exit 2 ;; esac
    if [ ! -f "data/$size/records.parquet" ]; then
        if [ "$size" = 50m ]; then $python "$here/gen.py" $n "data/$size"; else $python "$here/gen.py" $n "data/$size" --csv; fi
    fi
    for workload in ${WORKLOADS:-W1 W2}; do
        for format in ${FORMATS:-parquet csv}; do
            [ "$size$format" = 50mcsv ] || $python "$here/bench.py" "$size" "$workload" "$format" "${ROUNDS:-3}" "${THREADS:-2}"
        done
    done
done
