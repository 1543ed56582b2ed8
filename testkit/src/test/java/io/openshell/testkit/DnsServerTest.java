package io.openshell.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DnsServerTest {

    private static final int A = 1;
    private static final int AAAA = 28;

    private DnsServer server;

    @BeforeEach
    void start() throws IOException {
        server = DnsServer.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    @Test
    void answers_over_udp_and_tcp_alike() throws IOException {
        server.addresses("a.test", InetAddress.getByName("93.184.216.34"));
        ByteBuffer udp = askUdp("a.test", A);
        assertThat(count(udp)).isEqualTo(1);
        assertThat(lastAddress(udp)).isEqualTo("93.184.216.34");
        assertThat(lastAddress(askTcp("A.TEST", A))).isEqualTo("93.184.216.34");
        assertThat(server.queries()).containsExactly("1 a.test", "1 a.test");
    }

    @Test
    void flips_per_question_and_counts_each_type_by_itself() throws IOException {
        InetAddress open = InetAddress.getByName("93.184.216.34");
        InetAddress inside = InetAddress.getByName("10.0.0.1");
        server.flipping("flip.test", List.of(List.of(open), List.of(inside)));
        assertThat(lastAddress(askUdp("flip.test", A))).isEqualTo("93.184.216.34");
        assertThat(count(askUdp("flip.test", AAAA))).isZero();
        assertThat(lastAddress(askUdp("flip.test", A))).isEqualTo("10.0.0.1");
        assertThat(lastAddress(askUdp("flip.test", A))).isEqualTo("93.184.216.34");
    }

    @Test
    void an_alias_brings_its_targets_addresses() throws IOException {
        server.addresses("inside.test", InetAddress.getByName("10.0.0.1"));
        server.alias("outside.test", "inside.test");
        ByteBuffer answer = askUdp("outside.test", A);
        assertThat(count(answer)).isEqualTo(2);
        assertThat(lastAddress(answer)).isEqualTo("10.0.0.1");
    }

    @Test
    void a_name_that_it_does_not_know_does_not_exist() throws IOException {
        assertThat(askUdp("none.test", A).getShort(2) & 15).isEqualTo(3);
    }

    @Test
    void nonsense_is_not_answered_and_does_not_end_it() throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.send(new DatagramPacket(new byte[] {1, 2, 3}, 3, server.address()));
        }
        assertThat(count(askUdp("none.test", A))).isZero();
    }

    private static int count(ByteBuffer answer) {
        return answer.getShort(6);
    }

    private static String lastAddress(ByteBuffer answer) throws IOException {
        byte[] last = new byte[4];
        answer.get(answer.limit() - 4, last);
        return InetAddress.getByAddress(last).getHostAddress();
    }

    private ByteBuffer askUdp(String name, int type) throws IOException {
        byte[] query = query(name, type);
        byte[] answer = new byte[512];
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.setSoTimeout(5_000);
            socket.send(new DatagramPacket(query, query.length, server.address()));
            DatagramPacket packet = new DatagramPacket(answer, answer.length);
            socket.receive(packet);
            return ByteBuffer.wrap(answer, 0, packet.getLength());
        }
    }

    private ByteBuffer askTcp(String name, int type) throws IOException {
        byte[] query = query(name, type);
        try (Socket socket =
                new Socket(server.address().getAddress(), server.address().getPort())) {
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            out.writeShort(query.length);
            out.write(query);
            DataInputStream in = new DataInputStream(socket.getInputStream());
            return ByteBuffer.wrap(in.readNBytes(in.readUnsignedShort()));
        }
    }

    private static byte[] query(String name, int type) {
        ByteBuffer query = ByteBuffer.allocate(name.length() + 18);
        query.putShort((short) 7)
                .putShort((short) 0x0100)
                .putShort((short) 1)
                .putInt(0)
                .putShort((short) 0);
        for (String label : name.split("\\.", -1)) {
            query.put((byte) label.length()).put(label.getBytes(StandardCharsets.US_ASCII));
        }
        return query.put((byte) 0).putShort((short) type).putShort((short) 1).array();
    }
}
