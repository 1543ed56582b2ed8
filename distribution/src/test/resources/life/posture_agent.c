/* An agent that stays as it was started, with a thread and a child, for as long as it is let: see PostureIT. */
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

static void *stay(void *nothing)
{
    for (;;) {
        pause();
    }
    return nothing;
}

int main(void)
{
    pthread_t thread;
    pid_t child = fork();
    if (child < 0 || pthread_create(&thread, NULL, stay, NULL) != 0) {
        perror("posture_agent");
        return 1;
    }
    if (child > 0) {
        puts("up");
        fflush(stdout);
    }
    stay(NULL);
    return 0;
}
