#!/usr/bin/env bash
# install_packages.sh run|test|bench|prove: installs the Debian 12 packages a task needs, and only
# those that are missing. With nothing missing it neither uses the network nor needs root.
#
# This is the one list of what the project is built and tested with.
set -euo pipefail

build=(
    make cmake ninja-build pkg-config   # the build itself
    g++ ccache                          # C++20; a second build is then a matter of seconds
    ca-certificates                     # whom upstream TLS trusts
    libboost1.81-dev                    # Asio: event loops, sockets, timers
    libssl-dev                          # TLS, SHA-256
    nlohmann-json3-dev                  # JSON parsing
    libxxhash-dev                       # checksums of stored bytes, in-process tables
    libzstd-dev                         # entries on disk
    librocksdb-dev                      # the disk tier
    libutf8proc-dev                     # Unicode normalisation of prompts
    libsndfile1-dev                     # decoding of WAV, AIFF and FLAC
    libvo-aacenc-dev                    # the demo provider's AAC
    libbrotli-dev zlib1g-dev            # br and gzip answers
    libmimalloc-dev                     # malloc of the release build
    libexpected-dev                     # tl::expected
    libtomlplusplus-dev                 # the configuration file
    libcli11-dev                        # the command line
    libspdlog-dev libfmt-dev            # logging
    libcpp-httplib-dev                  # HTTP of the command-line client and the demo provider
    libjs-chart.js                      # the dashboard's plots, embedded in the program
)
run=(
    curl                                # samples/run.sh and samples/demo.sh ask with it
)
test=(
    catch2                              # unit and end-to-end tests
    curl git openssl procps             # test scripts; openssl makes their certificates
    python3                             # the lints in cmake/
    chromium fonts-dejavu-core          # the dashboard's tests, in a real browser
    clang-14 libclang-rt-14-dev         # fuzzers
    clang-tidy-14 clang-tools-14 clang-format-14 cppcheck shellcheck
)
bench=(
    nginx-light wrk                     # the peer and the load
    openssl python3                     # the self-signed certificate; bench/run.py
)
prove=(debootstrap git)

# Node for the tests of the official SDK and the dashboard: any Node from 18 on will do, Debian's or another.
node_packages() {
    local version
    version=$(node --version 2>/dev/null | sed 's/^v\([0-9]*\).*/\1/')
    if [ "${version:-0}" -lt 18 ] || ! command -v npm >/dev/null; then
        echo nodejs npm
    fi
}

is_installed() {
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        echo "Installing packages needs root, and there is no sudo. As root, run:" >&2
        echo "    $*" >&2
        exit 1
    fi
}

case "${1:-}" in
    run)   wanted=("${build[@]}" "${run[@]}") ;;
    test)  read -ra node <<<"$(node_packages)"
           wanted=("${build[@]}" "${run[@]}" "${test[@]}" "${node[@]}") ;;
    bench) wanted=("${build[@]}" "${bench[@]}") ;;
    prove) wanted=("${prove[@]}") ;;
    *)     echo "usage: $0 run|test|bench|prove" >&2; exit 2 ;;
esac

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    echo "This is no Debian; the build needs the equivalents of: ${wanted[*]}" >&2
    exit 0
fi

missing=()
for package in "${wanted[@]}"; do
    is_installed "$package" || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

echo "Installing ${#missing[@]} packages: ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
as_root apt-get -q -o Acquire::Retries=3 update
as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get -q -y -o Acquire::Retries=3 -o Dpkg::Use-Pty=0 \
    install --no-install-recommends "${missing[@]}"
