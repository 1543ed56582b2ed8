/* Plays the launcher in the tests of the driver: connects to the control socket if there is one, says so, and waits. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static void end(int number)
{
    _exit(128 + number);
}

int main(int argc, char **argv)
{
    signal(SIGTERM, end);
    int control = socket(AF_UNIX, SOCK_STREAM, 0);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (argc == 3 && control >= 0 && strlen(argv[2]) < sizeof address.sun_path) {
        strcpy(address.sun_path, argv[2]);
        if (connect(control, (const struct sockaddr *)&address, sizeof address) == 0) {
            (void)!write(control, "launcher", 8);
        }
    }
    while (getenv("TAKE_ALL_MEMORY") != NULL) {
        memset(malloc(1 << 20), 1, 1 << 20);
    }
    for (;;) {
        pause();
    }
}
