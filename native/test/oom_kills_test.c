#include "oom_kills.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"

static char root[] = "/tmp/openshell-oom-XXXXXX";
static char membership[64];

static void write_to(const char *name, const char *text)
{
    char path[128];
    (void)snprintf(path, sizeof path, "%s/%s", root, name);
    FILE *file = fopen(path, "w");
    CHECK(file != NULL);
    CHECK(file != NULL && fputs(text, file) >= 0);
    CHECK(file != NULL && fclose(file) == 0);
}

static void remove_all(const char *const names[], size_t count)
{
    char path[128];
    for (size_t index = 0; index < count; index++) {
        (void)snprintf(path, sizeof path, "%s/%s", root, names[index]);
        CHECK(remove(path) == 0);
    }
}

static void make_folder(const char *name)
{
    char path[128];
    (void)snprintf(path, sizeof path, "%s/%s", root, name);
    CHECK(mkdir(path, 0700) == 0);
}

static uint64_t kills(void)
{
    return oom_kills_in(root, membership);
}

static void where_there_are_no_groups_nothing_is_known(void)
{
    CHECK_EQUALS(oom_kills_in("/nowhere", "/nowhere/either"), 0);
    write_to("membership", "");
    CHECK_EQUALS(kills(), 0);
}

static void version_2_counts_what_the_groups_own_limit_killed(void)
{
    write_to("membership", "0::/\n");
    write_to("memory.events", "low 0\nhigh 0\nmax 1270\noom 2\noom_kill 3\noom_group_kill 7\n");
    CHECK_EQUALS(kills(), 3);
    write_to("memory.events", "low 0\nhigh 0\nmax 0\noom 0\noom_kill 3\n");
    CHECK_EQUALS(kills(), 0);
    remove_all((const char *const[]){"memory.events"}, 1);
}

static void a_container_that_sees_all_groups_finds_its_own(void)
{
    write_to("membership", "1:name=systemd:/other\n0::/engine/one\n");
    make_folder("engine");
    make_folder("engine/one");
    write_to("engine/one/memory.events", "oom 1\noom_kill 1\n");
    CHECK_EQUALS(kills(), 1);
    remove_all((const char *const[]){"engine/one/memory.events", "engine/one", "engine"}, 3);
}

static void version_1_is_asked_where_version_2_has_no_memory(void)
{
    write_to("membership", "4:memory:/engine/one\n0::/\n");
    make_folder("memory");
    write_to("memory/memory.limit_in_bytes", "67108864\n");
    write_to("memory/memory.max_usage_in_bytes", "67100672\n");
    write_to("memory/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 4\n");
    CHECK_EQUALS(kills(), 4);
    /* Far from the limit: the machine was short of memory. */
    write_to("memory/memory.max_usage_in_bytes", "33554432\n");
    CHECK_EQUALS(kills(), 0);
    /* No limit at all. */
    write_to("memory/memory.limit_in_bytes", "9223372036854771712\n");
    CHECK_EQUALS(kills(), 0);
    remove_all((const char *const[]){"memory/memory.limit_in_bytes", "memory/memory.max_usage_in_bytes",
                                     "memory/memory.oom_control", "memory"}, 4);
}

int main(void)
{
    CHECK(mkdtemp(root) != NULL);
    (void)snprintf(membership, sizeof membership, "%s/membership", root);
    where_there_are_no_groups_nothing_is_known();
    version_2_counts_what_the_groups_own_limit_killed();
    a_container_that_sees_all_groups_finds_its_own();
    version_1_is_asked_where_version_2_has_no_memory();
    remove_all((const char *const[]){"membership"}, 1);
    CHECK(rmdir(root) == 0);
    return 0;
}
