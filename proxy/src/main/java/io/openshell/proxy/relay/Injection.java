package io.openshell.proxy.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.openshell.api.credential.CredentialRewriter;
import io.openshell.api.credential.Secret;
import io.openshell.api.credential.Vault;
import io.openshell.core.credential.ArrivingBody;
import io.openshell.core.credential.BoundCredentials;
import io.openshell.core.credential.CredentialLimits;
import io.openshell.core.credential.CredentialRefusal;
import io.openshell.core.credential.MarkerScan;
import io.openshell.core.credential.Placeholders;
import io.openshell.core.credential.RequestCredentials;
import io.openshell.core.credential.Rewriting;
import io.openshell.core.decide.Decisions;
import io.openshell.core.decide.EndpointSet;
import io.openshell.core.network.CompiledEndpoint;
import io.openshell.core.target.SentPath;
import io.openshell.proxy.egress.UpstreamConnection;
import io.openshell.proxy.http.BodyFraming;
import io.openshell.proxy.http.ConnectionField;
import io.openshell.proxy.http.HeadSecrets;
import io.openshell.proxy.http.RequestHead;
import io.openshell.proxy.http.RequestWriter;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Puts credentials into one request, last before the wire and after every decision: it writes the head that was decided
 * on, and if a placeholder stands anywhere in it, or the endpoint signs, with secrets in their places. What is left over
 * refuses the request. A request without a placeholder costs one scan of its head.
 */
final class Injection {

    private static final String BASIC = "Basic ";
    private static final int SCRATCH = 512;

    private final SandboxRelay sandbox;
    private final Admission admission;
    private final Site site;
    private final RequestHead head;
    private final String path;
    private final String query;
    private final CompiledEndpoint endpoint;
    private final boolean optedIn;
    private final boolean guarded;
    private final @Nullable Signing signing;
    private final Optional<String> signedPath;
    private final @Nullable EncodedSearch search;
    private boolean headMarked;
    private boolean bodyMarked;

    /** @param path canonical */
    Injection(SandboxRelay sandbox, Admission admission, Site site, RequestHead head, String path, String query) {
        this.sandbox = sandbox;
        this.admission = admission;
        this.site = site;
        this.head = head;
        this.path = path;
        this.query = query;
        this.endpoint = endpoint(admission.endpoints(), path);
        this.optedIn = endpoint.endpoint().inspected() && endpoint.endpoint().requestBodyCredentialRewrite();
        this.guarded = !sandbox.context().credentials().isEmpty();
        this.search = guarded && !head.framing().isEmpty()
                ? EncodedSearch.of(
                        head.headers().all("content-encoding"), head.headers().all("x-amz-content-sha256"))
                : null;
        CredentialRewriter rewriter = endpoint.endpoint().signing().orElse(null);
        this.signedPath = rewriter == null ? Optional.empty() : SentPath.of(head.target(), path);
        this.signing = rewriter == null ? null : new Signing(rewriter, admission, site, signedPath.orElse(path), query);
    }

    /** The endpoint whose word counts: the one that inspects the path, or, where none inspects, one that signs. */
    private static CompiledEndpoint endpoint(EndpointSet endpoints, String path) {
        return Decisions.endpointFor(endpoints, path)
                .or(() -> endpoints.endpoints().stream()
                        .filter(it -> it.endpoint().signing().isPresent())
                        .findFirst())
                .orElseGet(() -> endpoints.endpoints().getFirst());
    }

    /** Where in a request a placeholder was. */
    enum Place {
        TARGET,
        HEAD,
        BODY
    }

    /** What came of writing. */
    sealed interface Result {

        /**
         * The head is written.
         *
         * @param secret whether it holds a secret
         * @param body the body that is sent instead; whoever gets it closes it
         */
        record Written(boolean secret, @Nullable Secret body) implements Result {

            /** Sends the head. */
            void send(ByteBuf head, UpstreamConnection upstream) {
                if (secret) {
                    upstream.writeSecret(head);
                } else {
                    upstream.write(head);
                }
            }
        }

        /** Nothing may be sent. */
        record Refused(Place place, CredentialRefusal refusal) implements Result {}
    }

    /** The endpoint that an event names. */
    String ruleId() {
        return endpoint.endpoint().id();
    }

    /** How much of the body must be there before anything is sent, in bytes; negative if it may stream. */
    int bodyWanted() {
        if (head.framing().isEmpty()) {
            return -1;
        }
        int signed = signing == null ? -1 : signing.bodyWanted(head);
        if (signed >= 0) {
            return signed;
        }
        boolean fits =
                !(head.framing() instanceof BodyFraming.Length length) || length.bytes() <= CredentialLimits.BODY_BYTES;
        boolean known = head.framing() instanceof BodyFraming.Length;
        return fits && (optedIn || (guarded && known)) ? CredentialLimits.BODY_BYTES : -1;
    }

    /** What must be told of the body as it arrives, after {@link #bodyWanted}; {@code null} for nothing. */
    @Nullable
    ArrivingBody arriving() {
        return signing == null ? null : signing.arriving();
    }

    private boolean holdsMarker(ByteBuf kept) {
        ArrivingBody searched = arriving();
        return searched == null ? finds(kept) : searched.marked();
    }

    /** Whether a body that streams must be searched for placeholders. */
    boolean guardsBody() {
        return guarded || optedIn;
    }

    /** The search of the body as its receiver decodes it, if it must be searched so. */
    @Nullable
    EncodedSearch search() {
        return search;
    }

    /**
     * Looks for reasons not to send the request, before an upstream is asked for.
     *
     * @param kept the body, if it was kept
     */
    Result.@Nullable Refused examine(
            RequestWriter writer, RequestHead toSend, ConnectionField connection, @Nullable ByteBuf kept) {
        CredentialRefusal unknown = search == null ? null : search.unknown();
        if (unknown != null) {
            return new Result.Refused(Place.BODY, unknown);
        }
        headMarked = Placeholders.occurIn(path)
                || Placeholders.occurIn(query)
                || toSend.headers().holdPlaceholder()
                || isBasic(toSend);
        bodyMarked = kept != null && guardsBody() && (optedIn || holdsMarker(kept));
        if (signing != null || !(headMarked || bodyMarked)) {
            return null;
        }
        ByteBuf scratch = Unpooled.buffer(SCRATCH);
        try {
            Result result = write(scratch, writer, toSend, connection, kept);
            if (result instanceof Result.Written(boolean secret, Secret body) && body != null) {
                body.close();
            }
            return result instanceof Result.Refused refused ? refused : null;
        } finally {
            wipe(scratch);
            scratch.release();
        }
    }

    private static boolean isBasic(RequestHead toSend) {
        return toSend.headers()
                .first("authorization")
                .filter(it -> it.regionMatches(true, 0, BASIC, 0, BASIC.length()))
                .isPresent();
    }

    /** Writes the head. After a refusal the buffer is empty. */
    Result write(
            ByteBuf out, RequestWriter writer, RequestHead toSend, ConnectionField connection, @Nullable ByteBuf kept) {
        Secret body = null;
        if (bodyMarked && kept != null) {
            switch (body(toSend, kept)) {
                case Rewriting.Unchanged unchanged -> {}
                case Rewriting.Refused(CredentialRefusal refusal) -> {
                    return new Result.Refused(Place.BODY, refusal);
                }
                case Rewriting.Changed(Secret changed) -> body = changed;
            }
        }
        RequestHead framed = body == null ? toSend : toSend.withFraming(new BodyFraming.Length(body.length()));
        if (signing == null && !headMarked) {
            if (body != null && head.method().equals("TRACE")) {
                return refused(body, out, Place.HEAD, CredentialRefusal.traced());
            }
            writer.write(out, framed, path, query, connection);
            return new Result.Written(false, body);
        }
        return withSecrets(out, writer, framed, connection, kept, body);
    }

    private Rewriting body(RequestHead toSend, ByteBuf kept) {
        byte[] bytes = ByteBufUtil.getBytes(kept);
        if (!optedIn) {
            return new Rewriting.Refused(CredentialRefusal.inBody());
        }
        String type = String.join(", ", toSend.headers().all("content-type"));
        String encoding = String.join(", ", toSend.headers().all("content-encoding"));
        return credentials().body(type, encoding, bytes);
    }

    private Result withSecrets(
            ByteBuf out,
            RequestWriter writer,
            RequestHead framed,
            ConnectionField connection,
            @Nullable ByteBuf kept,
            @Nullable Secret body) {
        try (HeadSecrets secrets = new HeadSecrets()) {
            Result.Refused problem = target(secrets);
            if (problem == null && signing != null) {
                CredentialRefusal unsigned = signing.sign(framed, writer, connection, kept, vault(), secrets);
                problem = unsigned == null ? null : new Result.Refused(Place.HEAD, unsigned);
            }
            if (problem == null) {
                problem = fields(writer, framed, connection, secrets);
            }
            if (problem == null && head.method().equals("TRACE") && (!secrets.isEmpty() || body != null)) {
                problem = new Result.Refused(Place.HEAD, CredentialRefusal.traced());
            }
            if (problem != null) {
                return refused(body, out, problem.place(), problem.refusal());
            }
            String written = signedPath.orElse(path);
            out.ensureWritable(
                    writer.roomFor(framed, written, query, secrets)); // a buffer that grows leaves a copy behind
            writer.write(out, framed, written, query, connection, secrets);
            if (finds(out)) {
                return refused(body, out, Place.HEAD, CredentialRefusal.inHead());
            }
            return new Result.Written(!secrets.isEmpty(), body);
        } catch (IllegalArgumentException e) {
            return refused(body, out, Place.HEAD, CredentialRefusal.unsigned("a field that no request may have"));
        }
    }

    private Result.@Nullable Refused target(HeadSecrets secrets) {
        if (signing != null && (Placeholders.occurIn(path) || Placeholders.occurIn(query))) {
            return new Result.Refused(
                    Place.TARGET, CredentialRefusal.unsigned("a placeholder in the path or query, which is signed"));
        }
        if (signing != null && signedPath.isEmpty()) {
            return new Result.Refused(
                    Place.TARGET,
                    CredentialRefusal.unsigned("a path that would be signed as another than the client sent (expected:"
                            + " no empty segment, no dot segment, no semicolon)"));
        }
        RequestCredentials credentials = credentials();
        return switch (credentials.path()) {
            case Rewriting.Refused(CredentialRefusal refusal) -> new Result.Refused(Place.TARGET, refusal);
            case Rewriting.Changed(Secret changed) -> {
                secrets.path(changed);
                yield query(credentials, secrets);
            }
            case Rewriting.Unchanged unchanged -> query(credentials, secrets);
        };
    }

    private Result.@Nullable Refused query(RequestCredentials credentials, HeadSecrets secrets) {
        return switch (credentials.query(query)) {
            case Rewriting.Refused(CredentialRefusal refusal) -> new Result.Refused(Place.TARGET, refusal);
            case Rewriting.Changed(Secret changed) -> {
                secrets.query(changed);
                yield null;
            }
            case Rewriting.Unchanged unchanged -> null;
        };
    }

    private Result.@Nullable Refused fields(
            RequestWriter writer, RequestHead framed, ConnectionField connection, HeadSecrets secrets) {
        RequestCredentials credentials = credentials();
        CredentialRefusal[] problem = new CredentialRefusal[1];
        writer.visit(framed, connection, (index, name, value) -> {
            if (problem[0] != null || secrets.withholds(name)) {
                return;
            }
            switch (credentials.header(name, value)) {
                case Rewriting.Refused(CredentialRefusal refusal) -> problem[0] = refusal;
                case Rewriting.Changed(Secret changed) -> secrets.value(index, changed);
                case Rewriting.Unchanged unchanged -> {}
            }
        });
        return problem[0] == null ? null : new Result.Refused(Place.HEAD, problem[0]);
    }

    private static Result.Refused refused(@Nullable Secret body, ByteBuf out, Place place, CredentialRefusal refusal) {
        if (body != null) {
            body.close();
        }
        wipe(out);
        return new Result.Refused(place, refusal);
    }

    /** The credentials that requests to this destination may carry, as of now. */
    BoundCredentials bound() {
        return sandbox.context().credentials().boundTo(admission.host(), admission.port());
    }

    private RequestCredentials credentials() {
        return bound().forRequest(path, site.tls());
    }

    private Vault vault() {
        return credentials().vault();
    }

    private static boolean finds(ByteBuf bytes) {
        MarkerScan scan = new MarkerScan();
        return bytes.forEachByte(octet -> !scan.take(octet)) >= 0;
    }

    private static void wipe(ByteBuf bytes) {
        bytes.setZero(0, bytes.capacity());
        bytes.clear();
    }
}
