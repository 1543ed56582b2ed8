#!/bin/sh
# Runs a container engine for user 1000, who may have no account: rootless_engine.sh docker|podman FOLDER
# The account and its ranges are files of this process's mount namespace only, and all that is started ends with it.
set -eu
engine=$1
folder=$2
if [ "${3:-}" != inside ]; then
    exec unshare --mount --pid --fork --kill-child --mount-proc sh "$0" "$engine" "$folder" inside
fi
for file in passwd subuid subgid; do
    grep -v '^[^:]*:[^:]*:1000:' "/etc/$file" | grep -v '^rootless:' >"$folder/$file" || true
    case $file in
        passwd) echo "rootless:x:1000:1000::$folder/home:/bin/sh" ;;
        # A range that nobody's account has got, for what it owns is removed with the folder.
        *) echo "rootless:2000000:65536" ;;
    esac >>"$folder/$file"
    mount --bind "$folder/$file" "/etc/$file"
done
case $engine in
    # As dockerd-rootless.sh does it, but for the network, which no container gets.
    docker) start='exec rootlesskit --state-dir="$XDG_RUNTIME_DIR/rootlesskit" --net=host --copy-up=/etc --copy-up=/run \
        --propagation=rslave sh -euc '\''rm -f /run/docker /run/containerd /run/xtables.lock && exec dockerd --rootless \
        --storage-driver=vfs --data-root="$HOME/docker" --exec-root="$XDG_RUNTIME_DIR/docker" \
        --pidfile="$XDG_RUNTIME_DIR/docker.pid" --host="unix://$XDG_RUNTIME_DIR/docker.sock" --bridge=none \
        --iptables=false --ip6tables=false --ip-forward=false --ip-masq=false'\' ;;
    podman) start='mkdir -p "$XDG_RUNTIME_DIR/podman" && exec podman --storage-driver=vfs --runtime=runc \
        --cgroup-manager=cgroupfs --events-backend=file system service --time=0 \
        "unix://$XDG_RUNTIME_DIR/podman/podman.sock"' ;;
esac
# The first process stays root's: one that changes its user is no longer killed with its parent.
setpriv --reuid=1000 --regid=1000 --clear-groups --inh-caps=-all -- \
    env -i HOME="$folder/home" XDG_RUNTIME_DIR="$folder/runtime" PATH=/usr/sbin:/usr/bin:/sbin:/bin \
    sh -euc "cd \"\$HOME\" && $start" &
wait
