package io.openshell.api.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
                        new RequestPart.Whole("GET", "https", "h", 443, "/s3cret", new OneHeader(), body)))
                .allSatisfy(part -> assertThat(part.toString()).doesNotContain("s3cret"));
    }

    @Test
    void signatures_print_as_the_names_of_their_fields() {
        assertThat(new Rewrite.Signed(List.of(new SignedField("Authorization", Secret.owning(bytes)))))
                .hasToString("Signed[fields=[SignedField[name=Authorization, value=[redacted]]]]");
        assertThatThrownBy(() -> new SignedField("", Secret.owning(bytes)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_request_s_authority_is_what_its_host_field_says() {
        assertThat(authority("https", "h", 443)).isEqualTo("h");
        assertThat(authority("http", "h", 80)).isEqualTo("h");
        assertThat(authority("http", "h", 443)).isEqualTo("h:443");
        assertThat(authority("https", "h", 80)).isEqualTo("h:80");
        assertThat(authority("https", "2001:db8::1", 443)).isEqualTo("[2001:db8::1]");
        assertThat(authority("http", "2001:db8::1", 8080)).isEqualTo("[2001:db8::1]:8080");
    }

    private String authority(String scheme, String host, int port) {
        return new RequestPart.Whole("GET", scheme, host, port, "/", new OneHeader(), ByteBuffer.allocate(0))
                .authority();
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
