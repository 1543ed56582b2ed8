# Sourced by run.sh and by every script in subjects/. See README.md, 'Adding a subject'.
# What a subject is given (exported by run.sh):
#   RUN       an empty private directory of this subject's (removed afterwards)
#   PORT      127.0.0.1 port to listen on; PORT+1 is the subject's own as well
#   UP_HOST UP_PORT WS_PORT   the HTTPS upstream and the WebSocket upstream (both TLS)
#   UP_CA     the CA the upstream's certificate is from (to be verified by terminating proxies)
#   CA_CERT CA_KEY            an EC P-256 CA to sign impersonated certificates with
#   UP_CERT UP_KEY            the upstream's own leaf (for reverse proxies without generation)
#   CACHE     downloads and build products, kept between runs, never committed
# What it may set before calling 'subject "$@"':
#   KIND      direct | l4 | mitm | reverse      VIA  connect (default) | raw | direct | inside
#   setup()   install or build what it needs    version()  one line
#   start()   start it with 'spawn COMMAND...'
#   client()  runs the load client with the given arguments where this subject wants it (default: beside it)
#   status METHOD PATH  prints the status that a client gets (default: curl through the proxy, beside it)
#   measured()  prints the pids whose CPU and memory count, separated by commas (default: all that it spawned)
#   It may write RUN/ca.pem if its certificates are not from CA_CERT.
set -u
BENCH_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
JAVA_HOME_25=${JAVA_HOME_25:-$(ls -d /usr/lib/jvm/*25* 2>/dev/null | head -1)}

spawn() { # starts a command in the background, notes its pid
    ( exec setsid "$@" >>"$RUN/log" 2>&1 </dev/null ) & echo $! >>"$RUN/pids"
}
pid_tree() { # pids and all their descendants
    local p c; for p in "$@"; do [ -d "/proc/$p" ] || continue; echo "$p"
        for c in $(cat /proc/"$p"/task/*/children 2>/dev/null); do pid_tree "$c"; done; done
}
measured() { tree_of "$RUN"; }
status() { curl -s -o /dev/null -m 5 -w '%{http_code}' -X "$1" --proxy "http://127.0.0.1:$PORT" --cacert "$RUN/ca.pem" "https://$UP_HOST:$UP_PORT$2" 2>/dev/null; }
client() { timeout 25 "$CACHE/load" "$@"; }
tree_of() { [ -s "$1/pids" ] && pid_tree $(cat "$1/pids") | sort -un | paste -sd, ; }
wait_port() { # port, seconds
    local i; for i in $(seq 1 $(( ${2:-20} * 10 ))); do (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null && return 0; sleep 0.1; done
    echo "nothing listens on 127.0.0.1:$1" >&2; return 1
}
stop_tree() { # stops what was spawned into a run directory, by pid
    local all; all=$(tree_of "$1" | tr , ' '); [ -z "$all" ] && return 0
    kill $all 2>/dev/null; local i; for i in $(seq 1 50); do [ -z "$(pid_tree $all)" ] && break; sleep 0.1; done
    kill -9 $(pid_tree $all) 2>/dev/null; : >"$1/pids"
}
need_deb() { # PACKAGE BINARY: installs a Debian package if its binary is missing, without starting its service
    command -v "$2" >/dev/null 2>&1 || DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$1" >/dev/null
}
subject() {
    case "${1:-}" in
        kind) echo "${KIND:?}" ;; via) echo "${VIA:-connect}" ;;
        version) version ;; setup) if declare -F setup >/dev/null; then setup; fi ;;
        start) : >"$RUN/pids"; case ${KIND:?} in direct|l4) cp "$UP_CA" "$RUN/ca.pem" ;; *) cp "$CA_CERT" "$RUN/ca.pem" ;; esac; start && { [ "${VIA:-connect}" = direct ] || [ "${VIA:-connect}" = inside ] || wait_port "$PORT" 30; } ;;
        client) shift; client "$@" ;; measured) measured ;; status) status "$2" "$3" ;;
        stop) stop_tree "$RUN" ;;
        *) echo "usage: $0 kind|via|version|setup|start|stop" >&2; return 2 ;;
    esac
}
npm_need() { # PACKAGE VERSION: into CACHE/npm, without a lock file
    [ "$(sed -n 's/^  "version": "\(.*\)",*/\1/p' "$CACHE/npm/node_modules/$1/package.json" 2>/dev/null)" = "$2" ] && return 0
    mkdir -p "$CACHE/npm" && cd "$CACHE/npm" && { [ -f package.json ] || echo '{"private":true}' >package.json; } &&
        npm install --no-package-lock --no-audit --no-fund --ignore-scripts "$1@$2" >/dev/null 2>&1
}
