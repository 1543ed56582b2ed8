"""What it costs that init is asked about each connect(2): the same program beside a sandbox and in one.

Run as root: python3 native/test/connect_cost.py
"""

import os
import statistics
import subprocess
import sys
import tempfile
import threading

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from supervisor import *  # noqa: E402,F403

ROUNDS = 5
CALLS = {"udp": 20000, "tcp": 2000}

PROGRAM = r"""
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

/* Microseconds for each connect of a datagram socket (udp), or for socket, connect and close of a stream (tcp). */
int main(int count, char **arguments)
{
    (void)count;
    int udp = arguments[1][0] == 'u';
    int calls = atoi(arguments[2]);
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(3128)};
    inet_pton(AF_INET, arguments[3], &to.sin_addr);
    int datagrams = socket(AF_INET, SOCK_DGRAM, 0);
    double start = now();
    for (int call = 0; call < calls; call++) {
        int fd = udp ? datagrams : socket(AF_INET, SOCK_STREAM, 0);
        if (connect(fd, (struct sockaddr *)&to, sizeof to) != 0) {
            return 1;
        }
        if (!udp) {
            close(fd);
        }
    }
    printf("%.3f\n", (now() - start) / calls);
    return 0;
}
"""


def accept_all(listener, stopped):
    listener.settimeout(0.2)
    while not stopped.is_set():
        try:
            listener.accept()[0].close()
        except OSError:
            pass


def figures(run, address, listener):
    stopped = threading.Event()
    thread = threading.Thread(target=accept_all, args=(listener, stopped))
    thread.start()
    try:
        return {kind: float(run([kind, str(calls), address])) for kind, calls in CALLS.items()}
    finally:
        stopped.set()
        thread.join()


def in_sandbox(program, directory):
    with Launcher() as launcher:
        launcher.launch(mounts=[mount(READ_ONLY, "/usr"), mount(READ_ONLY, "/lib"), mount(READ_ONLY, directory),
                                mount(READ_ONLY, "/proc"), mount(TMPFS, "/tmp/private"), mount(DIRECTORY, "/sandbox")],
                        files=[], read_only=("/usr", "/lib", "/proc", directory), read_write=("/sandbox",))
        return figures(lambda arguments: launcher.run([program, *arguments])[1], "10.200.0.1", launcher.listener)


def beside_it(program):
    with socket.create_server(("127.0.0.1", 3128), backlog=4096) as listener:
        return figures(lambda arguments: subprocess.run([program, *arguments], check=True, capture_output=True).stdout,
                       "127.0.0.1", listener)


def main():
    with tempfile.TemporaryDirectory(prefix="openshell-cost-") as directory:
        os.chmod(directory, 0o755)
        program = os.path.join(directory, "program")
        subprocess.run(["gcc", "-O2", "-static", "-x", "c", "-o", program, "-"], input=PROGRAM.encode(), check=True)
        rounds = [(beside_it(program), in_sandbox(program, directory)) for _ in range(ROUNDS)]
    for kind in CALLS:
        for where, name in enumerate(("beside", "in a sandbox")):
            values = [each[where][kind] for each in rounds]
            print(f"{kind} {name}: {min(values):.1f} us at best, {statistics.median(values):.1f} median")


main()
