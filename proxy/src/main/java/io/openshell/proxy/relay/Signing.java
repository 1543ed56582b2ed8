package io.openshell.proxy.relay;

import io.netty.buffer.ByteBuf;
import io.openshell.api.credential.CredentialRewriter;
import io.openshell.api.credential.RequestPart;
import io.openshell.api.credential.Rewrite;
import io.openshell.api.credential.SignedField;
import io.openshell.api.credential.Vault;
import io.openshell.api.inspect.BodyNeed;
import io.openshell.api.inspect.Headers;
import io.openshell.core.credential.ArrivingBody;
import io.openshell.core.credential.CredentialRefusal;
import io.openshell.core.credential.Placeholders;
import io.openshell.proxy.http.ConnectionField;
import io.openshell.proxy.http.HeadSecrets;
import io.openshell.proxy.http.RequestHead;
import io.openshell.proxy.http.RequestWriter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Has an endpoint's rewriter sign a request. What it throws, or if it says nothing, keeps the request from being sent. */
final class Signing {

    private final CredentialRewriter rewriter;
    private final Admission admission;
    private final Site site;
    private final String target;
    private int limit = Integer.MAX_VALUE;
    private @Nullable ArrivingBody arriving;
    private @Nullable String failure;

    Signing(CredentialRewriter rewriter, Admission admission, Site site, String path, String query) {
        this.rewriter = rewriter;
        this.admission = admission;
        this.site = site;
        this.target = query.isEmpty() ? path : path + "?" + query;
    }

    /** How much of the body the rewriter must see; negative if none. */
    int bodyWanted(RequestHead head) {
        try {
            return switch (rewriter.bodyNeed(whole(head, head.headers(), null))) {
                case null -> failed("did not say how much of the body it needs");
                case BodyNeed.None none -> -1;
                case BodyNeed.Whole whole -> {
                    limit = whole.maxBytes();
                    arriving = new ArrivingBody();
                    yield limit;
                }
            };
        } catch (RuntimeException | LinkageError | StackOverflowError e) {
            return failed("rewriter failed: " + e.getClass().getSimpleName());
        }
    }

    /** What must be told of the body as it arrives; {@code null} if the rewriter does not need it. */
    @Nullable
    ArrivingBody arriving() {
        return arriving;
    }

    private int failed(String why) {
        failure = why;
        return -1;
    }

    /**
     * Signs. The client's own fields for it are left out whatever comes of it.
     *
     * @return why the request must not be sent, or {@code null}
     */
    @Nullable
    CredentialRefusal sign(
            RequestHead head,
            RequestWriter writer,
            ConnectionField connection,
            @Nullable ByteBuf body,
            Vault vault,
            HeadSecrets secrets) {
        if (failure != null) {
            return CredentialRefusal.unsigned(failure);
        }
        if (body != null && body.readableBytes() > limit) {
            return CredentialRefusal.unsigned(
                    "a body that is too long to sign (expected: at most " + limit + " bytes)");
        }
        try {
            Set<String> own = new HashSet<>(rewriter.ownFields());
            secrets.withhold(own);
            return answer(
                    rewriter.rewrite(whole(head, Copied.of(head, writer, connection), body), vault), own, secrets);
        } catch (RuntimeException | LinkageError | StackOverflowError e) {
            return CredentialRefusal.unsigned("rewriter failed: " + e.getClass().getSimpleName());
        }
    }

    private static @Nullable CredentialRefusal answer(@Nullable Rewrite answer, Set<String> own, HeadSecrets secrets) {
        return switch (answer) {
            case null -> CredentialRefusal.unsigned("rewriter gave no answer");
            case Rewrite.Untouched untouched -> null;
            case Rewrite.Rewritten rewritten -> {
                rewritten.value().close();
                yield CredentialRefusal.unsigned("rewriter gave an answer of the wrong kind");
            }
            case Rewrite.Refused refused -> CredentialRefusal.unsigned(Placeholders.redacted(refused.reason()));
            case Rewrite.Signed signed -> {
                boolean foreign = false;
                for (SignedField field : signed.fields()) {
                    secrets.add(field.name(), field.value());
                    foreign |= !own.contains(field.name().toLowerCase(Locale.ROOT));
                }
                yield foreign ? CredentialRefusal.unsigned("rewriter set a field that is not its own") : null;
            }
        };
    }

    private RequestPart.Whole whole(RequestHead head, Headers headers, @Nullable ByteBuf body) {
        ByteBuffer bytes =
                body == null ? ByteBuffer.allocate(0) : body.nioBuffer().asReadOnlyBuffer();
        Optional<String> hash =
                body == null ? Optional.empty() : Optional.ofNullable(arriving).map(ArrivingBody::sha256);
        return new RequestPart.Whole(
                head.method(), site.scheme(), admission.host(), admission.port(), target, headers, bytes, hash);
    }

    /** The fields that are about to be sent, as the client sent them. */
    private record Copied(Map<String, List<String>> values) implements Headers {

        static Copied of(RequestHead head, RequestWriter writer, ConnectionField connection) {
            Map<String, List<String>> values = new LinkedHashMap<>();
            writer.visit(
                    head,
                    connection,
                    (index, name, value) -> values.computeIfAbsent(
                                    name.toLowerCase(Locale.ROOT), key -> new ArrayList<>())
                            .add(value));
            return new Copied(values);
        }

        @Override
        public Optional<String> first(String name) {
            return all(name).stream().findFirst();
        }

        @Override
        public List<String> all(String name) {
            return List.copyOf(values.getOrDefault(name.toLowerCase(Locale.ROOT), List.of()));
        }

        @Override
        public Set<String> names() {
            return Set.copyOf(values.keySet());
        }

        @Override
        public String toString() {
            return "Headers" + values.keySet();
        }
    }
}
