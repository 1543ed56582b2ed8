package io.openshell.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.openshell.api.config.Compilation;
import io.openshell.api.credential.CredentialRewriter;
import io.openshell.api.credential.CredentialRewriterFactory;
import io.openshell.api.credential.RequestPart;
import io.openshell.api.credential.Rewrite;
import io.openshell.api.credential.Secret;
import io.openshell.api.credential.Vault;
import io.openshell.api.inspect.BodyNeed;
import io.openshell.api.inspect.Headers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/**
 * What every credential rewriter does.
 *
 * @param <C> the rewriter's options
 */
public abstract class CredentialRewriterContract<C extends Record> {

    /** The factory; the same or a new one each time. */
    protected abstract CredentialRewriterFactory<C> factory();

    /** Options that work. */
    protected abstract C usableOptions();

    /** Options that are of the right types and cannot work. */
    protected abstract C unusableOptions();

    /** Secrets by key, all that {@link #rewrittenPart} needs. */
    protected abstract Map<String, String> secrets();

    /** A part that is rewritten or signed with these secrets. */
    protected abstract RequestPart rewrittenPart();

    private CredentialRewriter rewriter() {
        Compilation<CredentialRewriter> compiled = factory().create(usableOptions());
        assertThat(compiled).as("usable options compile").isInstanceOf(Compilation.Compiled.class);
        return ((Compilation.Compiled<CredentialRewriter>) compiled).value();
    }

    @Test
    final void the_factory_has_a_proper_name_and_takes_a_record() {
        FactoryRules.check(factory());
    }

    @Test
    final void options_that_cannot_work_are_rejected_with_problems_and_not_with_an_exception() {
        Compilation<CredentialRewriter> refused = factory().create(unusableOptions());

        assertThat(refused).isInstanceOf(Compilation.Rejected.class);
        FactoryRules.check(((Compilation.Rejected<CredentialRewriter>) refused).problems());
    }

    @Test
    final void what_has_a_placeholder_or_is_to_be_signed_is_changed() {
        assertThat(rewriter().rewrite(rewrittenPart(), vault()))
                .isInstanceOfAny(Rewrite.Rewritten.class, Rewrite.Signed.class);
    }

    @Test
    final void without_its_secret_the_part_is_refused_with_one_line_of_reason() {
        assertThat(rewriter().rewrite(rewrittenPart(), key -> Optional.empty()))
                .isInstanceOfSatisfying(
                        Rewrite.Refused.class,
                        refused -> assertThat(refused.reason()).isNotBlank().doesNotContain("\n", "\r"));
    }

    @Test
    final void signatures_answer_whole_requests_and_nothing_else() {
        Rewrite answer = rewriter().rewrite(rewrittenPart(), vault());

        assertThat(answer instanceof Rewrite.Signed).isEqualTo(rewrittenPart() instanceof RequestPart.Whole);
    }

    @Test
    final void ordinary_parts_are_left_alone() {
        CredentialRewriter rewriter = rewriter();
        ByteBuffer body = ByteBuffer.wrap("plain".getBytes(StandardCharsets.UTF_8));

        assertThat(List.of(
                        new RequestPart.Header("Accept", "*/*"),
                        new RequestPart.Query("page", "2"),
                        new RequestPart.PathSegment("repos"),
                        new RequestPart.Body("text/plain", body),
                        new RequestPart.TextMessage("hello")))
                .allSatisfy(part -> assertThat(rewriter.rewrite(part, vault())).isEqualTo(new Rewrite.Untouched()));
    }

    @Test
    final void no_answer_prints_a_secret() {
        Rewrite answer = rewriter().rewrite(rewrittenPart(), vault());

        secrets().values().forEach(secret -> assertThat(answer.toString()).doesNotContain(secret));
    }

    @Test
    final void every_secret_that_it_resolved_was_closed_unless_it_is_the_answer() {
        List<Secret> lent = new ArrayList<>();
        Vault inner = vault();
        Rewrite answer = rewriter().rewrite(rewrittenPart(), key -> {
            Optional<Secret> secret = inner.resolve(key);
            secret.ifPresent(lent::add);
            return secret;
        });

        assertThat(lent).isNotEmpty().allSatisfy(secret -> {
            if (!handedOn(answer, secret)) {
                assertThatThrownBy(() -> secret.reveal(bytes -> {})).isInstanceOf(IllegalStateException.class);
            }
        });
    }

    private static boolean handedOn(Rewrite answer, Secret secret) {
        return switch (answer) {
            case Rewrite.Rewritten rewritten -> rewritten.value() == secret;
            case Rewrite.Signed signed -> signed.fields().stream().anyMatch(field -> field.value() == secret);
            case Rewrite.Untouched untouched -> false;
            case Rewrite.Refused refused -> false;
        };
    }

    @Test
    final void it_signs_with_fields_of_its_own_that_are_one_line_each() {
        CredentialRewriter rewriter = rewriter();
        Set<String> own = rewriter.ownFields();

        assertThat(own).isEqualTo(rewriter.ownFields()).allMatch(name -> name.matches("[!#$%&'*+.^_`|~0-9a-z-]+"));
        if (rewriter.rewrite(rewrittenPart(), vault()) instanceof Rewrite.Signed signed) {
            assertThat(signed.fields()).isNotEmpty().allSatisfy(field -> {
                assertThat(own).contains(field.name().toLowerCase(Locale.ROOT));
                field.value()
                        .reveal(value -> assertThat(new String(value, StandardCharsets.ISO_8859_1))
                                .matches("[ -~]+"));
            });
        }
    }

    @Test
    final void the_body_that_it_asks_for_is_bounded() {
        RequestPart.Whole head = rewrittenPart() instanceof RequestPart.Whole whole
                ? whole
                : new RequestPart.Whole(
                        "POST", "https", "api.example", 443, "/", headers(Map.of()), ByteBuffer.allocate(0));

        assertThat(rewriter().bodyNeed(head)).satisfies(need -> {
            if (need instanceof BodyNeed.Whole whole) {
                assertThat(whole.maxBytes()).isLessThanOrEqualTo(64 << 20);
            }
        });
    }

    @Test
    final void it_works_on_many_threads_at_once() throws Exception {
        CredentialRewriter rewriter = rewriter();
        Class<?> expected = rewriter.rewrite(rewrittenPart(), vault()).getClass();
        Callable<Class<?>> work = () -> {
            Class<?> seen = expected;
            for (int i = 0; i < 200 && seen.equals(expected); i++) {
                seen = rewriter.rewrite(rewrittenPart(), vault()).getClass();
            }
            return seen;
        };
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            for (Future<Class<?>> seen : threads.invokeAll(List.of(work, work, work, work))) {
                assertThat(seen.get()).isEqualTo(expected);
            }
        }
    }

    /** Headers for a {@link RequestPart.Whole}. */
    protected static Headers headers(Map<String, String> fields) {
        SampleRequest request = SampleRequest.of("GET", "/");
        for (Map.Entry<String, String> field : fields.entrySet()) {
            request = request.header(field.getKey(), field.getValue());
        }
        return request.headers();
    }

    private Vault vault() {
        Map<String, String> secrets = secrets();
        return key -> Optional.ofNullable(secrets.get(key))
                .map(value -> Secret.owning(value.getBytes(StandardCharsets.UTF_8)));
    }
}
