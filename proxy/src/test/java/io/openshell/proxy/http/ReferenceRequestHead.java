package io.openshell.proxy.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The rules of {@link RequestHeadParser} once more, written for reading: patterns over one string. What it accepts
 * it puts in one line that can be compared.
 */
final class ReferenceRequestHead {

    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    private static final String AUTHORITY = "(?:[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+\\])(?::[0-9]{1,5})?";
    private static final Pattern LINE = Pattern.compile("(" + TOKEN + ") ([!-~]+) HTTP/1\\.([01])");
    private static final Pattern FIELD = Pattern.compile("(" + TOKEN + "):([ \\t]*)([\\t -~\\x80-\\xff]*?)([ \\t]*)");
    private static final Pattern ABSOLUTE = Pattern.compile("([A-Za-z0-9]+)://(" + AUTHORITY + ")([/?#].*)?");
    private static final Pattern UNDERSCORED = Pattern.compile("(?i)(content_length|transfer_encoding)");
    private static final Set<String> NOT_NOMINATED =
            Set.of("host", "content-length", "transfer-encoding", "connection");

    private final List<String[]> fields = new ArrayList<>();

    private ReferenceRequestHead() {}

    /** The head in one line, or nothing if it is refused. */
    static Optional<String> read(String head) {
        return new ReferenceRequestHead().parse(head);
    }

    private Optional<String> parse(String head) {
        if (!head.endsWith("\r\n\r\n") || head.replace("\r\n", "").matches("(?s).*[\r\n].*")) {
            return Optional.empty();
        }
        List<String> lines = List.of(head.substring(0, head.length() - 4).split("\r\n", -1));
        Matcher line = LINE.matcher(lines.get(0));
        if (!line.matches() || !lines.subList(1, lines.size()).stream().allMatch(this::field)) {
            return Optional.empty();
        }
        boolean modern = line.group(3).equals("1");
        boolean fits = hostFits(line.group(1), line.group(2), modern) && connectionFits();
        Optional<String> framing = framing(modern);
        if (!fits || framing.isEmpty()) {
            return Optional.empty();
        }
        boolean bodyless = Set.of("CONNECT", "TRACE").contains(line.group(1));
        if (bodyless && !Set.of("none", "0").contains(framing.get())) {
            return Optional.empty();
        }
        StringBuilder text = new StringBuilder(line.group(0)).append(" | ").append(framing.get());
        fields.forEach(field -> text.append(" | ").append(field[0]).append('=').append(field[2]));
        return Optional.of(text.toString());
    }

    private boolean field(String line) {
        Matcher field = FIELD.matcher(line);
        if (!field.matches() || UNDERSCORED.matcher(field.group(1)).matches()) {
            return false;
        }
        byte[] value = Wire.bytes(field.group(3));
        if (!Octets.isUtf8(value, 0, value.length)) {
            return false;
        }
        fields.add(new String[] {field.group(1), field.group(2), field.group(3), field.group(4)});
        return true;
    }

    private List<String[]> all(String name) {
        return fields.stream().filter(field -> field[0].equalsIgnoreCase(name)).toList();
    }

    private boolean hostFits(String method, String target, boolean modern) {
        List<String[]> hosts = all("host");
        if (hosts.size() > 1 || (modern && hosts.isEmpty())) {
            return false;
        }
        Optional<String> host = hosts.stream().map(field -> field[2]).findFirst();
        if (host.isPresent() && !validAuthority(host.get())) {
            return false;
        }
        if (method.equals("CONNECT")) {
            return validAuthority(target)
                    && target.matches(".*:[0-9]+")
                    && host.map(value -> same(
                                    value.matches(".*[^\\]]:[0-9]+|.*\\]:[0-9]+") ? value : value + port(target),
                                    target,
                                    "x"))
                            .orElse(true);
        }
        if (target.startsWith("/") || target.equals("*")) {
            return true;
        }
        Matcher absolute = ABSOLUTE.matcher(target);
        if (!absolute.matches() || !validAuthority(absolute.group(2))) {
            return false;
        }
        String standard = absolute.group(1).equalsIgnoreCase("https") ? "443" : "80";
        return host.map(value -> same(value, absolute.group(2), standard)).orElse(true);
    }

    private static String port(String target) {
        return target.substring(target.lastIndexOf(':'));
    }

    private static boolean validAuthority(String text) {
        if (!text.matches(AUTHORITY)) {
            return false;
        }
        Matcher port = Pattern.compile(":([0-9]+)$").matcher(text.replaceFirst("^\\[.*\\]", ""));
        return !port.find() || (port.group(1).matches("0|[1-9].*") && Integer.parseInt(port.group(1)) <= 65535);
    }

    private static boolean same(String one, String other, String standard) {
        return normal(one, standard).equals(normal(other, standard));
    }

    private static String normal(String authority, String standard) {
        Matcher parts = Pattern.compile("(\\[.*\\]|[^:]+)(?::([0-9]+))?").matcher(authority.toLowerCase(Locale.ROOT));
        if (!parts.matches()) {
            throw new AssertionError(authority);
        }
        String host = parts.group(1).length() > 1 ? parts.group(1).replaceFirst("\\.$", "") : parts.group(1);
        String port = parts.group(2) == null ? standard : parts.group(2);
        return host + ":" + port;
    }

    private boolean connectionFits() {
        for (String[] field : all("connection")) {
            for (String option : field[2].split("[,]", -1)) {
                String trimmed = option.replaceAll("^[ \t]+|[ \t]+$", "");
                if (!trimmed.matches("(" + TOKEN + ")?") || NOT_NOMINATED.contains(trimmed.toLowerCase(Locale.ROOT))) {
                    return false;
                }
            }
        }
        return true;
    }

    private Optional<String> framing(boolean modern) {
        List<String[]> encodings = all("transfer-encoding");
        List<String[]> lengths = all("content-length");
        boolean padded = encodings.stream().anyMatch(ReferenceRequestHead::padded)
                || lengths.stream().anyMatch(ReferenceRequestHead::padded);
        if (padded) {
            return Optional.empty();
        }
        if (!encodings.isEmpty()) {
            boolean plain = modern && lengths.isEmpty() && encodings.size() == 1;
            return plain && encodings.get(0)[2].equalsIgnoreCase("chunked") ? Optional.of("chunked") : Optional.empty();
        }
        if (lengths.isEmpty()) {
            return Optional.of("none");
        }
        String length = lengths.get(0)[2];
        boolean same = lengths.stream().allMatch(field -> field[2].equals(length));
        boolean number = length.matches("0|[1-9][0-9]{0,18}") && new java.math.BigInteger(length).bitLength() < 64;
        return same && number ? Optional.of(length) : Optional.empty();
    }

    private static boolean padded(String[] field) {
        return !(field[1].isEmpty() || field[1].equals(" ")) || !field[3].isEmpty();
    }
}
