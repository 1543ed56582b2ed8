package io.openshell.supervisor.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.openshell.core.policy.ProcessIdentity;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HostAccountsTest {

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

    @Test
    void root_is_refused_by_any_name_or_number() {
        for (String root : new String[] {"root", "toor", "0", "00"}) {
            assertThatThrownBy(() -> resolve(root, "staff"))
                    .hasMessageStartingWith("process.run_as_user: " + root + " (expected: any account but root");
        }
        for (String root : new String[] {"root", "wheel", "0"}) {
            assertThatThrownBy(() -> resolve("alice", root)).hasMessageContaining("process.run_as_group: " + root);
        }
    }

    @Test
    void an_unknown_account_or_number_is_refused() {
        assertThatThrownBy(() -> resolve("bob", "staff"))
                .hasMessageStartingWith("process.run_as_user: bob (expected: ");
        assertThatThrownBy(() -> resolve("alice", "bobs")).hasMessageStartingWith("process.run_as_group: bobs");
        assertThatThrownBy(() -> resolve("4294967294", "staff")).hasMessageContaining("at most 2147483647");
        assertThatThrownBy(() -> resolve("broken", "staff")).isInstanceOf(SandboxException.class);
    }

    private AgentIdentity resolve(String user, String group) throws Exception {
        return HostAccounts.read(etc.resolve("passwd"), etc.resolve("group")).resolve(new ProcessIdentity(user, group));
    }

    private void passwd(String text) throws Exception {
        Files.writeString(etc.resolve("passwd"), text);
    }
}
