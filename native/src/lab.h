/* A network namespace for demonstrations and tests: no route out, a few addresses of its own. */
#ifndef OPENSHELL_LAB_H
#define OPENSHELL_LAB_H

/*
 * --lab ADDRESS... -- COMMAND...: runs the command in a network namespace of its own whose loopback interface has
 * these IPv4 addresses. Without root, in a user namespace that keeps the caller's ids. Does not return.
 */
_Noreturn void lab_main(int count, char **arguments);

#endif
