# Shared by run.sh and demo.sh (sourced): where the binaries are, free ports, waiting for a server.
# shellcheck shell=bash

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
bin=${REFRAIN_BIN_DIR:-$root/build/release}

if [ ! -x "$bin/refrain" ] || [ ! -x "$bin/refrain-demo-provider" ]; then
    echo "There are no binaries in $bin yet; run: make build" >&2
    exit 1
fi

accepts() {  # accepts PORT: someone listens on 127.0.0.1:PORT
    (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

free_port() {  # free_port FIRST: the first port from FIRST on that nobody listens on
    local port=$1
    while accepts "$port"; do port=$((port + 1)); done
    echo "$port"
}

wait_for() {  # wait_for PORT PID: until PID accepts on PORT; fails when it ends first or after 10 s
    local tries
    for tries in $(seq 100); do
        accepts "$1" && return 0
        kill -0 "$2" 2>/dev/null || break
        sleep 0.1
    done
    echo "Nothing accepts connections on 127.0.0.1:$1 after $tries tries." >&2
    return 1
}

use_demo_provider() {  # use_demo_provider PORT: every upstream of the gateway is the demo provider
    local url="http://127.0.0.1:$1"
    export REFRAIN_UPSTREAMS_OPENAI_BASE_URL=$url
    export REFRAIN_UPSTREAMS_GEMINI_BASE_URL=$url
    export REFRAIN_UPSTREAMS_GOOGLE_TTS_BASE_URL=$url
    export REFRAIN_UPSTREAMS_GOOGLE_STT_BASE_URL=$url
}
