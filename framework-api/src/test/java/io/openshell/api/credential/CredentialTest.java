package io.openshell.api.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.openshell.api.inspect.HeaderEdit;
import io.openshell.api.inspect.Headers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CredentialTest {

    private final byte[] bytes = "s3cret".getBytes(StandardCharsets.UTF_8);

    @Test
    void a_secret_shows_itself_to_a_reader_only() {
        Secret secret = Secret.owning(bytes);
        StringBuilder seen = new StringBuilder();
        secret.reveal(shown -> seen.append(new String(shown, StandardCharsets.UTF_8)));

        assertThat(seen).hasToString("s3cret");
        assertThat(secret.length()).isEqualTo(6);
        assertThat(secret).hasToString("[redacted]");
        assertThat(new Rewrite.Rewritten(secret).toString()).doesNotContain("s3cret");
    }

    @Test
    void a_closed_secret_is_gone_and_says_so() {
        Secret secret = Secret.owning(bytes);
        secret.close();
        secret.close();

        assertThat(bytes).containsOnly(0);
        assertThatThrownBy(() -> secret.reveal(shown -> {})).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void no_part_of_a_request_prints_what_may_be_a_placeholder_or_a_secret() {
        ByteBuffer body = ByteBuffer.wrap(bytes);

        assertThat(List.of(
                        new RequestPart.Header("Authorization", "s3cret"),
                        new RequestPart.Query("s3cret", "s3cret"),
                        new RequestPart.PathSegment("s3cret"),
                        new RequestPart.Body("text/plain", body),
                        new RequestPart.TextMessage("s3cret"),
                        new RequestPart.Whole("GET", "h", 443, "/s3cret", new OneHeader(), body)))
                .allSatisfy(part -> assertThat(part.toString()).doesNotContain("s3cret"));
    }

    @Test
    void signatures_print_as_their_number() {
        assertThat(new Rewrite.Signed(List.of(new HeaderEdit("Authorization", "s3cret"))))
                .hasToString("Signed[1 redacted edits]");
    }

    private record OneHeader() implements Headers {

        @Override
        public Optional<String> first(String name) {
            return Optional.of("s3cret");
        }

        @Override
        public List<String> all(String name) {
            return List.of("s3cret");
        }

        @Override
        public Set<String> names() {
            return Set.of("authorization");
        }

        @Override
        public String toString() {
            return "s3cret";
        }
    }
}
