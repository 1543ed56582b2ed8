package io.openshell.distribution.network;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Handshakes that are none, from either side, through a sandbox to an upstream that says what reached it. */
@Tag("root")
class WebsocketHandshakeIT {

    private static final String KEY = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    private static final String VERSION = "Sec-WebSocket-Version: 13\r\n";
    private static final String UPGRADE = "Upgrade: websocket\r\nConnection: Upgrade\r\n";
    private static final String FIELDS = UPGRADE + KEY + VERSION;
    private static final String ACCEPT = "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n";
    private static final String ANSWER = "HTTP/1.1 101 Switching Protocols\r\n" + UPGRADE;
    private static final String CHAT = "Sec-WebSocket-Protocol: chat\r\n";

    private static TlsLab lab;
    private static Path log;

    @TempDir
    private Path folder;

    @BeforeAll
    static void openLab() throws Exception {
        lab = TlsLab.open();
        log = lab.folder().resolve("handshakes.log");
        lab.name("hs.lab.test");
        lab.serve(TlsLab.PYTHON, "websocket_answers.py", List.of("hs.lab.test"), log);
    }

    @AfterAll
    static void closeLab() {
        lab.close();
    }

    @BeforeEach
    void forget() throws Exception {
        Files.writeString(log, "");
    }

    @Test
    void a_request_that_is_no_handshake_is_refused_before_the_upstream_hears_of_it() throws Exception {
        Map<String, String> requests = new LinkedHashMap<>();
        requests.put("no-key", request("GET", "no-key", ANSWER + ACCEPT, UPGRADE + VERSION));
        requests.put("two-keys", request("GET", "two-keys", ANSWER + ACCEPT, FIELDS + KEY));
        requests.put("short-key", request("GET", "short-key", ANSWER + ACCEPT, FIELDS.replace("dGhl", "")));
        requests.put("no-version", request("GET", "no-version", ANSWER + ACCEPT, UPGRADE + KEY));
        requests.put("old-version", request("GET", "old-version", ANSWER + ACCEPT, FIELDS.replace("13", "8")));
        requests.put("post", request("POST", "post", ANSWER + ACCEPT, FIELDS + "Content-Length: 0\r\n"));
        requests.put("other", request("GET", "other", ANSWER + ACCEPT, FIELDS.replace("websocket", "h2c")));
        requests.put("two-upgrades", request("GET", "two-upgrades", ANSWER + ACCEPT, FIELDS + "Upgrade: h2c\r\n"));
        requests.put(
                "odd-protocol",
                request("GET", "odd-protocol", ANSWER + ACCEPT, FIELDS + "Sec-WebSocket-Protocol: a b\r\n"));

        Map<String, Integer> statuses = exchange(requests);

        assertThat(statuses.values()).allSatisfy(status -> assertThat(status).isBetween(400, 499));
        assertThat(Files.readString(log)).isEmpty();
    }

    @Test
    void an_answer_that_does_not_fit_is_not_passed_on() throws Exception {
        Map<String, String> requests = new LinkedHashMap<>();
        requests.put("wrong-accept", request("GET", "wrong-accept", ANSWER + ACCEPT.replace("s3pP", "s3pQ"), FIELDS));
        requests.put("no-accept", request("GET", "no-accept", ANSWER, FIELDS));
        requests.put("two-accepts", request("GET", "two-accepts", ANSWER + ACCEPT + ACCEPT, FIELDS));
        requests.put("own-protocol", request("GET", "own-protocol", ANSWER + ACCEPT + CHAT, FIELDS));
        requests.put("two-protocols", request("GET", "two-protocols", ANSWER + ACCEPT + CHAT + CHAT, FIELDS + CHAT));
        requests.put(
                "own-extension",
                request(
                        "GET",
                        "own-extension",
                        ANSWER + ACCEPT + "Sec-WebSocket-Extensions: permessage-deflate\r\n",
                        FIELDS));
        requests.put(
                "no-upgrade", request("GET", "no-upgrade", "HTTP/1.1 101 Switching Protocols\r\n" + ACCEPT, FIELDS));

        Map<String, Integer> statuses = exchange(requests);

        assertThat(statuses.values()).doesNotContain(101);
        assertThat(Files.readString(log).lines()).containsExactlyElementsOf(requests.keySet());
    }

    @Test
    void what_fits_is_passed_on_and_a_refusal_stays_one() throws Exception {
        Map<String, String> requests = new LinkedHashMap<>();
        requests.put("right", request("GET", "right", ANSWER + ACCEPT, FIELDS));
        requests.put("chat", request("GET", "chat", ANSWER + ACCEPT + CHAT, FIELDS + CHAT));
        requests.put(
                "refused", request("GET", "refused", "HTTP/1.1 426 Upgrade Required\r\nContent-Length: 0\r\n", FIELDS));

        assertThat(exchange(requests))
                .containsExactly(Map.entry("right", 101), Map.entry("chat", 101), Map.entry("refused", 426));
    }

    private static String request(String method, String name, String answer, String fields) {
        String path = "/" + name + "/" + HexFormat.of().formatHex((answer + "\r\n").getBytes(US_ASCII));
        return method + " " + path + " HTTP/1.1\r\nHost: hs.lab.test\r\n" + fields + "\r\n";
    }

    private Map<String, Integer> exchange(Map<String, String> requests) throws Exception {
        List<String> lines = new ArrayList<>();
        requests.forEach((name, text) -> lines.add(name + " " + HexFormat.of().formatHex(text.getBytes(US_ASCII))));
        Agent.Outcome outcome = lab.agent(folder)
                .policy("""
                  hs:
                    endpoints:
                      - {host: hs.lab.test, port: 443, protocol: websocket, enforcement: enforce, access: full}
                    binaries: [{path: %s}]
                """.formatted(Path.of("/usr/bin/python3").toRealPath()))
                .file("websocket_handshakes.py")
                .program("cases.txt", String.join("\n", lines))
                .run("/usr/bin/python3", "/sandbox/websocket_handshakes.py", "/sandbox/cases.txt");
        Map<String, Integer> statuses = new LinkedHashMap<>();
        outcome.success()
                .lines()
                .map(line -> line.split(" "))
                .forEach(words -> statuses.put(words[0], Integer.valueOf(words[1])));
        assertThat(statuses.keySet()).containsExactlyElementsOf(requests.keySet());
        return statuses;
    }
}
