package io.openshell.distribution.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.distribution.Account;
import io.openshell.distribution.Openshell;
import io.openshell.distribution.Programs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** Real programs try to get around the proxy: they learn at once that they cannot, and it is on record. */
@Tag("root")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BypassIT {

    private static final String FOUR = "93.184.216.34";
    private static final int FLOOD_PORT = 1009;
    private static final int FLOODS = 3 * 3000;

    /** The same for every attempt but those of the flood: how many the launcher tells of at once. */
    private static final int BURST = 10;

    @TempDir
    private static Path rootsFolder;

    @TempDir
    private static Path ordinaryFolder;

    private final Map<Account, Run> runs = new EnumMap<>(Account.class);

    /** One agent's words, and what was recorded of it. */
    private record Run(List<String[]> lines, Events events, String errors) {

        /** What the agent says came of it. */
        String outcome(String name) {
            return line(name)[1];
        }

        double seconds(String name) {
            return Double.parseDouble(line(name)[2]);
        }

        private String[] line(String name) {
            return lines.stream()
                    .filter(line -> line[0].equals(name) && line.length == 3)
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(name));
        }

        /** The attempts on record, without the flood. */
        List<JsonNode> attempts() {
            return events.bypassed().stream()
                    .filter(event -> port(event) != FLOOD_PORT)
                    .toList();
        }
    }

    @BeforeAll
    void an_agent_of_each_account_tries() throws Exception {
        runs.put(Account.ROOT, run(Account.ROOT, rootsFolder));
        runs.put(Account.ORDINARY, run(Account.ORDINARY, ordinaryFolder));
    }

    private static Run run(Account account, Path folder) throws Exception {
        Path workdir = Files.createDirectory(folder.resolve("work"));
        io.openshell.distribution.Programs.compile("/network/around.c", workdir);
        Programs.copy("/network/around.py", workdir);
        io.openshell.distribution.Programs.run("chown -R " + account.uid() + ":" + account.uid() + " .", workdir);
        Openshell openshell = Openshell.of(account, folder);
        Path events = folder.resolve("home/events.jsonl");
        Openshell.Outcome outcome = openshell.run(
                "run",
                "--workdir",
                workdir.toString(),
                "--events",
                events.toString(),
                "--",
                "/usr/bin/python3",
                "around.py");
        List<String[]> lines =
                outcome.success().lines().map(line -> line.split(" ")).toList();
        return new Run(lines, Events.read(events), outcome.errors());
    }

    @ParameterizedTest
    @EnumSource(Account.class)
    void each_program_learns_at_once_that_there_is_no_way(Account account) {
        Run run = run(account);

        assertThat(run.outcome("curl")).isEqualTo("7"); // CURLE_COULDNT_CONNECT
        assertThat(run.outcome("resolver")).isEqualTo("failed");
        assertThat(run.outcome("gate")).isEqualTo("ECONNREFUSED");
        for (String name : List.of("udp", "mapped", "static", "daemon", "sendmsg")) {
            assertThat(run.outcome(name)).as(name).isEqualTo("ENETUNREACH");
        }
        assertThat(run.outcome("tcp6")).isIn("ENETUNREACH", "EADDRNOTAVAIL");
        for (String name :
                List.of("curl", "udp", "tcp6", "mapped", "gate", "static", "resolver", "daemon", "sendmsg")) {
            assertThat(run.seconds(name)).as(name).isLessThan(0.3);
        }
    }

    @ParameterizedTest
    @EnumSource(Account.class)
    void each_attempt_is_on_record_with_its_program_and_destination(Account account) {
        List<String> attempts = run(account).attempts().stream()
                .map(event -> event.at("/dst_endpoint/ip").asString() + " " + port(event) + " "
                        + event.at("/connection_info/protocol_name").asString() + " "
                        + event.at("/actor/process/name").asString())
                .toList();
        String python = realPython();

        assertThat(attempts)
                .contains(
                        FOUR + " 1001 tcp /usr/bin/curl",
                        FOUR + " 1002 udp " + python,
                        "2606:2800:220:1::34 1003 tcp " + python,
                        FOUR + " 1004 tcp " + python,
                        "10.200.0.1 1005 tcp " + python,
                        FOUR + " 1006 tcp /sandbox/around",
                        FOUR + " 53 udp /sandbox/around",
                        FOUR + " 1007 tcp /sandbox/around");
        assertThat(attempts).hasSizeLessThanOrEqualTo(BURST);
    }

    @ParameterizedTest
    @EnumSource(Account.class)
    void what_is_not_around_the_proxy_is_not_on_record(Account account) {
        Run run = run(account);

        assertThat(run.outcome("own-server")).isEqualTo("done");
        assertThat(run.outcome("own-datagram")).isEqualTo("done");
        assertThat(run.outcome("proxy")).isEqualTo("403");
        assertThat(run.events().bypassed())
                .noneMatch(event -> event.at("/dst_endpoint/ip").asString().startsWith("127."))
                .noneMatch(event -> port(event) == 8080 || port(event) == 3128);
    }

    @ParameterizedTest
    @EnumSource(Account.class)
    void an_event_says_what_the_kernel_refused_and_why(Account account) {
        JsonNode event = run(account).attempts().stream()
                .filter(one -> port(one) == 1001)
                .findFirst()
                .orElseThrow();

        assertThat(event.path("class_uid").asInt()).isEqualTo(4001);
        assertThat(event.path("activity_name").asString()).isEqualTo("Refuse");
        assertThat(event.path("action").asString()).isEqualTo("Denied");
        assertThat(event.path("severity").asString()).isEqualTo("Medium");
        assertThat(event.at("/firewall_rule/name").asString()).isEqualTo("bypass-detect");
        assertThat(event.at("/firewall_rule/type").asString()).isEqualTo("netns");
        assertThat(event.at("/actor/process/pid").asInt()).isPositive();
        assertThat(event.at("/actor/process/ancestry/0/name").asString()).isEqualTo(realPython());
        assertThat(event.path("message").asString())
                .isEqualTo("BYPASS_DETECT 93.184.216.34:1001 proto=tcp binary=/usr/bin/curl action=reject"
                        + " reason=direct connection bypassed HTTP CONNECT proxy");
    }

    @ParameterizedTest
    @EnumSource(Account.class)
    void a_finding_for_each_program_and_destination_says_what_to_do(Account account) {
        List<JsonNode> findings = run(account)
                .events()
                .where(event -> event.at("/finding_info/title").asString("").equals("Proxy Bypass Detected"));

        assertThat(findings).hasSizeBetween(9, BURST + 1);
        assertThat(findings)
                .filteredOn(
                        event -> event.at("/unmapped/destination").asString().endsWith(":53"))
                .singleElement()
                .matches(event -> event.at("/finding_info/desc").asString().contains("do not ask a resolver"));
        assertThat(findings)
                .filteredOn(
                        event -> event.at("/unmapped/destination").asString().endsWith(":" + FLOOD_PORT))
                .hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(Account.class)
    void a_flood_is_counted_to_the_last_and_few_of_it_are_told_one_by_one(Account account) {
        Run run = run(account);
        List<JsonNode> told = run.events().bypassed();
        long flood = run.lines().stream()
                .filter(line -> line[0].equals("flood"))
                .mapToLong(line -> Long.parseLong(line[1]))
                .sum();
        long counted = told.stream()
                .mapToLong(event -> 1 + event.at("/unmapped/suppressed").asLong())
                .sum();

        assertThat(flood).isEqualTo(FLOODS);
        assertThat(counted - run.attempts().size()).isEqualTo(FLOODS);
        assertThat(told).hasSizeLessThan(100);
        assertThat(run.seconds("meanwhile")).isLessThan(10);
    }

    @ParameterizedTest
    @EnumSource(Account.class)
    void the_end_of_a_run_says_it_in_words(Account account) {
        Run run = run(account);

        assertThat(run.errors())
                .contains("openshell: " + (FLOODS + run.attempts().size())
                        + " attempts to connect without the proxy, which were refused, the last: /sandbox/around to "
                        + FOUR + ":" + FLOOD_PORT + " over udp; UDP has no way out");
    }

    private Run run(Account account) {
        return Objects.requireNonNull(runs.get(account));
    }

    private static int port(JsonNode event) {
        return event.at("/dst_endpoint/port").asInt();
    }

    private static String realPython() {
        try {
            return Path.of("/usr/bin/python3").toRealPath().toString();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
