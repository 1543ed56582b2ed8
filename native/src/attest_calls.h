/* The attempts that the filter's own table asks for: each refused call, so that none is listed and not enforced. */
#ifndef OPENSHELL_ATTEST_CALLS_H
#define OPENSHELL_ATTEST_CALLS_H

#include "attempts.h"

#define ATTEST_CALL_NAME_SIZE 96

size_t attest_call_count(void);

/* Makes the refused call number `index`, harmlessly; its outcome. */
int attest_call(size_t index);

/* What it is called, written to `name`, and what is expected of it. */
struct attempt attest_call_attempt(size_t index, char name[ATTEST_CALL_NAME_SIZE]);

#endif
