package io.openshell.plugin.local.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.plugin.local.cgroup.Hierarchies.OwnGroup;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** Where this process is, on machines of several kinds. */
final class HierarchiesTest {

    /** Version 1 with each controller for itself, and an empty version 2 beside it. */
    @Test
    void a_small_virtual_machine_with_both_versions() {
        Hierarchies found = Hierarchies.parse("""
                23 0 254:0 / / rw,relatime - ext4 /dev/root rw
                31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
                32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu
                33 31 0:30 / /sys/fs/cgroup/cpuacct rw,relatime - cgroup cgroup rw,cpuacct
                34 31 0:31 / /sys/fs/cgroup/cpuset rw,relatime - cgroup cgroup rw,cpuset
                35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
                39 31 0:36 / /sys/fs/cgroup/pids rw,relatime - cgroup cgroup rw,pids
                40 31 0:37 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,name=systemd
                41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
                """, """
                9:name=systemd:/
                8:pids:/
                4:memory:/jobs/cc73ca89
                3:cpuset:/
                2:cpuacct:/
                1:cpu:/
                0::/
                """);

        assertThat(found.isFirstVersion("pids")).isTrue();
        assertThat(found.isFirstVersion("hugetlb")).isFalse();
        assertThat(found.firstVersion("pids")).containsExactly(own("/sys/fs/cgroup/pids", ""));
        assertThat(found.firstVersion("memory")).containsExactly(own("/sys/fs/cgroup/memory", "jobs/cc73ca89"));
        assertThat(found.firstVersion("cpu")).containsExactly(own("/sys/fs/cgroup/cpu", ""));
        assertThat(found.secondVersion()).containsExactly(own("/sys/fs/cgroup/unified", ""));
    }

    /** systemd's hybrid layout: controllers mounted together, a named hierarchy, and optional fields in the table. */
    @Test
    void a_distribution_of_the_hybrid_years() {
        Hierarchies found = Hierarchies.parse("""
                25 30 0:23 / /sys/fs/cgroup ro,nosuid,nodev,noexec shared:9 - tmpfs tmpfs ro,mode=755
                26 25 0:24 / /sys/fs/cgroup/unified rw,nosuid,nodev,noexec,relatime shared:10 - cgroup2 cgroup2 rw,nsdelegate
                27 25 0:25 / /sys/fs/cgroup/systemd rw,nosuid,nodev,noexec,relatime shared:11 - cgroup cgroup rw,xattr,name=systemd
                31 25 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid,nodev,noexec,relatime shared:15 master:3 - cgroup cgroup rw,cpu,cpuacct
                33 25 0:31 / /sys/fs/cgroup/memory rw,nosuid,nodev,noexec,relatime shared:17 - cgroup cgroup rw,memory
                34 25 0:32 / /sys/fs/cgroup/pids rw,nosuid,nodev,noexec,relatime shared:18 - cgroup cgroup rw,pids
                """, """
                11:pids:/user.slice/user-1000.slice/session-2.scope
                8:memory:/user.slice/user-1000.slice/session-2.scope
                4:cpu,cpuacct:/user.slice
                1:name=systemd:/user.slice/user-1000.slice/session-2.scope
                0::/user.slice/user-1000.slice/session-2.scope
                """);

        assertThat(found.firstVersion("cpu")).containsExactly(own("/sys/fs/cgroup/cpu,cpuacct", "user.slice"));
        assertThat(found.firstVersion("cpuacct")).isEqualTo(found.firstVersion("cpu"));
        assertThat(found.firstVersion("pids"))
                .containsExactly(own("/sys/fs/cgroup/pids", "user.slice/user-1000.slice/session-2.scope"));
        assertThat(found.secondVersion())
                .containsExactly(own("/sys/fs/cgroup/unified", "user.slice/user-1000.slice/session-2.scope"));
    }

    @Test
    void a_desktop_of_version_2_in_a_users_own_slice() {
        Hierarchies found = Hierarchies.parse("""
                24 30 0:22 / /sys rw,nosuid,nodev,noexec,relatime shared:7 - sysfs sysfs rw
                29 24 0:26 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:9 - cgroup2 cgroup2 rw,nsdelegate,memory_recursiveprot
                """, """
                0::/user.slice/user-1000.slice/user@1000.service/app.slice/run-u12.scope
                """);

        assertThat(found.isFirstVersion("pids")).isFalse();
        assertThat(found.firstVersion("pids")).isEmpty();
        assertThat(found.secondVersion())
                .containsExactly(
                        own("/sys/fs/cgroup", "user.slice/user-1000.slice/user@1000.service/app.slice/run-u12.scope"));
    }

    /** The engine mounts only the container's part of each hierarchy, over its own path. */
    @Test
    void a_container_of_version_1() {
        Hierarchies found = Hierarchies.parse("""
                742 741 0:63 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime - tmpfs tmpfs rw,mode=755
                751 742 0:32 /docker/4f53cda18c2b /sys/fs/cgroup/pids ro,nosuid,nodev,noexec,relatime master:18 - cgroup cgroup rw,pids
                752 742 0:31 /docker/4f53cda18c2b /sys/fs/cgroup/memory ro,nosuid,nodev,noexec,relatime master:17 - cgroup cgroup rw,memory
                """, """
                11:pids:/docker/4f53cda18c2b
                8:memory:/docker/4f53cda18c2b/inner/one
                """);

        assertThat(found.firstVersion("pids")).containsExactly(own("/sys/fs/cgroup/pids", ""));
        assertThat(found.firstVersion("memory")).containsExactly(own("/sys/fs/cgroup/memory", "inner/one"));
        assertThat(found.secondVersion()).isEmpty();
    }

    /** With a namespace of its own a container sees itself at the root. */
    @Test
    void a_container_of_version_2_with_a_namespace_of_its_own() {
        Hierarchies found = Hierarchies.parse(
                "1180 1179 0:26 / /sys/fs/cgroup ro,nosuid,nodev,noexec,relatime - cgroup2 cgroup rw,nsdelegate\n",
                "0::/\n");

        assertThat(found.secondVersion()).containsExactly(own("/sys/fs/cgroup", ""));
    }

    /** Whose own group is outside of what is mounted: in a container that was entered, or with a bind mount of a part. */
    @Test
    void a_process_that_is_outside_of_what_it_sees() {
        String outsideOfNamespace = "29 24 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n";
        String outsideOfMount = "29 24 0:26 /docker/4f53 /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n";
        String aboveOfNamespace = "29 24 0:26 /../.. /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n";

        assertThat(Hierarchies.parse(outsideOfNamespace, "0::/../init.scope\n").secondVersion())
                .isEmpty();
        assertThat(Hierarchies.parse(outsideOfMount, "0::/docker/4f53cda1\n").secondVersion())
                .isEmpty();
        assertThat(Hierarchies.parse(aboveOfNamespace, "0::/\n").secondVersion())
                .isEmpty();
    }

    /** A container within a container of the same machine: two mounts, of which the second is the whole. */
    @Test
    void every_mount_that_shows_the_group_is_found_in_the_order_of_the_table() {
        Hierarchies found = Hierarchies.parse("""
                50 40 0:26 /outer/inner /sys/fs/cgroup rw - cgroup2 cgroup2 rw
                51 40 0:26 / /host/sys/fs/cgroup rw - cgroup2 cgroup2 rw
                """, "0::/outer/inner/job\n");

        assertThat(found.secondVersion())
                .containsExactly(own("/sys/fs/cgroup", "job"), own("/host/sys/fs/cgroup", "outer/inner/job"));
    }

    @Test
    void spaces_and_colons_in_names_are_what_they_are() {
        Hierarchies found = Hierarchies.parse(
                "29 24 0:26 /a\\040b /mnt/c\\134040\\011d rw - cgroup2 cgroup2 rw\n", "0::/a b/x:y/..z\n");

        assertThat(found.secondVersion()).containsExactly(own("/mnt/c\\040\td", "x:y/..z"));
    }

    @Test
    void nothing_is_known_where_there_is_nothing() {
        for (String text :
                List.of("", "\n", "29 24 0:26 / /sys/fs/cgroup rw", "a b c - cgroup2 cgroup2 rw", " - \n - ")) {
            Hierarchies found = Hierarchies.parse(text, text);
            assertThat(found.firstVersion("pids")).isEmpty();
            assertThat(found.secondVersion()).isEmpty();
            assertThat(found.isFirstVersion("pids")).isFalse();
        }
    }

    @Provide
    Arbitrary<String> fragments() {
        Arbitrary<String> piece = Arbitraries.of(
                "0",
                "0::",
                "1:pids:",
                "/",
                "/..",
                "..",
                "/a",
                "/a b",
                "\\040",
                "\\134",
                "\\777",
                "\\04",
                "\\",
                " ",
                " - ",
                "cgroup2",
                "cgroup",
                " rw,pids",
                "\n",
                ":",
                "29 24 0:26 / /sys/fs/cgroup rw - cgroup2 x rw\n",
                "\0",
                "é",
                "29 24 0:26 / /c rw - cgroup x rw,pids\n");
        return piece.list().ofMaxSize(20).map(pieces -> String.join("", pieces));
    }

    @Property(tries = 5_000)
    @Label("no text makes the parser throw, and a group never lies outside of its mount")
    void groups_lie_within_mounts(@ForAll("fragments") String mountinfo, @ForAll("fragments") String cgroup) {
        Hierarchies found = Hierarchies.parse(mountinfo, cgroup);

        assertThat(found.secondVersion()).allMatch(group -> group.folder().startsWith(group.top()));
        assertThat(found.firstVersion("pids")).allMatch(group -> group.folder().startsWith(group.top()));
    }

    @Property(tries = 2_000)
    @Label("a name comes out as the kernel writes it down, whatever is in it")
    void names_survive(@ForAll("names") String point, @ForAll("names") String name) {
        String mountinfo = "29 24 0:26 / /" + escaped(point) + " rw,relatime shared:9 - cgroup2 cgroup2 rw\n";

        assertThat(Hierarchies.parse(mountinfo, "0::/" + name + "\n").secondVersion())
                .containsExactly(own("/" + point, name));
    }

    @Provide
    Arbitrary<String> names() {
        return Arbitraries.strings().withChars("ab0 \t\\:#-é").ofMinLength(1).ofMaxLength(12);
    }

    /** As the kernel's seq_path() has it. */
    private static String escaped(String path) {
        return path.chars()
                .mapToObj(c -> " \t\n\\#".indexOf(c) >= 0 ? String.format("\\%03o", c) : Character.toString(c))
                .collect(Collectors.joining());
    }

    private static OwnGroup own(String top, String below) {
        return new OwnGroup(Path.of(top), Path.of(top).resolve(below));
    }
}
