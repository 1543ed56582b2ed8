/*
 * An agent that any image can run: static, with a TLS library in it. It does what its input says, line by line, and answers
 * each line with one. Words are separated by tabs.
 *
 *     fetch METHOD URL [HEADER [BODY]]   a request through the proxy, in a connection of its own; its status and body
 *     keep METHOD URL [HEADER [BODY]]    the same in the last such connection, if it still stands
 *     ws URL                             opens a WebSocket; the status
 *     say TEXT                           sends a message on it; the answer, or "closed CODE REASON"
 *     hear                               waits for what comes on it: the same
 *     raw HOST PORT HEX                  bytes through a tunnel; the first line of the answer
 *     open PATH r|w, list PATH           what the kernel says: "happened", or the name of an error
 *     connect IP PORT, socket DOMAIN TYPE PROTOCOL, call NAME
 *     env NAME, status KEY, id, cwd, owner PATH, size PATH
 *     as PROGRAM WORDS...                another program of this kind does it
 *
 * "agent terminal" and "agent copy STATUS" are the agents of tests of terminals and of pipes.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATIENCE_SECONDS = 30, MOST_WORDS = 16 };

struct connection {
    int fd;
    SSL *tls;
};

static char answer[1 << 16];
static struct connection kept = {.fd = -1};
static struct connection websocket = {.fd = -1};

static void say(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(answer, sizeof(answer), format, arguments);
    va_end(arguments);
}

static void outcome(bool happened) {
    say("%s", happened ? "happened" : strerrorname_np(errno));
}

/* ---- connections ---- */

static void finish(struct connection *connection) {
    if (connection->tls != NULL) {
        SSL_free(connection->tls);
    }
    if (connection->fd >= 0) {
        close(connection->fd);
    }
    *connection = (struct connection){.fd = -1};
}

static bool put(struct connection *to, const void *bytes, size_t length) {
    const char *next = bytes;
    while (length > 0) {
        ssize_t sent = to->tls != NULL ? SSL_write(to->tls, next, (int)length) : send(to->fd, next, length, MSG_NOSIGNAL);
        if (sent <= 0) {
            return false;
        }
        next += sent;
        length -= (size_t)sent;
    }
    return true;
}

static bool get(struct connection *from, void *bytes, size_t length) {
    char *next = bytes;
    while (length > 0) {
        ssize_t got = from->tls != NULL ? SSL_read(from->tls, next, (int)length) : recv(from->fd, next, length, 0);
        if (got <= 0) {
            return false;
        }
        next += got;
        length -= (size_t)got;
    }
    return true;
}

/* A line without its end. */
static bool get_line(struct connection *from, char *line, size_t size) {
    size_t length = 0;
    while (length + 1 < size && get(from, line + length, 1) && line[length] != '\n') {
        length++;
    }
    bool whole = length + 1 < size && line[length] == '\n';
    line[length > 0 && line[length - 1] == '\r' ? length - 1 : length] = '\0';
    return whole || length > 0;
}

/* The head of an answer, of which only the status and the length of the body matter; -1 if there is none. */
static int get_head(struct connection *from, size_t *length) {
    char line[8192];
    int status = -1;
    *length = 0;
    if (!get_line(from, line, sizeof(line)) || sscanf(line, "HTTP/1.1 %d", &status) != 1) {
        return -1;
    }
    while (get_line(from, line, sizeof(line)) && line[0] != '\0') {
        if (strncasecmp(line, "content-length:", 15) == 0) {
            *length = strtoul(line + 15, NULL, 10);
        }
    }
    return status;
}

static bool dial(struct connection *made, const char *ip, int port) {
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    struct timeval patience = {.tv_sec = PATIENCE_SECONDS};
    *made = (struct connection){.fd = -1};
    if (inet_pton(AF_INET, ip, &to.sin_addr) != 1) {
        errno = EINVAL;
        return false;
    }
    made->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (made->fd < 0) {
        return false;
    }
    setsockopt(made->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    setsockopt(made->fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
    return connect(made->fd, (struct sockaddr *)&to, sizeof(to)) == 0;
}

static bool to_proxy(struct connection *made) {
    char ip[64];
    int port = 0;
    const char *proxy = getenv("https_proxy");
    if (proxy == NULL || sscanf(proxy, "http://%63[^:]:%d", ip, &port) != 2) {
        errno = EDESTADDRREQ;
        return false;
    }
    return dial(made, ip, port);
}

static bool tunnel(struct connection *made, const char *host, int port) {
    char head[512];
    if (!to_proxy(made)) {
        say("proxy %s", strerrorname_np(errno));
        return false;
    }
    int size = snprintf(head, sizeof(head), "CONNECT %s:%d HTTP/1.1\r\nHost: %s:%d\r\n\r\n", host, port, host, port);
    size_t length = 0;
    int status = put(made, head, (size_t)size) ? get_head(made, &length) : -1;
    if (status != 200) {
        say("connect %d", status);
        finish(made);
        return false;
    }
    return true;
}

/* Trusts what the environment says, as programs with OpenSSL do. */
static bool secure(struct connection *over, const char *host) {
    static SSL_CTX *context;
    if (context == NULL) {
        context = SSL_CTX_new(TLS_client_method());
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
        SSL_CTX_set_default_verify_paths(context);
    }
    over->tls = SSL_new(context);
    SSL_set_fd(over->tls, over->fd);
    SSL_set_tlsext_host_name(over->tls, host);
    SSL_set1_host(over->tls, host);
    if (SSL_connect(over->tls) != 1) {
        long wrong = SSL_get_verify_result(over->tls);
        say("tls %s", wrong == X509_V_OK ? ERR_reason_error_string(ERR_get_error()) : X509_verify_cert_error_string(wrong));
        finish(over);
        return false;
    }
    return true;
}

struct place {
    bool tls;
    char host[256];
    int port;
    const char *path;
};

static struct place place_of(const char *url) {
    struct place place = {.tls = strncmp(url, "https:", 6) == 0 || strncmp(url, "wss:", 4) == 0};
    const char *authority = strstr(url, "://") + 3;
    place.path = strchr(authority, '/');
    place.port = place.tls ? 443 : 80;
    snprintf(place.host, sizeof(place.host), "%.*s", (int)(place.path - authority), authority);
    return place;
}

static bool reach(struct connection *made, const struct place *place) {
    return tunnel(made, place->host, place->port) && (!place->tls || secure(made, place->host));
}

static void exchange(struct connection *over, const char *method, const struct place *place, char **more) {
    const char *header = more[0] == NULL ? "" : more[0];
    const char *body = more[0] == NULL || more[1] == NULL ? "" : more[1];
    char head[16384];
    char got[32768] = "";
    int size = snprintf(head, sizeof(head), "%s %s HTTP/1.1\r\nHost: %s\r\n%s%sContent-Length: %zu\r\n\r\n%s", method, place->path,
        place->host, header, header[0] == '\0' ? "" : "\r\n", strlen(body), body);
    size_t length = 0;
    int status = put(over, head, (size_t)size) ? get_head(over, &length) : -1;
    if (status < 0 || length >= sizeof(got) || !get(over, got, length)) {
        say("ended");
        return;
    }
    got[strcspn(got, "\r\n")] = '\0';
    say("%d %s", status, got);
}

static void fetch(char **words, bool again) {
    struct place place = place_of(words[2]);
    if (!again) {
        finish(&kept);
        if (!reach(&kept, &place)) {
            return;
        }
    }
    exchange(&kept, words[1], &place, words + 3);
}

/* ---- WebSocket ---- */

static void open_websocket(const char *url) {
    struct place place = place_of(url);
    char head[1024];
    finish(&websocket);
    if (!reach(&websocket, &place)) {
        return;
    }
    int size = snprintf(head, sizeof(head),
        "GET %s HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
        place.path, place.host);
    size_t length = 0;
    say("%d", put(&websocket, head, (size_t)size) ? get_head(&websocket, &length) : -1);
}

static void hear(void) {
    unsigned char head[4];
    unsigned char text[65536];
    if (!get(&websocket, head, 2)) {
        say("ended");
        return;
    }
    size_t length = head[1];
    if (length == 126) {
        get(&websocket, head + 2, 2);
        length = (size_t)head[2] << 8 | head[3];
    }
    if (length >= sizeof(text) || !get(&websocket, text, length)) {
        say("ended");
    } else if ((head[0] & 15) == 8) {
        say("closed %d %.*s", text[0] << 8 | text[1], (int)length - 2, text + 2);
    } else {
        say("%.*s", (int)length, text);
    }
}

static void tell(const char *text) {
    unsigned char head[8] = {0x81, 0x80 | 126, (unsigned char)(strlen(text) >> 8), (unsigned char)strlen(text)};
    size_t size = 8;
    if (strlen(text) < 126) {
        head[1] = (unsigned char)(0x80 | strlen(text));
        memset(head + 2, 0, 6);
        size = 6;
    }
    if (put(&websocket, head, size) && put(&websocket, text, strlen(text))) {
        hear();
    } else {
        say("ended");
    }
}

static void raw(char **words) {
    struct connection made = {.fd = -1};
    if (!tunnel(&made, words[1], atoi(words[2]))) {
        return;
    }
    for (const char *next = words[3]; next[0] != '\0'; next += 2) {
        unsigned byte = 0;
        sscanf(next, "%2x", &byte);
        put(&made, &(unsigned char){(unsigned char)byte}, 1);
    }
    if (!get_line(&made, answer, sizeof(answer))) {
        say("ended");
    }
    finish(&made);
}

/* ---- what the kernel says ---- */

static void call(const char *name) {
    static const struct {
        const char *name;
        long arguments[5];
    } calls[] = {
        {"unshare", {SYS_unshare, CLONE_NEWUSER}},
        {"clone3", {SYS_clone3}},
        {"mount", {SYS_mount, (long)"none", (long)"/tmp", (long)"tmpfs", 0}},
        {"ptrace", {SYS_ptrace, PTRACE_TRACEME}},
        {"bpf", {SYS_bpf}},
        {"io_uring", {SYS_io_uring_setup, 1}},
        {"keyctl", {SYS_keyctl}},
        {"perf", {SYS_perf_event_open}},
        {"memory", {SYS_process_vm_readv, 1}},
        {"root", {SYS_setuid, 0}},
    };
    for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
        const long *it = calls[i].arguments;
        if (strcmp(calls[i].name, name) == 0) {
            outcome(syscall(it[0], it[1], it[2], it[3], it[4], 0, 0) >= 0);
        }
    }
}

static void list(const char *path) {
    DIR *folder = opendir(path);
    outcome(folder != NULL);
    if (folder != NULL) {
        closedir(folder);
    }
}

static void status_of(const char *key) {
    char line[512];
    FILE *file = fopen("/proc/self/status", "re");
    while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
        if (strncmp(line, key, strlen(key)) == 0 && line[strlen(key)] == ':') {
            line[strcspn(line, "\n")] = '\0';
            say("%s", line + strlen(key) + 2);
        }
    }
    if (file != NULL) {
        fclose(file);
    }
}

static void look(char **words) {
    struct stat seen;
    struct connection made = {.fd = -1};
    const char *what = words[0];
    if (strcmp(what, "open") == 0) {
        outcome(open(words[1], words[2][0] == 'w' ? O_WRONLY | O_CREAT | O_CLOEXEC : O_RDONLY | O_CLOEXEC, 0644) >= 0);
    } else if (strcmp(what, "list") == 0) {
        list(words[1]);
    } else if (strcmp(what, "connect") == 0) {
        outcome(dial(&made, words[1], atoi(words[2])));
        finish(&made);
    } else if (strcmp(what, "socket") == 0) {
        outcome(socket(atoi(words[1]), atoi(words[2]) | SOCK_CLOEXEC, atoi(words[3])) >= 0);
    } else if (strcmp(what, "call") == 0) {
        call(words[1]);
    } else if (strcmp(what, "env") == 0) {
        const char *value = getenv(words[1]);
        say("%s", value == NULL ? "unset" : value);
    } else if (strcmp(what, "status") == 0) {
        status_of(words[1]);
    } else if (strcmp(what, "id") == 0) {
        say("%d %d %d", (int)getuid(), (int)getgid(), getgroups(0, NULL));
    } else if (strcmp(what, "cwd") == 0) {
        say("%s", getcwd(answer, sizeof(answer)) == NULL ? "none" : strdup(answer));
    } else if (stat(words[1], &seen) != 0) {
        outcome(false);
    } else {
        say("%lld", strcmp(what, "size") == 0 ? (long long)seen.st_size : (long long)seen.st_uid);
    }
}

/* Another program does it: its own answer is passed on. */
static void as(char **words) {
    int pipes[2];
    if (pipe2(pipes, O_CLOEXEC) != 0) {
        return;
    }
    pid_t child = fork();
    if (child == 0) {
        dup2(pipes[1], 1);
        execv(words[1], words + 1);
        printf("%s\n", strerrorname_np(errno));
        exit(1);
    }
    close(pipes[1]);
    ssize_t length = read(pipes[0], answer, sizeof(answer) - 1);
    answer[length < 0 ? 0 : length] = '\0';
    answer[strcspn(answer, "\n")] = '\0';
    close(pipes[0]);
    waitpid(child, NULL, 0);
}

static void act(char **words) {
    say("what?");
    if (strcmp(words[0], "fetch") == 0 || strcmp(words[0], "keep") == 0) {
        fetch(words, words[0][0] == 'k');
    } else if (strcmp(words[0], "ws") == 0) {
        open_websocket(words[1]);
    } else if (strcmp(words[0], "say") == 0) {
        tell(words[1]);
    } else if (strcmp(words[0], "hear") == 0) {
        hear();
    } else if (strcmp(words[0], "raw") == 0) {
        raw(words);
    } else if (strcmp(words[0], "as") == 0) {
        as(words);
    } else {
        look(words);
    }
    printf("%s\n", answer);
    fflush(stdout);
}

/* ---- terminals and pipes ---- */

static void show_size(int signal) {
    struct winsize size;
    char text[64];
    (void)signal;
    ioctl(0, TIOCGWINSZ, &size);
    int length = snprintf(text, sizeof(text), "size %d %d\n", size.ws_row, size.ws_col);
    (void)!write(1, text, (size_t)length);
}

static void interrupted(int signal) {
    (void)signal;
    (void)!write(1, "interrupted\n", 12);
}

static int terminal(void) {
    char line[256];
    struct sigaction again = {.sa_handler = show_size, .sa_flags = SA_RESTART};
    sigaction(SIGWINCH, &again, NULL);
    again.sa_handler = interrupted;
    sigaction(SIGINT, &again, NULL);
    int own = open("/dev/tty", O_WRONLY | O_CLOEXEC);
    dprintf(own, "terminal %s\n", ttyname(0));
    show_size(0);
    puts("ready");
    fflush(stdout);
    while (fgets(line, sizeof(line), stdin) != NULL && strcmp(line, "end\n") != 0) {
        printf("got %s", line);
        fflush(stdout);
    }
    return 9;
}

static int copy(const char *status) {
    static char bytes[1 << 16];
    ssize_t length;
    while ((length = read(0, bytes, sizeof(bytes))) > 0) {
        for (ssize_t sent = 0; sent < length;) {
            ssize_t more = write(1, bytes + sent, (size_t)(length - sent));
            if (more <= 0) {
                return 99;
            }
            sent += more;
        }
    }
    fprintf(stderr, "copied\n");
    if (strcmp(status, "kill") == 0) {
        raise(SIGKILL);
    }
    return atoi(status);
}

int main(int count, char **arguments) {
    char line[32768];
    signal(SIGPIPE, SIG_IGN);
    if (count > 1 && strcmp(arguments[1], "terminal") == 0) {
        return terminal();
    }
    if (count > 2 && strcmp(arguments[1], "copy") == 0) {
        return copy(arguments[2]);
    }
    if (count > 1) {
        act(arguments + 1);
        return 0;
    }
    while (fgets(line, sizeof(line), stdin) != NULL) {
        char *words[MOST_WORDS + 1] = {NULL};
        char *rest = line;
        line[strcspn(line, "\n")] = '\0';
        for (size_t i = 0; i < MOST_WORDS && rest != NULL; i++) {
            words[i] = strsep(&rest, "\t");
        }
        if (strcmp(words[0], "end") == 0) {
            return 5;
        }
        act(words);
    }
    return 6;
}
