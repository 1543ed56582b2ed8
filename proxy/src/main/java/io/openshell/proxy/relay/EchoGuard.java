package io.openshell.proxy.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.openshell.api.inspect.HeaderEdit;
import io.openshell.core.echo.EchoMatch;
import io.openshell.core.echo.EchoScanner;
import io.openshell.core.event.Fact;
import io.openshell.core.event.Severity;
import io.openshell.core.network.CredentialEcho;
import io.openshell.proxy.http.ErrorResponse;
import io.openshell.proxy.http.ErrorResponses;
import io.openshell.proxy.http.HeaderFields;
import io.openshell.proxy.http.RequestHead;
import io.openshell.proxy.http.ResponseHead;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Looks for the destination's credentials in one answer, or in what comes from the upstream after an upgrade. What it finds is
 * an event, and is overwritten or refused as the endpoint says. For one event loop.
 */
final class EchoGuard implements AutoCloseable {

    private static final List<HeaderEdit> READABLE =
            List.of(new HeaderEdit("Accept-Encoding", "identity"), new HeaderEdit("Sec-WebSocket-Extensions", null));

    private static final String HEAD = "head";
    private static final String BODY = "body";
    private static final String STREAM = "stream";

    private final SandboxRelay sandbox;
    private final Admission admission;
    private final Optional<CredentialEcho> said;
    private final EchoScanner scanner;
    private final Set<String> told = new HashSet<>();
    private String place;
    private boolean redacts;

    private EchoGuard(
            SandboxRelay sandbox,
            Admission admission,
            Optional<CredentialEcho> said,
            EchoScanner scanner,
            String place) {
        this.sandbox = sandbox;
        this.admission = admission;
        this.said = said;
        this.scanner = scanner;
        this.place = place;
        this.redacts = said.equals(Optional.of(CredentialEcho.REDACT));
    }

    /** For the answer to a request with this canonical path; null if nothing is to be looked for. */
    static @Nullable EchoGuard ofAnswer(ClientConnection client, Admission admission, String path) {
        return of(client, admission, admission.endpoints().credentialEcho(path), HEAD);
    }

    /**
     * For what the upstream sends that is no answer; null if nothing is to be looked for.
     *
     * @param path of the request that led to it
     */
    static @Nullable EchoGuard ofStream(ClientConnection client, Admission admission, String path) {
        return of(client, admission, admission.endpoints().credentialEcho(path), STREAM);
    }

    private static @Nullable EchoGuard of(
            ClientConnection client, Admission admission, Optional<CredentialEcho> said, String place) {
        if (said.equals(Optional.of(CredentialEcho.ALLOW))) {
            return null;
        }
        SandboxRelay sandbox = client.sandbox();
        return sandbox.echoes()
                .open(admission.destination(), client.loop().echoWorkspace())
                .map(scanner -> new EchoGuard(sandbox, admission, said, scanner, place))
                .orElse(null);
    }

    /** The request that asks for an answer which can be read, if that matters. */
    static RequestHead askingForReadable(SandboxRelay sandbox, Admission admission, RequestHead head) {
        if (!sandbox.echoes().watches(admission.destination())
                || admission.endpoints().allowsCredentialEcho()) {
            return head;
        }
        return head.withHeaders(head.headers().edited(READABLE));
    }

    /** The head as it may go on; empty if it may not. */
    Optional<ResponseHead> head(ResponseHead head) {
        boolean block = said.equals(Optional.of(CredentialEcho.BLOCK));
        Optional<byte[]> masked = maskedHead(head.octets());
        Optional<ResponseHead> result =
                masked.isEmpty() ? Optional.of(head) : block ? Optional.empty() : head.over(masked.get());
        tell(result.isPresent());
        return result;
    }

    /**
     * Looks at what the head says of the body, which follows.
     *
     * @return why it cannot be read; empty if it can
     */
    String beginBody(ResponseHead head) {
        place = BODY;
        redacts = said.equals(Optional.of(CredentialEcho.REDACT))
                || (said.isEmpty() && TextTypes.includes(head.headers().first("content-type")));
        return hidden(head);
    }

    /**
     * What in a head says that what follows cannot be searched.
     *
     * @return empty if nothing does
     */
    static String hidden(ResponseHead head) {
        HeaderFields fields = head.headers();
        if (!fields.all("content-encoding").stream().allMatch(coding -> coding.equalsIgnoreCase("identity"))) {
            return hidden("content coding", "identity, which was asked for");
        }
        if (fields.first("sec-websocket-extensions").isPresent()) {
            return hidden("WebSocket extension", "none, for none was offered");
        }
        return TextTypes.isWide(fields.first("content-type"))
                ? hidden("charset", "one in which ASCII stands as it is, such as utf-8")
                : "";
    }

    private static String hidden(String what, String expected) {
        return what + ": one that hides credentials (expected: " + expected + "; or credential_echo: allow)";
    }

    /** Whether a secret would end the body, rather than be overwritten in it. */
    boolean blocks() {
        return !redacts;
    }

    /**
     * Takes the next bytes, which are handed over.
     *
     * @param out gets what may go on, in order, and owns it
     * @return false if they hold a secret and the stream must end
     */
    boolean pass(ByteBuf bytes, ByteBufAllocator allocator, Consumer<? super ByteBuf> out) {
        try {
            while (bytes.isReadable()) {
                if (!piece(bytes, Math.min(EchoScanner.PIECE, bytes.readableBytes()), allocator, out)) {
                    return false;
                }
            }
            return true;
        } finally {
            bytes.release();
        }
    }

    /**
     * Ends the stream.
     *
     * @param out gets what was held back
     * @return false if it is a secret
     */
    boolean end(ByteBufAllocator allocator, Consumer<? super ByteBuf> out) {
        scanner.prepare(0);
        int go = scanner.scan(0, true);
        if (mustStop()) {
            return false;
        }
        copy(scanner.gone(), go, allocator, out);
        return true;
    }

    /**
     * Nothing more comes for now, and whether anything does may depend on the client: a few bytes that could begin a secret do
     * not keep it waiting for the rest of what the upstream has said.
     *
     * @param out gets them
     */
    void paused(ByteBufAllocator allocator, Consumer<? super ByteBuf> out) {
        byte[] few = scanner.letGo();
        if (few.length > 0) {
            out.accept(allocator.buffer(few.length).writeBytes(few));
        }
    }

    private boolean piece(ByteBuf bytes, int count, ByteBufAllocator allocator, Consumer<? super ByteBuf> out) {
        int held = scanner.prepare(count);
        bytes.getBytes(bytes.readerIndex(), scanner.wire(), held, count);
        int go = scanner.scan(count, false);
        if (mustStop()) {
            return false;
        }
        if (scanner.masked() || go < held) {
            copy(scanner.gone(), go, allocator, out);
        } else {
            copy(scanner.gone(), held, allocator, out);
            if (go > held) {
                out.accept(bytes.retainedSlice(bytes.readerIndex(), go - held));
            }
        }
        bytes.skipBytes(count);
        return true;
    }

    private boolean mustStop() {
        if (!scanner.masked()) {
            return false;
        }
        tell(redacts);
        return !redacts;
    }

    private void copy(int from, int to, ByteBufAllocator allocator, Consumer<? super ByteBuf> out) {
        if (to > from) {
            out.accept(allocator.buffer(to - from).writeBytes(scanner.wire(), from, to - from));
        }
    }

    /** The head with secrets overwritten; empty if there are none. */
    private Optional<byte[]> maskedHead(byte[] octets) {
        byte[] masked = octets.clone();
        boolean changed = false;
        int done = 0;
        for (int from = 0; from < octets.length; from += EchoScanner.PIECE) {
            int count = Math.min(EchoScanner.PIECE, octets.length - from);
            int held = scanner.prepare(count);
            System.arraycopy(octets, from, scanner.wire(), held, count);
            int go = scanner.scan(count, from + count == octets.length);
            changed |= scanner.masked();
            System.arraycopy(scanner.wire(), 0, masked, done, go);
            done += go;
        }
        return changed ? Optional.of(masked) : Optional.empty();
    }

    private void tell(boolean redacted) {
        for (EchoMatch match : scanner.takeFound()) {
            if (told.add(place + " " + match.key() + " " + match.form())) {
                sandbox.emit(sandbox.echoes()
                        .findings()
                        .blocked(
                                redacted ? Severity.MEDIUM : Severity.HIGH,
                                "credential in a response",
                                "credential " + match.key() + " came back from " + admission.destination() + ": "
                                        + (redacted ? "overwritten" : "refused"),
                                new Fact("credential", match.key()),
                                new Fact("place", place),
                                new Fact("form", match.form()),
                                new Fact("action", redacted ? "redacted" : "blocked"),
                                new Fact("destination", admission.destination().toString()),
                                new Fact("binary", admission.binary()),
                                new Fact("rule", admission.ruleId())));
            }
        }
    }

    /** The answer in place of one with a secret in it. */
    ErrorResponse refusal() {
        return ErrorResponses.of(
                502,
                "credential_echo",
                admission.destination() + " sent a response with a credential in it",
                "a secret that is bound to the destination came back");
    }

    /** The answer in place of one that cannot be read. */
    ErrorResponse unreadable(String reason) {
        return ErrorResponses.of(
                502,
                "credential_echo",
                admission.destination() + " sent a response that cannot be searched for credentials",
                reason);
    }

    @Override
    public void close() {
        scanner.close();
    }
}
