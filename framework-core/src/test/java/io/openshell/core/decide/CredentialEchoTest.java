package io.openshell.core.decide;

import static io.openshell.core.decide.Rules.endpoint;
import static io.openshell.core.decide.Rules.facts;
import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.core.network.CredentialEcho;
import org.junit.jupiter.api.Test;

class CredentialEchoTest {

    private static EndpointSet endpoints(Rules.EndpointBuilder... endpoints) {
        ConnectionDecision decision =
                Decisions.connection(new Rules().rule("api", endpoints).index(), facts("api.example.com", 443));
        return ((ConnectionDecision.Allowed) decision).endpoints();
    }

    private static Rules.EndpointBuilder api() {
        return endpoint("api.example.com");
    }

    @Test
    void silence_is_the_default() {
        assertThat(endpoints(api()).credentialEcho("/")).isEmpty();
        assertThat(endpoints(api()).allowsCredentialEcho()).isFalse();
    }

    @Test
    void one_endpoint_says_what_holds() {
        for (CredentialEcho echo : CredentialEcho.values()) {
            assertThat(endpoints(api().credentialEcho(echo)).credentialEcho("/"))
                    .contains(echo);
        }
    }

    @Test
    void the_strictest_of_several_holds() {
        assertThat(endpoints(
                                api().credentialEcho(CredentialEcho.ALLOW),
                                endpoint("*.example.com").credentialEcho(CredentialEcho.REDACT))
                        .credentialEcho("/"))
                .contains(CredentialEcho.REDACT);
        assertThat(endpoints(
                                api().credentialEcho(CredentialEcho.BLOCK),
                                endpoint("*.example.com").credentialEcho(CredentialEcho.ALLOW))
                        .credentialEcho("/"))
                .contains(CredentialEcho.BLOCK);
    }

    @Test
    void silence_is_stricter_than_all_but_block() {
        for (CredentialEcho looser : new CredentialEcho[] {CredentialEcho.ALLOW, CredentialEcho.REDACT}) {
            EndpointSet both = endpoints(api().credentialEcho(looser), endpoint("*.example.com"));
            assertThat(both.credentialEcho("/")).isEmpty();
            assertThat(both.allowsCredentialEcho()).isFalse();
        }
        assertThat(endpoints(api(), endpoint("*.example.com").credentialEcho(CredentialEcho.BLOCK))
                        .credentialEcho("/"))
                .contains(CredentialEcho.BLOCK);
    }

    @Test
    void an_endpoint_for_other_paths_says_nothing() {
        EndpointSet both = endpoints(
                api().path("/a/**").credentialEcho(CredentialEcho.ALLOW),
                endpoint("*.example.com").path("/b/**").credentialEcho(CredentialEcho.BLOCK));
        assertThat(both.credentialEcho("/a/x")).contains(CredentialEcho.ALLOW);
        assertThat(both.credentialEcho("/b/x")).contains(CredentialEcho.BLOCK);
        assertThat(both.allowsCredentialEcho()).isFalse();
    }
}
