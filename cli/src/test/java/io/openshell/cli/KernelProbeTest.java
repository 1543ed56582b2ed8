package io.openshell.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class KernelProbeTest {

    private static final Path LAUNCHER = Path.of("/opt/launcher");

    @Test
    void what_is_there_is_fine() {
        assertThat(findings("landlock_abi=7\nseccomp_filter=yes\nuser_namespace=yes\nuid=0\n"))
                .allMatch(finding -> finding.state() == Finding.State.OK);
    }

    @Test
    void what_every_sandbox_needs_is_missing_with_a_remedy() {
        Finding finding = find("veth=no: Operation not supported\nuid=0\n", "veth");
        assertThat(finding.fatal()).isTrue();
        assertThat(finding.value()).contains("Operation not supported");
        assertThat(finding.remedy()).contains("modprobe veth");
    }

    @Test
    void no_landlock_is_weak_since_a_policy_may_ask_for_best_effort() {
        assertThat(find("landlock_abi=0\nuid=0\n", "landlock_abi").state()).isEqualTo(Finding.State.WEAK);
    }

    @Test
    void user_namespaces_are_needed_by_ordinary_users_only() {
        assertThat(find("user_namespace=no: EPERM\nuid=0\n", "user_namespace").fatal())
                .isFalse();
        assertThat(find("user_namespace=no: EPERM\nuid=1000\n", "user_namespace")
                        .fatal())
                .isTrue();
    }

    @Test
    void what_can_be_seen_in_a_user_namespace_only_is_not_blamed_for_its_absence() {
        Finding finding = find("user_namespace=no: ENOSPC\nveth=no: ENOSPC\nuid=1000\n", "veth");
        assertThat(finding.fatal()).isFalse();
        assertThat(finding.value()).isEqualTo("not known");
    }

    @Test
    void a_launcher_that_is_not_there_is_missing() {
        assertThat(KernelProbe.of(Path.of("/no/such/launcher")).findings())
                .anyMatch(finding -> finding.fatal() && finding.value().contains("/no/such/launcher"));
    }

    private static Finding find(String output, String name) {
        return findings(output).stream()
                .filter(finding -> finding.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static List<Finding> findings(String output) {
        return new KernelProbe(LAUNCHER, KernelProbe.parse(output), "").findings();
    }
}
