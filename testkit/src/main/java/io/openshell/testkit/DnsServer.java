package io.openshell.testkit;

import io.openshell.testkit.DnsZone.Answer;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * A DNS server, over UDP and TCP, whose answers a test sets, and which remembers what it was asked. It answers A and
 * AAAA; names it does not know do not exist; every answer may be kept for 0 seconds. Any thread may use it.
 */
public final class DnsServer implements AutoCloseable {

    private static final int LARGEST_QUERY = 4096;

    private final DnsZone zone = new DnsZone();
    private final DatagramSocket udp;
    private final ServerSocket tcp;

    private DnsServer(DatagramSocket udp, ServerSocket tcp) {
        this.udp = udp;
        this.tcp = tcp;
        Thread.ofPlatform().daemon().name("dns-udp").start(this::serveDatagrams);
        Thread.ofPlatform().daemon().name("dns-tcp").start(this::serveStreams);
    }

    /** Listens on an address; port 0 takes a free one, the same for UDP and TCP. */
    public static DnsServer start(InetSocketAddress address) throws IOException {
        ServerSocket tcp = new ServerSocket(address.getPort(), 50, address.getAddress());
        try {
            return new DnsServer(
                    new DatagramSocket(new InetSocketAddress(address.getAddress(), tcp.getLocalPort())), tcp);
        } catch (IOException failed) {
            tcp.close();
            throw failed;
        }
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return (InetSocketAddress) tcp.getLocalSocketAddress();
    }

    /** Sets the addresses of a name. */
    public void addresses(String name, InetAddress... addresses) {
        flipping(name, List.of(List.of(addresses)));
    }

    /** Sets successive answers for a name: each question of a type gets the next list, and after the last the first. */
    public void flipping(String name, List<List<InetAddress>> answers) {
        zone.put(
                name,
                answers.stream()
                        .map(list ->
                                list.stream().<Answer>map(Answer.Address::new).toList())
                        .toList());
    }

    /** Makes a name an alias of another (CNAME), whose addresses come along. */
    public void alias(String name, String target) {
        zone.put(name, List.of(List.of(new Answer.Alias(target))));
    }

    /** What was asked, in order: type number, space, name in lower case. */
    public List<String> queries() {
        return zone.queries();
    }

    /** Forgets what was asked. */
    public void forgetQueries() {
        zone.forgetQueries();
    }

    @Override
    public void close() throws IOException {
        udp.close();
        tcp.close();
    }

    private void serveDatagrams() {
        byte[] buffer = new byte[LARGEST_QUERY];
        while (!udp.isClosed()) {
            DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
            try {
                udp.receive(packet);
                Optional<ByteBuffer> answer = DnsMessages.answer(
                        ByteBuffer.wrap(buffer, 0, packet.getLength()).slice(), zone);
                if (answer.isPresent()) {
                    byte[] bytes = bytes(answer.get());
                    udp.send(new DatagramPacket(bytes, bytes.length, packet.getSocketAddress()));
                }
            } catch (IOException closed) {
                // closing ends the loop; a client that cannot be answered asks again
            }
        }
    }

    private void serveStreams() {
        while (!tcp.isClosed()) {
            try {
                Socket socket = tcp.accept();
                Thread.ofVirtual().start(() -> serveStream(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serveStream(Socket socket) {
        try (socket) {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            while (true) {
                byte[] query = new byte[in.readUnsignedShort()];
                in.readFully(query);
                Optional<ByteBuffer> answer = DnsMessages.answer(ByteBuffer.wrap(query), zone);
                if (answer.isEmpty()) {
                    return;
                }
                byte[] bytes = bytes(answer.get());
                out.writeShort(bytes.length);
                out.write(bytes);
            }
        } catch (IOException ended) {
            // the client went away
        }
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }
}
