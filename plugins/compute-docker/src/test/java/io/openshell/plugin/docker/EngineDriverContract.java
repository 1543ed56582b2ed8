package io.openshell.plugin.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.api.compute.Capabilities;
import io.openshell.api.compute.ComputeDriver;
import io.openshell.api.compute.ImageFacts;
import io.openshell.api.compute.PullPolicy;
import io.openshell.api.compute.SandboxRequest;
import io.openshell.api.compute.Workload;
import io.openshell.testkit.contract.ComputeDriverContract;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** What both engines do, on a real one. */
abstract class EngineDriverContract extends ComputeDriverContract {

    private static final ComputeDriver.Progress QUIET = EngineLab.QUIET;
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
                .isEqualTo(new Capabilities(
                        Capabilities.Root.IMAGE,
                        Capabilities.Network.PLATFORM,
                        Set.of(Capabilities.Limit.values()),
                        true,
                        true));
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
