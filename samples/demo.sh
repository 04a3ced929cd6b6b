#!/usr/bin/env bash
# A guided tour (`make demo`): a miss, hits, a shared call, the savings, speech, a restart. Starts its own gateway and
# demo provider on free ports with a temporary data directory, ends by itself, and fails if an answer did
# not come from where the tour says it does.
set -euo pipefail
# shellcheck source=samples/local.sh
. "$(dirname "$0")/local.sh"

work=$(mktemp -d)
demo_pid=
gateway_pid=
# shellcheck disable=SC2317  # the trap calls it
cleanup() {
    [ -z "$gateway_pid" ] || kill -TERM "$gateway_pid" 2>/dev/null || true
    [ -z "$demo_pid" ] || kill -TERM "$demo_pid" 2>/dev/null || true
    wait 2>/dev/null || true
    rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

bold='' plain=''
if [ -t 1 ]; then bold=$'\e[1m' plain=$'\e[0m'; fi
title() { printf '\n%s%s%s\n' "$bold" "$1" "$plain"; }

start_gateway() {
    "$bin/refrain" serve --listen "127.0.0.1:$gateway_port" --data-dir "$work/data" \
        >>"$work/gateway.log" 2>&1 &
    gateway_pid=$!
    wait_for "$gateway_port" "$gateway_pid" || { cat "$work/gateway.log"; exit 1; }
}

demo_port=$(free_port 19090)
"$bin/refrain-demo-provider" --listen "127.0.0.1:$demo_port" --latency-ms 700 >"$work/demo.log" 2>&1 &
demo_pid=$!
wait_for "$demo_port" "$demo_pid" || { cat "$work/demo.log"; exit 1; }
use_demo_provider "$demo_port"
gateway_port=$(free_port 18080)
start_gateway
url="http://127.0.0.1:$gateway_port"

calls() {  # how many requests the provider has received
    curl -sS --noproxy '*' "http://127.0.0.1:$demo_port/_demo/calls" | tr -d ' \n' |
        sed -E 's/.*"total":([0-9]+).*/\1/'
}

post() {  # post BODY OUTPUT: one chat completion; headers to OUTPUT.head, seconds to standard output
    curl -sS --noproxy '*' --max-time 30 -o "$2" -D "$2.head" -w '%{time_total}' \
        "$url/v1/chat/completions" -H 'Content-Type: application/json' \
        -H 'Authorization: Bearer sk-demo' -d "$1"
}

header() {  # header NAME FILE: the value of one header
    tr -d '\r' <"$2" | sed -nE "s/^$1: *//Ip" | head -n 1
}

ask() {  # ask EXPECTED BODY: asks, shows where the answer came from, and insists on it
    local seconds cache
    printf '  POST /v1/chat/completions %s\n' "$2"
    seconds=$(post "$2" "$work/answer")
    cache=$(header X-Cache "$work/answer.head")
    printf '    X-Cache:      %s\n    Cache-Status: %s\n    time:         %s s\n    answer:       %s\n' \
        "$cache" "$(header Cache-Status "$work/answer.head")" "$seconds" \
        "$(head -c 96 "$work/answer" | tr '\r\n' '  ')…"
    if [ "$cache" != "$1" ]; then
        printf 'The tour expected %s here. The gateway said:\n' "$1" >&2
        cat "$work/answer.head" "$work/gateway.log" >&2
        exit 1
    fi
}

question='{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Why is the sky blue?"}]}'

title "1. The first time, the provider is asked. It takes its time, and its money."
ask MISS "$question"

title "2. The same question again: byte for byte the same answer, at once, for nothing."
cp "$work/answer" "$work/first"
ask HIT "$question"
cmp "$work/first" "$work/answer"

title "3. Other bytes, same question: order of names, white space and the user field do not count."
ask HIT '{ "user": "u-17", "messages": [{"content": "Why is the sky blue?", "role": "user"}], "model": "gpt-4o-mini" }'

title "4. Asked as a stream, the stored answer comes as a stream."
ask HIT '{"model":"gpt-4o-mini","stream":true,"messages":[{"role":"user","content":"Why is the sky blue?"}]}'

title "5. Another question is another call."
ask MISS '{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Why is grass green?"}]}'

title "6. Twenty callers ask the same new thing at the same moment; one call goes out, all get the answer."
before=$(calls)
askers=()
for i in $(seq 20); do
    post '{"model":"gpt-4o-mini","messages":[{"role":"user","content":"What is a refrain?"}]}' \
        "$work/herd$i" >/dev/null &
    askers+=($!)
done
for asker in "${askers[@]}"; do wait "$asker"; done
cat "$work"/herd*.head | tr -d '\r' | sed -nE 's/^X-Cache: */    X-Cache: /Ip' | sort | uniq -c
printf '  The provider counted %s calls before, %s after.\n' "$before" "$(calls)"

title "7. What it saved."
"$bin/refrain" stats --url "$url"

title "8. Speech is bought once, too, and can be had as a link that a browser seeks in."
say() {  # say EXPECTED: asks for a link to some speech
    curl -sS --noproxy '*' --max-time 30 -o "$work/link" -D "$work/link.head" "$url/v1/audio/speech" \
        -H 'Content-Type: application/json' -H 'Authorization: Bearer sk-demo' -H 'X-Refrain-Deliver: url' \
        -d '{"model":"gpt-4o-mini-tts","voice":"alloy","input":"Welcome back. How can I help you today?"}'
    printf '    X-Cache: %s\n    %s\n' "$(header X-Cache "$work/link.head")" "$(cat "$work/link")"
    [ "$(header X-Cache "$work/link.head")" = "$1" ] || { cat "$work/gateway.log" >&2; exit 1; }
}
say MISS
say HIT
audio=$(sed -E 's/.*"url":"([^"]*)".*/\1/' "$work/link")
printf '  GET %s, the first KiB\n' "$audio"
curl -sS --noproxy '*' -o "$work/part" -D "$work/part.head" -H 'Range: bytes=0-1023' "$audio"
printf '    %s\n    %s\n' "$(head -n 1 "$work/part.head" | tr -d '\r')" \
    "Content-Range: $(header Content-Range "$work/part.head")"
[ "$(wc -c <"$work/part")" = 1024 ]

title "9. After a restart everything is still there."
kill -TERM "$gateway_pid"
wait "$gateway_pid" || true
start_gateway
ask HIT "$question"
say HIT
