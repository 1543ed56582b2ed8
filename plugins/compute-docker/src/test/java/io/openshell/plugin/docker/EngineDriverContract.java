package io.openshell.plugin.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.openshell.api.compute.Capabilities;
import io.openshell.api.compute.ComputeDriver;
import io.openshell.api.compute.ComputeException;
import io.openshell.api.compute.ImageFacts;
import io.openshell.api.compute.PullPolicy;
import io.openshell.api.compute.SandboxRequest;
import io.openshell.api.compute.SandboxRequest.Mount;
import io.openshell.api.compute.SandboxRequest.Resources;
import io.openshell.api.compute.Workload;
import io.openshell.api.compute.Workload.State;
import io.openshell.testkit.contract.ComputeDriverContract;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** What both engines do, on a real one. */
abstract class EngineDriverContract extends ComputeDriverContract {

    private static final ComputeDriver.Progress QUIET = EngineLab.QUIET;
    private static final Resources SOME = new Resources(128, 256L << 20, 0.5);
    private static Optional<EngineLab> used = Optional.empty();

    static void use(EngineLab lab) {
        used = Optional.of(lab);
    }

    @AfterAll
    static void forget() {
        used = Optional.empty();
    }

    static EngineLab lab() {
        return used.orElseThrow();
    }

    /** Whether the engine sees that memory ran out. */
    protected abstract boolean knowsWhyItWasKilled();

    @Override
    protected ComputeDriver newDriver() {
        return lab().newDriver();
    }

    @Override
    protected SandboxRequest request(String id) throws Exception {
        return lab().request(id);
    }

    @Override
    protected SandboxRequest impossibleRequest(String id) {
        return lab().request(id, "no image");
    }

    @Test
    void capabilities_are_those_of_an_engine_on_this_machine() {
        assertThat(driver().capabilities())
                .isEqualTo(new Capabilities(Capabilities.Root.IMAGE, Capabilities.Network.PLATFORM, true, true));
        assertThat(driver().limits()).containsExactlyInAnyOrder(Capabilities.Limit.values());
    }

    @Test
    void an_image_says_whom_it_wants_to_run_as_and_where() throws Exception {
        ImageFacts facts = driver().image(EngineLab.IMAGE, PullPolicy.MISSING, QUIET);

        assertThat(facts.id()).matches("sha256:[0-9a-f]{64}");
        assertThat(facts.user()).isEqualTo("1000:1000");
        assertThat(facts.workdir()).isEqualTo("/work");
        assertThat(facts.environment()).containsEntry("A", "b");
        assertThat(facts.os()).isEqualTo("linux");
        assertThat(driver().image(facts.id(), PullPolicy.ALWAYS, QUIET)).isEqualTo(facts);
    }

    @Test
    void the_launcher_reaches_the_control_socket_though_it_can_write_nothing_there() throws Exception {
        Path socket = lab().control.resolve("control");
        try (ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listening.bind(UnixDomainSocketAddress.of(socket));
            driver().create(request("contract-1"), QUIET);
            try (SocketChannel launcher = listening.accept()) {
                ByteBuffer bytes = ByteBuffer.allocate(8);
                while (bytes.hasRemaining() && launcher.read(bytes) >= 0) {
                    // until all of it is there
                }
                assertThat(new String(bytes.array(), StandardCharsets.US_ASCII)).isEqualTo("launcher");
            }
        } finally {
            Files.deleteIfExists(socket);
        }
        String mounts = Files.readString(
                Path.of("/proc/" + pid(driver().find("contract-1").orElseThrow()) + "/mounts"));
        assertThat(mounts.lines().filter(line -> line.contains(" /run/openshell ") || line.contains("/opt/openshell/")))
                .hasSize(2)
                .allMatch(line -> line.split(" ", -1)[3].startsWith("ro"));
    }

    @Test
    void the_launcher_has_the_capabilities_of_the_table_and_can_get_no_other() throws Exception {
        String status = status(driver().create(request("contract-1"), QUIET));

        long given = 0;
        for (int number : List.of(0, 2, 5, 6, 7, 8, 19)) {
            given |= 1L << number;
        }
        String mask = String.format(Locale.ROOT, "%016x", given);
        assertThat(status)
                .contains("CapPrm:\t" + mask, "CapEff:\t" + mask, "CapBnd:\t" + mask)
                .contains("CapInh:\t0000000000000000", "CapAmb:\t0000000000000000")
                .contains("NoNewPrivs:\t1", "Seccomp:\t2");
    }

    @Test
    void there_is_no_network_but_the_containers_own_loopback() throws Exception {
        String pid = pid(driver().create(request("contract-1"), QUIET));

        assertThat(Files.readString(Path.of("/proc/" + pid + "/net/dev"))
                        .lines()
                        .skip(2))
                .allMatch(line -> line.strip()
                        .matches("(lo|tunl0|sit0|ip6tnl0|gre0|gretap0|erspan0|ip_vti0|ip6_vti0" + "|ip6gre0):.*"));
        assertThat(Files.readAllLines(Path.of("/proc/" + pid + "/net/route"))).hasSize(1);
    }

    @Test
    void a_container_is_named_labelled_and_started_as_the_reference_says() throws Exception {
        Workload workload = driver().create(request("contract-1"), QUIET);
        String seen = inspect(workload);

        assertThat(seen)
                .contains("\"Name\":\"/openshell-contract-contract-1\"")
                .contains("\"openshell.ai/managed-by\":\"openshell\"")
                .contains("\"openshell.ai/sandbox-id\":\"contract-1\"")
                .contains("\"openshell.ai/sandbox-name\":\"contract\"")
                .contains("\"openshell.ai/sandbox-namespace\":\"default\"")
                .contains("\"team\":\"blue\"")
                .contains("\"Privileged\":false")
                .contains("\"Name\":\"no\"")
                .contains("LANG=C");
    }

    @Test
    void what_is_mounted_is_seen_there_and_written_only_if_it_may_be() throws Exception {
        Path shown = Files.createTempDirectory("shown-");
        Files.writeString(shown.resolve("file"), "from outside");
        SandboxRequest request = request("contract-1")
                .with(List.of(new Mount(shown, "/data", false), new Mount(shown, "/fixed", true)), List.of());

        assertThat(driver().validate(request)).isEmpty();
        String pid = pid(driver().create(request, QUIET));

        assertThat(Path.of("/proc/" + pid + "/root/fixed/file")).hasContent("from outside");
        assertThat(Files.readString(Path.of("/proc/" + pid + "/mounts")))
                .containsPattern("(?m)^\\S+ /data \\S+ rw")
                .containsPattern("(?m)^\\S+ /fixed \\S+ ro");
        Files.delete(shown.resolve("file"));
        Files.delete(shown);
    }

    @Test
    void another_driver_finds_what_one_that_is_gone_has_made() throws Exception {
        Workload made = driver().create(request("contract-1").with(SOME), QUIET);

        try (ComputeDriver later = newDriver()) {
            assertThat(later.find("contract-1")).contains(made);
            assertThat(later.list()).containsExactly(made);
            assertThat(later.create(request("contract-1").with(SOME), QUIET)).isEqualTo(made);
            later.delete("contract-1");
        }
        assertThat(driver().list()).isEmpty();
    }

    @Test
    void a_container_that_was_made_and_never_started_is_made_again() throws Exception {
        ContainerPlan plan = ContainerPlan.of(request("contract-1"), lab().host, false);
        String halfMade =
                new Containers(lab().connection().engine()).create(plan).orElseThrow();

        assertThat(driver().find("contract-1")).map(Workload::state).contains(State.STARTING);
        Workload made = driver().create(request("contract-1"), QUIET);

        assertThat(made.state()).isEqualTo(State.RUNNING);
        assertThat(made.instance()).isNotEqualTo(halfMade);
        assertThat(driver().list()).hasSize(1);
    }

    @Test
    void a_container_that_cannot_be_started_leaves_nothing() throws Exception {
        Path notExecutable = Files.createTempFile("launcher-", "");
        try (ComputeDriver broken = new EngineDriver(lab().connection(), new WaitingLauncher(notExecutable))) {
            assertThat(broken.check()).hasSize(1);
            assertThatThrownBy(() -> broken.create(request("contract-1"), QUIET))
                    .isInstanceOf(ComputeException.class)
                    .hasMessageStartingWith(lab().name() + ": start container: ")
                    .hasMessageContaining("ermission denied");
        } finally {
            Files.delete(notExecutable);
        }
        assertThat(driver().list()).isEmpty();
        assertThat(lab().containers()).doesNotContain("contract-1");
    }

    @Test
    void a_container_that_is_killed_from_outside_has_failed_and_says_by_what() throws Exception {
        Workload workload = driver().create(request("contract-1"), QUIET);
        lab().engine.curl("POST", "/v1.41/containers/" + workload.instance() + "/kill?signal=SIGKILL");

        Workload killed = ended();
        assertThat(killed.state()).isEqualTo(State.FAILED);
        assertThat(killed.detail()).isEqualTo("ended by signal 9");
    }

    @Test
    void a_container_that_is_asked_to_end_has_stopped() throws Exception {
        driver().create(request("contract-1"), QUIET);
        driver().stop("contract-1");

        assertThat(driver().find("contract-1")).map(Workload::state).contains(State.STOPPED);
        driver().start("contract-1");
        assertThat(driver().find("contract-1")).map(Workload::state).contains(State.RUNNING);
    }

    @Test
    void a_container_without_memory_says_so() throws Exception {
        SandboxRequest request = new SandboxRequest(
                "contract-1",
                "contract",
                request("contract-1").image(),
                lab().control.resolve("control"),
                Map.of(),
                Map.of("TAKE_ALL_MEMORY", "yes"),
                new Resources(null, 32L << 20, null),
                0,
                0);
        driver().create(request, QUIET);

        Workload killed = ended();
        assertThat(killed.state()).isEqualTo(State.FAILED);
        assertThat(killed.detail()).contains("memory");
        if (knowsWhyItWasKilled()) {
            assertThat(killed.detail()).startsWith("killed by the kernel: out of memory");
            assertThat(killed.limits().reached()).containsKey(Capabilities.Limit.MEMORY);
        }
    }

    @Test
    void an_image_that_is_not_there_is_not_fetched_if_it_may_not_be() {
        assertThatThrownBy(() -> driver().image("openshell-test-none:1", PullPolicy.NEVER, QUIET))
                .isInstanceOfSatisfying(
                        ComputeException.class,
                        missing -> assertThat(missing.kind()).isEqualTo(ComputeException.Kind.PRECONDITION))
                .hasMessage("image: openshell-test-none:1: not there (expected: one that the engine has; fetch it with "
                        + lab().name() + " pull, or with --pull missing)");
        assertThatThrownBy(() -> driver().create(lab().request("contract-1", "openshell-test-none:1"), QUIET))
                .isInstanceOf(ComputeException.class);
    }

    @Test
    void a_registry_that_cannot_be_reached_is_told() {
        // Nothing listens on this port of this machine.
        assertThatThrownBy(() -> driver().image("127.0.0.1:9/none:1", PullPolicy.MISSING, QUIET))
                .isInstanceOfSatisfying(
                        ComputeException.class,
                        missing -> assertThat(missing.kind()).isEqualTo(ComputeException.Kind.PRECONDITION))
                .hasMessageStartingWith("image: 127.0.0.1:9/none:1: cannot be pulled: ")
                .hasMessageContaining("connection refused");
    }

    @Test
    void what_a_process_that_died_has_left_is_removed_and_nothing_else() throws Exception {
        Map<String, String> owned = Map.of(SandboxRequest.LIFETIME, SandboxRequest.WHILE_PROCESS_LIVES);
        Containers containers = new Containers(lab().connection().engine());
        leave(containers, "dead-and-over", owned, "gone/1/1", true);
        leave(containers, "dead-and-running", owned, "gone/1/1", false);
        leave(containers, "alive-and-over", owned, OwnerProcess.ofThisProcess().text(), true);
        leave(containers, "nobodys-and-over", Map.of(), "", true);

        Leftovers.sweep(containers);

        assertThat(driver().list())
                .extracting(Workload::sandboxId)
                .containsExactlyInAnyOrder("dead-and-running", "alive-and-over", "nobodys-and-over");
        for (Workload left : driver().list()) {
            driver().delete(left.sandboxId());
        }
    }

    private void leave(Containers containers, String id, Map<String, String> labels, String owner, boolean over)
            throws Exception {
        SandboxRequest request = new SandboxRequest(
                id,
                "left",
                request(id).image(),
                lab().control.resolve("control"),
                labels,
                Map.of(),
                Resources.UNLIMITED,
                0,
                0);
        ContainerPlan plan = ContainerPlan.of(request, lab().host, false);
        Map<String, String> stamped = new HashMap<>(plan.labels());
        if (!owner.isEmpty()) {
            stamped.put(SandboxLabels.OWNER, owner);
        }
        String container = containers
                .create(new ContainerPlan(
                        plan.name(),
                        plan.image(),
                        plan.hostname(),
                        plan.command(),
                        plan.environment(),
                        stamped,
                        plan.mounts(),
                        false,
                        plan.resources(),
                        List.of()))
                .orElseThrow();
        containers.start(container);
        if (over) {
            containers.stop(container);
        }
    }

    private Workload ended() throws Exception {
        for (int i = 0; i < 600; i++) {
            Workload workload = driver().find("contract-1").orElseThrow();
            if (workload.state() != State.RUNNING) {
                return workload;
            }
            Thread.sleep(50);
        }
        throw new AssertionError("the container goes on (expected: its end)");
    }

    private static String inspect(Workload workload) throws Exception {
        return lab().engine.curl("GET", "/v1.41/containers/" + workload.instance() + "/json");
    }

    private static String pid(Workload workload) throws Exception {
        Matcher pid = Pattern.compile("\"Pid\":([0-9]+)").matcher(inspect(workload));
        assertThat(pid.find()).isTrue();
        return pid.group(1);
    }

    private static String status(Workload workload) throws Exception {
        return Files.readString(Path.of("/proc/" + pid(workload) + "/status"));
    }
}
