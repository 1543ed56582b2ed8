package io.openshell.supervisor.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.core.event.SandboxInfo;
import io.openshell.core.event.SecurityEvent;
import io.openshell.supervisor.control.LauncherMessage.Ancestor;
import io.openshell.supervisor.control.LauncherMessage.Bypass;
import io.openshell.supervisor.control.LauncherMessage.Executable;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class BypassLogTest {

    private final List<SecurityEvent> events = new ArrayList<>();
    private final BypassLog log =
            new BypassLog(events::add, new SandboxInfo("id", "box"), InstantSource.fixed(Instant.EPOCH));

    @Test
    void reports_the_attempt_and_what_it_means() throws Exception {
        log.attempted(attempt("/usr/bin/dig", new byte[] {8, 8, 8, 8}, 53, "udp"));

        assertThat(shorthand())
                .containsExactly(
                        "NET:REFUSE [MED] DENIED /usr/bin/dig(7) -> 8.8.8.8:53/udp [policy:bypass-detect engine:netns]"
                                + " [reason:direct connection bypassed HTTP CONNECT proxy]",
                        "FINDING:BLOCKED [MED] \"Proxy Bypass Detected\" [confidence:high] [type:bypass-detect"
                                + " binary:/usr/bin/dig destination:8.8.8.8:53 protocol:udp]");
        assertThat(events.getFirst().json())
                .contains("\"message\":\"BYPASS_DETECT 8.8.8.8:53 proto=udp binary=/usr/bin/dig action=reject"
                        + " reason=direct connection bypassed HTTP CONNECT proxy\"")
                .contains("\"dst_endpoint\":{\"ip\":\"8.8.8.8\",\"port\":53}")
                .contains("\"protocol_name\":\"udp\"")
                .contains("\"firewall_rule\":{\"name\":\"bypass-detect\",\"type\":\"netns\"}")
                .contains("\"ancestry\":[{\"name\":\"/bin/sh\"}]")
                .contains("\"suppressed\":3");
        assertThat(events.get(1).json()).contains("give the proxy the name, and do not ask a resolver");
    }

    @Test
    void finds_a_program_and_destination_once_and_records_each_attempt() throws Exception {
        for (int time = 0; time < 3; time++) {
            log.attempted(attempt("/usr/bin/curl", new byte[] {1, 2, 3, 4}, 443, "tcp"));
        }
        log.attempted(attempt("/usr/bin/wget", new byte[] {1, 2, 3, 4}, 443, "tcp"));
        log.attempted(attempt("/usr/bin/curl", new byte[] {1, 2, 3, 4}, 443, "udp"));
        log.attempted(attempt("/usr/bin/curl", new byte[] {1, 2, 3, 4}, 80, "tcp"));

        assertThat(shorthand()).filteredOn(line -> line.startsWith("NET:")).hasSize(6);
        assertThat(shorthand()).filteredOn(line -> line.startsWith("FINDING:")).hasSize(4);
    }

    @Test
    void finds_no_more_than_a_hundred() throws Exception {
        for (int port = 1; port <= 300; port++) {
            log.attempted(attempt("/usr/bin/nmap", new byte[] {1, 2, 3, 4}, port, "tcp"));
        }

        assertThat(shorthand()).filteredOn(line -> line.startsWith("NET:")).hasSize(300);
        assertThat(shorthand()).filteredOn(line -> line.startsWith("FINDING:")).hasSize(100);
    }

    @Test
    void reports_an_attempt_of_a_program_that_could_not_be_found_out() throws Exception {
        byte[] address = InetAddress.getByName("2001:db8::1").getAddress();
        log.attempted(attempt("", address, 443, "tcp"));

        assertThat(shorthand().getFirst()).startsWith("NET:REFUSE [MED] DENIED [2001:db8::1]:443/tcp ");
    }

    private List<String> shorthand() {
        return events.stream().map(SecurityEvent::shorthand).toList();
    }

    private static Bypass attempt(String binary, byte[] address, int port, String transport)
            throws UnknownHostException {
        Executable shell = new Executable("/bin/sh", false, 0, 0, 0, 0, 0);
        return new Bypass(
                7,
                1,
                new Executable(binary, false, 0, 0, 0, 0, 0),
                new InetSocketAddress(InetAddress.getByAddress(address), port),
                transport,
                3,
                List.of(new Ancestor(6, shell, 1)));
    }
}
