package io.openshell.plugin.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.plugin.docker.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class SeccompProfileTest {

    /** What the launcher needs and an agent may not do. */
    private static final Set<String> LAUNCHERS =
            Set.of("openat2", "pidfd_getfd", "pidfd_open", "pidfd_send_signal", "process_vm_readv");

    /** What depends on their arguments. */
    private static final Set<String> CONDITIONAL = Set.of("clone", "unshare", "socket", "socketpair");

    @Test
    void allows_what_the_agents_own_filter_allows_and_what_the_launcher_needs_and_no_more() throws Exception {
        Set<String> wanted = new TreeSet<>(LAUNCHERS);
        wanted.addAll(reviewed("allow"));
        wanted.addAll(reviewed("some"));
        wanted.removeAll(CONDITIONAL);

        assertThat(new TreeSet<>(SeccompProfile.calls())).isEqualTo(wanted);
        assertThat(SeccompProfile.calls()).doesNotHaveDuplicates();
    }

    @Test
    void permits_Landlock_and_filters_and_nothing_that_leads_out() {
        assertThat(SeccompProfile.calls())
                .contains("landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self", "seccomp", "prctl")
                .doesNotContain(
                        "mount",
                        "umount2",
                        "pivot_root",
                        "setns",
                        "bpf",
                        "ptrace",
                        "keyctl",
                        "io_uring_setup",
                        "kexec_load",
                        "init_module",
                        "open_by_handle_at",
                        "perf_event_open",
                        "userfaultfd",
                        "process_vm_writev");
    }

    @Test
    void is_what_engines_read() throws Exception {
        Json profile = Json.read(SeccompProfile.json());

        assertThat(profile.at("defaultAction").text()).contains("SCMP_ACT_ERRNO");
        assertThat(profile.at("archMap").items()).hasSize(2);
        List<String> conditions = new ArrayList<>();
        for (Json rule : profile.at("syscalls").items()) {
            String names = rule.at("names").items().size() == 1
                    ? rule.at("names").items().getFirst().text().orElseThrow()
                    : "table";
            for (Json arg : rule.at("args").items()) {
                conditions.add(names + " " + arg.at("op").text().orElseThrow() + " "
                        + Long.toHexString(arg.at("value").number().orElseThrow()));
            }
        }
        assertThat(conditions)
                .containsExactly(
                        "clone SCMP_CMP_MASKED_EQ 7e020000",
                        "unshare SCMP_CMP_MASKED_EQ 7e020080",
                        "socket SCMP_CMP_EQ 1",
                        "socket SCMP_CMP_EQ 2",
                        "socket SCMP_CMP_EQ a",
                        "socket SCMP_CMP_EQ 10",
                        "socketpair SCMP_CMP_EQ 1",
                        "socketpair SCMP_CMP_EQ 2",
                        "socketpair SCMP_CMP_EQ a");
    }

    @Test
    void each_capability_says_what_it_is_for_in_the_documentation_too() throws Exception {
        String page = Files.readString(Path.of("../../docs/compute-docker.md"));

        for (GivenCapability capability : GivenCapability.values()) {
            assertThat(page).contains("| `" + capability + "` | " + capability.reason());
        }
    }

    private static Set<String> reviewed(String verdict) throws IOException {
        try (var lines = Files.lines(Path.of("../../native/test/reviewed-calls.txt"))) {
            return lines.filter(line -> !line.startsWith("#") && !line.isBlank())
                    .map(line -> line.split("\\s+", -1))
                    .filter(fields -> fields[3].equals(verdict))
                    .map(fields -> fields[2])
                    .collect(Collectors.toSet());
        }
    }
}
