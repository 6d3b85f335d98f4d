#!/usr/bin/env bash
# Instructions that the program takes for fixed work, against those on file: a gate against slow changes that no clock of a shared
# machine would show. Needs valgrind and a release build of the program and the examples.
#
#   bash benches/instructions.sh              compares; fails where one takes 5 % more than on file
#   bash benches/instructions.sh --bless      writes what it counts into benches/instructions.tsv
#
# Counts belong to a compiler: under another one nothing is compared, and that is said.
set -euo pipefail
cd "$(dirname "$0")/.."
wangge=${WANGGE_BIN:-target/release/wangge}
town_data=${TOWN_DATA_BIN:-target/release/examples/town_data}
kept=benches/instructions.tsv
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
compiler=$(rustc --version)

if ! command -v valgrind >/dev/null; then
    echo "valgrind is missing: install it (on Debian: apt-get install valgrind) and run this again" >&2
    exit 2
fi

"$town_data" "$work/town" >/dev/null

# name, then the command
count() {
    local name=$1
    shift
    valgrind --tool=cachegrind --cache-sim=no --cachegrind-out-file=/dev/null "$@" >"$work/out" 2>"$work/err" ||
        { cat "$work/out" "$work/err" >&2; exit 2; }
    local found
    found=$(sed -n 's/.*I *refs: *\([0-9,]*\).*/\1/p' "$work/err" | tr -d ,)
    printf '%s\t%s\n' "$name" "$found" >>"$work/counts"
}

: >"$work/counts"
count check "$wangge" check policies examples
count format "$wangge" fmt --check policies examples
count score "$wangge" score examples/town/manifest.yaml --data "$work/town" --out "$work/scores" --threads 1 --findings none --quiet

if [ "${1:-}" = "--bless" ]; then
    { printf 'compiler\t%s\n' "$compiler"; cat "$work/counts"; } >"$kept"
    cat "$kept"
    exit 0
fi

before=$(sed -n 's/^compiler\t//p' "$kept")
if [ "$before" != "$compiler" ]; then
    echo "instructions: not compared, those on file are of $before, this is $compiler"
    cat "$work/counts"
    exit 0
fi
failed=0
while IFS=$'\t' read -r name found; do
    old=$(awk -F'\t' -v name="$name" '$1 == name { print $2 }' "$kept")
    if [ -z "$old" ]; then
        echo "instructions: $name is not on file: run it with --bless" >&2
        failed=1
        continue
    fi
    awk -v name="$name" -v old="$old" -v found="$found" 'BEGIN {
        printf "instructions: %-8s %14s, on file %14s, %+.1f %%\n", name, found, old, (found / old - 1) * 100
        exit found > old * 1.05
    }' || failed=1
done <"$work/counts"
if [ "$failed" = 1 ]; then
    echo "more than 5 % slower: make it fast again, or say why in the commit and run with --bless" >&2
    exit 1
fi
