#include "die.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "control.h"

const char hint_privileges[] =
    "needs root with CAP_SYS_ADMIN and CAP_NET_ADMIN, or user namespaces for unprivileged users (sysctl "
    "user.max_user_namespaces, kernel.unprivileged_userns_clone, kernel.apparmor_restrict_unprivileged_userns); "
    "run the doctor command";

static int control_socket = -1;

void die_reports_to(int control)
{
    control_socket = control;
}

_Noreturn void die(const char *step, const char *subject, int error, const char *hint)
{
    struct writer payload = {0};
    wire_put_text(&payload, 1, step);
    wire_put_text(&payload, 2, subject);
    wire_put_i32(&payload, 3, error);
    wire_put_text(&payload, 4, hint);
    if (control_socket < 0 || !frame_send(control_socket, true, FRAME_FAILED, &payload, NULL, 0)) {
        (void)fprintf(stderr, "openshell-launcher: %s: %s: %s (%s)\n", step, subject,
                      error != 0 ? strerror(error) : "refused", hint);
    }
    _Exit(EXIT_LAUNCHER_FAILED);
}

void must(int result, const char *step, const char *subject, const char *hint)
{
    if (result < 0) {
        die(step, subject, errno, hint);
    }
}
