#!/bin/sh
# Times 'openshell run --driver ENGINE -- true' beside 'ENGINE run' of the same image, in turn, whole processes. Docker's is timed with
# its default network and without one; Podman's without one, for its network wants programs that may not be here.
#   run.sh [ROUNDS [ENGINE]...]
# With AT_MOST in the environment it ends with 1 if 'openshell run' takes more than that times 'docker run'.
# ENGINE is docker or podman; both unless said otherwise. Needs root, busybox-static, and for docker: dockerd and docker, for
# podman: podman and runc. Each gets a folder of its own, and dockerd a network
# namespace; whatever was started is ended.
set -eu
cd "$(dirname "$0")/../.."
rounds=${1:-9}
case $rounds in
    '' | *[!0-9]* | 0) echo "error: ROUNDS: $rounds (expected: a number from 1)" >&2; exit 2 ;;
esac
case ${AT_MOST:-1} in
    *[!0-9.]* | *.*.* | .) echo "error: AT_MOST: $AT_MOST (expected: a number such as 1.5)" >&2; exit 2 ;;
esac
[ $# -le 1 ] || { shift; engines=$*; }
folder=$(mktemp -d)
engine=

end() {
    if [ -n "$engine" ]; then
        kill "$engine" 2>/dev/null || true
        wait "$engine" 2>/dev/null || true
        engine=
    fi
    # The innermost first.
    awk -v folder="$folder/" 'index($2, folder) == 1 { print $2 }' /proc/self/mounts | sort -r |
        while read -r target; do umount -l "$target" 2>/dev/null || true; done
    rm -rf --one-file-system "$folder"
}
trap end EXIT
trap 'exit 130' INT TERM

need() {
    for program in "$@"; do
        command -v "$program" >/dev/null || { echo "error: $program: not there (expected: on the PATH)" >&2; exit 1; }
    done
}

# Until the engine answers to a command, or has ended.
await() {
    tries=0
    until "$@" >/dev/null 2>&1; do
        tries=$((tries + 1))
        if [ "$tries" -ge 300 ] || ! kill -0 "$engine" 2>/dev/null; then
            echo "error: engine: does not start: $(tail -n 1 "$here/log") (expected: an answer)" >&2
            exit 1
        fi
        sleep 0.1
    done
}

# The command of the engine that is measured, with its folders.
podman_here() {
    # With the variable it would ask the service.
    env -u CONTAINER_HOST podman --root="$here/data" --runroot="$here/exec" --tmpdir="$here/tmp" --runtime=runc \
        --cgroup-manager=cgroupfs --events-backend=file "$@"
}

start_docker() {
    need dockerd docker
    # Its bridge is in a network namespace of its own.
    unshare --net dockerd --data-root="$here/data" --exec-root="$here/exec" --pidfile="$here/pid" --host="unix://$here/sock" \
        --iptables=false --ip6tables=false >"$here/log" 2>&1 &
    engine=$!
    export DOCKER_HOST="unix://$here/sock"
    await docker version
    tar -C "$folder/image" -c . | docker import --change 'ENV PATH=/bin' --change 'USER 1000:1000' - bench-true >/dev/null
}

start_podman() {
    need podman runc
    # Not in the background by way of a function: its process would be a shell's.
    podman --root="$here/data" --runroot="$here/exec" --tmpdir="$here/tmp" --runtime=runc --cgroup-manager=cgroupfs \
        --events-backend=file system service --time=0 "unix://$here/sock" >"$here/log" 2>&1 &
    engine=$!
    export CONTAINER_HOST="unix://$here/sock"
    await podman --remote version
    tar -C "$folder/image" -cf "$here/image.tar" .
    podman_here import --quiet --change 'ENV PATH=/bin' --change 'USER 1000:1000' "$here/image.tar" bench-true >/dev/null
    # Without these it asks for more than this machine may give it.
    files=$(ulimit -Hn)
    processes=$(awk '/^Max processes/ { print $4 }' /proc/self/limits)
    most=$(cat /proc/sys/kernel/pid_max)
    [ "$processes" != unlimited ] && [ "$processes" -lt "$most" ] || processes=$most
    [ "$files" != unlimited ] || files=65536
    limits="--ulimit nofile=$files:$files --ulimit nproc=$processes:$processes"
}

# One of the commands that are timed: ours, theirs with the engine's default network, or bare without one.
start_one() {
    case $1-$engine_name in
        ours-*) ./openshell run --driver "$engine_name" --image bench-true --pull never --policy "$folder/policy.yaml" -- true ;;
        theirs-docker) docker run --rm bench-true true ;;
        bare-docker) docker run --rm --network none bench-true true ;;
        # As its users do, without the service.
        bare-podman) podman_here run --rm --network none $limits bench-true true ;;
    esac
}
millis() { echo $(($(date +%s%N) / 1000000)); }
median() { sort -n "$1" | sed -n "$(((rounds + 1) / 2))p"; }

require_at_most() {
    [ -z "${AT_MOST:-}" ] || awk "BEGIN { exit $1 > $AT_MOST * $2 }" || {
        echo "error: openshell run: more than $AT_MOST times (expected: at most that, on an idle machine)" >&2
        exit 1
    }
}

measure() {
    engine_name=$1
    here=$folder/$engine_name
    mkdir "$here"
    "start_$engine_name"
    kinds="ours bare"
    [ "$engine_name" != docker ] || kinds="ours theirs bare"
    for kind in $kinds; do start_one "$kind"; done
    round=0
    while [ "$round" -lt "$rounds" ]; do
        for kind in $kinds; do
            begun=$(millis)
            start_one "$kind"
            echo $(($(millis) - begun)) >>"$here/$kind"
        done
        round=$((round + 1))
    done
    ours=$(median "$here/ours")
    echo "openshell run --driver $engine_name: $ours ms (medians of $rounds)"
    for kind in $kinds; do
        case $kind in
            ours) continue ;;
            theirs) label="$engine_name run" ;;
            bare) label="$engine_name run --network none" ;;
        esac
        other=$(median "$here/$kind")
        echo "  beside $label, $other ms: $(awk "BEGIN { printf \"%.2f\", $ours / $other }") times"
        [ "$kind" != theirs ] || require_at_most "$ours" "$other"
    done
    kill "$engine" 2>/dev/null || true
    wait "$engine" 2>/dev/null || true
    engine=
}

need busybox tar unshare
mkdir -p "$folder/image/bin" "$folder/image/etc"
cp "$(command -v busybox)" "$folder/image/bin/busybox"
ln -s busybox "$folder/image/bin/true"
cat >"$folder/policy.yaml" <<'POLICY'
version: 1
filesystem_policy:
  read_only: [/bin]
POLICY
for each in ${engines:-docker podman}; do
    case $each in
        docker | podman) measure "$each" ;;
        *) echo "error: ENGINE: $each (expected: docker or podman)" >&2; exit 2 ;;
    esac
done
