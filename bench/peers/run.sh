#!/usr/bin/env bash
# Runs every case against every subject, interleaved, and prints RESULTS.md's tables.
#   run.sh [-s "subject ..."] [-c "case ..."] [-r rounds] [-t seconds] [-w warm-up] [-o results.jsonl]
# A case is 'mode:key=value,...'; the defaults are below. One case takes at most 15 s.
cd "$(dirname "$0")" || exit 1
. ./lib.sh; . ./upstream.sh
SUBJECTS="direct openshell haproxy-tcp nginx-stream tinyproxy squid-connect haproxy-l7 squid-bump mitmproxy mockttp http-mitm-proxy littleproxy jdk-vt"
CASES="hold ka1 ka32 paced post tunnel bulk ws"; ROUNDS=3 SECS=3 WARM=1 OUT=; JVM_WARM=8 QUIET=${QUIET:-12}
while getopts s:c:r:t:w:o: o; do case $o in s) SUBJECTS=$OPTARG ;; c) CASES=$OPTARG ;; r) ROUNDS=$OPTARG ;; t) SECS=$OPTARG ;; w) WARM=$OPTARG ;; o) OUT=$OPTARG ;; *) exit 2 ;; esac; done
case_args() { # CASE: the load client's arguments
    case $1 in
        ka1)    echo "ka --conns 1 --path /v1/item --expect-len $SMALL_LEN" ;;
        ka32)   echo "ka --conns 32 --path /v1/item --expect-len $SMALL_LEN" ;;
        paced)  echo "ka --conns 16 --rate ${PACED_RATE:-300} --path /v1/item --expect-len $SMALL_LEN" ;;
        post)   echo "ka --conns 16 --method POST --body-bytes 4096 --path /v1/graphql --expect-len $SMALL_LEN" ;;
        tunnel) echo "tunnel --conns 8 --path /v1/item --expect-len $SMALL_LEN" ;;
        bulk)   echo "bulk --conns 1 --path /v1/big --expect-len $((BIG_MIB * 1048576))" ;;
        ws)     echo "ws --conns 16 --msg-bytes 128 --path /ws/echo" ;;
        hold)   echo "hold --conns ${HOLD:-500} --path /v1/item --expect-len $SMALL_LEN" ;;
        *) echo "unknown case $1" >&2; return 1 ;;
    esac
}
export CACHE=$BENCH_DIR/.cache UP_HOST=api.bench.test BIG_MIB=64 BASE=${BENCH_BASE_PORT:-21000} UP_ADDRESS=10.99.0.1
if [ -z "${BENCH_NETNS:-}" ]; then   # what needs the package registries first; then on in a network namespace without a way out
    mkdir -p "$CACHE"; need_deb nginx nginx; need_deb gcc gcc; need_deb curl curl; need_deb iproute2 ip; need_deb util-linux unshare
    [ "$CACHE/load" -nt load.c ] || gcc -O2 -Wall -o "$CACHE/load" load.c -lssl -lcrypto || { echo "needs libssl-dev" >&2; exit 1; }
    for s in $SUBJECTS; do subjects/"$s" setup || { echo "skip $s: setup failed" >&2; SUBJECTS=$(for x in $SUBJECTS; do [ "$x" = "$s" ] || echo "$x"; done | paste -sd' '); }; done
    BENCH_NETNS=$SUBJECTS exec unshare --net --mount bash ./run.sh "$@"
fi
SUBJECTS=$BENCH_NETNS; ip link set lo up && ip address add "$UP_ADDRESS/32" dev lo || exit 1
hosts=$(mktemp) && printf '127.0.0.1 localhost %s\n' "$UP_HOST" >"$hosts" && chmod 644 "$hosts" && mount --bind "$hosts" /etc/hosts && rm "$hosts" || exit 1   # seen in here only
TMP=$(mktemp -d) && chmod 711 "$TMP" || exit 1; OUT=${OUT:-$TMP/results.jsonl}; : >"$OUT"
export UP_PORT=$BASE WS_PORT=$((BASE + 1)) UP_DIR=$TMP/up; mkdir -p "$CACHE" "$UP_DIR"
export UP_CA=$UP_DIR/up-ca.pem CA_CERT=$UP_DIR/mitm-ca.pem CA_KEY=$UP_DIR/mitm-ca.key UP_CERT=$UP_DIR/leaf.pem UP_KEY=$UP_DIR/leaf.key MITM_LEAF=$UP_DIR/mitm-leaf.pem
cleanup() { trap '' INT TERM; trap - EXIT; local s; for s in $SUBJECTS; do [ -d "$TMP/$s" ] && RUN=$TMP/$s stop_tree "$TMP/$s"; done; stop_tree "$UP_DIR"; [ -n "${KEEP:-}" ] && echo "kept $TMP" >&2 || rm -rf "$TMP"; }
trap cleanup EXIT; trap 'exit 130' INT TERM
ulimit -n 65536 2>/dev/null || ulimit -n "$(ulimit -Hn)"
make_certs "$UP_DIR" && start_upstream "$UP_DIR" || exit 1
via_of() { # SUBJECT TARGETPORT: the client's --via
    case $(subjects/"$1" via) in direct) echo direct ;; connect|inside) echo "connect:127.0.0.1:${PORTS[$1]}" ;;
        raw) [ "$2" = "$WS_PORT" ] && echo "raw:127.0.0.1:$((PORTS[$1] + 1))" || echo "raw:127.0.0.1:${PORTS[$1]}" ;; esac; }
BUDGET=${WAIT_BUDGET:-1800}
quiet() { # waits, within a budget, until other programs leave the machine alone
    local x u n sy i w q h st u2 n2 s2 i2 w2 q2 h2 t2 busy total
    while [ "$BUDGET" -gt 0 ]; do
        read -r x u n sy i w q h st x </proc/stat; sleep 0.5; read -r x u2 n2 s2 i2 w2 q2 h2 t2 x </proc/stat
        busy=$((u2 + n2 + s2 + q2 + h2 - u - n - sy - q - h)) total=$((busy + i2 + w2 - i - w))
        [ "$total" -gt 0 ] && [ $((100 * busy / total)) -le "$QUIET" ] && return 0
        BUDGET=$((BUDGET - 1)); sleep 0.5
    done
}
one() { # SUBJECT CASE SECS WARM: one run, JSON on stdout
    local args mode tport; args=$(case_args "$2") || return 1; mode=${args%% *}; tport=$UP_PORT; case $2 in ws|post) tport=$WS_PORT ;; esac
    RUN=$TMP/$1 PORT=${PORTS[$1]} subjects/"$1" client $args --via "$(via_of "$1" "$tport")" --target "$UP_HOST:$tport" --ca "$TMP/$1/ca.pem" --secs "$3" --warm "$4" \
        --proxy-pids "$(RUN=$TMP/$1 subjects/"$1" measured)" --upstream-pids "$(tree_of "$UP_DIR")" 2>&1
}
status_of() { RUN=$TMP/$1 PORT=${PORTS[$1]} subjects/"$1" status "$2" "$3"; } # SUBJECT METHOD PATH: what a client gets
declare -A PORTS IDLE; LIVE=; n=0
for s in $SUBJECTS; do
    n=$((n + 1)); PORTS[$s]=$((BASE + 10 * n)); mkdir -p "$TMP/$s"
    RUN=$TMP/$s PORT=${PORTS[$s]} subjects/"$s" start || { echo "skip $s: did not start" >&2; tail -5 "$TMP/$s/log" >&2; continue; }
    sleep 2; [ "$s" = direct ] && IDLE[$s]=0 || IDLE[$s]=$(for p in $(RUN=$TMP/$s subjects/"$s" measured | tr , ' '); do awk '{print $2*4}' /proc/"$p"/statm; done | awk '{t+=$1} END {print t+0}')
    if [ "$(subjects/"$s" kind)" = mitm ]; then   # the rule must be in force before anything is measured
        a=$(status_of "$s" GET /v1/item) b=$(status_of "$s" GET /secret) c=$(status_of "$s" DELETE /v1/item)
        echo "$s: allowed GET $a, other path $b, other method $c" >&2
        [ "$a" = 200 ] && [ "$b" != 200 ] && [ "$c" != 200 ] || { echo "skip $s: policy check failed" >&2; tail -5 "$TMP/$s/log" >&2; continue; }
    fi
    LIVE="$LIVE $s"
    printf '{"subject":"%s","case":"meta","kind":"%s","version":"%s","idle_kib":%s}\n' "$s" "$(subjects/"$s" kind)" "$(subjects/"$s" version | tr -d '"')" "${IDLE[$s]}" >>"$OUT"
done
warm_up() { local s c; for s in $LIVE; do case $(cat /proc/"$(head -1 "$TMP/$s/pids" 2>/dev/null)"/comm 2>/dev/null) in java|node*|MainThread) for c in $CASES; do [ "$c" = hold ] || one "$s" "$c" 1 "$JVM_WARM" >/dev/null; done ;; esac; done; }   # JIT compilers get their warm-up first
warmed=
for c in $CASES; do
    n=$ROUNDS s0=$SECS w0=$WARM; if [ "$c" = hold ]; then n=1 s0=3 w0=8; elif [ -z "$warmed" ]; then warm_up; warmed=1; fi
    for r in $(seq 1 "$n"); do for s in $LIVE; do
    for try in 1 2 3; do   # again when other programs on the machine took more than QUIET % of it
        quiet; j=$(one "$s" "$c" "$s0" "$w0"); o=$(echo "$j" | sed -n 's/.*"steal_pct":\([0-9]*\).*"others_pct":\([0-9]*\).*/\1+\2/p'); o=$((${o:-0})); [ "${o:-0}" -le "$QUIET" ] && break; BUDGET=$((BUDGET - 5)); [ "$BUDGET" -gt 0 ] || break; done
    case $j in '{'*) ;; *) j="{\"mode\":\"?\",\"ok\":0,\"first_error\":\"$(echo "$j" | tr -d '"\\' | head -c 100)\"}" ;; esac
    echo "{\"subject\":\"$s\",\"case\":\"$c\",\"round\":$r,${j#?}" | tee -a "$OUT" | sed 's/"mode".*"errors":/"errors":/' | cut -c1-200 >&2
done; done
done
node report.js "$OUT"
