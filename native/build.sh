#!/bin/sh
# Called by Maven with the make target, and for the tests with the values of the properties that leave them out: builds
# target/openshell-launcher, or says what is missing.
set -eu
cd "$(dirname -- "$0")"
target=$1
shift

for skip; do
    if [ "$skip" = true ]; then
        echo "native: $target: skipped"
        exit 0
    fi
done
for tool in make gcc; do
    command -v "$tool" >/dev/null 2>&1 || {
        echo "error: $tool: not found (expected: make and gcc with a static C library, as from" >&2
        echo "  'apt-get install make gcc libc6-dev', or musl-tools for a smaller launcher)" >&2
        exit 1
    }
done
exec make --silent --no-print-directory "$target"
