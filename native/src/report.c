#include "report.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#define DETAIL_SIZE 512

void report_step(struct report *report, const char *name, const char *format, ...)
{
    char detail[DETAIL_SIZE];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(detail, sizeof detail, format, arguments);
    va_end(arguments);
    size_t mark = wire_begin(&report->payload, 10);
    wire_put_text(&report->payload, 1, name);
    wire_put_text(&report->payload, 2, detail);
    wire_end(&report->payload, mark);
}

void report_skipped(struct report *report, enum skipped_what what, const char *path, const char *reason, int error)
{
    size_t mark = wire_begin(&report->payload, 11);
    wire_put_text(&report->payload, 1, path);
    wire_put_text(&report->payload, 2, reason);
    wire_put_i32(&report->payload, 3, error);
    wire_put_u8(&report->payload, 4, (uint8_t)what);
    wire_end(&report->payload, mark);
}

void report_attempt(struct report *report, const char *name, const char *expected, const char *came,
                    enum attempt_outcome outcome)
{
    size_t mark = wire_begin(&report->payload, 13);
    wire_put_text(&report->payload, 1, name);
    wire_put_text(&report->payload, 2, expected);
    wire_put_text(&report->payload, 3, came);
    wire_put_u8(&report->payload, 4, (uint8_t)outcome);
    wire_end(&report->payload, mark);
}

const char *report_path_reason(int error)
{
    switch (error) {
    case ENOENT:
        return "path does not exist";
    case EACCES:
    case EPERM:
        return "permission denied";
    case ELOOP:
        return "too many symlink levels";
    case ENAMETOOLONG:
        return "path name too long";
    case ENOTDIR:
        return "path component is not a directory";
    case EXDEV:
        return "a symbolic link of the image's leads to a mount";
    default:
        return "unexpected error";
    }
}
