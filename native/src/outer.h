/* The outer process of a launcher: it stays outside the pid namespace and passes the end of init on. */
#ifndef OPENSHELL_OUTER_H
#define OPENSHELL_OUTER_H

_Noreturn void outer_run(const char *control_path);

/* In init: ends with the outer process, of whose pipe this is the other end. */
void outer_tie(int outer);

#endif
