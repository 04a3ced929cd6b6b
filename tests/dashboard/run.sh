#!/usr/bin/env bash
# The dashboard in Debian's Chromium. The page comes from a real gateway, with its headers; most tests put
# fixed numbers behind it, one asks the demo provider through the gateway.
#
#   tests/dashboard/run.sh       needs build/release/refrain and build/release/refrain-demo-provider,
#                                or REFRAIN_BIN and REFRAIN_DEMO_BIN; CHROMIUM_BIN for another Chromium
#
# Further arguments are test files; without any, all of them run.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
gateway_bin=${REFRAIN_BIN:-$root/build/release/refrain}
demo_bin=${REFRAIN_DEMO_BIN:-$root/build/release/refrain-demo-provider}
demo_url=
gateway_url=

scratch=$(mktemp -d)
pids=()
finish() {
    local status=$?
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
    for pid in "${pids[@]}"; do wait "$pid" 2>/dev/null || true; done
    if [[ $status -ne 0 && -s $scratch/gateway.err ]]; then
        echo "--- the gateway's last words" >&2
        tail -n 40 "$scratch/gateway.err" >&2
    fi
    rm -rf "$scratch"
    exit "$status"
}
trap finish EXIT
trap 'exit 130' INT TERM

# start NAME URL_VARIABLE COMMAND...: runs it in the background and waits for the URL it prints.
start() {
    local name=$1 variable=$2 url=
    shift 2
    "$@" >"$scratch/$name.out" 2>"$scratch/$name.err" &
    local pid=$!
    pids+=("$pid")
    for _ in $(seq 200); do
        url=$(grep -oEm1 'https?://[^[:space:]"]+' "$scratch/$name.out" || true)
        [[ -n $url ]] && break
        if ! kill -0 "$pid" 2>/dev/null; then
            echo "$name ended at once:" >&2
            cat "$scratch/$name.err" >&2
            return 1
        fi
        sleep 0.1
    done
    if [[ -z $url ]]; then
        echo "$name printed no URL within 20 seconds" >&2
        return 1
    fi
    printf -v "$variable" '%s' "${url%/}"
}

if [[ ! -d $here/node_modules || $here/package-lock.json -nt $here/node_modules ]]; then
    "$here/../install_node_packages.sh" "$here"
    touch "$here/node_modules"
fi

start demo demo_url "$demo_bin" --listen 127.0.0.1:0 --latency-ms 30 --token-rate 400
start gateway gateway_url env -u OPENAI_API_KEY -u GEMINI_API_KEY -u REFRAIN_ADMIN_TOKEN \
    REFRAIN_UPSTREAMS_OPENAI_BASE_URL="$demo_url" \
    "$gateway_bin" serve --listen 127.0.0.1:0 --data-dir "$scratch/data"

files=("$@")
[[ ${#files[@]} -gt 0 ]] || files=("$here"/*.test.mjs)
# One file after the other: a browser each is enough for two cores.
REFRAIN_GATEWAY_URL=$gateway_url node --test --test-concurrency=1 "${files[@]}"
