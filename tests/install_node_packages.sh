#!/usr/bin/env bash
# The packages that a folder's package-lock.json names, for the tests with real SDKs and browsers. Called by
# their run.sh. The registry may be out of reach for a moment, so it is asked three times.
set -uo pipefail
cd "$1" || exit 1
for wait in 5 20 0; do
    npm ci --ignore-scripts --no-audit --no-fund --loglevel=error && exit 0
    sleep "$wait"
done
exit 1
