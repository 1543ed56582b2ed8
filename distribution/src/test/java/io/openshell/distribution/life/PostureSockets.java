package io.openshell.distribution.life;

import io.openshell.distribution.Programs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What the sockets of one network namespace are, by the tables that the kernel shows of it. */
final class PostureSockets {

    private static final Map<String, String> TCP_STATES = Map.of("0A", "listens at", "01", "connected from");
    private static final Map<String, String> UNIX_TYPES =
            Map.of("0001", "stream", "0002", "datagram", "0005", "packets");
    private static final Map<String, String> NETLINK = Map.of("0", "route", "4", "sock_diag", "15", "uevent");

    private PostureSockets() {}

    /** From {@code socket:[inode]} to what it is. */
    static Map<String, String> of(long pid) {
        Map<String, String> sockets = new LinkedHashMap<>();
        for (String table : new String[] {"tcp", "tcp6", "udp", "udp6", "raw", "raw6"}) {
            table(pid, table)
                    .ifPresent(text -> text.lines().skip(1).forEach(line -> {
                        String[] fields = line.strip().split("\\s+");
                        sockets.put(
                                name(fields[9]),
                                table + " " + TCP_STATES.getOrDefault(fields[3], fields[3]) + " " + address(fields[1]));
                    }));
        }
        table(pid, "unix")
                .ifPresent(text -> text.lines().skip(1).forEach(line -> {
                    String[] fields = line.strip().split("\\s+");
                    String path = fields.length > 7 ? " " + fields[7] : "";
                    boolean listens = fields[3].equals("00010000");
                    sockets.put(
                            name(fields[6]),
                            "unix " + UNIX_TYPES.getOrDefault(fields[4], fields[4]) + (listens ? " listens at" : "")
                                    + path);
                }));
        table(pid, "netlink")
                .ifPresent(text -> text.lines().skip(1).forEach(line -> {
                    String[] fields = line.strip().split("\\s+");
                    sockets.put(name(fields[9]), "netlink " + NETLINK.getOrDefault(fields[1], fields[1]));
                }));
        return sockets;
    }

    /** The protocol of a socket that is in no table because it has no address yet. */
    static String protocol(long pid, String descriptor) {
        String file = "/proc/" + pid + "/fd/" + descriptor;
        String script = "import os; print(os.getxattr('" + file + "', 'system.sockprotoname').decode().strip('\\0'))";
        try {
            return Programs.run("python3 -c \"" + script + "\"", Path.of("/")).strip() + " socket without an address";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static Optional<String> table(long pid, String name) {
        return ProcFile.of(pid, "net/" + name).ifThere();
    }

    private static String name(String inode) {
        return "socket:[" + inode + "]";
    }

    /** IPv4 comes as one number of four bytes in the machine's order, which is little endian here. */
    private static String address(String text) {
        String[] parts = text.split(":");
        int port = Integer.parseInt(parts[1], 16);
        if (parts[0].length() != 8) {
            return parts[0] + ":" + port;
        }
        long ip = Long.parseLong(parts[0], 16);
        return (ip & 255) + "." + ((ip >> 8) & 255) + "." + ((ip >> 16) & 255) + "." + ((ip >> 24) & 255) + ":" + port;
    }
}
