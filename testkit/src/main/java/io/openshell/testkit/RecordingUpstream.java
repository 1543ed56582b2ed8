package io.openshell.testkit;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import javax.net.ssl.SSLContext;

/**
 * A real server that remembers every byte that it got. What it answers is scripted, well-formed or not. Each
 * connection has a virtual thread of its own. Any thread may ask.
 */
public final class RecordingUpstream implements AutoCloseable {

    /** What a connection does once it is accepted (and, with TLS, shaken hands). Returning closes it. */
    @FunctionalInterface
    public interface Conversation {

        /**
         * Talks.
         *
         * @param in every byte read from it is remembered
         */
        void run(InputStream in, OutputStream out) throws IOException;
    }

    private final ServerSocket server;
    private final Conversation conversation;
    private final List<Recording> recordings = new CopyOnWriteArrayList<>();
    private final List<ReceivedRequest> requests;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    private RecordingUpstream(ServerSocket server, Conversation conversation, List<ReceivedRequest> requests) {
        this.server = server;
        this.conversation = conversation;
        this.requests = requests;
        Thread.ofPlatform().daemon().name("recording-upstream").start(this::accept);
    }

    /** Answers requests over plain TCP on a free loopback port. */
    public static RecordingUpstream plain(Function<ReceivedRequest, Reply> script) throws IOException {
        return answering(loopback(), script);
    }

    /** Answers requests over TLS on a free loopback port. */
    public static RecordingUpstream tls(SSLContext context, Function<ReceivedRequest, Reply> script)
            throws IOException {
        return answering(loopback(context), script);
    }

    /** Answers requests on an address of the caller's choice. */
    public static RecordingUpstream answering(ServerSocket server, Function<ReceivedRequest, Reply> script) {
        List<ReceivedRequest> requests = new CopyOnWriteArrayList<>();
        return new RecordingUpstream(server, (in, out) -> answer(in, out, script, requests), requests);
    }

    /** Talks in any way, over plain TCP on a free loopback port. */
    public static RecordingUpstream conversing(Conversation conversation) throws IOException {
        return new RecordingUpstream(loopback(), conversation, List.of());
    }

    /** Talks in any way, over TLS on a free loopback port. */
    public static RecordingUpstream conversing(SSLContext context, Conversation conversation) throws IOException {
        return new RecordingUpstream(loopback(context), conversation, List.of());
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    /** The port that it listens on. */
    public int port() {
        return server.getLocalPort();
    }

    /** Its connections, oldest first. A connection whose TLS handshake failed is one with no bytes. */
    public List<Recording> connections() {
        return List.copyOf(recordings);
    }

    /** The complete requests that it read, in the order of their completion; empty if it is not answering requests. */
    public List<ReceivedRequest> requests() {
        return List.copyOf(requests);
    }

    /** Everything that all connections brought, one after the other. */
    public String text() {
        StringBuilder all = new StringBuilder();
        recordings.forEach(recording -> all.append(recording.text()));
        return all.toString();
    }

    /** Forgets what it got until now. Connections that are open stay, and what they bring is remembered anew. */
    public void forget() {
        recordings.removeIf(Recording::ended);
        recordings.forEach(Recording::forget);
        if (!requests.isEmpty()) {
            requests.clear();
        }
    }

    /** Waits for something to become true of this upstream; false if it doesn't in time. */
    public boolean await(BooleanSupplier condition, Duration wait) throws InterruptedException {
        long end = System.nanoTime() + wait.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() >= end) {
                return false;
            }
            Thread.sleep(2);
        }
        return true;
    }

    /** Waits until it has read this many requests. */
    public boolean awaitRequests(int count) throws InterruptedException {
        return await(() -> requests.size() >= count, RawClient.PATIENCE);
    }

    /** Stops listening and ends every connection. */
    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : open) {
            socket.close();
        }
    }

    private static ServerSocket loopback() throws IOException {
        return new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
    }

    private static ServerSocket loopback(SSLContext context) throws IOException {
        return context.getServerSocketFactory().createServerSocket(0, 128, InetAddress.getLoopbackAddress());
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                open.add(socket);
                Recording recording = new Recording((InetSocketAddress) socket.getRemoteSocketAddress());
                recordings.add(recording);
                Thread.ofVirtual().start(() -> serve(socket, recording));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket socket, Recording recording) {
        try (socket) {
            socket.setTcpNoDelay(true);
            conversation.run(new Tee(socket.getInputStream(), recording), socket.getOutputStream());
        } catch (IOException ended) {
            // The peer went away, or its TLS failed; what it sent until then is recorded, and that is what counts.
        } finally {
            recording.end();
            open.remove(socket);
        }
    }

    /** Reads requests and sends what the script says, until it says to close. */
    private static void answer(
            InputStream in, OutputStream out, Function<ReceivedRequest, Reply> script, List<ReceivedRequest> requests)
            throws IOException {
        RequestStream stream = new RequestStream(new BufferedInputStream(in), out);
        for (ReceivedRequest request = stream.next(); request != null; request = stream.next()) {
            requests.add(request);
            Reply reply = script.apply(request);
            out.write(reply.bytes());
            out.flush();
            if (reply.close()) {
                return;
            }
        }
    }

    /** Remembers what is read. */
    private static final class Tee extends FilterInputStream {

        private final Recording recording;

        Tee(InputStream in, Recording recording) {
            super(in);
            this.recording = recording;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int n = super.read(buffer, offset, length);
            if (n > 0) {
                recording.add(buffer, offset, n);
            }
            return n;
        }
    }
}
