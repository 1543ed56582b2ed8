/* The one way to give up: say where, what, why and what to do about it, then exit. */
#ifndef OPENSHELL_DIE_H
#define OPENSHELL_DIE_H

#define EXIT_LAUNCHER_FAILED 125

/* From now on failures go to this control socket as FAILED; before, they go to standard error. */
void die_reports_to(int control);

/*
 * Ends the launcher with exit code 125, and with it the sandbox. `error` is an errno or 0;
 * `hint` says what the user can do.
 */
_Noreturn void die(const char *step, const char *subject, int error, const char *hint);

/* die() with errno, unless the result is 0 or more. */
void must(int result, const char *step, const char *subject, const char *hint);

/* The hint that fits most refusals of namespaces and mounts. */
extern const char hint_privileges[];

#endif
