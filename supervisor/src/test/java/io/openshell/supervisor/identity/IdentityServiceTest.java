package io.openshell.supervisor.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.proxy.sandbox.PeerIdentity;
import io.openshell.supervisor.control.LauncherMessage.Owner;
import io.openshell.supervisor.control.LauncherMessage.SearchStatus;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class IdentityServiceTest {

    private static final InetSocketAddress AGENT = address(2, 40_000);
    private static final InetSocketAddress PROXY = address(1, 3128);

    @TempDir
    Path files;

    private final List<String> violations = new CopyOnWriteArrayList<>();
    private AnsweringLauncher launcher;
    private IdentityService identities;

    @BeforeEach
    void start() throws Exception {
        launcher = AnsweringLauncher.start();
        // Files of the test are an hour old by this clock.
        identities = new IdentityService(
                launcher.connection(),
                new ExecutableHashes(),
                TrustTable.empty(() -> Instant.now().plus(Duration.ofHours(1)), TrustKeeping.NONE),
                violations::add);
    }

    @AfterEach
    void stop() {
        launcher.close();
    }

    @Test
    void knows_the_program_that_made_a_connection() throws Exception {
        Path curl = file("curl", "one");
        launcher.heldBy(
                launcher.process(9, "/usr/bin/curl", curl, launcher.ancestor(2, "/bin/bash", file("bash", "b"))));
        assertThat(identify()).isEqualTo(new PeerIdentity.Known("/usr/bin/curl", List.of("/bin/bash"), List.of(), 9));
    }

    @Test
    void reads_an_executable_once() throws Exception {
        launcher.heldBy(launcher.process(9, "/usr/bin/curl", file("curl", "one")));
        identify();
        identify();
        assertThat(launcher.opened()).isEqualTo(1);
    }

    @Test
    void reads_a_changed_file_again_and_accepts_the_same_content() throws Exception {
        Path curl = file("curl", "one");
        launcher.heldBy(launcher.process(9, "/usr/bin/curl", curl));
        identify();
        Files.delete(curl);
        launcher.heldBy(launcher.process(10, "/usr/bin/curl", file("curl2", "one")));
        assertThat(identify()).isInstanceOf(PeerIdentity.Known.class);
        assertThat(launcher.opened()).isEqualTo(2);
        assertThat(identify()).isInstanceOf(PeerIdentity.Known.class);
        assertThat(launcher.opened()).isEqualTo(2);
    }

    @Test
    void refuses_a_replaced_binary_and_keeps_trusting_the_first() throws Exception {
        Owner first = launcher.process(9, "/usr/bin/curl", file("curl", "one"));
        Owner second = launcher.process(10, "/usr/bin/curl", file("evil", "two"));
        launcher.heldBy(first);
        identify();

        launcher.heldBy(second);
        for (int attempt = 0; attempt < 2; attempt++) {
            assertThat(reason())
                    .startsWith("binary integrity check failed: Binary integrity violation: /usr/bin/curl hash changed"
                            + " (cached: 7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed,")
                    .endsWith(" current: 3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3)");
        }
        assertThat(violations).hasSize(2);

        launcher.heldBy(first);
        assertThat(identify()).isInstanceOf(PeerIdentity.Known.class);
    }

    @Test
    void refuses_a_replaced_ancestor() throws Exception {
        Path curl = file("curl", "one");
        launcher.heldBy(
                launcher.process(9, "/usr/bin/curl", curl, launcher.ancestor(2, "/bin/bash", file("bash", "b"))));
        identify();
        launcher.heldBy(
                launcher.process(9, "/usr/bin/curl", curl, launcher.ancestor(3, "/bin/bash", file("evil", "c"))));
        assertThat(reason()).startsWith("ancestor integrity check failed for /bin/bash: Binary integrity violation");
    }

    @Test
    void takes_the_lowest_of_several_owners_that_are_the_same_program() throws Exception {
        Path curl = file("curl", "one");
        launcher.heldBy(launcher.process(12, "/usr/bin/curl", curl), launcher.process(9, "/usr/bin/curl", curl));
        assertThat(identify()).isEqualTo(new PeerIdentity.Known("/usr/bin/curl", List.of(), List.of(), 9));
    }

    @Test
    void refuses_owners_that_are_different_programs() throws Exception {
        launcher.heldBy(
                launcher.process(12, "/usr/bin/curl", file("curl", "one")),
                launcher.process(9, "/usr/bin/wget", file("wget", "two")));
        assertThat(reason())
                .isEqualTo("ambiguous shared socket ownership: inode 77 is held by PIDs [9, 12] with different policy"
                        + " identities");
    }

    @Test
    void refuses_owners_that_differ_in_an_ancestor_only() throws Exception {
        Path curl = file("curl", "one");
        launcher.heldBy(
                launcher.process(12, "/usr/bin/curl", curl, launcher.ancestor(2, "/bin/bash", file("bash", "b"))),
                launcher.process(9, "/usr/bin/curl", curl));
        assertThat(reason()).startsWith("ambiguous shared socket ownership");
    }

    @Test
    void a_command_line_is_reported_and_is_not_the_binary() throws Exception {
        Owner python = launcher.process(9, "/usr/bin/python3", file("python", "p"));
        launcher.heldBy(new Owner(
                python.pid(),
                python.startTime(),
                python.executable(),
                List.of(),
                List.of("/usr/bin/curl", "/usr/bin/python3", "/usr/bin/curl")));
        assertThat(identify())
                .isEqualTo(new PeerIdentity.Known("/usr/bin/python3", List.of(), List.of("/usr/bin/curl"), 9));
    }

    @Test
    void refuses_a_process_that_executes_another_file_by_now() throws Exception {
        launcher.heldBy(launcher.process(9, "/usr/bin/curl", file("curl", "one")));
        launcher.nowExecutes(9, file("evil", "two"));
        assertThat(reason())
                .isEqualTo("binary integrity check failed: Failed to read /usr/bin/curl: process 9 executes"
                        + " another file by now");
    }

    @Test
    void refuses_a_process_that_has_ended() throws Exception {
        Owner gone = launcher.process(9, "/usr/bin/curl", file("curl", "one"));
        launcher.heldBy(new Owner(9, 5, gone.executable(), List.of(), List.of()));
        assertThat(reason()).contains("Failed to read /usr/bin/curl: No such process");
    }

    @Test
    void refuses_an_executable_without_a_path() throws Exception {
        launcher.heldBy(launcher.process(9, "", file("curl", "one")));
        assertThat(reason()).contains("no absolute path");
    }

    @Test
    void says_why_nobody_was_found() throws Exception {
        launcher.finds(SearchStatus.NO_SOCKET);
        assertThat(reason())
                .isEqualTo("failed to resolve peer binary: no established TCP connection was found for port 40000");
        launcher.finds(SearchStatus.NO_OWNER);
        assertThat(reason()).isEqualTo("failed to resolve peer binary: no process holds the socket with inode 77");
        launcher.finds(SearchStatus.ERROR);
        assertThat(reason()).startsWith("failed to resolve peer binary: no luck");
    }

    @Test
    void refuses_when_the_launcher_is_gone() throws Exception {
        launcher.close();
        assertThat(reason()).startsWith("failed to resolve peer binary: ");
    }

    @Test
    void reads_a_freshly_changed_file_again_at_its_next_use() throws Exception {
        IdentityService now = new IdentityService(
                launcher.connection(),
                new ExecutableHashes(),
                TrustTable.empty(Instant::now, TrustKeeping.NONE),
                violations::add);
        launcher.heldBy(launcher.process(9, "/usr/bin/curl", file("curl", "one")));
        now.identify(AGENT, PROXY).toCompletableFuture().get(20, TimeUnit.SECONDS);
        now.identify(AGENT, PROXY).toCompletableFuture().get(20, TimeUnit.SECONDS);
        assertThat(launcher.opened()).isEqualTo(2);
    }

    @Test
    void sandboxes_share_the_reading_but_not_the_trust() throws Exception {
        ExecutableHashes hashes = new ExecutableHashes();
        Path curl = file("curl", "one");
        for (int sandbox = 0; sandbox < 2; sandbox++) {
            IdentityService service = new IdentityService(
                    launcher.connection(),
                    hashes,
                    TrustTable.empty(() -> Instant.now().plusSeconds(3600), TrustKeeping.NONE),
                    violations::add);
            launcher.heldBy(launcher.process(9, "/usr/bin/tool" + sandbox, curl));
            assertThat(service.identify(AGENT, PROXY).toCompletableFuture().get(20, TimeUnit.SECONDS))
                    .isInstanceOf(PeerIdentity.Known.class);
        }
        assertThat(launcher.opened()).isEqualTo(1);
        launcher.heldBy(launcher.process(9, "/usr/bin/tool0", file("other", "two")));
        assertThat(identify()).isInstanceOf(PeerIdentity.Known.class);
    }

    private PeerIdentity identify() throws Exception {
        return identities.identify(AGENT, PROXY).toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private String reason() throws Exception {
        return ((PeerIdentity.Unknown) identify()).reason();
    }

    private Path file(String name, String content) throws Exception {
        return Files.writeString(files.resolve(name), content);
    }

    private static InetSocketAddress address(int last, int port) {
        try {
            return new InetSocketAddress(InetAddress.getByAddress(new byte[] {10, (byte) 200, 0, (byte) last}), port);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
