package io.openshell.plugin.local.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.plugin.local.cgroup.Hierarchies.OwnGroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which groups of version 2 come into question, told by a tree that looks like the kernel's. */
final class PlaceTest {

    private static final Set<Controller> ALL = Set.of(Controller.values());

    @TempDir
    private Path top;

    /** As systemd sets a machine up: only the root has no type, and only leaves have processes. */
    @BeforeEach
    void treeOfALoggedInUser() throws Exception {
        fakeGroup("", "cpu memory pids", "cpu memory pids", "");
        Files.delete(top.resolve("cgroup.type"));
        fakeGroup("user.slice", "cpu memory pids", "memory pids", "");
        fakeGroup("user.slice/user-1000.slice", "memory pids", "memory pids", "");
        fakeGroup("user.slice/user-1000.slice/session-2.scope", "memory pids", "", "4711\n4712");
    }

    @Test
    void the_nearest_that_has_everything_switched_on_comes_first() {
        assertThat(places("user.slice/user-1000.slice/session-2.scope", Set.of(Controller.PIDS)))
                .containsExactly("user.slice/user-1000.slice", "user.slice", "");
    }

    @Test
    void then_come_those_where_it_can_be_switched_on_and_then_those_that_have_a_part() {
        assertThat(places("user.slice/user-1000.slice/session-2.scope", ALL))
                .containsExactly("", "user.slice", "user.slice/user-1000.slice");
        assertThat(all("user.slice/user-1000.slice/session-2.scope", ALL).get(1).missing())
                .containsExactly(Controller.CPU);
    }

    @Test
    void a_group_with_processes_has_no_children_with_controllers_but_the_root_may() throws Exception {
        write("user.slice/user-1000.slice/session-2.scope/cgroup.controllers", "cpu memory pids");
        assertThat(places("user.slice/user-1000.slice/session-2.scope", ALL))
                .doesNotContain("user.slice/user-1000.slice/session-2.scope");

        write("cgroup.subtree_control", "");
        write("cgroup.procs", "1\n2\n3");
        List<Place> fromRoot = all("", ALL);
        assertThat(fromRoot).singleElement().satisfies(place -> {
            assertThat(place.offered()).isEmpty();
            assertThat(place.missing()).containsExactlyInAnyOrder(Controller.values());
        });
    }

    @Test
    void an_empty_delegated_group_can_have_them_switched_on() throws Exception {
        fakeGroup("mine", "cpu memory pids", "", "");
        Place place = all("mine", ALL).getLast();

        assertThat(place.parent().path()).isEqualTo(top.resolve("mine"));
        assertThat(place.switchOn()).isEmpty();
        // The kernel takes one word at a time; the last one is what a file keeps.
        assertThat(Files.readString(top.resolve("mine/cgroup.subtree_control"))).startsWith("+");
    }

    @Test
    void nothing_is_offered_where_nothing_is() throws Exception {
        assertThat(all("no/such/group", Set.of())).isEmpty();
        write("cgroup.subtree_control", "");
        write("cgroup.controllers", "hugetlb");
        assertThat(all("", ALL)).isEmpty();
    }

    private List<String> places(String own, Set<Controller> wanted) {
        return all(own, wanted).stream()
                .map(place -> top.relativize(place.parent().path()).toString())
                .toList();
    }

    private List<Place> all(String own, Set<Controller> wanted) {
        return Place.secondVersion(new OwnGroup(top, top.resolve(own)), wanted);
    }

    private void fakeGroup(String name, String available, String on, String processes) throws IOException {
        Files.createDirectories(top.resolve(name));
        write(name + "/cgroup.controllers", available);
        write(name + "/cgroup.subtree_control", on);
        write(name + "/cgroup.procs", processes);
        write(name + "/cgroup.type", "domain");
    }

    private void write(String file, String text) throws IOException {
        Files.writeString(top.resolve(file.replaceFirst("^/", "")), text + "\n");
    }
}
