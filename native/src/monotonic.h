/* The clock that nobody sets. */
#ifndef OPENSHELL_MONOTONIC_H
#define OPENSHELL_MONOTONIC_H

#include <stdint.h>

/* Nanoseconds of CLOCK_MONOTONIC. */
uint64_t monotonic_nanoseconds(void);

#endif
