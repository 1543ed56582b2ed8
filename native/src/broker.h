/* Starts launchers on behalf of a supervisor that has given up the means to do it itself. */
#ifndef OPENSHELL_BROKER_H
#define OPENSHELL_BROKER_H

/* Serves START frames on standard input until it ends; returns the exit code. */
int broker_run(void);

#endif
