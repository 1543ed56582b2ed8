/*
 * Making mount points and files inside the new root. Nothing is ever created on a file system of
 * the host: whatever is made is made on a tmpfs of the launcher's own, or it is an error.
 */
#ifndef OPENSHELL_PLACE_H
#define OPENSHELL_PLACE_H

#include <sys/types.h>

#include "spec.h"

#define PLACE_MAX_PRIVATE (SPEC_MAX_MOUNTS + 8u)

struct new_root {
    int directory; /* O_PATH, the new root */
    int staging;   /* O_PATH, a directory that the sandbox will not see */
    unsigned staged_files;
    dev_t private_devices[PLACE_MAX_PRIVATE];
    size_t private_count;
};

/* Opens an existing path of the new root without following any symbolic link; -1 and errno. */
int place_open(const struct new_root *root, const char *path);

/*
 * Opens a directory, or with `is_directory` false a file, for something to be mounted on it, and makes
 * it with its parents where missing. EROFS when that would have to happen on a file system of the host.
 */
int place_target(const struct new_root *root, const char *path, bool is_directory);

/* Marks the file system mounted at a path as the launcher's own. */
void place_mark_private(struct new_root *root, const char *path);

/* Writes a file of the launch spec, or mounts it over the existing one where the place is not private. */
void place_file(struct new_root *root, const struct file_spec *file);

/* Writes all of it; 0 or an errno. */
int place_write_all(int fd, struct bytes content);

/* Writes a new file with this mode and content beneath a directory; 0 or an errno. */
int place_write(int directory, const char *name, uint32_t mode, struct bytes content);

#endif
