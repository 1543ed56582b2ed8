package io.openshell.supervisor.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.openshell.core.policy.ProcessIdentity;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AccountsTest {

    @TempDir
    Path etc;

    @BeforeEach
    void accounts() throws Exception {
        passwd("root:x:0:0::/root:/bin/sh\nalice:x:1001:1002::/home/alice:/bin/sh\ntoor:x:0:0::/:/bin/sh\nbroken\n");
        Files.writeString(etc.resolve("group"), "root:x:0:\nstaff:x:50:alice\nwheel:x:0:\n");
    }

    @Test
    void sandbox_is_a_number_of_nobodys_where_the_machine_has_no_such_account() throws Exception {
        assertThat(resolve("sandbox", "sandbox")).isEqualTo(new AgentIdentity("sandbox", 65_532, "sandbox", 65_532));
    }

    @Test
    void sandbox_is_the_machines_account_where_there_is_one() throws Exception {
        passwd("sandbox:x:998:997::/sandbox:/bin/sh\n");
        assertThat(resolve("sandbox", "sandbox")).isEqualTo(new AgentIdentity("sandbox", 998, "sandbox", 997));
        Files.writeString(etc.resolve("group"), "sandbox:x:990:\n");
        assertThat(resolve("sandbox", "sandbox").gid()).isEqualTo(990);
    }

    @Test
    void names_and_numbers_are_what_the_machine_says() throws Exception {
        assertThat(resolve("alice", "staff")).isEqualTo(new AgentIdentity("alice", 1001, "staff", 50));
        assertThat(resolve("1234", "4321")).isEqualTo(new AgentIdentity("sandbox", 1234, "sandbox", 4321));
    }

    @ParameterizedTest
    @ValueSource(strings = {"4294967294", "2147483648", "65534", "1"})
    void every_id_but_roots_and_the_kernels_no_change_is_one(String id) throws Exception {
        assertThat(resolve(id, id))
                .isEqualTo(new AgentIdentity("sandbox", Long.parseLong(id), "sandbox", Long.parseLong(id)));
        passwd("big:x:" + id + ":1::/:/bin/sh\n");
        assertThat(resolve("big", "staff").uid()).isEqualTo(Long.parseLong(id));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "root",
                "toor",
                "second",
                "0",
                "00",
                "0000000000",
                "+0",
                "-0",
                " 0",
                "0 ",
                "0x0",
                "0.0",
                "0e1",
                "00000000000",
                "4294967295",
                "4294967296",
                "8589934592",
                "18446744073709551616",
                "-1",
                "٠",
                "０",
                "",
                "ROOT",
                "root ",
                "malformed",
                "empty",
                "wrapped",
                "negative",
                "hex",
                "short",
                "unsigned",
                "padded"
            })
    void root_is_refused_in_every_spelling(String root) throws Exception {
        for (String file : new String[] {"passwd", "group"}) {
            Files.writeString(etc.resolve(file), """
                    root:x:0:0::/root:/bin/sh
                    toor:x:0:0::/:/bin/sh
                    second:x:7:7::/:/bin/sh
                    second:x:0:0::/:/bin/sh
                    malformed:x:1o:1::/:/bin/sh
                    empty:x:::/:/bin/sh
                    wrapped:x:4294967296:1::/:/bin/sh
                    negative:x:-1:1::/:/bin/sh
                    hex:x:0x0:1::/:/bin/sh
                    short:x
                    unsigned:x:4294967295:1::/:/bin/sh
                    padded:x: 0:1::/:/bin/sh
                    alice:x:1001:1002::/home/alice:/bin/sh
                    """);
        }
        assertThatThrownBy(() -> resolve(root, "alice"))
                .isInstanceOf(SandboxException.class)
                .hasMessageStartingWith("process.run_as_user: " + root + " (expected: ");
        assertThatThrownBy(() -> resolve("alice", root))
                .isInstanceOf(SandboxException.class)
                .hasMessageStartingWith("process.run_as_group: " + root + " (expected: ");
    }

    @Test
    void root_is_told_that_it_is_root() {
        for (String root : new String[] {"root", "toor", "0", "00"}) {
            assertThatThrownBy(() -> resolve(root, "staff"))
                    .hasMessageStartingWith("process.run_as_user: " + root + " (expected: any account but root");
        }
        for (String root : new String[] {"root", "wheel", "0"}) {
            assertThatThrownBy(() -> resolve("alice", root))
                    .hasMessageStartingWith("process.run_as_group: " + root + " (expected: any group but root's");
        }
    }

    @Test
    void an_account_called_sandbox_is_no_way_to_root() throws Exception {
        passwd("sandbox:x:0:997::/:/bin/sh\n");
        assertThatThrownBy(() -> resolve("sandbox", "staff")).hasMessageContaining("any account but root");
        passwd("sandbox:x:998:0::/:/bin/sh\n");
        assertThatThrownBy(() -> resolve("sandbox", "sandbox")).hasMessageContaining("any group but root's");
        passwd("sandbox:x:abc:997::/:/bin/sh\n");
        assertThatThrownBy(() -> resolve("sandbox", "staff")).hasMessageContaining("not 'abc'");
        passwd("sandbox\n");
        assertThatThrownBy(() -> resolve("sandbox", "staff")).hasMessageContaining("not ''");
        passwd("");
        Files.writeString(etc.resolve("group"), "sandbox:x:0:\n");
        assertThatThrownBy(() -> resolve("sandbox", "sandbox")).hasMessageContaining("any group but root's");
    }

    @Test
    void a_group_that_is_left_out_is_sandboxs_whatever_the_users_own_is() throws Exception {
        passwd("admin:x:1001:0::/:/bin/sh\n");
        assertThat(resolve("admin", ProcessIdentity.SANDBOX).gid()).isEqualTo(65_532);
    }

    @Test
    void an_unknown_account_or_number_is_refused() {
        assertThatThrownBy(() -> resolve("bob", "staff"))
                .hasMessageStartingWith("process.run_as_user: bob (expected: ");
        assertThatThrownBy(() -> resolve("alice", "bobs")).hasMessageStartingWith("process.run_as_group: bobs");
        assertThatThrownBy(() -> resolve("4294967295", "staff")).hasMessageContaining("at most 4294967294");
        assertThatThrownBy(() -> resolve("broken", "staff")).isInstanceOf(SandboxException.class);
    }

    private AgentIdentity resolve(String user, String group) throws Exception {
        return Accounts.read(etc.resolve("passwd"), etc.resolve("group")).resolve(new ProcessIdentity(user, group));
    }

    private void passwd(String text) throws Exception {
        Files.writeString(etc.resolve("passwd"), text);
    }
}
