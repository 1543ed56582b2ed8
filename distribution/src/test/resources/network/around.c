/* Ways around the proxy that a script does not have. Static, so that the resolver is the C library's own. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <resolv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define FLOOD 3000

static struct sockaddr_in address(int port)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((unsigned short)port)};
    inet_pton(AF_INET, "93.184.216.34", &to.sin_addr);
    return to;
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static int attempt(int port)
{
    struct sockaddr_in to = address(port);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    int error = connect(fd, (struct sockaddr *)&to, sizeof to) == 0 ? 0 : errno;
    close(fd);
    return error;
}

/* A question to a server of ours, whatever resolv.conf says. */
static void resolve(void)
{
    unsigned char answer[512];
    res_init();
    _res.nscount = 1;
    _res.retry = 1;
    _res.retrans = 1;
    _res.nsaddr_list[0] = address(53);
    double start = now();
    int length = res_query("www.example.com", 1, 1, answer, sizeof answer);
    printf("%s %.4f\n", length < 0 ? "failed" : "answered", now() - start);
}

/* Its parents have ended and init has it when it tries. */
static void become_daemon(int port, const char *file)
{
    if (fork() != 0) {
        exit(0);
    }
    setsid();
    if (fork() != 0) {
        exit(0);
    }
    while (getppid() != 1) {
        usleep(1000);
    }
    double start = now();
    int error = attempt(port);
    FILE *result = fopen(file, "w");
    fprintf(result, "%s %.4f\n", strerrorname_np(error), now() - start);
    fclose(result);
    exit(0);
}

/* No filter sees this address: it is behind a pointer. */
static void send_message(int port)
{
    struct sockaddr_in to = address(port);
    struct iovec part = {"x", 1};
    struct msghdr message = {.msg_name = &to, .msg_namelen = sizeof to, .msg_iov = &part, .msg_iovlen = 1};
    double start = now();
    int error = sendmsg(socket(AF_INET, SOCK_DGRAM, 0), &message, 0) >= 0 ? 0 : errno;
    printf("%s %.4f\n", strerrorname_np(error), now() - start);
}

static void flood(int port)
{
    struct sockaddr_in to = address(port);
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    double start = now();
    int refused = 0;
    for (int time = 0; time < FLOOD; time++) {
        refused += connect(fd, (struct sockaddr *)&to, sizeof to) != 0 && errno == ENETUNREACH;
    }
    printf("%d %.4f\n", refused, now() - start);
}

int main(int argc, char **argv)
{
    int port = argc > 2 ? atoi(argv[2]) : 0;
    if (strcmp(argv[1], "resolve") == 0) {
        resolve();
    } else if (strcmp(argv[1], "daemon") == 0) {
        become_daemon(port, argv[3]);
    } else if (strcmp(argv[1], "sendmsg") == 0) {
        send_message(port);
    } else if (strcmp(argv[1], "flood") == 0) {
        flood(port);
    } else {
        double start = now();
        int error = attempt(port);
        printf("%s %.4f\n", strerrorname_np(error), now() - start);
    }
    return 0;
}
