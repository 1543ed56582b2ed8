#!/bin/sh
# Called by Maven with the make target: builds target/openshell-launcher, or says what is missing.
set -eu
cd "$(dirname -- "$0")"

[ -f Makefile ] || { echo "native: no Makefile yet, nothing to build"; exit 0; }
for tool in make gcc; do
    command -v "$tool" >/dev/null 2>&1 || {
        echo "error: $tool: not found (expected: make and gcc with a static C library, as from" >&2
        echo "  'apt-get install make gcc libc6-dev', or musl-tools for a smaller launcher)" >&2
        exit 1
    }
done
exec make --no-print-directory "${1:-all}"
