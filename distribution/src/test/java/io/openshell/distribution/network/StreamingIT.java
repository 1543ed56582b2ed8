package io.openshell.distribution.network;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bodies pass as they come, in both directions, through inspection and TLS, and are never gathered. */
@Tag("root")
class StreamingIT {

    private static final long GIBIBYTE = 1L << 30;
    private static final long MEBIBYTE = 1L << 20;

    private static TlsLab lab;

    @TempDir
    private Path folder;

    @BeforeAll
    static void openLab() throws Exception {
        lab = TlsLab.open();
        lab.name("stream.lab.test");
        lab.serve(TlsLab.PYTHON, "stream_server.py", List.of("stream.lab.test"));
    }

    @AfterAll
    static void closeLab() {
        lab.close();
    }

    @Test
    void events_arrive_as_they_are_sent() throws Exception {
        Agent.Running running =
                agent().start("/usr/bin/curl", "-sSN", "https://stream.lab.test/events?count=4&pause=1.5");
        List<Long> arrivals = new ArrayList<>();
        try (BufferedReader lines = running.process().inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("data: ")) {
                    arrivals.add(System.nanoTime());
                }
            }
        }

        assertThat(running.process().waitFor()).isZero();
        assertThat(arrivals).hasSize(4);
        for (int i = 1; i < arrivals.size(); i++) {
            assertThat(arrivals.get(i) - arrivals.get(i - 1)).isBetween(750_000_000L, 3_000_000_000L);
        }
    }

    @Test
    void a_stream_that_was_cut_off_does_not_look_whole() throws Exception {
        Agent.Outcome outcome =
                agent().run("/usr/bin/curl", "-sSN", "https://stream.lab.test/events?count=2&pause=0&cut=1");

        assertThat(outcome.out()).isEqualTo("data: event 0\n\ndata: event 1\n\n");
        assertThat(outcome.status()).isNotZero();
    }

    @Test
    void a_large_upload_of_unknown_length_arrives_whole() throws Exception {
        assertThat(agent().script("yes 'a line of the body' | head -c 100000000 | "
                        + "curl -sS -T - https://stream.lab.test/upload"))
                .isEqualTo(lengthAndHash(100_000_000));
    }

    @Test
    void a_large_upload_of_known_length_arrives_whole() throws Exception {
        assertThat(agent().script("yes 'a line of the body' | head -c 100000000 > /tmp/body; "
                        + "curl -sS --data-binary @/tmp/body https://stream.lab.test/upload"))
                .isEqualTo(lengthAndHash(100_000_000));
    }

    @Test
    @Tag("slow")
    void a_gibibyte_down_and_up_takes_no_more_memory_than_the_start() throws Exception {
        Agent.Running running = agent().start("/bin/sh", "-c", """
                        get() { curl -sS -o /dev/null -w '%{size_download}\\n' "https://stream.lab.test/zeros?bytes=$1"; }
                        put() { head -c $1 /dev/zero | curl -sS -T - https://stream.lab.test/upload | cut -d' ' -f1; }
                        get 67108864; put 67108864; read line
                        get 1073741824; read line
                        put 1073741824; read line
                        """);
        BufferedReader lines = running.process().inputReader();
        assertThat(lines.readLine()).isEqualTo("67108864");
        assertThat(lines.readLine()).isEqualTo("67108864");
        long before = peakMemory(running.process());
        proceed(running);
        assertThat(lines.readLine()).isEqualTo(Long.toString(GIBIBYTE));
        long down = peakMemory(running.process());
        proceed(running);
        assertThat(lines.readLine()).isEqualTo(Long.toString(GIBIBYTE));
        long up = peakMemory(running.process());
        proceed(running);

        assertThat(running.process().waitFor()).isZero();
        assertThat(down - before).as("more memory for a download").isLessThan(64 * MEBIBYTE);
        assertThat(up - down).as("more memory for an upload").isLessThan(64 * MEBIBYTE);
    }

    private static void proceed(Agent.Running running) throws IOException {
        running.process().getOutputStream().write('\n');
        running.process().getOutputStream().flush();
    }

    /** The most that the supervisor ever had in memory, in bytes. The commands it was started by have become it. */
    private static long peakMemory(Process process) throws IOException {
        Path status = Path.of("/proc", Long.toString(process.pid()), "status");
        assertThat(Files.readSymbolicLink(status.resolveSibling("exe"))).hasFileName("java");
        return Files.readAllLines(status).stream()
                        .filter(line -> line.startsWith("VmHWM:"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                        .sum()
                << 10;
    }

    private static String lengthAndHash(int length) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        byte[] line = "a line of the body\n".getBytes(US_ASCII);
        for (int left = length; left > 0; left -= line.length) {
            digest.update(line, 0, Math.min(left, line.length));
        }
        return length + " " + HexFormat.of().formatHex(digest.digest()) + "\n";
    }

    private Agent agent() throws Exception {
        return lab.agent(folder).policy("""
                          stream:
                            endpoints:
                              - {host: stream.lab.test, port: 443, protocol: rest, enforcement: enforce, access: full}
                            binaries: [{path: /usr/bin/curl}]
                        """);
    }
}
