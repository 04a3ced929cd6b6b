#!/usr/bin/env bash
# prove_clean_machine.sh base|run|test|ci: does what the README promises on a Debian 12 with nothing installed.
#
# Makes a minimal bookworm with debootstrap in a temporary directory, clones this repository's HEAD into it, and
# there: only refreshes the package lists (base); starts `make run` and asks the same question twice (run); runs
# `make test` (test); runs .ci/run (ci). Takes the host's Debian mirror, proxy, name server and npm settings. Needs
# root, and 6 GB below TMPDIR. KEEP=1 leaves the directory in place.
set -euo pipefail

what=${1:-}
case $what in
    base|run|test|ci) ;;
    *) echo "usage: $0 base|run|test|ci" >&2; exit 2 ;;
esac
if [ "$(id -u)" != 0 ]; then
    echo "Building a chroot needs root." >&2
    exit 1
fi

repository=$(cd "$(dirname "$0")/.." && pwd)
"$repository/cmake/install_packages.sh" prove

machine=$(mktemp -d "${TMPDIR:-/tmp}/refrain-machine.XXXXXX")
chmod 755 "$machine"  # apt reads it as a user of its own
inside_pid=
# shellcheck disable=SC2317  # the trap calls it
cleanup() {
    [ -z "$inside_pid" ] || kill -TERM "$inside_pid" 2>/dev/null || true
    wait 2>/dev/null || true
    for place in proc dev/shm; do
        if mountpoint -q "$machine/$place"; then umount "$machine/$place"; fi
    done
    if [ -n "${KEEP:-}" ]; then
        echo "Left in place: $machine"
    else
        rm -rf --one-file-system "$machine"
    fi
}
trap cleanup EXIT
trap 'exit 130' INT TERM

say() { printf '\n==== %s (%d s)\n' "$1" "$SECONDS"; }

mirror=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null |
    grep -oE 'https?://[^ ]+/debian/?( |$)' | head -n 1 | tr -d ' ') || true
mirror=${mirror:-http://deb.debian.org/debian}

say "a fresh bookworm from $mirror"
debootstrap --variant=minbase bookworm "$machine" "$mirror" >"$machine.log" ||
    { tail -n 20 "$machine.log"; exit 1; }
rm -f "$machine.log"
cat >"$machine/etc/apt/sources.list" <<EOF
deb $mirror bookworm main
deb $mirror bookworm-updates main
deb ${mirror%/debian*}/debian-security bookworm-security main
EOF
# What the host's apt needs to reach its mirror, and how names are resolved.
grep -lE 'Acquire::(http|https|Check|Retries|ForceIPv4)' /etc/apt/apt.conf.d/* 2>/dev/null |
    xargs -r cp -t "$machine/etc/apt/apt.conf.d/"
cp -L /etc/resolv.conf /etc/hosts "$machine/etc/"
if [ -f ~/.npmrc ]; then cp ~/.npmrc "$machine/root/"; fi
cp -r /usr/local/share/ca-certificates "$machine/usr/local/share/"

mount -t proc proc "$machine/proc" 2>/dev/null || mount --bind /proc "$machine/proc"
mkdir -p "$machine/dev/shm"
mount -t tmpfs tmpfs "$machine/dev/shm" 2>/dev/null || true

kept=(HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 CI=true)
for name in http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY; do
    if [ -n "${!name:-}" ]; then kept+=("$name=${!name}"); fi
done
inside() { chroot "$machine" env -i "${kept[@]}" bash -c "$1" </dev/null; }

say "apt-get update, git and make: what anyone must have to begin"
inside 'apt-get -q -o Acquire::Retries=3 update &&
    DEBIAN_FRONTEND=noninteractive apt-get -q -y install --no-install-recommends git make ca-certificates'
if [ "$what" = base ]; then
    say "the machine works"
    exit 0
fi

say "git clone"
git clone -q --no-local "$repository" "$machine/root/refrain"

case $what in
    test) say "make test"; inside 'cd /root/refrain && make test' ;;
    ci)   say ".ci/run";   inside 'cd /root/refrain && .ci/run' ;;
    run)
        say "make run"
        port=18480
        chroot "$machine" env -i "${kept[@]}" bash -c \
            "cd /root/refrain && exec make run ARGS='--listen 127.0.0.1:$port'" </dev/null &
        inside_pid=$!
        ask="curl -sS --noproxy '*' -D - -o /root/answer http://127.0.0.1:$port/v1/chat/completions \
            -H 'Content-Type: application/json' -H 'Authorization: Bearer sk-demo' \
            -d '{\"model\":\"gpt-4o-mini\",\"messages\":[{\"role\":\"user\",\"content\":\"Say hello.\"}]}'"
        until inside "$ask >/root/head 2>/dev/null"; do
            kill -0 "$inside_pid" 2>/dev/null || { echo "make run ended." >&2; exit 1; }
            [ "$SECONDS" -lt 3000 ] || { echo "make run did not come up." >&2; exit 1; }
            sleep 2
        done
        say "the gateway answers"
        inside "grep -i '^X-Cache: MISS' /root/head && cp /root/answer /root/first && $ask |
            grep -i '^X-Cache: HIT' && cmp /root/answer /root/first"
        # The script under make is asked to stop, as Ctrl-C would.
        for script in $(pgrep -P "$inside_pid"); do kill -TERM "$script"; done
        code=0
        wait "$inside_pid" || code=$?
        inside_pid=
        echo "make run ended with $code"
        ;;
esac
say "done"
