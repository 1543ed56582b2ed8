/*
 * openshell-launcher: makes a sandbox and is its first process. See docs/control-protocol.md.
 *
 *   openshell-launcher --control PATH   one sandbox, told by the supervisor at PATH
 *   openshell-launcher --broker         starts launchers for a supervisor that has locked itself down
 *   openshell-launcher --probe          what this kernel can do
 *   openshell-launcher --lab ADDRESS... -- COMMAND...   a command in a network of its own, for the demo
 *   openshell-launcher --version
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "broker.h"
#include "ending.h"
#include "lab.h"
#include "outer.h"
#include "probe.h"

#ifndef LAUNCHER_VERSION
#error "the Makefile gives the version"
#endif

/* Whatever we are started with, 0 to 2 must not become something that matters. */
static int keep_standard_descriptors(void)
{
    int fd;
    do {
        fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    } while (fd >= 0 && fd <= 2);
    if (fd > 2) {
        (void)close(fd);
    }
    return fd;
}

static int usage(void)
{
    (void)fputs("usage: openshell-launcher --control PATH | --broker | --probe | --lab ADDRESS... -- COMMAND... | "
                "--version\n",
                stderr);
    return 2;
}

int main(int argc, char **argv)
{
    if (argc > 2 && strcmp(argv[1], "--lab") == 0) {
        lab_main(argc - 2, argv + 2);
    }
    if (keep_standard_descriptors() < 0) {
        return EXIT_FAILURE;
    }
    (void)umask(0);
    if (argc == 3 && strcmp(argv[1], "--control") == 0) {
        ending_at_once();
        outer_run(argv[2]);
    }
    if (argc != 2) {
        return usage();
    }
    if (strcmp(argv[1], "--broker") == 0) {
        return broker_run();
    }
    if (strcmp(argv[1], "--probe") == 0) {
        return probe_run();
    }
    if (strcmp(argv[1], "--version") == 0) {
        return puts("openshell-launcher " LAUNCHER_VERSION) < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
    }
    return usage();
}
