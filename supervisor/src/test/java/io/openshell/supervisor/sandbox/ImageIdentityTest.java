package io.openshell.supervisor.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.openshell.core.policy.ProcessIdentity;
import io.openshell.supervisor.sandbox.ImageIdentity.Owner;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ImageIdentityTest {

    private static final String PASSWD = """
            root:x:0:0::/root:/bin/sh
            toor:x:0:0::/root:/bin/sh
            node:x:1000:1001::/home/node:/bin/sh
            app:x:1200:0::/app:/bin/sh
            """;
    private static final String GROUP = """
            root:x:0:
            wheel:x:0:
            node:x:1001:
            staff:x:50:
            """;
    private static final Accounts ACCOUNTS = Accounts.ofImage(PASSWD, GROUP);
    private static final Optional<Owner> NO_OWNER = Optional.empty();

    private static final ProcessIdentity SILENT = ProcessIdentity.DEFAULT;

    @ParameterizedTest
    @CsvSource(textBlock = """
            # image,          uid,        gid,       user,    group
            node,             1000,       1001,      node,    node
            node:staff,       1000,       50,        node,    staff
            node:2000,        1000,       2000,      node,    sandbox
            1000,             1000,       1001,      node,    node
            01000:50,         1000,       50,        node,    staff
            65532,            65532,      65532,     sandbox, sandbox
            4294967294:7,     4294967294, 7,         sandbox, sandbox
            app,              1200,       1200,      app,     sandbox
            '',               65532,      65532,     sandbox, sandbox
            ':50',            65532,      65532,     sandbox, sandbox
            sandbox,          65532,      65532,     sandbox, sandbox
            """)
    void the_images_user_counts_where_nobody_else_says_anything(
            String image, long uid, long gid, String user, String group) throws Exception {
        assertThat(resolve(Optional.empty(), SILENT, image)).isEqualTo(new AgentIdentity(user, uid, group, gid));
    }

    @Test
    void the_policy_comes_before_the_image_for_user_and_group_each() throws Exception {
        ProcessIdentity user = new ProcessIdentity("1500", "sandbox", true, false);
        ProcessIdentity group = new ProcessIdentity("sandbox", "staff", false, true);
        assertThat(resolve(Optional.empty(), user, "node:staff"))
                .isEqualTo(new AgentIdentity("sandbox", 1500, "staff", 50));
        assertThat(resolve(Optional.empty(), group, "node:1001"))
                .isEqualTo(new AgentIdentity("node", 1000, "staff", 50));
        assertThat(resolve(Optional.empty(), new ProcessIdentity("sandbox", "sandbox"), "node")
                        .uid())
                .isEqualTo(65_532);
    }

    @Test
    void the_option_comes_before_both() throws Exception {
        ProcessIdentity said = new ProcessIdentity("1500", "1500");
        assertThat(resolve(RunAs.parse("node:staff"), said, "app"))
                .isEqualTo(new AgentIdentity("node", 1000, "staff", 50));
        assertThat(resolve(RunAs.parse("node"), said, "app").gid()).isEqualTo(1500);
        assertThat(resolve(RunAs.parse("node"), SILENT, "").gid()).isEqualTo(1001);
    }

    @Test
    void the_owner_of_the_working_directory_counts_before_sandbox() throws Exception {
        Optional<Owner> owner = Optional.of(new Owner(1700, 1701));
        assertThat(new ImageIdentity(Optional.empty(), SILENT, "", owner, ACCOUNTS).resolve())
                .isEqualTo(new AgentIdentity("sandbox", 1700, "sandbox", 1701));
        assertThat(new ImageIdentity(Optional.empty(), SILENT, "", Optional.of(new Owner(1700, 0)), ACCOUNTS)
                        .resolve()
                        .gid())
                .isEqualTo(1700);
        assertThat(new ImageIdentity(Optional.empty(), SILENT, "node", owner, ACCOUNTS)
                        .resolve()
                        .uid())
                .isEqualTo(1000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"root", "0", "00", "0000000000000", "toor", "0:0", "root:node", "0:1000"})
    void root_is_refused_by_whatever_name(String spelling) {
        assertThatThrownBy(() -> resolve(Optional.empty(), SILENT, spelling))
                .hasMessageStartingWith("the image's user: ")
                .hasMessageContaining("any account but root; name another with --user");
        assertThatThrownBy(() -> resolve(RunAs.parse(spelling), SILENT, "node")).hasMessageStartingWith("--user: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"node:root", "node:0", "node:000", "1000:wheel"})
    void roots_group_is_refused_by_whatever_name(String spelling) {
        assertThatThrownBy(() -> resolve(Optional.empty(), SILENT, spelling))
                .hasMessageStartingWith("the image's user: ")
                .hasMessageContaining("any group but root's");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bob", "-1", "1000 ", "4294967295", "99999999999999999999", "+5", "node:nobody", "0x10"})
    void what_the_image_does_not_have_is_refused(String spelling) {
        assertThatThrownBy(() -> resolve(Optional.empty(), SILENT, spelling))
                .isInstanceOf(SandboxException.class)
                .hasMessageStartingWith("the image's user: ");
    }

    @Test
    void an_image_without_account_files_has_numbers_only() throws Exception {
        Accounts none = Accounts.ofImage("", "");
        assertThat(new ImageIdentity(Optional.empty(), SILENT, "1000:1000", NO_OWNER, none).resolve())
                .isEqualTo(new AgentIdentity("sandbox", 1000, "sandbox", 1000));
        assertThatThrownBy(() -> new ImageIdentity(Optional.empty(), SILENT, "node", NO_OWNER, none).resolve())
                .hasMessageContaining("an account of the image");
    }

    @Test
    void somebody_without_a_name_does_not_get_that_of_another() throws Exception {
        Accounts taken = Accounts.ofImage("sandbox:x:1500:1500::/:\n", "sandbox:x:1500:\n");
        assertThat(new ImageIdentity(Optional.empty(), SILENT, "7:8", NO_OWNER, taken).resolve())
                .isEqualTo(new AgentIdentity("agent-7", 7, "agent-8", 8));
        assertThat(new ImageIdentity(Optional.empty(), SILENT, "", NO_OWNER, taken).resolve())
                .isEqualTo(new AgentIdentity("sandbox", 1500, "sandbox", 1500));
    }

    private static AgentIdentity resolve(Optional<RunAs> option, ProcessIdentity policy, String image)
            throws SandboxException {
        return new ImageIdentity(option, policy, image, NO_OWNER, ACCOUNTS).resolve();
    }
}
