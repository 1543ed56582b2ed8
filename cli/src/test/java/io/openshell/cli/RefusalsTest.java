package io.openshell.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.core.event.Actor;
import io.openshell.core.event.BypassAttempt;
import io.openshell.core.event.Destination;
import io.openshell.core.event.NetworkEvents;
import io.openshell.core.event.Ruling;
import io.openshell.core.event.SandboxInfo;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RefusalsTest {

    private static final Path LOG = Path.of("/log");
    private static final NetworkEvents NETWORK =
            new NetworkEvents(new SandboxInfo("id", "box"), InstantSource.system());
    private static final Actor DIG = new Actor("/usr/bin/dig", 3, List.of());

    private final Refusals refusals = new Refusals();

    @Test
    void says_nothing_when_nothing_was_refused() {
        assertThat(refusals.summary(LOG)).isEmpty();
    }

    @Test
    void says_in_words_who_tried_to_get_around_the_proxy_and_what_to_do() {
        refusals.write(List.of(bypass(DIG, "udp", 0)));

        assertThat(refusals.summary(LOG))
                .containsExactly("openshell: 1 attempt to connect without the proxy, which was refused: /usr/bin/dig to"
                        + " 8.8.8.8:53 over udp; names are resolved by the sandbox's proxy: give the proxy the name,"
                        + " and do not ask a resolver (all events: /log)");
    }

    @Test
    void counts_those_that_were_not_told_one_by_one() {
        refusals.write(List.of(bypass(DIG, "udp", 0), bypass(DIG, "tcp", 4_000_000_000L)));

        assertThat(refusals.summary(LOG).getFirst())
                .startsWith("openshell: 4000000002 attempts to connect without the proxy, which were refused, the last:"
                        + " /usr/bin/dig to 8.8.8.8:53 over tcp;");
    }

    @Test
    void keeps_the_proxys_refusals_and_these_apart() {
        refusals.write(List.of(
                NETWORK.denied(
                        new Destination("a.test", 443),
                        DIG,
                        new Ruling(Ruling.NONE, "", Ruling.POLICY, "not permitted", 1, 0)),
                bypass(DIG, "udp", 0)));

        assertThat(refusals.summary(LOG)).hasSize(2);
        assertThat(refusals.summary(LOG).getFirst())
                .startsWith("openshell: 1 refusal or failure: NET:OPEN [MED] DENIED /usr/bin/dig(3) -> a.test:443");
    }

    @Test
    void prints_no_byte_of_a_programs_name_that_a_terminal_obeys() {
        refusals.write(List.of(bypass(new Actor("/tmp/\033[2J\nopenshell: fine", 3, List.of()), "udp", 0)));

        assertThat(refusals.summary(LOG).getFirst()).doesNotContain("\033", "\n");
    }

    private static io.openshell.core.event.SecurityEvent bypass(Actor actor, String transport, long suppressed) {
        return NETWORK.bypassed(new BypassAttempt(actor, new Destination("8.8.8.8", 53), transport, suppressed));
    }
}
