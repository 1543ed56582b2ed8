#include "oom.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#define SCORE "/proc/self/oom_score_adj"
#define HIGHEST 1000

static int read_score(long *score)
{
    char text[16] = "";
    int fd = open(SCORE, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return errno;
    }
    ssize_t length = read(fd, text, sizeof text - 1);
    int error = length < 0 ? errno : 0;
    (void)close(fd);
    *score = strtol(text, NULL, 10);
    return error != 0 || length > 0 ? error : EIO;
}

static int write_score(long score)
{
    char text[16];
    int length = snprintf(text, sizeof text, "%ld", score);
    int fd = open(SCORE, O_WRONLY | O_CLOEXEC);
    if (fd < 0) {
        return errno;
    }
    int error = write(fd, text, (size_t)length) == length ? 0 : errno;
    (void)close(fd);
    return error;
}

/* Never lower than it was: that is not allowed to everybody, and whoever started the supervisor may have meant it. */
static int raise_score(void)
{
    long before;
    long after;
    int error = read_score(&before);
    if (error != 0) {
        return error;
    }
    long wanted = before + OOM_RAISE < HIGHEST ? before + OOM_RAISE : HIGHEST;
    error = write_score(wanted);
    if (error == 0) {
        error = read_score(&after);
    }
    return error != 0 ? error : after == wanted ? 0 : EPERM;
}

/*
 * What is not dumpable has files in /proc that belong to the machine's root, whom a user namespace does not have. The
 * child is dumpable for these few calls: whoever could use that must have every capability that it still has, and an
 * agent has none.
 */
int oom_raise_score(bool user_namespace)
{
    if (!user_namespace) {
        return raise_score();
    }
    if (prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) != 0) {
        return errno;
    }
    int error = raise_score();
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 || prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0) {
        return error != 0 ? error : EPERM;
    }
    return error;
}
