package io.openshell.api.compute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ComputeTest {

    @ParameterizedTest
    @ValueSource(strings = {"", "Upper", "a/b", "../x", "a b", "a_b"})
    void an_id_is_fit_for_every_platform(String id) {
        assertThatThrownBy(() -> request(id, Map.of()))
                .hasMessage("id: " + id + " (expected: 1 to 63 characters of [a-z0-9-])");
        assertThatThrownBy(() -> request("a".repeat(64), Map.of())).isInstanceOf(IllegalArgumentException.class);
        assertThat(request("a".repeat(63), Map.of()).sidecar()).isNull();
    }

    @Test
    void a_request_does_not_change() {
        Map<String, String> environment = new HashMap<>(Map.of("TERM", "dumb"));
        SandboxRequest request = request("a", environment);
        environment.put("LD_PRELOAD", "x");

        assertThat(request.environment()).containsExactly(Map.entry("TERM", "dumb"));
    }

    @Test
    void capabilities_are_of_this_kernel_unless_they_say_otherwise() {
        Capabilities capabilities =
                new Capabilities(Capabilities.Root.IMAGE, Capabilities.Network.PLATFORM, true, true);

        assertThat(capabilities.link()).isEqualTo(Capabilities.Link.SOCKET);
    }

    private static SandboxRequest request(String id, Map<String, String> environment) {
        return new SandboxRequest(
                id,
                "name",
                null,
                Path.of("/run/control"),
                Map.of(),
                environment,
                SandboxRequest.Resources.UNLIMITED,
                1000,
                1000);
    }
}
