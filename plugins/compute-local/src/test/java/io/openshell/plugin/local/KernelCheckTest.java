package io.openshell.plugin.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.api.config.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KernelCheckTest {

    @TempDir
    Path proc;

    @BeforeEach
    void kernelThatHasEverything() throws Exception {
        for (String kind : new String[] {"net", "mnt", "pid", "ipc", "uts"}) {
            write("self/ns/" + kind, "");
        }
        write("self/status", "Name:\tjava\nUid:\t1000\t1000\t1000\t1000\n");
        write("sys/kernel/osrelease", "6.1.0-25-amd64\n");
        write("sys/kernel/seccomp/actions_avail", "kill_process kill_thread trap errno trace log allow\n");
        write("sys/user/max_user_namespaces", "63000\n");
    }

    @Test
    void finds_nothing_missing_where_nothing_is() {
        assertThat(new KernelCheck(proc).problems()).isEmpty();
    }

    @Test
    void finds_an_old_kernel() throws Exception {
        for (String old : new String[] {"5.11.22", "4.19.0", "unheard of"}) {
            write("sys/kernel/osrelease", old);
            assertThat(new KernelCheck(proc).problems())
                    .extracting(Problem::message)
                    .containsExactly("kernel: " + old + " (expected: Linux 5.12 or newer)");
        }
        write("sys/kernel/osrelease", "5.12.0");
        assertThat(new KernelCheck(proc).problems()).isEmpty();
    }

    @Test
    void finds_user_namespaces_that_are_switched_off_unless_it_is_root() throws Exception {
        write("sys/user/max_user_namespaces", "0\n");
        write("sys/kernel/unprivileged_userns_clone", "0\n");
        write("sys/kernel/apparmor_restrict_unprivileged_userns", "1\n");
        assertThat(new KernelCheck(proc).problems())
                .hasSize(3)
                .allSatisfy(problem -> assertThat(problem.message()).contains("sysctl", "or run as root"));
        write("self/status", "Uid:\t0\t0\t0\t0\n");
        assertThat(new KernelCheck(proc).problems()).isEmpty();
    }

    @Test
    void finds_missing_seccomp_and_namespaces() throws Exception {
        Files.delete(proc.resolve("sys/kernel/seccomp/actions_avail"));
        Files.delete(proc.resolve("self/ns/net"));
        assertThat(new KernelCheck(proc).problems()).extracting(Problem::path).containsExactly("namespaces", "seccomp");
    }

    private void write(String path, String content) throws Exception {
        Path file = proc.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }
}
