package io.openshell.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * A client that sends exactly the bytes that it is given, in the division that it is given, and reads what comes
 * back. Waits are bounded: {@link SocketTimeoutException} says that nothing came. Text is ISO 8859-1, one byte a
 * character. For one thread.
 */
public final class RawClient implements AutoCloseable {

    /** How long a read waits unless told otherwise. */
    public static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final int LARGEST_HEAD = 256 * 1024;

    private Socket socket;
    private InputStream in;
    private OutputStream out;

    private RawClient(Socket socket) throws IOException {
        this.socket = socket;
        socket.setTcpNoDelay(true);
        socket.setSoTimeout((int) PATIENCE.toMillis());
        this.in = socket.getInputStream();
        this.out = socket.getOutputStream();
    }

    /** Connects. */
    public static RawClient connect(InetSocketAddress address) throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(address, (int) PATIENCE.toMillis());
            return new RawClient(socket);
        } catch (IOException failed) {
            socket.close();
            throw failed;
        }
    }

    /** Opens a tunnel through a proxy, and fails unless the answer is 200. */
    public static RawClient tunnel(InetSocketAddress proxy, String host, int port) throws IOException {
        RawClient client = connect(proxy);
        RawResponse answer = client.askTunnel(host + ":" + port);
        if (answer.status() != 200) {
            client.close();
            throw new IOException("CONNECT " + host + ":" + port + ": " + answer.status() + " " + answer.text());
        }
        return client;
    }

    /** Sends CONNECT and reads the answer. */
    public RawResponse askTunnel(String authority) throws IOException {
        send("CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\n\r\n");
        return readResponse("CONNECT");
    }

    /** Goes on in TLS, with this name indicated and checked. */
    public RawClient startTls(SSLContext context, String serverName) throws IOException {
        SSLSocket tls = (SSLSocket) context.getSocketFactory().createSocket(socket, serverName, socket.getPort(), true);
        SSLParameters parameters = tls.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        if (!serverName.matches("[0-9.]+|.*:.*")) {
            parameters.setServerNames(List.of(new SNIHostName(serverName)));
        }
        tls.setSSLParameters(parameters);
        tls.startHandshake();
        socket = tls;
        in = tls.getInputStream();
        out = tls.getOutputStream();
        return this;
    }

    /** The port that this client comes from. */
    public InetSocketAddress localAddress() {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    /** The TLS socket, after {@link #startTls}. */
    public SSLSocket tls() {
        if (socket instanceof SSLSocket tls) {
            return tls;
        }
        throw new IllegalStateException("tls: not started (expected: startTls before)");
    }

    /** Sets how long reads wait. */
    public RawClient patience(Duration wait) throws IOException {
        socket.setSoTimeout((int) wait.toMillis());
        return this;
    }

    /** Sends text. */
    public RawClient send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Sends bytes in one write. */
    public RawClient send(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
        return this;
    }

    /** Sends bytes in two writes, with a pause between so that they arrive apart. */
    public RawClient sendSplit(byte[] bytes, int at, Duration pause) throws IOException {
        out.write(bytes, 0, at);
        out.flush();
        pause(pause);
        out.write(bytes, at, bytes.length - at);
        out.flush();
        return this;
    }

    /** Sends bytes one by one, each in a segment or record of its own. */
    public RawClient sendBytewise(byte[] bytes) throws IOException {
        for (byte octet : bytes) {
            out.write(octet);
            out.flush();
        }
        return this;
    }

    /** Says that nothing more will be sent. */
    public RawClient finish() throws IOException {
        socket.shutdownOutput();
        return this;
    }

    /** Reads the response to a GET. */
    public RawResponse readResponse() throws IOException {
        return readResponse("GET");
    }

    /** Reads one response to a request of this method, with its body by its framing. */
    public RawResponse readResponse(String method) throws IOException {
        String head = readHead();
        RawResponse response = RawResponse.of(head);
        boolean bodyless = method.equals("HEAD")
                || (method.equals("CONNECT") && response.status() == 200)
                || response.status() / 100 == 1
                || response.status() == 204
                || response.status() == 304;
        return bodyless ? response : response.withBody(readBody(response));
    }

    /** Reads up to and with the empty line. */
    public String readHead() throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        int matched = 0;
        while (matched < 4) {
            int octet = in.read();
            if (octet < 0) {
                throw new IOException(
                        "response: ends in the head, after: " + head.toString(StandardCharsets.ISO_8859_1));
            }
            head.write(octet);
            matched = octet == "\r\n\r\n".charAt(matched) ? matched + 1 : octet == '\r' ? 1 : 0;
            if (head.size() > LARGEST_HEAD) {
                throw new IOException("response: head of more than " + LARGEST_HEAD + " bytes");
            }
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    /** Reads exactly this many bytes. */
    public byte[] read(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new IOException("connection: ends after " + bytes.length + " bytes (expected: " + length + ")");
        }
        return bytes;
    }

    /** Reads what there is at once, at most this much; -1 at the end. */
    public int readSome(byte[] buffer) throws IOException {
        return in.read(buffer);
    }

    /** Reads until the other side closes; a reset ends it too. */
    public byte[] readToEnd() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] buffer = new byte[8192];
        try {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                all.write(buffer, 0, n);
            }
        } catch (SocketTimeoutException silence) {
            throw silence;
        } catch (SocketException | SSLException ended) {
            // A reset, or TLS without close_notify, is an end like any other to a client that only looks at bytes.
        }
        return all.toByteArray();
    }

    /** Whether the other side closes within a time; what it still sends is thrown away. */
    public boolean closesWithin(Duration wait) throws IOException {
        patience(wait);
        try {
            readToEnd();
            return true;
        } catch (SocketTimeoutException open) {
            return false;
        }
    }

    /** Ends the connection with a reset rather than a close. */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private byte[] readBody(RawResponse response) throws IOException {
        if (response.header("transfer-encoding").isPresent()) {
            return readChunks();
        }
        if (response.header("content-length").isPresent()) {
            return read(Integer.parseInt(response.header("content-length").get()));
        }
        return readToEnd();
    }

    private byte[] readChunks() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            int size = Integer.parseInt(readLine(), 16);
            if (size == 0) {
                readLine();
                return body.toByteArray();
            }
            body.write(read(size));
            readLine();
        }
    }

    private String readLine() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int octet = in.read(); octet != '\n'; octet = in.read()) {
            if (octet < 0) {
                throw new IOException("body: ends in a chunk line");
            }
            line.append((char) octet);
        }
        return line.substring(0, line.length() - 1);
    }

    private static void pause(Duration pause) throws IOException {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interrupted);
        }
    }
}
