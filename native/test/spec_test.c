/* The messages: paths, tuples and limits that a supervisor may and may not send. */
#include "spec.h"

#include <string.h>

#include "check.h"

static void paths_are_absolute_and_normal(void)
{
    static const char *const plain[] = {"/", "/a", "/a/b", "/a/..b", "/...", "/.hidden", "/a b/\xff"};
    static const char *const other[] = {"",      "a",     "a/b",  "//",    "/a/",      "/a//b", "/.",
                                        "/..",   "/a/..", "/a/.", "/./a",  "/a/../b",  "./a",   "/a/./b"};
    for (size_t index = 0; index < sizeof plain / sizeof plain[0]; index++) {
        CHECK(spec_is_plain_path(plain[index]));
    }
    for (size_t index = 0; index < sizeof other / sizeof other[0]; index++) {
        CHECK(!spec_is_plain_path(other[index]));
    }
    static char path[4098];
    memset(path, 'a', 4097);
    path[0] = '/';
    CHECK(!spec_is_plain_path(path));
    path[4096] = '\0';
    CHECK(spec_is_plain_path(path));
}

static void beneath_means_whole_components(void)
{
    CHECK(spec_is_beneath("/usr/lib", "/usr"));
    CHECK(spec_is_beneath("/usr", "/usr"));
    CHECK(spec_is_beneath("/usr", "/"));
    CHECK(!spec_is_beneath("/usrlocal", "/usr"));
    CHECK(!spec_is_beneath("/us", "/usr"));
    CHECK(!spec_is_beneath("/sandbox2", "/sandbox"));
}

static bool identify(const void *agent, size_t agent_length, uint32_t agent_port, const void *proxy,
                     size_t proxy_length, uint32_t proxy_port, struct identify_spec *spec)
{
    struct writer writer = {0};
    struct problem problem = {""};
    wire_put_u32(&writer, 1, 42);
    wire_put_bytes(&writer, 2, agent, agent_length);
    wire_put_u32(&writer, 3, agent_port);
    wire_put_bytes(&writer, 4, proxy, proxy_length);
    wire_put_u32(&writer, 5, proxy_port);
    bool accepted = spec_decode_identify((struct bytes){writer.data, writer.length}, spec, &problem);
    CHECK(accepted || problem.text[0] != '\0');
    wire_release(&writer);
    return accepted;
}

static void tuples_are_checked_and_mapped_addresses_unwrapped(void)
{
    static const uint8_t v4[4] = {10, 200, 0, 2};
    static const uint8_t mapped[16] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 200, 0, 2};
    static const uint8_t v6[16] = {0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    struct identify_spec spec;
    CHECK(identify(v4, 4, 40000, v4, 4, 3128, &spec));
    CHECK(spec.id == 42 && spec.agent.length == 4 && spec.agent.port == 40000 && spec.proxy.port == 3128);
    CHECK(identify(mapped, 16, 40000, v4, 4, 3128, &spec));
    CHECK(spec.agent.length == 4 && memcmp(spec.agent.address, v4, 4) == 0);
    CHECK(identify(v6, 16, 1, v6, 16, 65535, &spec));
    CHECK(!identify(v6, 16, 1, v4, 4, 1, &spec));
    CHECK(!identify(v4, 4, 0, v4, 4, 1, &spec));
    CHECK(!identify(v4, 4, 65536, v4, 4, 1, &spec));
    CHECK(!identify(v4, 3, 1, v4, 4, 1, &spec));
    CHECK(!identify(v6, 15, 1, v6, 16, 1, &spec));
    CHECK(!identify("", 0, 1, v4, 4, 1, &spec));
}

struct launch_change {
    const char *hostname;
    uint32_t flags;
    uint32_t uid;
    uint32_t gid;
    uint8_t mode;
    uint8_t kind;
    const char *path;
    const char *path2;
    const char *file;
    uint32_t file_mode;
};

static bool launch(struct launch_change change)
{
    struct writer writer = {0};
    struct problem problem = {""};
    struct launch_spec spec;
    wire_put_text(&writer, 1, change.hostname);
    wire_put_u32(&writer, 2, change.flags);
    wire_put_u32(&writer, 3, change.uid);
    wire_put_u32(&writer, 4, change.gid);
    wire_put_text(&writer, 5, "sandbox");
    const char *const paths[] = {change.path, change.path2};
    for (size_t index = 0; index < 2; index++) {
        size_t mark = wire_begin(&writer, 10);
        wire_put_u8(&writer, 1, change.kind);
        wire_put_text(&writer, 2, paths[index]);
        wire_end(&writer, mark);
    }
    size_t mark = wire_begin(&writer, 11);
    wire_put_text(&writer, 1, change.file);
    wire_put_u32(&writer, 2, change.file_mode);
    wire_put_bytes(&writer, 3, "x", 1);
    wire_end(&writer, mark);
    wire_put_u8(&writer, 30, change.mode);
    bool accepted = spec_decode_launch((struct bytes){writer.data, writer.length}, &spec, &problem);
    CHECK(accepted || problem.text[0] != '\0');
    if (accepted) {
        CHECK(spec.mount_count == 2 && strcmp(spec.mounts[0].path, spec.mounts[1].path) < 0);
        CHECK(spec.file_count == 1);
    }
    free(spec.mounts);
    free(spec.files);
    wire_release(&writer);
    return accepted;
}

static void a_launch_is_checked_before_anything_happens(void)
{
    const struct launch_change good = {
        .hostname = "box", .uid = 1500, .gid = 1500, .kind = 1, .path = "/usr/lib", .path2 = "/usr", .file = "/etc/hosts"};
    struct launch_change bad;
    CHECK(launch(good));
#define REFUSED(change)                                                                                                \
    bad = good;                                                                                                        \
    bad.change;                                                                                                        \
    CHECK(!launch(bad))
    REFUSED(hostname = "");
    REFUSED(hostname = "a/b");
    REFUSED(hostname = "0123456789012345678901234567890123456789012345678901234567890123x");
    REFUSED(flags = 4); /* TCP to the proxy only, without a path for Landlock */
    REFUSED(flags = 8);
    REFUSED(flags = 1);
    REFUSED(mode = 1);
    REFUSED(mode = 3);
    REFUSED(uid = 0);
    REFUSED(uid = UINT32_MAX);
    REFUSED(gid = 0);
    REFUSED(gid = UINT32_MAX);
    REFUSED(kind = 0);
    REFUSED(kind = 6);
    REFUSED(kind = 3); /* a workdir without a source */
    REFUSED(path = "relative");
    REFUSED(path = "/usr/../etc");
    REFUSED(path = "/usr"); /* twice */
    REFUSED(file = "/");
    REFUSED(file = "/etc/../x");
    REFUSED(file_mode = 04755);
    bad = good;
    bad.kind = 2;
    bad.path = "/";
    CHECK(!launch(bad));
    bad = good;
    bad.mode = 1;
    bad.flags = 1;
    CHECK(launch(bad));
    bad = good;
    bad.uid = UINT32_MAX - 1;
    bad.gid = UINT32_MAX - 1;
    CHECK(launch(bad));
}

/* Every byte of a launch in turn takes other values; the decoder stays within the payload (the sanitizer watches). */
static void a_changed_byte_of_a_launch_is_survived(void)
{
    struct writer writer = {0};
    wire_put_text(&writer, 1, "box");
    wire_put_u32(&writer, 2, 0);
    wire_put_u32(&writer, 3, 1500);
    wire_put_u32(&writer, 4, 1500);
    wire_put_text(&writer, 5, "sandbox");
    size_t mark = wire_begin(&writer, 10);
    wire_put_u8(&writer, 1, 1);
    wire_put_text(&writer, 2, "/usr");
    wire_end(&writer, mark);
    mark = wire_begin(&writer, 11);
    wire_put_text(&writer, 1, "/etc/hosts");
    wire_put_u32(&writer, 2, 0644);
    wire_put_bytes(&writer, 3, "x", 1);
    wire_end(&writer, mark);
    wire_put_text(&writer, 20, "/usr");
    wire_put_text(&writer, 21, "/sandbox");
    wire_put_u8(&writer, 30, 0);
    uint8_t *copy = malloc(writer.length);
    CHECK(copy != NULL);
    for (size_t at = 0; at < writer.length; at++) {
        for (unsigned value = 0; value < 256; value++) {
            struct launch_spec spec;
            struct problem problem = {""};
            memcpy(copy, writer.data, writer.length);
            copy[at] = (uint8_t)value;
            bool accepted = spec_decode_launch((struct bytes){copy, writer.length}, &spec, &problem);
            CHECK(value != writer.data[at] || accepted);
            free(spec.mounts);
            free(spec.files);
            free(spec.read_only.items);
            free(spec.read_write.items);
        }
    }
    free(copy);
    wire_release(&writer);
}

/* Puts mounts, files or paths, each with a path of its own, and says whether the launch is accepted. */
static bool launch_with(unsigned count, uint16_t tag, struct problem *problem)
{
    struct writer writer = {0};
    wire_put_text(&writer, 1, "box");
    wire_put_u32(&writer, 2, 0);
    wire_put_u32(&writer, 3, 1500);
    wire_put_u32(&writer, 4, 1500);
    wire_put_text(&writer, 5, "sandbox");
    wire_put_u8(&writer, 30, LANDLOCK_BEST_EFFORT);
    for (unsigned index = 0; index < count; index++) {
        char path[32];
        (void)snprintf(path, sizeof path, "/p%u", index);
        if (tag >= 20) {
            wire_put_text(&writer, tag, path);
            continue;
        }
        size_t mark = wire_begin(&writer, tag);
        if (tag == 10) {
            wire_put_u8(&writer, 1, MOUNT_READ_ONLY);
            wire_put_text(&writer, 2, path);
        } else {
            wire_put_text(&writer, 1, path);
            wire_put_u32(&writer, 2, 0644);
            wire_put_bytes(&writer, 3, "", 0);
        }
        wire_end(&writer, mark);
    }
    CHECK(!writer.overflow);
    struct launch_spec spec;
    *problem = (struct problem){""};
    bool accepted = spec_decode_launch((struct bytes){writer.data, writer.length}, &spec, problem);
    free(spec.mounts);
    free(spec.files);
    free(spec.read_only.items);
    free(spec.read_write.items);
    wire_release(&writer);
    return accepted;
}

static void nothing_is_repeated_without_end(void)
{
    static const struct {
        uint16_t tag;
        unsigned most;
        const char *problem;
    } limits[] = {
        {10, SPEC_MAX_MOUNTS, "mounts: /p1024 (expected: at most 1024)"},
        {11, SPEC_MAX_FILES, "files: /p1024 (expected: at most 1024)"},
        {20, SPEC_MAX_PATHS, "landlock paths: /p0 (expected: at most 4096 of each kind)"},
        {21, SPEC_MAX_PATHS, "landlock paths: /p0 (expected: at most 4096 of each kind)"},
    };
    for (size_t index = 0; index < sizeof limits / sizeof limits[0]; index++) {
        struct problem problem;
        CHECK(launch_with(limits[index].most, limits[index].tag, &problem));
        CHECK(!launch_with(limits[index].most + 1, limits[index].tag, &problem));
        CHECK(strcmp(problem.text, limits[index].problem) == 0);
    }
}

static void a_spawn_has_three_descriptors_or_a_terminal(void)
{
    for (unsigned terminal = 0; terminal < 3; terminal++) {
        for (unsigned count = 0; count <= 3; count++) {
            struct writer writer = {0};
            struct spawn_spec spec;
            struct problem problem = {""};
            wire_put_u32(&writer, 1, 1);
            wire_put_text(&writer, 2, "true");
            wire_put_text(&writer, 3, "A=b=c");
            wire_put_text(&writer, 4, "/");
            wire_put_u8(&writer, 5, (uint8_t)terminal);
            struct frame frame = {.type = FRAME_SPAWN, .payload = {writer.data, writer.length}};
            frame.descriptor_count = count;
            bool expected = terminal < 2 && count == (terminal ? 0u : 3u);
            CHECK_EQUALS(spec_decode_spawn(&frame, &spec, &problem), expected);
            spec_release_spawn(&spec);
            wire_release(&writer);
        }
    }
}

int main(void)
{
    paths_are_absolute_and_normal();
    beneath_means_whole_components();
    tuples_are_checked_and_mapped_addresses_unwrapped();
    a_launch_is_checked_before_anything_happens();
    a_changed_byte_of_a_launch_is_survived();
    nothing_is_repeated_without_end();
    a_spawn_has_three_descriptors_or_a_terminal();
    return 0;
}
