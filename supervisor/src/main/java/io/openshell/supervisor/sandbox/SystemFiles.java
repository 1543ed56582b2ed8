package io.openshell.supervisor.sandbox;

import io.openshell.supervisor.control.SupervisorMessage.PlacedFile;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The files under {@code /etc} that every sandbox has of its own, whatever the host's or the image's say. */
final class SystemFiles {

    private static final int READABLE = 0444;

    private SystemFiles() {}

    static List<PlacedFile> of(String hostname, AgentIdentity identity, List<HostEntry> hosts) {
        return List.of(
                file("/etc/passwd", passwd(identity)),
                file("/etc/group", group(identity)),
                file("/etc/hosts", hosts(hostname, hosts)),
                file("/etc/hostname", hostname + "\n"),
                file("/etc/resolv.conf", resolver(AgentPlace.OWN)),
                file("/etc/nsswitch.conf", "passwd: files\ngroup: files\nshadow: files\nhosts: files\n"));
    }

    /**
     * What an image's own files are replaced by. Its accounts stay as they are; the agent's is added where it has none, for
     * programs that look themselves up.
     */
    static List<PlacedFile> ofImage(
            String hostname, AgentIdentity identity, List<HostEntry> hosts, AgentPlace place, ImageRoot image) {
        List<PlacedFile> files = new ArrayList<>();
        files.add(file("/etc/hosts", hosts(hostname, hosts)));
        files.add(file("/etc/resolv.conf", resolver(place)));
        if (!image.accounts().hasUser(identity.uid())) {
            files.add(appended("/etc/passwd", image.passwd(), account(identity, place.workdir())));
        }
        if (!image.accounts().hasGroup(identity.gid())) {
            files.add(appended("/etc/group", image.group(), identity.group() + ":x:" + identity.gid() + ":\n"));
        }
        return List.copyOf(files);
    }

    private static PlacedFile appended(String path, String before, String line) {
        String whole = before.isEmpty() || before.endsWith("\n") ? before : before + "\n";
        return new PlacedFile(path, READABLE, (whole + line).getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String resolver(AgentPlace place) {
        return "# No name server: the proxy at " + place.proxyHost() + " resolves.\n";
    }

    private static String account(AgentIdentity identity, String home) {
        return identity.user() + ":x:" + identity.uid() + ":" + identity.gid() + "::" + home + ":/bin/sh\n";
    }

    private static String passwd(AgentIdentity identity) {
        return "root:x:0:0:root:/root:/usr/sbin/nologin\n"
                + account(identity, LaunchPlan.WORKDIR)
                + "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n";
    }

    private static String group(AgentIdentity identity) {
        return "root:x:0:\n" + identity.group() + ":x:" + identity.gid() + ":\n" + "nogroup:x:65534:\n";
    }

    private static String hosts(String hostname, List<HostEntry> entries) {
        StringBuilder text = new StringBuilder("127.0.0.1 localhost ")
                .append(hostname)
                .append("\n::1 localhost ip6-localhost ip6-loopback\n");
        for (HostEntry entry : entries) {
            text.append(literal(entry.address()))
                    .append(' ')
                    .append(entry.name())
                    .append('\n');
        }
        return text.toString();
    }

    private static String literal(InetAddress address) {
        String text = address.getHostAddress();
        int scope = text.indexOf('%');
        return scope < 0 ? text : text.substring(0, scope);
    }

    private static PlacedFile file(String path, String content) {
        return new PlacedFile(path, READABLE, content.getBytes(StandardCharsets.UTF_8));
    }
}
