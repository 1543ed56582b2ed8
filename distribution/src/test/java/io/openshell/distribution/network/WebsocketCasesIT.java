package io.openshell.distribution.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.testkit.WebsocketFrame;
import io.openshell.testkit.cases.WebsocketCase;
import io.openshell.testkit.cases.WebsocketCases;
import io.openshell.testkit.cases.WebsocketServerCases;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every case of {@link WebsocketCases} through a sandbox, over TLS, to an upstream that keeps all bytes: at once, and the short
 * ones byte by byte.
 */
@Tag("root")
class WebsocketCasesIT {

    private static final int SHORT_BYTES = 100;

    private static TlsLab lab;

    @TempDir
    private static Path received;

    @TempDir
    private Path folder;

    @BeforeAll
    static void openLab() throws Exception {
        lab = TlsLab.open();
        lab.name("raw.lab.test");
        lab.serve(TlsLab.PYTHON, "websocket_recorder.py", List.of("raw.lab.test"), received);
    }

    @AfterAll
    static void closeLab() {
        lab.close();
    }

    @Test
    void what_arrives_is_what_the_table_says_and_nothing_else() throws Exception {
        List<WebsocketCase> cases = WebsocketCases.all();
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < cases.size(); i++) {
            lines.add(line(i + "w", "whole", cases.get(i)));
            if (cases.get(i).bytes().length <= SHORT_BYTES) {
                lines.add(line(i + "b", "bytes", cases.get(i)));
            }
        }
        Map<String, Integer> codes = exchange(lines);
        for (String line : lines) {
            String name = line.split(" ", 2)[0];
            check(
                    name,
                    cases.get(Integer.parseInt(name.substring(0, name.length() - 1))),
                    codes.getOrDefault(name, -1));
        }
    }

    @Test
    void what_a_server_may_not_send_ends_a_compressed_connection_on_both_sides() throws Exception {
        List<byte[]> wrong = WebsocketServerCases.wrong();
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < wrong.size(); i++) {
            Files.write(received.resolve("send" + i + ".send"), wrong.get(i));
            lines.add("send" + i + " whole deflate -1 ");
        }

        Map<String, Integer> codes = exchange(lines);

        assertThat(codes.values()).containsOnly(1002);
        for (int i = 0; i < wrong.size(); i++) {
            assertThat(arrived("send" + i))
                    .as("%s: at the upstream", HexFormat.of().formatHex(wrong.get(i)))
                    .singleElement()
                    .satisfies(frame -> assertThat(frame.closeCode()).isEqualTo(1002));
        }
    }

    /** Runs the client with these lines; the close codes that it saw, by name. */
    private Map<String, Integer> exchange(List<String> lines) throws Exception {
        Agent agent = lab.agent(folder)
                .policy("""
                  raw:
                    endpoints:
                      - {host: raw.lab.test, port: 443, protocol: websocket, enforcement: enforce, access: full}
                    binaries: [{path: %s}]
                """.formatted(Path.of("/usr/bin/python3").toRealPath()))
                .file("websocket_cases.py")
                .program("cases.txt", String.join("\n", lines));
        Agent.Outcome outcome = agent.run("/usr/bin/python3", "/sandbox/websocket_cases.py", "/sandbox/cases.txt");
        Map<String, Integer> codes = new HashMap<>();
        outcome.success()
                .lines()
                .map(line -> line.split(" "))
                .forEach(words -> codes.put(words[0], Integer.valueOf(words[1])));
        assertThat(codes).hasSize(lines.size());
        return codes;
    }

    private static List<WebsocketFrame> arrived(String name) throws Exception {
        Path file = received.resolve(name + ".done");
        for (int i = 0; i < 100 && !Files.exists(file); i++) {
            Thread.sleep(Duration.ofMillis(50));
        }
        return WebsocketFrame.read(Files.readAllBytes(file));
    }

    private static String line(String name, String division, WebsocketCase it) {
        int arrives =
                it.passed().stream().mapToInt(frame -> frame.masked().length).sum();
        return String.join(
                " ",
                name,
                division,
                it.deflate() ? "deflate" : "plain",
                it.code() == 0 ? String.valueOf(arrives) : "-1",
                HexFormat.of().formatHex(it.bytes()));
    }

    private static void check(String name, WebsocketCase it, int code) throws Exception {
        List<WebsocketFrame> frames = arrived(name);
        assertThat(code).as("%s: close code at the client", it).isEqualTo(it.code());
        if (it.code() == 0) {
            assertThat(frames).as("%s: at the upstream", it).isEqualTo(it.passed());
        } else {
            assertThat(frames.subList(0, frames.size() - 1))
                    .as("%s: at the upstream", it)
                    .isEqualTo(it.passed());
            assertThat(frames.getLast().closeCode())
                    .as("%s: close code at the upstream", it)
                    .isEqualTo(it.code());
        }
    }
}
