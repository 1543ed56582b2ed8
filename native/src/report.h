/* What the launcher did, collected for READY: steps in the order done, and what was left out. */
#ifndef OPENSHELL_REPORT_H
#define OPENSHELL_REPORT_H

#include "wire.h"

enum attempt_outcome {
    ATTEMPT_AS_EXPECTED = 1,
    ATTEMPT_NOT_APPLICABLE = 2,
};

enum skipped_what {
    SKIPPED_MOUNT = 1,
    SKIPPED_LANDLOCK = 2,
    SKIPPED_TCP_LIMIT = 3,
};

struct report {
    struct writer payload; /* fields 10, 11 and 13 of READY */
    uint32_t landlock_abi; /* in force; 0 when Landlock is not applied */
    uint32_t read_only_rules;
    uint32_t read_write_rules;
    bool landlock_unavailable;
    uint32_t attestation_microseconds;
    int bypass_error; /* why attempts to go around the proxy are not seen; 0 when they are */
};

__attribute__((format(printf, 3, 4))) void report_step(struct report *report, const char *name, const char *format,
                                                       ...);
void report_skipped(struct report *report, enum skipped_what what, const char *path, const char *reason, int error);

/* One attempt of the attestation: what was to come, and what came or why it does not apply. */
void report_attempt(struct report *report, const char *name, const char *expected, const char *came,
                    enum attempt_outcome outcome);

/* The reference's words for why a path could not be opened. */
const char *report_path_reason(int error);

#endif
