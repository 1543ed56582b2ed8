/*
 * Connections that change hands. The first argument says what to do:
 *   ask               make a request, and print the first line of the answer
 *   parent PROGRAM    start PROGRAM ask, and wait for it
 *   fork PROGRAM      connect, start PROGRAM hold, which inherits the connection, and make the request
 *   pass PROGRAM      connect, start PROGRAM receive, give it the connection too, and make the request
 *   borrow PROGRAM    start PROGRAM lend, which connects, gives the connection away and ends; and make the request
 *   hold, receive, lend   the other side of these, with descriptor 3 as the way between them
 * No step waits for a time: each side says when it is where it should be.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define WAY 3
#define REQUEST "GET http://www.lab.test/asked HTTP/1.1\r\nHost: www.lab.test\r\nConnection: close\r\n\r\n"

static void require(int is_so, const char *what)
{
    if (!is_so) {
        perror(what);
        exit(99);
    }
}

static int connected(void)
{
    struct sockaddr_in proxy = {.sin_family = AF_INET, .sin_port = htons(3128)};
    int connection = socket(AF_INET, SOCK_STREAM, 0);
    inet_pton(AF_INET, "10.200.0.1", &proxy.sin_addr);
    require(connect(connection, (struct sockaddr *)&proxy, sizeof(proxy)) == 0, "connect");
    return connection;
}

static void ask(int connection)
{
    static char answer[65536];
    size_t length = 0;
    ssize_t got = 0;
    require(write(connection, REQUEST, strlen(REQUEST)) == (ssize_t)strlen(REQUEST), "write");
    while ((got = read(connection, answer + length, sizeof(answer) - 1 - length)) > 0) {
        length += (size_t)got;
    }
    printf("%.*s\n", (int)strcspn(answer, "\r"), answer);
    fflush(stdout);
}

static pid_t start(const char *program, const char *role, int way)
{
    pid_t child = fork();
    require(child >= 0, "fork");
    if (child == 0) {
        if (way >= 0) {
            dup2(way, WAY);
        }
        execl(program, program, role, (char *)NULL);
        require(0, program);
    }
    return child;
}

static void give(int way, int connection)
{
    char control[CMSG_SPACE(sizeof(int))] = {0};
    struct iovec one = {.iov_base = "x", .iov_len = 1};
    struct msghdr message = {
        .msg_iov = &one, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control)};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(header), &connection, sizeof(int));
    require(sendmsg(way, &message, 0) == 1, "sendmsg");
}

static int taken(int way)
{
    char byte;
    char control[CMSG_SPACE(sizeof(int))] = {0};
    struct iovec one = {.iov_base = &byte, .iov_len = 1};
    struct msghdr message = {
        .msg_iov = &one, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control)};
    int connection = -1;
    require(recvmsg(way, &message, 0) == 1 && CMSG_FIRSTHDR(&message) != NULL, "recvmsg");
    memcpy(&connection, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(int));
    return connection;
}

static void say(int way)
{
    require(write(way, "x", 1) == 1, "say");
}

static void hear(int way)
{
    char byte;
    require(read(way, &byte, 1) >= 0, "hear");
}

int main(int count, char **words)
{
    const char *role = count > 1 ? words[1] : "";
    int way[2] = {-1, -1};
    require(socketpair(AF_UNIX, SOCK_STREAM, 0, way) == 0, "socketpair");
    if (strcmp(role, "ask") == 0) {
        ask(connected());
    } else if (strcmp(role, "parent") == 0) {
        start(words[2], "ask", -1);
        wait(NULL);
    } else if (strcmp(role, "fork") == 0) {
        int connection = connected();
        start(words[2], "hold", way[1]);
        hear(way[0]);
        ask(connection);
    } else if (strcmp(role, "pass") == 0) {
        start(words[2], "receive", way[1]);
        int connection = connected();
        give(way[0], connection);
        hear(way[0]);
        ask(connection);
    } else if (strcmp(role, "borrow") == 0) {
        start(words[2], "lend", way[1]);
        int connection = taken(way[0]);
        wait(NULL);
        ask(connection);
    } else if (strcmp(role, "hold") == 0) {
        say(WAY);
        pause();
    } else if (strcmp(role, "receive") == 0) {
        taken(WAY);
        say(WAY);
        pause();
    } else if (strcmp(role, "lend") == 0) {
        give(WAY, connected());
    } else {
        require(0, "role");
    }
    return 0;
}
