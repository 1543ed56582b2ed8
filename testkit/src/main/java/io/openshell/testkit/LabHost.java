package io.openshell.testkit;

import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.net.ssl.SSLContext;

/**
 * The Java servers of a {@link NetworkLab}, in a process of their own, because a JVM's threads cannot be in two
 * network namespaces. It obeys lines on its input, answers each with one line, and ends with its input.
 */
final class LabHost {

    private static final int PROBE_MILLIS = 200;

    private final Map<String, RecordingUpstream> upstreams = new HashMap<>();
    private final DnsServer dns;

    private LabHost(DnsServer dns) {
        this.dns = dns;
    }

    /** Argument: the address for DNS. */
    public static void main(String[] args) throws IOException {
        PrintStream out = System.out;
        LabHost host = new LabHost(DnsServer.start(new InetSocketAddress(InetAddress.getByName(args[0]), 53)));
        out.println("ok ");
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            out.println(host.answer(List.of(line.split(" ", -1))));
        }
    }

    private String answer(List<String> words) {
        try {
            return "ok " + obey(words);
        } catch (IOException | GeneralSecurityException | RuntimeException failed) {
            return "error " + failed.toString().replace('\n', ' ');
        }
    }

    private String obey(List<String> words) throws IOException, GeneralSecurityException {
        return switch (words.get(0)) {
            case "addresses" -> {
                List<List<InetAddress>> answers = new ArrayList<>();
                for (String answer : words.subList(2, words.size())) {
                    answers.add(addresses(answer));
                }
                dns.flipping(words.get(1), answers);
                yield "";
            }
            case "alias" -> {
                dns.alias(words.get(1), words.get(2));
                yield "";
            }
            case "queries" -> encode(String.join("\n", dns.queries()));
            case "record" -> {
                record(words.get(1), Integer.parseInt(words.get(2)), words.get(3));
                yield "";
            }
            case "received" -> encode(upstream(words).text());
            case "connections" -> Integer.toString(upstream(words).connections().size());
            case "forget" -> {
                upstream(words).forget();
                yield "";
            }
            case "probe" -> Boolean.toString(answers(words.get(1), Integer.parseInt(words.get(2))));
            default -> throw new IllegalArgumentException("command: " + words.get(0));
        };
    }

    private static List<InetAddress> addresses(String list) throws IOException {
        List<InetAddress> addresses = new ArrayList<>();
        for (String address : list.isEmpty() ? List.<String>of() : Arrays.asList(list.split(",", -1))) {
            addresses.add(InetAddress.getByName(address));
        }
        return addresses;
    }

    private void record(String address, int port, String keyStore) throws IOException, GeneralSecurityException {
        InetAddress bind = InetAddress.getByName(address);
        ServerSocket server = keyStore.isEmpty()
                ? new ServerSocket(port, 128, bind)
                : serverContext(keyStore).getServerSocketFactory().createServerSocket(port, 128, bind);
        upstreams.put(
                address + " " + port,
                RecordingUpstream.answering(server, request -> Reply.ok("recorded " + request.line() + "\n")));
    }

    private RecordingUpstream upstream(List<String> words) {
        String name = words.get(1) + " " + words.get(2);
        return Objects.requireNonNull(upstreams.get(name), () -> "no recording upstream on " + name);
    }

    private static SSLContext serverContext(String keyStore) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (FileInputStream in = new FileInputStream(keyStore)) {
            store.load(in, ServerKeys.password());
        }
        return ServerKeys.context(store);
    }

    private static boolean answers(String address, int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), PROBE_MILLIS);
            return true;
        } catch (IOException refused) {
            return false;
        }
    }

    private static String encode(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
