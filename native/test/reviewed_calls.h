/* reviewed-calls.txt: every call that was judged, with its number on each architecture. */
#ifndef OPENSHELL_REVIEWED_CALLS_H
#define OPENSHELL_REVIEWED_CALLS_H

#include <string.h>

#include "check.h"
#include "seccomp.h"

#define CALLS_MAX 512
#define CALLS_HIGHEST 1024

struct reviewed_call {
    uint32_t numbers[SECCOMP_ARCHITECTURES];
    char name[32];
    char verdict[8];
};

struct reviewed_calls {
    struct reviewed_call items[CALLS_MAX];
    size_t count;
    const struct reviewed_call *by_number[SECCOMP_ARCHITECTURES][CALLS_HIGHEST];
};

static inline uint32_t reviewed_number(const char *text)
{
    return strcmp(text, "-") == 0 ? SECCOMP_ABSENT : (uint32_t)strtoul(text, NULL, 10);
}

static inline void reviewed_read(const char *path, struct reviewed_calls *calls)
{
    FILE *file = fopen(path, "r");
    CHECK(file != NULL);
    char line[256];
    while (fgets(line, sizeof line, file) != NULL) {
        char numbers[SECCOMP_ARCHITECTURES][8];
        struct reviewed_call *call = &calls->items[calls->count];
        CHECK(calls->count < CALLS_MAX);
        if (line[0] == '#' || line[0] == '\n') {
            continue;
        }
        CHECK_EQUALS(sscanf(line, "%7s %7s %31s %7s", numbers[0], numbers[1], call->name, call->verdict), 4);
        for (size_t architecture = 0; architecture < SECCOMP_ARCHITECTURES; architecture++) {
            uint32_t number = reviewed_number(numbers[architecture]);
            call->numbers[architecture] = number;
            if (number != SECCOMP_ABSENT) {
                CHECK(number < CALLS_HIGHEST && calls->by_number[architecture][number] == NULL);
                calls->by_number[architecture][number] = call;
            }
        }
        calls->count++;
    }
    (void)fclose(file);
    CHECK(calls->count > 380);
}

static inline const struct reviewed_call *reviewed_find(const struct reviewed_calls *calls, const char *name)
{
    for (size_t index = 0; index < calls->count; index++) {
        if (strcmp(calls->items[index].name, name) == 0) {
            return &calls->items[index];
        }
    }
    return NULL;
}

#endif
