/* A unit test is a program of checks; it names the first that fails. */
#ifndef OPENSHELL_CHECK_H
#define OPENSHELL_CHECK_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

struct place {
    const char *file;
    int line;
    const char *test;
    const char *text;
};

static inline void check_true(bool condition, struct place place)
{
    if (!condition) {
        (void)fprintf(stderr, "%s:%d: %s: not true: %s\n", place.file, place.line, place.test, place.text);
        exit(1);
    }
}

static inline void check_equals(long long actual, long long expected, struct place place)
{
    if (actual != expected) {
        (void)fprintf(stderr, "%s:%d: %s: %s: %lld (expected: %lld)\n", place.file, place.line, place.test, place.text,
                      actual, expected);
        exit(1);
    }
}

#define HERE(text) ((struct place){__FILE__, __LINE__, __func__, text})
#define CHECK(condition) check_true((condition), HERE(#condition))
#define CHECK_EQUALS(actual, expected) check_equals((long long)(actual), (long long)(expected), HERE(#actual))

#endif
