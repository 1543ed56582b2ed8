# Sourced by run.sh: makes the certificates and starts the upstreams (nginx, and the echo server).
make_certs() { # DIR
    local d=$1 n
    for n in up mitm; do
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj "/CN=bench $n CA" \
            -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign \
            -keyout "$d/$n-ca.key" -out "$d/$n-ca.pem" 2>/dev/null || return 1
    done
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$UP_HOST" -keyout "$d/leaf.key" -out "$d/leaf.csr" 2>/dev/null &&
    printf 'subjectAltName=DNS:%s\nkeyUsage=digitalSignature\nextendedKeyUsage=serverAuth\nbasicConstraints=CA:FALSE\n' "$UP_HOST" >"$d/ext" &&
    openssl x509 -req -in "$d/leaf.csr" -CA "$d/up-ca.pem" -CAkey "$d/up-ca.key" -CAcreateserial -days 30 -extfile "$d/ext" -out "$d/leaf.pem" 2>/dev/null &&
    openssl x509 -req -in "$d/leaf.csr" -CA "$d/mitm-ca.pem" -CAkey "$d/mitm-ca.key" -CAcreateserial -days 30 -extfile "$d/ext" -out "$d/mitm-leaf.pem" 2>/dev/null
}
start_upstream() { # DIR: RUN is set to it while it runs
    local d=$1
    mkdir -p "$d/www/v1" "$d/tmp"; head -c $((BIG_MIB * 1048576)) /dev/urandom >"$d/www/v1/big"
    local json='{"id":4711,"name":"widget","tags":["a","b","c"],"owner":{"login":"octo","id":12},"state":"open","count":17,"updated":"2026-01-01T00:00:00Z","note":"a small JSON reply of the kind a REST API gives to an agent that asks for one object by its number"}'
    printf '%s' "$json" >"$d/www/v1/item"; SMALL_LEN=$(stat -c %s "$d/www/v1/item")
    cat >"$d/nginx.conf" <<N
daemon off; user root; worker_processes 1; pid nginx.pid; error_log error.log warn; worker_rlimit_nofile 16384;
events { worker_connections 8192; }
http { access_log off; default_type application/json; keepalive_requests 100000000; keepalive_timeout 300s; client_body_buffer_size 64k; client_max_body_size 4m;
  client_body_temp_path tmp; proxy_temp_path tmp; fastcgi_temp_path tmp; uwsgi_temp_path tmp; scgi_temp_path tmp;
  server { listen 127.0.0.1:$UP_PORT ssl backlog=4096; listen $UP_ADDRESS:$UP_PORT ssl backlog=4096; server_name $UP_HOST; ssl_certificate leaf.pem; ssl_certificate_key leaf.key; ssl_protocols TLSv1.2 TLSv1.3; ssl_session_cache shared:S:10m;
    location /v1/big { root www; }
    location / { return 200 '$json'; } } }
N
    RUN=$d spawn nginx -p "$d" -c nginx.conf
    RUN=$d spawn "$CACHE/load" echo --port "$WS_PORT" --cert "$d/leaf.pem" --key "$d/leaf.key" --reply "$json"
    wait_port "$UP_PORT" && wait_port "$WS_PORT"
}
