#!/usr/bin/env bash
# run_fuzzers.sh BUILD_DIR SECONDS: builds every target named *_fuzz of a configured fuzz tree and runs
# each for that long, from the seeds in tests/fuzz/corpus/NAME if there are any. A finding is left in
# BUILD_DIR/findings/ and fails the run.
set -euo pipefail

build=$1
seconds=$2
root=$(cd "$(dirname "$0")/.." && pwd)

mapfile -t targets < <(ninja -C "$build" -t targets all | grep -v '^cmake_object_order_depends_' |
    sed -nE 's/^([a-z0-9_]+_fuzz): phony$/\1/p')
if [ ${#targets[@]} -eq 0 ]; then
    echo "There is no *_fuzz target in $build." >&2
    exit 1
fi
ninja -C "$build" "${targets[@]}"

mkdir -p "$build/findings"
passed=0
failed=()
for target in "${targets[@]}"; do
    grown="$build/corpus/$target"
    mkdir -p "$grown"
    corpora=("$grown")
    for seeds in "$root/tests/fuzz/corpus/$target" "$root/tests/fuzz/corpus/${target%_fuzz}"; do
        if [ -d "$seeds" ]; then corpora+=("$seeds"); fi
    done
    log="$build/findings/$target.log"
    binary=$(find "$build" -name "$target" -type f -perm -u+x -print -quit)
    if "$binary" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
            -artifact_prefix="$build/findings/$target-" "${corpora[@]}" >"$log" 2>&1 </dev/null; then
        passed=$((passed + 1))
        echo "$target: $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") runs, no finding"
    else
        failed+=("$target")
        echo "$target: FAILED"
        tail -n 40 "$log"
    fi
done
echo "fuzzers: $passed passed, ${#failed[@]} failed ${failed[*]:-}"
[ ${#failed[@]} -eq 0 ]
