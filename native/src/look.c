#include "look.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* Field 2 of what was seen. */
enum seen {
    SEEN_NOTHING = 0,
    SEEN_FILE = 1,
    SEEN_DIRECTORY = 2,
    SEEN_OTHER = 3,
};

struct look {
    uint32_t id;
    struct texts paths;
    struct texts files;
    struct texts directories;
};

static enum seen kind_of(const struct stat *status)
{
    return S_ISREG(status->st_mode) ? SEEN_FILE : S_ISDIR(status->st_mode) ? SEEN_DIRECTORY : SEEN_OTHER;
}

static void put(struct writer *answer, const char *path, enum seen kind, int error, const struct bytes *content)
{
    size_t mark = wire_begin(answer, 10);
    wire_put_text(answer, 1, path);
    wire_put_u8(answer, 2, (uint8_t)kind);
    wire_put_i32(answer, 3, error);
    wire_put_bytes(answer, 4, content->data, content->length);
    wire_end(answer, mark);
}

static const struct bytes none;

static void put_path(struct writer *answer, const char *path)
{
    struct stat status;
    if (stat(path, &status) != 0) {
        put(answer, path, SEEN_NOTHING, errno, &none);
    } else {
        put(answer, path, kind_of(&status), 0, &none);
    }
}

/* The whole file, with room for one byte too many. 0 or an errno. */
static int read_whole(int fd, struct bytes *content)
{
    while (content->length <= LOOK_MAX_CONTENT) {
        ssize_t count = read(fd, content->data + content->length, LOOK_MAX_CONTENT + 1 - content->length);
        if (count == 0) {
            return 0;
        }
        if (count < 0 && errno != EINTR) {
            return errno;
        }
        content->length += count > 0 ? (size_t)count : 0;
    }
    return EFBIG;
}

/* An image may have anything there: a pipe must not keep us waiting. */
static void put_file(struct writer *answer, const char *path, uint8_t *buffer)
{
    struct stat status;
    struct bytes content = {buffer, 0};
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0 || fstat(fd, &status) != 0) {
        put(answer, path, SEEN_NOTHING, errno, &none);
    } else if (!S_ISREG(status.st_mode)) {
        put(answer, path, kind_of(&status), EINVAL, &none);
    } else {
        int error = read_whole(fd, &content);
        put(answer, path, SEEN_FILE, error, error == 0 ? &content : &none);
    }
    if (fd >= 0) {
        (void)close(fd);
    }
}

static bool is_plain_name(const char *name)
{
    for (const char *at = name; *at != '\0'; at++) {
        if (*at <= ' ' || *at > '~') {
            return false;
        }
    }
    return strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

/* Where a link leads is for the image to say, so none is followed. */
static bool put_entry(struct writer *answer, const char *parent, int directory, const char *name)
{
    char path[PATH_MAX];
    struct stat status;
    int length = snprintf(path, sizeof path, "%s/%s", parent[1] == '\0' ? "" : parent, name);
    if (length >= (int)sizeof path || fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) != 0 ||
        !(S_ISREG(status.st_mode) || S_ISDIR(status.st_mode))) {
        return false;
    }
    put(answer, path, kind_of(&status), 0, &none);
    return true;
}

/* 0 or an errno. */
static int put_entries(struct writer *answer, const char *parent, DIR *directory)
{
    unsigned count = 0;
    errno = 0;
    for (struct dirent *entry = readdir(directory); entry != NULL; entry = readdir(directory)) {
        if (is_plain_name(entry->d_name) && put_entry(answer, parent, dirfd(directory), entry->d_name) &&
            ++count > LOOK_MAX_ENTRIES) {
            return E2BIG;
        }
        errno = 0;
    }
    return errno;
}

/* What is in it, and last the directory itself with what went wrong. */
static void put_directory(struct writer *answer, const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    DIR *directory = fd < 0 ? NULL : fdopendir(fd);
    int error = directory == NULL ? errno : put_entries(answer, path, directory);
    put(answer, path, directory == NULL ? SEEN_NOTHING : SEEN_DIRECTORY, error, &none);
    if (directory != NULL) {
        (void)closedir(directory);
    } else if (fd >= 0) {
        (void)close(fd);
    }
}

bool look_answer(struct bytes payload, struct writer *answer, struct problem *problem)
{
    static const struct field_rule rules[] = {
        {1, FIELD_U32, true, offsetof(struct look, id), NULL},
        {2, FIELD_TEXTS, false, offsetof(struct look, paths), NULL},
        {3, FIELD_TEXTS, false, offsetof(struct look, files), NULL},
        {4, FIELD_TEXTS, false, offsetof(struct look, directories), NULL},
    };
    struct look look = {0};
    bool understood = wire_decode(payload, rules, COUNT(rules), &look, problem);
    wire_put_u32(answer, 1, look.id);
    uint8_t *buffer = malloc(LOOK_MAX_CONTENT + 1);
    for (size_t index = 0; understood && index < look.paths.count; index++) {
        put_path(answer, look.paths.items[index]);
    }
    for (size_t index = 0; understood && buffer != NULL && index < look.files.count; index++) {
        put_file(answer, look.files.items[index], buffer);
    }
    for (size_t index = 0; understood && index < look.directories.count; index++) {
        put_directory(answer, look.directories.items[index]);
    }
    answer->overflow = answer->overflow || buffer == NULL;
    free(buffer);
    free(look.paths.items);
    free(look.files.items);
    free(look.directories.items);
    return understood;
}
