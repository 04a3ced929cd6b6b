#!/usr/bin/env bash
# The official OpenAI and Google JavaScript SDKs through a real gateway, against the demo provider.
#
#   tests/sdk/run.sh             needs build/release/refrain and build/release/refrain-demo-provider,
#                                or REFRAIN_BIN and REFRAIN_DEMO_BIN
#   tests/sdk/run.sh --direct    without a gateway: do the SDKs and the demo provider understand each other?
#
# Further arguments are test files; without any, all of them run.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
gateway_bin=${REFRAIN_BIN:-$root/build/release/refrain}
demo_bin=${REFRAIN_DEMO_BIN:-$root/build/release/refrain-demo-provider}
direct=0
demo_url=
gateway_url=
if [[ ${1:-} == --direct ]]; then
    direct=1
    shift
fi

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

# Slow enough for requests to meet in flight.
start demo demo_url "$demo_bin" --listen 127.0.0.1:0 --latency-ms 30 --token-rate 400
if [[ $direct -eq 1 ]]; then
    gateway_url=$demo_url
else
    start gateway gateway_url env -u OPENAI_API_KEY -u GEMINI_API_KEY \
        REFRAIN_UPSTREAMS_OPENAI_BASE_URL="$demo_url" REFRAIN_UPSTREAMS_GEMINI_BASE_URL="$demo_url" \
        REFRAIN_UPSTREAMS_GOOGLE_TTS_BASE_URL="$demo_url" \
        REFRAIN_UPSTREAMS_GOOGLE_STT_BASE_URL="$demo_url" \
        "$gateway_bin" serve --listen 127.0.0.1:0 --data-dir "$scratch/data"
fi

files=("$@")
[[ ${#files[@]} -gt 0 ]] || files=("$here"/*.test.mjs)
# One file after the other: they share the provider's counter.
REFRAIN_GATEWAY_URL=$gateway_url REFRAIN_DEMO_URL=$demo_url REFRAIN_SDK_DIRECT=$direct \
    node --test --test-concurrency=1 "${files[@]}"
