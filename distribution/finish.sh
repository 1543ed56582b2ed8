#!/bin/sh
# Called by Maven when target/openshell is laid out: makes its start-up cache, and last the file that says it is whole.
#   finish.sh VERSION train|no
set -eu
home=$(dirname -- "$0")/target/openshell

mkdir -p "$home/cache"
[ "$2" != train ] || "$home/bin/train-cache"
echo "OPENSHELL_VERSION=\"$1\"" > "$home/release"
