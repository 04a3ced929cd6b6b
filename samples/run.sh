#!/usr/bin/env bash
# Starts the gateway in the foreground (`make run`). With neither OPENAI_API_KEY nor GEMINI_API_KEY set it
# also starts the demo provider and points every upstream at it, so that everything can be tried offline.
# Arguments go to `refrain serve`. Ctrl-C or SIGTERM stops both.
set -euo pipefail
# shellcheck source=samples/local.sh
. "$(dirname "$0")/local.sh"

demo_pid=
gateway_pid=
signalled=
# shellcheck disable=SC2317  # the traps call it
stop() {
    signalled=yes
    [ -z "$gateway_pid" ] || kill -TERM "$gateway_pid" 2>/dev/null || true
}
# shellcheck disable=SC2317
cleanup() {
    stop
    [ -z "$demo_pid" ] || kill -TERM "$demo_pid" 2>/dev/null || true
    wait 2>/dev/null || true
}
trap stop INT TERM
trap cleanup EXIT

key=sk-demo
if [ -z "${OPENAI_API_KEY:-}" ] && [ -z "${GEMINI_API_KEY:-}" ]; then
    port=$(free_port 9090)
    setsid "$bin/refrain-demo-provider" --listen "127.0.0.1:$port" >/dev/null &
    demo_pid=$!
    wait_for "$port" "$demo_pid"
    use_demo_provider "$port"
    echo "Neither OPENAI_API_KEY nor GEMINI_API_KEY is set, so a demo provider answers, on http://127.0.0.1:$port."
else
    # shellcheck disable=SC2016  # the reader's shell expands it
    key='$OPENAI_API_KEY'
fi

show_what_to_try() {  # passes the gateway's output on; after the line with its URL, says what to try
    local line url shown=
    trap '' INT TERM  # ends with the gateway's output, so its last words come through
    while IFS= read -r line; do
        printf '%s\n' "$line"
        if [ -z "$shown" ] && [[ $line =~ https?://[^[:space:]]+ ]]; then
            url=${BASH_REMATCH[0]%/}
            url=${url/0.0.0.0/127.0.0.1}
            shown=yes
            cat <<EOF

Try this twice; the second answer has X-Cache: HIT and costs nothing:

  curl -i $url/v1/chat/completions -H 'Content-Type: application/json' \\
    -H "Authorization: Bearer $key" \\
    -d '{"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "Say hello."}]}'

What that saved: $url/refrain/
SDKs: set the base URL to $url/v1 (OpenAI) or $url (Google). Ctrl-C stops.

EOF
        fi
    done
}

# In a session of its own: Ctrl-C reaches this script, which asks the gateway to drain, once.
setsid "$bin/refrain" serve "$@" > >(show_what_to_try) &
gateway_pid=$!

# A signal interrupts `wait`; the gateway then drains, and its own exit code is what counts.
code=0
while :; do
    signalled=
    code=0
    wait "$gateway_pid" || code=$?
    [ -n "$signalled" ] || break
done
gateway_pid=
exit "$code"
