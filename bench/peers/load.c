/* load - one small load client (and WebSocket echo upstream) for proxy benchmarks.
 *
 *   load ka     keep-alive GET/POST over N tunnels, closed loop (or open loop with --rate)
 *   load tunnel a new tunnel per request: TCP + CONNECT + TLS handshake + one GET + close
 *   load bulk   repeated downloads of a big file over N tunnels, bytes per second
 *   load ws     WebSocket text messages, one in flight per tunnel, echo round trips
 *   load hold   open N tunnels, one GET each, then leave them idle (memory per tunnel)
 *   load echo   not a client: the second upstream, TLS on 127.0.0.1, one thread: echoes WebSocket
 *               messages; answers other requests with --reply after reading their whole body
 *
 * One thread, epoll, OpenSSL. TLS sessions are never resumed by the client, the server's
 * chain and name are verified. CPU and memory of the processes named with --proxy-pids and
 * --upstream-pids are read from /proc at both ends of exactly the measured window.
 * Addresses outside 127.0.0.0/8 are refused, but for 10.200.0.1, the proxy's address inside a sandbox. With --marks 1 it
 * prints "@begin" and "@end" at both ends of the measured window, for who measures the proxy from outside.
 * Prints one JSON object. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum mode { KA, TUNNEL, BULK, WS, HOLD, ECHO };
enum state { S_TCP, S_CONNECT_W, S_CONNECT_R, S_TLS, S_SEND, S_RECV, S_IDLE, S_DEAD };
#define BUF 65536

struct conn {
    int fd; enum state st; SSL *ssl;
    const char *out; size_t out_len, out_off;
    char *in; size_t in_len;
    int head_done, chunked, upgraded; long long body_left; size_t body_got;
    int chunk_state; long long chunk_left;   /* 0 size line, 1 data, 2 CRLF after data, 3 trailer */
    size_t line_len; char line[128];
    uint64_t t0, due, retry_at;
    char *wsout; size_t wsout_cap;           /* echo server only: bytes still to be written */
};

static enum mode mode;
static const char *via = "direct", *target = "localhost:443", *path = "/", *method = "GET", *cafile;
static const char *certfile, *keyfile;
static const char *reply = "{\"data\":{\"ok\":true}}"; static char proxy_pids[4096], upstream_pids[1024];
static int nconns = 1, body_bytes, msg_bytes = 128, listen_port;
static double warm_s = 1, secs = 5, rate; static int marks;
static long expect_len = -1;
static char host[256]; static int port;
static struct sockaddr_in dst; static int use_connect;
static SSL_CTX *ctx; static int ep;
static char *connect_req, *http_req, *ws_req, *ws_frame; static size_t connect_n, http_n, ws_n, frame_n;
static uint64_t t_start, t_meas, t_end; static int measuring;
static uint64_t ok, errs, bytes, opened; static uint64_t errs_total; static char first_err[160];
static uint32_t *lat; static size_t nlat, caplat;
static char tls_desc[160]; static struct conn *conns;

static uint64_t now_ns(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec * 1000000000ull + t.tv_nsec; }
static void mark(const char *m) { puts(m); fflush(stdout); }
static void die(const char *m) { fprintf(stderr, "load: %s (%s)\n", m, errno ? strerror(errno) : "-"); exit(2); }
static void record(uint64_t ns) {
    if (!measuring) return;
    if (nlat == caplat) { caplat = caplat ? caplat * 2 : 1 << 16; lat = realloc(lat, caplat * sizeof *lat); if (!lat) die("memory"); }
    ns /= 100; lat[nlat++] = ns > 0xffffffffull ? 0xffffffffu : (uint32_t)ns;   /* unit 0.1 us */
}
static int cmp32(const void *a, const void *b) { uint32_t x = *(uint32_t *)a, y = *(uint32_t *)b; return x < y ? -1 : x > y; }
static double pct(double p) { if (!nlat) return -1; size_t i = (size_t)(p * nlat); if (i >= nlat) i = nlat - 1; return lat[i] / 10.0; }

/* ---- /proc ---- */
static double pids_cpu(const char *list) {           /* seconds of user + system time, all threads */
    double sum = 0; char b[8192], *s = strcpy(b, list), *tok, *sv;
    for (tok = strtok_r(s, ",", &sv); tok; tok = strtok_r(NULL, ",", &sv)) {
        char f[64], l[1024]; snprintf(f, sizeof f, "/proc/%d/stat", atoi(tok));
        FILE *fp = fopen(f, "r"); if (!fp) continue;
        if (fgets(l, sizeof l, fp)) { char *q = strrchr(l, ')'); unsigned long u, k;
            if (q && sscanf(q + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &u, &k) == 2) sum += (double)(u + k) / sysconf(_SC_CLK_TCK); }
        fclose(fp);
    }
    return sum;
}
static long pids_rss(const char *list) {             /* KiB, summed over processes */
    long sum = 0; char b[8192], *s = strcpy(b, list), *tok, *sv;
    for (tok = strtok_r(s, ",", &sv); tok; tok = strtok_r(NULL, ",", &sv)) {
        char f[64]; long sz, r; snprintf(f, sizeof f, "/proc/%d/statm", atoi(tok));
        FILE *fp = fopen(f, "r"); if (!fp) continue;
        if (fscanf(fp, "%ld %ld", &sz, &r) == 2) sum += r * (sysconf(_SC_PAGESIZE) / 1024);
        fclose(fp);
    }
    return sum;
}
static void machine_cpu(double *total, double *steal, double *idle) {
    unsigned long long v[8] = {0}; FILE *fp = fopen("/proc/stat", "r"); *total = *steal = *idle = 0; if (!fp) return;
    if (fscanf(fp, "cpu %llu %llu %llu %llu %llu %llu %llu %llu", v, v+1, v+2, v+3, v+4, v+5, v+6, v+7) == 8) {
        for (int i = 0; i < 8; i++) *total += v[i];
        *steal = v[7]; *idle = v[3] + v[4]; }
    fclose(fp);
}
static double self_cpu(void) { struct rusage r; getrusage(RUSAGE_SELF, &r); return r.ru_utime.tv_sec + r.ru_stime.tv_sec + (r.ru_utime.tv_usec + r.ru_stime.tv_usec) / 1e6; }

/* ---- connections ---- */
static void step(struct conn *c);
static void conn_close(struct conn *c) {
    if (c->ssl) { SSL_free(c->ssl); c->ssl = NULL; }
    if (c->fd >= 0) { close(c->fd); c->fd = -1; }
}
static void conn_open(struct conn *c) {
    int one = 1, r;
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (c->fd < 0) die("socket");
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    struct epoll_event e = { .events = EPOLLIN | EPOLLOUT | EPOLLET | EPOLLRDHUP, .data.ptr = c };
    c->st = S_TCP; c->in_len = 0; c->upgraded = 0; c->t0 = now_ns();
    r = connect(c->fd, (struct sockaddr *)&dst, sizeof dst);
    if (r && errno != EINPROGRESS) die("connect");
    if (epoll_ctl(ep, EPOLL_CTL_ADD, c->fd, &e)) die("epoll_ctl");
}
static void fail(struct conn *c, const char *why) {
    errs_total++; if (measuring) errs++;
    if (!first_err[0]) { unsigned long e = ERR_peek_error(); snprintf(first_err, sizeof first_err, "%s%s%s", why, e ? ": " : "", e ? ERR_reason_error_string(e) : "");
        for (char *p = first_err; *p; p++) if (*p == '"' || *p == '\\' || *p < ' ') *p = '\''; }
    ERR_clear_error();
    conn_close(c); c->st = S_DEAD; c->retry_at = now_ns() + 20000000;    /* 20 ms: no error storms */
}
static void begin_send(struct conn *c) {
    c->st = S_SEND; c->out_off = 0; c->in_len = 0; c->head_done = c->chunked = 0; c->body_left = -1; c->body_got = 0; c->chunk_state = 0; c->line_len = 0;
    if (mode == WS) { c->out = c->upgraded ? ws_frame : ws_req; c->out_len = c->upgraded ? frame_n : ws_n; }
    else { c->out = http_req; c->out_len = http_n; }
    if (mode == KA || mode == WS) {
        if (rate > 0 && (mode == KA || c->upgraded)) {
            uint64_t t = now_ns(); if (!c->due) c->due = t;
            c->t0 = c->due;                            /* latency counts from when it should have been sent */
            c->due += (uint64_t)(1e9 * nconns / rate);
            if (c->t0 > t) { c->st = S_IDLE; c->retry_at = c->t0; }
        } else c->t0 = now_ns();
    }
}
static void done_one(struct conn *c, int close_after) {
    record(now_ns() - c->t0); if (measuring) ok++;
    if (mode == TUNNEL) { SSL_shutdown(c->ssl); conn_close(c); conn_open(c); return; }
    if (mode == HOLD) { c->st = S_IDLE; c->retry_at = UINT64_MAX; opened++; return; }
    if (close_after) { conn_close(c); conn_open(c); return; }
    begin_send(c);
}
static const char *header(const char *h, const char *name) {
    size_t n = strlen(name);
    for (const char *p = strchr(h, '\n'); p && p[1] && p[1] != '\r'; p = strchr(p + 1, '\n'))
        if (!strncasecmp(p + 1, name, n) && p[1 + n] == ':') { p += n + 2; while (*p == ' ') p++; return p; }
    return NULL;
}
/* feeds n bytes of a chunked body; 1 = body complete, -1 = malformed */
static int chunked_feed(struct conn *c, const char *p, size_t n) {
    while (n) {
        if (c->chunk_state == 1) { size_t k = n < (size_t)c->chunk_left ? n : (size_t)c->chunk_left; c->chunk_left -= k; c->body_got += k; p += k; n -= k; if (!c->chunk_left) { c->chunk_state = 2; c->line_len = 0; } continue; }
        char ch = *p++; n--;
        if (ch != '\n') { if (ch != '\r' && c->line_len < sizeof c->line - 1) c->line[c->line_len++] = ch; continue; }
        c->line[c->line_len] = 0;
        if (c->chunk_state == 0) { char *e; c->chunk_left = strtoll(c->line, &e, 16); if (e == c->line || c->chunk_left < 0) return -1; c->chunk_state = c->chunk_left ? 1 : 3; }
        else if (c->chunk_state == 2) { if (c->line_len) return -1; c->chunk_state = 0; }
        else if (!c->line_len) return 1;
        c->line_len = 0;
    }
    return 0;
}
/* new bytes lie at c->in + from .. in_len; returns 1 when it changed state to a new send, 0 to read on, -1 on failure */
static int on_bytes(struct conn *c, size_t from) {
    if (mode == WS && c->upgraded) {
        if (c->in_len < 2) return 0;
        unsigned char *b = (unsigned char *)c->in; size_t len = b[1] & 127, h = 2;
        if (len == 126) { if (c->in_len < 4) return 0; len = b[2] << 8 | b[3]; h = 4; } else if (len == 127) { fail(c, "ws frame too long"); return -1; }
        if (c->in_len < h + len) return 0;
        if (b[0] != 0x81 || len != (size_t)msg_bytes) { fail(c, "ws frame not the echo"); return -1; }
        for (size_t i = 0; i < len; i++) if (c->in[h + i] != 'a' + (char)(i % 26)) { fail(c, "ws payload changed"); return -1; }
        done_one(c, 0); return 1;
    }
    const char *body = c->in + from; size_t n = c->in_len - from;
    if (!c->head_done) {
        c->in[c->in_len] = 0;
        char *e = strstr(c->in, "\r\n\r\n"); if (!e) { if (c->in_len > 32768) { fail(c, "head too long"); return -1; } return 0; }
        int status = c->in_len > 12 ? atoi(c->in + 9) : 0;
        if (mode == WS) {
            if (status != 101) { char m[64]; snprintf(m, sizeof m, "ws upgrade status %d", status); fail(c, m); return -1; }
            c->upgraded = 1; begin_send(c); return 1;
        }
        if (status != 200) { char m[64]; snprintf(m, sizeof m, "status %d", status); fail(c, m); return -1; }
        e[2] = 0; const char *v;
        if ((v = header(c->in, "content-length"))) c->body_left = atoll(v);
        else if ((v = header(c->in, "transfer-encoding")) && !strncasecmp(v, "chunked", 7)) c->chunked = 1;
        else { fail(c, "no body length"); return -1; }
        c->upgraded = (v = header(c->in, "connection")) && !strncasecmp(v, "close", 5);   /* HTTP modes: remembers 'close' */
        c->head_done = 1; body = e + 4; n = c->in_len - (body - c->in);
    }
    if (mode == BULK && measuring) bytes += n;
    int fin = 0;
    if (c->chunked) { fin = chunked_feed(c, body, n); if (fin < 0) { fail(c, "bad chunk"); return -1; } }
    else { c->body_got += n; c->body_left -= n; if (c->body_left < 0) { fail(c, "body too long"); return -1; } fin = c->body_left == 0; }
    c->in_len = 0;
    if (!fin) return 0;
    if (expect_len >= 0 && c->body_got != (size_t)expect_len) { fail(c, "body length differs"); return -1; }
    done_one(c, c->upgraded); return 1;
}
static void tls_begin(struct conn *c) {
    c->ssl = SSL_new(ctx); SSL_set_fd(c->ssl, c->fd); SSL_set_tlsext_host_name(c->ssl, host); SSL_set1_host(c->ssl, host); SSL_set_connect_state(c->ssl); c->st = S_TLS;
}
static void step(struct conn *c) {
    for (;;) switch (c->st) {
    case S_TCP: {
        int e = 0; socklen_t l = sizeof e; struct sockaddr_in pa; socklen_t pl = sizeof pa;
        getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &e, &l); if (e) { errno = e; fail(c, strerror(e)); return; }
        if (getpeername(c->fd, (struct sockaddr *)&pa, &pl)) return;
        if (use_connect) { c->out = connect_req; c->out_len = connect_n; c->out_off = 0; c->st = S_CONNECT_W; } else tls_begin(c);
        break; }
    case S_CONNECT_W: {
        ssize_t n = send(c->fd, c->out + c->out_off, c->out_len - c->out_off, MSG_NOSIGNAL);
        if (n < 0) { if (errno == EAGAIN) return; fail(c, "CONNECT send"); return; }
        if ((c->out_off += n) == c->out_len) { c->st = S_CONNECT_R; c->in_len = 0; } break; }
    case S_CONNECT_R: {
        ssize_t n = recv(c->fd, c->in + c->in_len, 8192 - c->in_len, 0);
        if (n < 0) { if (errno == EAGAIN) return; fail(c, "CONNECT reply"); return; }
        if (n == 0) { fail(c, "closed on CONNECT"); return; }
        c->in_len += n; c->in[c->in_len] = 0;
        if (!strstr(c->in, "\r\n\r\n")) { if (c->in_len >= 8000) { fail(c, "CONNECT reply too long"); return; } break; }
        if (atoi(c->in + 9) != 200) { char m[64]; snprintf(m, sizeof m, "CONNECT status %d", atoi(c->in + 9)); fail(c, m); return; }
        tls_begin(c); break; }
    case S_TLS: {
        int r = SSL_do_handshake(c->ssl);
        if (r != 1) { int e = SSL_get_error(c->ssl, r); if (e == SSL_ERROR_WANT_READ || e == SSL_ERROR_WANT_WRITE) return; fail(c, "TLS handshake"); return; }
        if (!tls_desc[0]) { EVP_PKEY *k = X509_get0_pubkey(SSL_get0_peer_certificate(c->ssl));
            snprintf(tls_desc, sizeof tls_desc, "%s %s %s%d", SSL_get_version(c->ssl), SSL_get_cipher(c->ssl), EVP_PKEY_base_id(k) == EVP_PKEY_RSA ? "RSA" : "EC", EVP_PKEY_bits(k)); }
        begin_send(c); if (c->st == S_IDLE) return; break; }
    case S_SEND: {
        int n = SSL_write(c->ssl, c->out + c->out_off, c->out_len - c->out_off);
        if (n <= 0) { int e = SSL_get_error(c->ssl, n); if (e == SSL_ERROR_WANT_READ || e == SSL_ERROR_WANT_WRITE) return; fail(c, "TLS write"); return; }
        if ((c->out_off += n) == c->out_len) { c->st = S_RECV; c->in_len = 0; } break; }
    case S_RECV: {
        size_t from = c->in_len; int n = SSL_read(c->ssl, c->in + c->in_len, BUF - 1 - c->in_len);
        if (n <= 0) { int e = SSL_get_error(c->ssl, n); if (e == SSL_ERROR_WANT_READ || e == SSL_ERROR_WANT_WRITE) return; fail(c, e == SSL_ERROR_ZERO_RETURN ? "closed before reply" : "TLS read"); return; }
        c->in_len += n; int r = on_bytes(c, from); if (r < 0) return;
        if (r == 1 && (mode == TUNNEL || c->st == S_TCP || c->st == S_IDLE)) return;
        break; }
    case S_IDLE: if (c->retry_at == UINT64_MAX) { char b; int n = SSL_read(c->ssl, &b, 1);   /* hold: a close shows here; tickets are eaten */
            if (n <= 0 && SSL_get_error(c->ssl, n) != SSL_ERROR_WANT_READ) { opened--; fail(c, "idle tunnel closed"); } }
        return;
    case S_DEAD: return;
    }
}

/* ---- the echo upstream ---- */
static void echo_server(void) {
    ctx = SSL_CTX_new(TLS_server_method());
    if (SSL_CTX_use_certificate_chain_file(ctx, certfile) != 1 || SSL_CTX_use_PrivateKey_file(ctx, keyfile, SSL_FILETYPE_PEM) != 1) die("certificate");
    SSL_CTX_set_mode(ctx, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    int one = 1, ls = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0); struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(listen_port), .sin_addr.s_addr = htonl(INADDR_ANY) };   /* the namespace of run.sh has no way out */
    setsockopt(ls, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(ls, (struct sockaddr *)&a, sizeof a) || listen(ls, 512)) die("listen");
    struct epoll_event ev[256], e = { .events = EPOLLIN, .data.ptr = NULL }; epoll_ctl(ep, EPOLL_CTL_ADD, ls, &e);
    for (;;) {
        int n = epoll_wait(ep, ev, 256, -1);
        for (int i = 0; i < n; i++) {
            struct conn *c = ev[i].data.ptr;
            if (!c) { int fd; while ((fd = accept4(ls, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
                    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
                    c = calloc(1, sizeof *c); c->fd = fd; c->in = malloc(BUF); c->wsout = malloc(2 * BUF); c->ssl = SSL_new(ctx); SSL_set_fd(c->ssl, fd); SSL_set_accept_state(c->ssl); c->st = S_TLS;
                    e.events = EPOLLIN | EPOLLOUT | EPOLLET; e.data.ptr = c; epoll_ctl(ep, EPOLL_CTL_ADD, fd, &e); }
                continue; }
            int dead = 0;
            for (;;) {
                int r, er;
                while (c->out_len > c->out_off) { r = SSL_write(c->ssl, c->wsout + c->out_off, c->out_len - c->out_off);
                    if (r > 0) { c->out_off += r; continue; }
                    er = SSL_get_error(c->ssl, r); if (er != SSL_ERROR_WANT_READ && er != SSL_ERROR_WANT_WRITE) dead = 1; break; }
                if (dead || c->out_len > c->out_off) break;
                c->out_len = c->out_off = 0;
                r = SSL_read(c->ssl, c->in + c->in_len, BUF - 1 - c->in_len);
                if (r <= 0) { er = SSL_get_error(c->ssl, r); if (er != SSL_ERROR_WANT_READ && er != SSL_ERROR_WANT_WRITE) dead = 1; break; }
                c->in_len += r;
                if (!c->upgraded) { c->in[c->in_len] = 0; char *h = strstr(c->in, "\r\n\r\n"); if (!h) { if (c->in_len > 16000) { dead = 1; break; } continue; }
                    const char *k = header(c->in, "sec-websocket-key");
                    if (!k) {                                   /* an API that reads the whole body before it replies */
                        const char *cl = header(c->in, "content-length"); size_t need = h + 4 - c->in + (cl ? strtoul(cl, NULL, 10) : 0);
                        if (need > BUF - 2) { dead = 1; break; }
                        if (c->in_len < need) continue;
                        c->out_len = sprintf(c->wsout, "HTTP/1.1 200 OK\r\nServer: load\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", (int)strlen(reply), reply);
                        memmove(c->in, c->in + need, c->in_len - need); c->in_len -= need; continue; }
                    char cat[128]; unsigned char dg[20], b64[40]; unsigned int dl; size_t kl = strcspn(k, "\r\n "); if (kl > 60) { dead = 1; break; }
                    snprintf(cat, sizeof cat, "%.*s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", (int)kl, k);
                    EVP_Digest(cat, strlen(cat), dg, &dl, EVP_sha1(), NULL); EVP_EncodeBlock(b64, dg, 20);
                    c->out_len = sprintf(c->wsout, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n", b64);
                    c->upgraded = 1; size_t used = h + 4 - c->in; memmove(c->in, c->in + used, c->in_len - used); c->in_len -= used; }
                size_t off = 0;
                for (;;) { unsigned char *b = (unsigned char *)c->in + off; size_t av = c->in_len - off, len, h = 2; if (av < 2) break;
                    len = b[1] & 127; if (len == 126) { if (av < 4) break; len = b[2] << 8 | b[3]; h = 4; } else if (len == 127) { dead = 1; break; }
                    unsigned char *mk = NULL; if (b[1] & 128) { mk = b + h; h += 4; }
                    if (av < h + len) { if (h + len > BUF - 1) dead = 1; break; }
                    int op = b[0] & 15; if (op == 8) { dead = 1; break; }
                    if (c->out_len + len + 4 > 2 * BUF) { dead = 1; break; }
                    if (op != 10) { char *o = c->wsout + c->out_len; size_t oh = 2; o[0] = op == 9 ? (char)0x8a : (char)b[0]; if (len < 126) o[1] = len; else { o[1] = 126; o[2] = len >> 8; o[3] = len; oh = 4; }
                        for (size_t j = 0; j < len; j++) o[oh + j] = mk ? b[h + j] ^ mk[j & 3] : b[h + j];
                        c->out_len += oh + len; }
                    off += h + len; }
                memmove(c->in, c->in + off, c->in_len - off); c->in_len -= off;
                if (dead) break;
            }
            if (dead) { ERR_clear_error(); SSL_free(c->ssl); close(c->fd); free(c->in); free(c->wsout); free(c); }
        }
    }
}

static void parse_addr(const char *s, char *h, size_t hn, int *p) { const char *c = strrchr(s, ':'); if (!c || (size_t)(c - s) >= hn) die("bad host:port"); memcpy(h, s, c - s); h[c - s] = 0; *p = atoi(c + 1); }
int main(int argc, char **argv) {
    static const char *names[] = { "ka", "tunnel", "bulk", "ws", "hold", "echo" };
    if (argc < 2) die("mode?");
    int m = -1; for (int i = 0; i < 6; i++) if (!strcmp(argv[1], names[i])) m = i; if (m < 0) die("unknown mode"); mode = m;
    for (int i = 2; i + 1 < argc; i += 2) { char *k = argv[i], *v = argv[i + 1];
        if (!strcmp(k, "--via")) via = v; else if (!strcmp(k, "--target")) target = v; else if (!strcmp(k, "--path")) path = v; else if (!strcmp(k, "--ca")) cafile = v;
        else if (!strcmp(k, "--conns")) nconns = atoi(v); else if (!strcmp(k, "--warm")) warm_s = atof(v); else if (!strcmp(k, "--secs")) secs = atof(v); else if (!strcmp(k, "--rate")) rate = atof(v);
        else if (!strcmp(k, "--method")) method = v; else if (!strcmp(k, "--body-bytes")) body_bytes = atoi(v); else if (!strcmp(k, "--msg-bytes")) msg_bytes = atoi(v); else if (!strcmp(k, "--expect-len")) expect_len = atol(v);
        else if (!strcmp(k, "--proxy-pids")) snprintf(proxy_pids, sizeof proxy_pids, "%s", v); else if (!strcmp(k, "--upstream-pids")) snprintf(upstream_pids, sizeof upstream_pids, "%s", v);
        else if (!strcmp(k, "--cert")) certfile = v; else if (!strcmp(k, "--key")) keyfile = v; else if (!strcmp(k, "--reply")) reply = v; else if (!strcmp(k, "--port")) listen_port = atoi(v); else if (!strcmp(k, "--marks")) marks = atoi(v); else die(k); }
    if (warm_s + secs > 15 && mode != ECHO) die("warm + secs over 15");
    signal(SIGPIPE, SIG_IGN); ep = epoll_create1(EPOLL_CLOEXEC);
    if (mode == ECHO) { echo_server(); return 0; }
    if (msg_bytes < 1 || msg_bytes > 60000) die("msg-bytes");
    parse_addr(target, host, sizeof host, &port);
    dst.sin_family = AF_INET; char ah[64] = "127.0.0.1"; int apn = port;
    if (!strncmp(via, "connect:", 8)) { use_connect = 1; parse_addr(via + 8, ah, sizeof ah, &apn); } else if (!strncmp(via, "raw:", 4)) parse_addr(via + 4, ah, sizeof ah, &apn); else if (strcmp(via, "direct")) die("via?");
    if (inet_pton(AF_INET, ah, &dst.sin_addr) != 1 || ((ntohl(dst.sin_addr.s_addr) >> 24) != 127 && ntohl(dst.sin_addr.s_addr) != 0x0ac80001u)) die("not a loopback address");
    dst.sin_port = htons(apn);
    ctx = SSL_CTX_new(TLS_client_method()); SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF); SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
    if (!cafile || SSL_CTX_load_verify_locations(ctx, cafile, NULL) != 1) die("CA file");
    connect_n = asprintf(&connect_req, "CONNECT %s HTTP/1.1\r\nHost: %s\r\n\r\n", target, target);
    char *bodyb = malloc(body_bytes + 64); int bl = 0;
    if (body_bytes) { bl = sprintf(bodyb, "{\"query\":\""); while (bl < body_bytes - 2) bodyb[bl] = 'a' + bl % 26, bl++; bodyb[bl++] = '"'; bodyb[bl++] = '}'; } bodyb[bl] = 0;
    if (bl) http_n = asprintf(&http_req, "%s %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: load\r\nAccept: application/json\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", method, path, target, bl, bodyb);
    else http_n = asprintf(&http_req, "%s %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: load\r\nAccept: application/json\r\nAuthorization: Bearer 0123456789abcdef0123456789abcdef\r\n\r\n", method, path, target);
    ws_n = asprintf(&ws_req, "GET %s HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\nSec-WebSocket-Version: 13\r\n\r\n", path, target);
    ws_frame = malloc(msg_bytes + 16); { unsigned char *f = (unsigned char *)ws_frame; const unsigned char mk[4] = { 0x12, 0x34, 0x56, 0x78 }; size_t h = 2; f[0] = 0x81;
        if (msg_bytes < 126) f[1] = 0x80 | msg_bytes; else { f[1] = 0xfe; f[2] = msg_bytes >> 8; f[3] = msg_bytes; h = 4; }
        memcpy(f + h, mk, 4); h += 4; for (int i = 0; i < msg_bytes; i++) f[h + i] = ('a' + i % 26) ^ mk[i & 3]; frame_n = h + msg_bytes; }

    conns = calloc(nconns, sizeof *conns); t_start = now_ns(); t_meas = t_start + (uint64_t)(warm_s * 1e9); t_end = t_meas + (uint64_t)(secs * 1e9);
    for (int i = 0; i < nconns; i++) { conns[i].fd = -1; conns[i].in = malloc(BUF); if (!conns[i].in) die("memory"); if (rate > 0) conns[i].due = t_start + 500000000ull + (uint64_t)(1e9 * i / rate);
        if (mode == HOLD) { conns[i].st = S_DEAD; conns[i].retry_at = t_start + (uint64_t)(warm_s * 0.7e9 * i / nconns); } else conn_open(&conns[i]); }
    double c0 = 0, p0 = 0, u0 = 0, mt0 = 0, ms0 = 0, mi0 = 0; long rss_max = 0, rss, rss0 = pids_rss(proxy_pids); uint64_t next_rss = 0, tm0 = 0, t;
    struct epoll_event ev[512];
    while ((t = now_ns()) < t_end) {
        if (!measuring && t >= t_meas) { measuring = 1; if (marks) mark("@begin"); tm0 = t = now_ns(); c0 = self_cpu(); p0 = pids_cpu(proxy_pids); u0 = pids_cpu(upstream_pids); machine_cpu(&mt0, &ms0, &mi0); }
        if (measuring && t >= next_rss) { rss = pids_rss(proxy_pids); if (rss > rss_max) rss_max = rss; next_rss = t + 250000000; }
        uint64_t wake = t + 50000000; int timed = rate > 0 || mode == HOLD || errs_total;
        if (timed) for (int i = 0; i < nconns; i++) { struct conn *c = &conns[i];
            if (c->st == S_DEAD) { if (c->retry_at <= t) conn_open(c); else if (c->retry_at < wake) wake = c->retry_at; }
            else if (c->st == S_IDLE) { if (c->retry_at <= t) { c->st = S_SEND; step(c); } if (c->st == S_IDLE && c->retry_at < wake) wake = c->retry_at; } }
        struct timespec ts; uint64_t n2 = now_ns(); uint64_t w = wake > n2 ? wake - n2 : 0; ts.tv_sec = w / 1000000000ull; ts.tv_nsec = w % 1000000000ull;
        int n = epoll_pwait2(ep, ev, 512, &ts, NULL);
        for (int i = 0; i < n; i++) { struct conn *c = ev[i].data.ptr; if (c->fd >= 0) step(c); }
    }
    if (marks) mark("@end");
    double el = (now_ns() - tm0) / 1e9, c1 = self_cpu(), p1 = pids_cpu(proxy_pids), u1 = pids_cpu(upstream_pids), mt, ms, mi; machine_cpu(&mt, &ms, &mi);
    rss = pids_rss(proxy_pids); if (rss > rss_max) rss_max = rss;
    qsort(lat, nlat, sizeof *lat, cmp32); double mean = 0; for (size_t i = 0; i < nlat; i++) mean += lat[i] / 10.0; if (nlat) mean /= nlat;
    double hz = sysconf(_SC_CLK_TCK), others = mt > mt0 ? 100 * ((mt - mt0 - (ms - ms0) - (mi - mi0)) / hz - (c1 - c0) - (p1 - p0) - (u1 - u0)) * hz / (mt - mt0) : 0;   /* CPU that other programs took, % of the machine */
    int alive = 0; for (int i = 0; i < nconns; i++) if (conns[i].st != S_DEAD) alive++;
    printf("{\"mode\":\"%s\",\"conns\":%d,\"alive\":%d,\"held\":%llu,\"secs\":%.3f,\"ok\":%llu,\"errors\":%llu,\"errors_total\":%llu,\"first_error\":\"%s\",\"rps\":%.1f,\"mb_s\":%.1f,"
           "\"mean_us\":%.1f,\"p50_us\":%.1f,\"p90_us\":%.1f,\"p99_us\":%.1f,\"p999_us\":%.1f,\"max_us\":%.1f,\"cpu_client\":%.3f,\"cpu_proxy\":%.3f,\"cpu_upstream\":%.3f,\"rss0_kib\":%ld,\"rss_kib\":%ld,\"steal_pct\":%.1f,\"idle_pct\":%.1f,\"others_pct\":%.1f,\"tls\":\"%s\"}\n",
           argv[1], nconns, alive, (unsigned long long)opened, el, (unsigned long long)ok, (unsigned long long)errs, (unsigned long long)errs_total, first_err, ok / el, bytes / el / 1e6,
           mean, pct(.5), pct(.9), pct(.99), pct(.999), nlat ? lat[nlat - 1] / 10.0 : -1, c1 - c0, p1 - p0, u1 - u0, rss0, rss_max,
           mt > mt0 ? 100 * (ms - ms0) / (mt - mt0) : 0, mt > mt0 ? 100 * (mi - mi0) / (mt - mt0) : 0, others > 0 ? others : 0, tls_desc);
    return ok || bytes ? 0 : 1;
}
