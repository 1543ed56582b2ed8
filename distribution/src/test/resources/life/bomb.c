/* Forks for some seconds whatever the kernel says, and then says how it went. Its children do the same. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    time_t end = time(NULL) + (argc > 1 ? atoi(argv[1]) : 2);
    pid_t first = getpid();
    long refused = 0;
    while (time(NULL) <= end) {
        if (fork() < 0) {
            if (errno != EAGAIN) {
                return 3;
            }
            refused++;
            usleep(1000);
        }
    }
    if (getpid() == first) {
        printf("%s\n", refused > 0 ? "refused" : "never refused");
    }
    return 0;
}
