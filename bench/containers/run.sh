#!/bin/sh
# Times 'openshell run --driver docker -- true' beside 'docker run' of the same image, in turn, whole processes.
#   run.sh [ROUNDS]
# Needs root, dockerd, docker and busybox-static; starts a dockerd of its own, without a network, and ends it.
set -eu
cd "$(dirname "$0")/../.."
rounds=${1:-9}
folder=$(mktemp -d)
dockerd --data-root="$folder/data" --exec-root="$folder/exec" --pidfile="$folder/pid" --host="unix://$folder/sock" \
    --bridge=none --iptables=false --ip6tables=false >"$folder/log" 2>&1 &
engine=$!
end() {
    kill "$engine" 2>/dev/null || true
    wait "$engine" 2>/dev/null || true
    umount -l "$folder/exec/netns/default" 2>/dev/null || true
    rm -rf --one-file-system "$folder"
}
trap end EXIT
trap 'exit 130' INT TERM
export DOCKER_HOST="unix://$folder/sock"
tries=0
until docker version >/dev/null 2>&1; do
    tries=$((tries + 1))
    [ "$tries" -lt 300 ] || { echo "error: dockerd: does not start (expected: see its log)" >&2; exit 1; }
    sleep 0.1
done
mkdir -p "$folder/image/bin" "$folder/image/etc"
cp "$(command -v busybox)" "$folder/image/bin/busybox"
ln -s busybox "$folder/image/bin/true"
tar -C "$folder/image" -c . | docker import --change 'ENV PATH=/bin' --change 'USER 1000:1000' - bench-true >/dev/null
cat >"$folder/policy.yaml" <<'POLICY'
version: 1
filesystem_policy:
  read_only: [/bin]
POLICY

ours() { ./openshell run --driver docker --image bench-true --pull never --policy "$folder/policy.yaml" -- true; }
theirs() { docker run --rm --network none bench-true true; }
millis() { echo $(($(date +%s%N) / 1000000)); }
median() { sort -n "$1" | sed -n "$(((rounds + 1) / 2))p"; }

ours
theirs
round=0
while [ "$round" -lt "$rounds" ]; do
    for what in ours theirs; do
        begun=$(millis)
        "$what"
        echo $(($(millis) - begun)) >>"$folder/$what"
    done
    round=$((round + 1))
done
echo "openshell run $(median "$folder/ours") ms, docker run $(median "$folder/theirs") ms (medians of $rounds)"
