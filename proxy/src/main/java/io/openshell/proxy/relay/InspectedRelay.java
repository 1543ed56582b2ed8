package io.openshell.proxy.relay;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import io.openshell.api.inspect.ConnectionInspector;
import io.openshell.api.inspect.StreamInspector;
import io.openshell.api.inspect.StreamVerdict;
import io.openshell.core.event.Ruling;
import io.openshell.core.network.CompiledEndpoint;
import io.openshell.proxy.egress.UpstreamConnection;
import io.openshell.proxy.egress.UpstreamReader;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Bytes pass through a stream inspector: only what it hands on reaches the other side. What it throws, or if it
 * says nothing, ends the connection.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what a channel is told to do ends in an event, not in a future
final class InspectedRelay implements ConnectionState, UpstreamReader {

    private final ClientConnection client;
    private final Admission admission;
    private final UpstreamConnection upstream;
    private final StreamInspector inspector;
    private final StreamJudge judge;
    private final GuardedOutput toClient;
    private boolean ready;
    private boolean over;
    private boolean inspectorClosed;
    private @Nullable ByteBuf waiting;
    private long bytesOut;
    private long bytesIn;

    private InspectedRelay(
            ClientConnection client,
            Admission admission,
            Switching.Upstream upstream,
            StreamInspector inspector,
            StreamJudge judge) {
        this.client = client;
        this.admission = admission;
        this.upstream = upstream.connection();
        this.toClient = new GuardedOutput(client, admission, upstream);
        this.inspector = inspector;
        this.judge = judge;
    }

    /**
     * Begins after an upgrade.
     *
     * @param judge the one that the inspector has
     * @param fromClient what the client has sent already, if anything
     */
    static void begin(
            ClientConnection client,
            Admission admission,
            Switching.Upstream upstream,
            StreamInspector inspector,
            StreamJudge judge,
            @Nullable ByteBuf fromClient) {
        InspectedRelay relay = new InspectedRelay(client, admission, upstream, inspector, judge);
        client.become(relay);
        relay.ready(fromClient, upstream.behind());
    }

    /**
     * Begins a tunnel whose bytes an endpoint's inspector reads.
     *
     * @param tls whether TLS was taken off, so that it must be put on again
     */
    static void connection(
            ClientConnection client,
            Tunnel tunnel,
            boolean tls,
            @Nullable ByteBuf fromClient,
            @Nullable ByteBuf fromUpstream) {
        Admission admission = tunnel.admission();
        UpstreamConnection upstream = tunnel.take();
        ConnectionInspector inspector =
                admission.endpoints().connectionInspector().orElseThrow();
        CompiledEndpoint endpoint = admission.endpoints().endpoints().stream()
                .filter(it -> it.endpoint().inspected())
                .findFirst()
                .orElseThrow();
        if (upstream == null) {
            throw new IllegalStateException("an inspected tunnel without an upstream");
        }
        StreamJudge judge = new StreamJudge(client.sandbox(), admission, endpoint, "/", tls);
        StreamInspector stream;
        try {
            stream = inspector.open(judge);
        } catch (RuntimeException | LinkageError | StackOverflowError e) {
            admission.denied(Ruling.L7, "inspector failed: " + e.getClass().getSimpleName());
            upstream.close();
            client.close();
            return;
        }
        EchoGuard guard = EchoGuard.ofStream(client, admission, "");
        InspectedRelay relay =
                new InspectedRelay(client, admission, new Switching.Upstream(upstream, null, guard), stream, judge);
        client.become(relay);
        if (tls) {
            relay.secure();
        } else {
            relay.ready(fromClient, fromUpstream);
        }
    }

    private void secure() {
        client.allow(RelayLimits.AUTHORISE_MILLIS);
        Future<Channel> handshake =
                client.sandbox().secure(upstream, client.channel().eventLoop(), admission);
        handshake.addListener(done -> {
            if (!client.in(this)) {
                upstream.close();
            } else if (handshake.isSuccess()) {
                ByteBuf early = waiting;
                waiting = null;
                client.reading(true);
                ready(early, null);
            } else {
                admission.failed("TLS handshake with the upstream: " + Failures.reason(handshake.cause()));
                client.close();
            }
        });
    }

    private void ready(@Nullable ByteBuf fromClient, @Nullable ByteBuf fromUpstream) {
        ready = true;
        client.allow(RelayLimits.SILENT_RELAY_MILLIS);
        upstream.attach(this);
        if (fromUpstream != null) {
            fromUpstream(fromUpstream);
        }
        if (fromClient != null) {
            fromClient(fromClient);
        }
        toClient.pause();
        client.flush();
        upstream.flush();
    }

    @Override
    public void fromClient(ByteBuf bytes) {
        if (!ready) {
            // One read's worth: the first bytes after the handshake.
            client.reading(false);
            waiting = waiting == null
                    ? bytes
                    : client.channel().alloc().compositeBuffer().addComponents(true, waiting, bytes);
            return;
        }
        bytesOut += bytes.readableBytes();
        inspect(bytes, inspector::fromClient, this::toUpstream, this::toClient);
    }

    @Override
    public void fromUpstream(ByteBuf bytes) {
        bytesIn += bytes.readableBytes();
        inspect(bytes, inspector::fromUpstream, this::toClient, this::toUpstream);
    }

    @FunctionalInterface
    private interface Inspection {
        @Nullable
        StreamVerdict of(ByteBuffer bytes);
    }

    private void inspect(ByteBuf bytes, Inspection inspection, Consumer<ByteBuf> onward, Consumer<ByteBuf> back) {
        if (over || !current()) {
            bytes.release();
            return;
        }
        try {
            client.allow(RelayLimits.SILENT_RELAY_MILLIS);
            apply(inspection.of(bytes.nioBuffer().asReadOnlyBuffer()), onward, back);
        } catch (RuntimeException | LinkageError | StackOverflowError e) {
            end("inspector failed: " + e.getClass().getSimpleName());
        } finally {
            bytes.release();
        }
        if (!over) {
            client.reading(upstream.writable());
            upstream.reading(client.writable());
        }
    }

    private void apply(@Nullable StreamVerdict verdict, Consumer<ByteBuf> onward, Consumer<ByteBuf> back) {
        switch (verdict) {
            case null -> end("inspector gave no verdict");
            case StreamVerdict.Forward forward -> {
                send(forward.onward(), onward);
                send(forward.back(), back);
            }
            case StreamVerdict.Close close -> {
                send(close.onward(), onward);
                send(close.back(), back);
                end(close.reason());
            }
        }
    }

    /** From the first message with a credential on, what is sent is overwritten. */
    private void toUpstream(ByteBuf bytes) {
        if (judge.injected()) {
            upstream.writeSecret(bytes);
        } else {
            upstream.write(bytes);
        }
    }

    /** Copies: the inspector's buffers are its own again when the call is over. */
    private void send(List<ByteBuffer> buffers, Consumer<ByteBuf> to) {
        for (ByteBuffer buffer : buffers) {
            if (buffer.hasRemaining()) {
                to.accept(client.channel().alloc().buffer(buffer.remaining()).writeBytes(buffer.duplicate()));
            }
        }
    }

    private void end(String reason) {
        over = true;
        admission.denied(Ruling.L7, reason);
        finish();
    }

    /** All that goes to the client, the inspector's own words too, so that it stays in order. */
    private void toClient(ByteBuf bytes) {
        over |= !toClient.write(bytes);
    }

    /** Both sides get what was written to them, and nothing more is said. */
    private void finish() {
        over = true;
        toClient.end();
        upstream.flush();
        upstream.finishOutput();
        client.finish();
        released();
    }

    @Override
    public void clientPaused() {
        upstream.flush();
        toClient.pause();
        client.flush();
    }

    @Override
    public void upstreamPaused() {
        toClient.pause();
        client.flush();
        upstream.flush();
    }

    @Override
    public void upstreamWritability(boolean writable) {
        client.reading(writable);
    }

    @Override
    public void clientWritability(boolean writable) {
        upstream.reading(writable);
    }

    /** An inspector reads two directions that belong together, so they end together. */
    @Override
    public void clientEnded() {
        over = true;
        toClient.end();
        upstream.flush();
        released();
        client.finish();
    }

    @Override
    public void upstreamEnded(boolean orderly) {
        over = true;
        toClient.end();
        if (orderly) {
            released();
            client.finish();
        } else {
            client.abort();
        }
    }

    @Override
    public void overdue() {
        admission.failed("no byte in either direction for too long");
        client.close();
    }

    @Override
    public void revisit() {
        if (ready && !over && current()) {
            tick();
        } else if (!ready && !admission.samePolicy()) {
            client.close();
        }
    }

    private void tick() {
        try {
            apply(inspector.tick(client.loop().nanoTime()), this::toUpstream, this::toClient);
        } catch (RuntimeException | LinkageError | StackOverflowError e) {
            end("inspector failed: " + e.getClass().getSimpleName());
        }
        if (!over) {
            toClient.pause();
            client.flush();
            upstream.flush();
        }
    }

    /** Whether the policy that opened the stream is in force; otherwise the stream ends here, before anything else passes. */
    private boolean current() {
        if (admission.samePolicy()) {
            return true;
        }
        try {
            StreamVerdict.Close last = inspector.policyReplaced();
            send(last.onward(), upstream::write);
            send(last.back(), this::toClient);
        } catch (RuntimeException | LinkageError | StackOverflowError e) {
            admission.failed("inspector failed: " + e.getClass().getSimpleName());
        }
        finish();
        return false;
    }

    @Override
    public void released() {
        over = true;
        upstream.close();
        if (waiting != null) {
            waiting.release();
            waiting = null;
        }
        closeInspector();
        toClient.close();
        admission.closed(bytesOut, bytesIn);
    }

    /** Once, and after its last call: nothing is given to it any more once the relay is over. */
    private void closeInspector() {
        if (inspectorClosed) {
            return;
        }
        inspectorClosed = true;
        try {
            inspector.close();
        } catch (RuntimeException | LinkageError | StackOverflowError e) {
            admission.failed("inspector failed to close: " + e.getClass().getSimpleName());
        }
    }
}
