package io.openshell.core.credential;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.openshell.api.credential.CredentialRewriter;
import io.openshell.api.credential.RequestPart;
import io.openshell.api.credential.Rewrite;
import io.openshell.api.credential.Secret;
import io.openshell.api.credential.SignedField;
import io.openshell.api.credential.Vault;
import io.openshell.api.inspect.BodyNeed;
import io.openshell.api.inspect.Headers;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A signer's answer is taken only if it is one. */
class RequestSigningTest {

    private static final RequestPart.Whole REQUEST =
            new RequestPart.Whole("GET", "https", "a.example", 443, "/", new NoHeaders(), ByteBuffer.allocate(0));

    private final List<Secret> made = new ArrayList<>();

    @Test
    void its_own_fields_are_sent() {
        RequestSigning.Outcome outcome = outcome(() -> signed("Authorization", "KEY abc", "x-date", "now"));

        assertThat(outcome)
                .isInstanceOfSatisfying(
                        RequestSigning.Outcome.Signed.class,
                        signed -> assertThat(signed.fields())
                                .extracting(SignedField::name)
                                .containsExactly("Authorization", "x-date"));
        assertThat(outcome.toString()).doesNotContain("abc");
    }

    @Test
    void a_refusal_is_passed_on() {
        assertThat(reason(() -> new Rewrite.Refused("no key"))).isEqualTo("request signing refused: no key");
    }

    @Test
    void anything_else_is_refused_and_cleared() {
        assertThat(reason(() -> null)).contains("no answer");
        assertThat(reason(() -> new Rewrite.Untouched())).contains("not a signature");
        assertThat(reason(() -> new Rewrite.Rewritten(secret("abc")))).contains("not a signature");
        assertThat(reason(() -> {
                    throw new IllegalStateException("abc");
                }))
                .isEqualTo("request signing failed: IllegalStateException");
        assertThat(reason(() -> {
                    throw new NoClassDefFoundError("abc");
                }))
                .isEqualTo("request signing failed: NoClassDefFoundError");
        assertThat(reason(() -> signed())).contains("fields");
        assertThat(reason(() -> signed("Authorization", "abc", "Host", "b.example")))
                .contains("not the signer's");
        assertThat(reason(() -> signed("Authorization", "abc", "AUTHORIZATION", "abd")))
                .contains("not the signer's");
        assertAllClosed();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a\r\nHost: b", "a\nb", "a\u0000", "a\tb", "\u00e9", " a", "a ", "\u007f"})
    void what_no_field_can_hold_is_refused(String value) {
        assertThat(reason(() -> signed("Authorization", value))).contains("no field values");
        assertAllClosed();
    }

    @Test
    @SuppressWarnings("NullAway") // it breaks its contract
    void what_it_does_not_say_is_not_guessed() {
        CredentialRewriter mute = new Signer(null, null, () -> signed("Authorization", "abc"));

        assertThat(new RequestSigning(mute).ownFields()).isEmpty();
        assertThat(new RequestSigning(mute).bodyNeed(REQUEST)).isEmpty();
        assertThat(new RequestSigning(mute).sign(REQUEST, key -> Optional.empty()))
                .isInstanceOf(RequestSigning.Outcome.Refused.class);
        assertThat(signing(() -> null).bodyNeed(REQUEST)).contains(BodyNeed.NONE);
        assertThat(signing(() -> null).ownFields()).containsExactlyInAnyOrder("authorization", "x-date");
    }

    private void assertAllClosed() {
        assertThat(made)
                .isNotEmpty()
                .allSatisfy(secret ->
                        assertThatThrownBy(() -> secret.reveal(bytes -> {})).isInstanceOf(IllegalStateException.class));
    }

    private String reason(Supplier<@Nullable Rewrite> answer) {
        return ((RequestSigning.Outcome.Refused) outcome(answer)).reason();
    }

    private RequestSigning.Outcome outcome(Supplier<@Nullable Rewrite> answer) {
        return signing(answer).sign(REQUEST, key -> Optional.empty());
    }

    private static RequestSigning signing(Supplier<@Nullable Rewrite> answer) {
        return new RequestSigning(new Signer(Set.of("authorization", "x-date"), BodyNeed.NONE, answer));
    }

    private Rewrite signed(String... namesAndValues) {
        List<SignedField> fields = new ArrayList<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            fields.add(new SignedField(namesAndValues[i], secret(namesAndValues[i + 1])));
        }
        return new Rewrite.Signed(fields);
    }

    private Secret secret(String text) {
        Secret secret = Secret.owning(text.getBytes(UTF_8));
        made.add(secret);
        return secret;
    }

    private record Signer(
            @Nullable Set<String> own, @Nullable BodyNeed need, Supplier<@Nullable Rewrite> answer)
            implements CredentialRewriter {

        @Override
        @SuppressWarnings("NullAway") // some break their contract
        public Set<String> ownFields() {
            return own;
        }

        @Override
        @SuppressWarnings("NullAway")
        public BodyNeed bodyNeed(RequestPart.Whole head) {
            return need;
        }

        @Override
        @SuppressWarnings("NullAway")
        public Rewrite rewrite(RequestPart part, Vault vault) {
            return answer.get();
        }
    }

    private record NoHeaders() implements Headers {
        @Override
        public Optional<String> first(String name) {
            return Optional.empty();
        }

        @Override
        public List<String> all(String name) {
            return List.of();
        }

        @Override
        public Set<String> names() {
            return Set.of();
        }
    }
}
