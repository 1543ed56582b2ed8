package io.openshell.proxy.relay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.openshell.core.credential.Credential;
import io.openshell.core.credential.CredentialBinding;
import io.openshell.core.credential.CredentialStore;
import io.openshell.core.credential.Credentials;
import io.openshell.core.echo.EchoScanner;
import io.openshell.core.echo.EchoWorkspace;
import io.openshell.core.event.Destination;
import io.openshell.core.event.FindingEvents;
import io.openshell.core.event.SandboxInfo;
import io.openshell.core.event.SecurityEvent;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EchoGuardsTest {

    private static final Destination API = new Destination("api.test", 443);
    private static final Destination OTHER = new Destination("other.test", 443);
    private static final String SECRET = "sk-live/4eC39HqLyjWDarjtT1zdp7dc";

    private final CredentialStore credentials =
            CredentialStore.of(Credentials.of(List.of(credential("TOKEN", SECRET), credential("PIN", "1234567"))));
    private final List<SecurityEvent> events = new ArrayList<>();
    private final EchoGuards guards = new EchoGuards(
            credentials, new FindingEvents(new SandboxInfo("id", "name"), Clock.systemUTC()), events::add);

    private static Credential credential(String key, String value) {
        return Credential.owning(
                key, value.getBytes(UTF_8), List.of(CredentialBinding.parse("api.test")), Optional.empty());
    }

    private static int found(EchoScanner scanner) {
        byte[] text = SECRET.getBytes(UTF_8);
        int at = scanner.prepare(text.length);
        System.arraycopy(text, 0, scanner.wire(), at, text.length);
        scanner.scan(text.length, true);
        return scanner.takeFound().size();
    }

    @Test
    void nothing_is_looked_for_where_nothing_is_bound() {
        assertThat(guards.watches(API)).isTrue();
        assertThat(guards.watches(OTHER)).isFalse();
        assertThat(guards.open(OTHER, new EchoWorkspace())).isEmpty();
    }

    /** An answer of a sandbox that has ended is searched to its end, and no other begins unsearched. */
    @Test
    void no_answer_begins_unsearched_because_the_sandbox_has_ended() {
        try (EchoScanner before = guards.open(API, new EchoWorkspace()).orElseThrow()) {
            guards.close();
            assertThat(found(before)).isOne();
        }
        assertThatThrownBy(() -> guards.open(API, new EchoWorkspace()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("sandbox: ended");
        assertThatThrownBy(() -> guards.open(API, new EchoWorkspace())).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void a_credential_that_is_too_short_is_told_of_when_the_sandbox_begins_and_once() {
        guards.begin();
        assertThat(events).singleElement().asString().contains("PIN").doesNotContain("1234567");
        guards.begin();
        guards.watches(API);
        assertThat(events).hasSize(1);
        credentials.replace(Credentials.of(List.of(credential("PIN", "1234567"), credential("PIN2", "7654321"))));
        guards.watches(API);
        assertThat(events).hasSize(2).last().asString().contains("PIN2");
    }
}
