package io.openshell.supervisor.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.openshell.supervisor.control.SupervisorMessage.PlacedFile;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

final class SandboxNamesTest {

    private static final Executor REFUSES = task -> {
        throw new RejectedExecutionException();
    };

    @Test
    void an_address_is_itself() {
        assertThat(resolve(REFUSES, "192.0.2.7")).containsExactly(address(192, 0, 2, 7));
        assertThat(resolve(REFUSES, "::1")).hasSize(1);
    }

    @Test
    void the_sandboxs_own_entries_come_first() {
        assertThat(resolve(REFUSES, "api.example.com")).containsExactly(address(192, 0, 2, 1), address(192, 0, 2, 2));
    }

    @Test
    void other_names_are_the_machines() {
        assertThat(resolve(Runnable::run, "localhost")).contains(address(127, 0, 0, 1));
    }

    @Test
    void a_name_that_nobody_knows_fails() {
        assertThatThrownBy(() -> resolve(Runnable::run, "no-such-name.invalid"))
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(UnknownHostException.class);
    }

    @Test
    void too_many_names_at_a_time_fail() {
        assertThatThrownBy(() -> resolve(REFUSES, "example.org")).hasMessageContaining("too many names");
    }

    @Test
    void entries_are_read_strictly() {
        assertThat(HostEntry.parse("API.example.com.:192.0.2.1"))
                .isEqualTo(new HostEntry("api.example.com", address(192, 0, 2, 1)));
        assertThat(HostEntry.parse("six:[2001:db8::1]").address().getAddress()).hasSize(16);
        assertThat(HostEntry.parse("six:2001:db8::1").address().getAddress()).hasSize(16);
        for (String wrong : List.of(
                "",
                "name",
                "name:",
                ":192.0.2.1",
                "name:name",
                "192.0.2.1:192.0.2.2",
                "a b:192.0.2.1",
                "name:192.0.2.1 ",
                "name:0x7f.1")) {
            assertThatThrownBy(() -> HostEntry.parse(wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("(expected: NAME:IP");
        }
    }

    @Test
    void entries_stand_in_the_sandboxs_own_hosts_file() {
        PlacedFile hosts = SystemFiles.of("box", new AgentIdentity("sandbox", 1, "sandbox", 1), entries()).stream()
                .filter(file -> file.path().equals("/etc/hosts"))
                .findFirst()
                .orElseThrow();
        assertThat(new String(hosts.content(), StandardCharsets.UTF_8)).isEqualTo("""
                        127.0.0.1 localhost box
                        ::1 localhost ip6-localhost ip6-loopback
                        192.0.2.1 api.example.com
                        192.0.2.2 api.example.com
                        """);
    }

    private static List<HostEntry> entries() {
        return List.of(HostEntry.parse("api.example.com:192.0.2.1"), HostEntry.parse("api.example.com:192.0.2.2"));
    }

    private static List<InetAddress> resolve(Executor resolvers, String name) {
        return new SandboxNames(entries(), resolvers)
                .resolve(name)
                .toCompletableFuture()
                .join();
    }

    private static InetAddress address(int... bytes) {
        try {
            byte[] address = new byte[bytes.length];
            for (int i = 0; i < bytes.length; i++) {
                address[i] = (byte) bytes[i];
            }
            return InetAddress.getByAddress(address);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
