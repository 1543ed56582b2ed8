package io.openshell.core.target;

import io.openshell.core.address.AddressClass;
import io.openshell.core.address.IpLiteral;
import java.net.InetAddress;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Optional;

/**
 * The host of a URL, of a CONNECT target or of a policy in the one form that is compared: lower case, without
 * the root's dot, an IPv6 address without brackets and as RFC 5952 writes it.
 *
 * <p>What different readers could take for different hosts is refused: bytes that no host name has, encoded or
 * Unicode names, and numbers that some readers of addresses accept and others do not.
 */
public sealed interface HostName {

    /** A host as it is compared and resolved. */
    record Canonical(String host) implements HostName {}

    /**
     * Not a host.
     *
     * @param problem one line; the text itself only where it is printable
     */
    record Refused(String problem) implements HostName {}

    /** RFC 1035 section 2.3.4, in text. */
    int MAX_LENGTH = 253;

    /** RFC 1035 section 2.3.4. */
    int MAX_LABEL = 63;

    /** Reads a host. IPv6 addresses may have their brackets or not. */
    static HostName parse(String text) {
        if (text.isEmpty()) {
            return new Refused("host: empty (expected: a name or an address)");
        }
        if (text.length() > MAX_LENGTH + 1) { // the root's dot may come on top
            return new Refused("host: " + text.length() + " characters (expected: at most " + MAX_LENGTH + ")");
        }
        if (text.startsWith("[") || text.indexOf(':') >= 0) {
            return v6(text);
        }
        Optional<String> byteProblem = characters(text);
        if (byteProblem.isPresent()) {
            return new Refused(byteProblem.get());
        }
        String lower = text.toLowerCase(Locale.ROOT);
        String name = lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
        if (numeric(name.substring(name.lastIndexOf('.') + 1))) {
            return IpLiteral.parse(lower).isPresent()
                    ? new Canonical(lower)
                    : new Refused(
                            "host: " + text
                                    + " is a number that only some readers take for an address (expected: four decimal numbers)");
        }
        return labels(text, name);
    }

    /** The canonical form, if the text is a host. */
    static Optional<String> canonical(String text) {
        return parse(text) instanceof Canonical canonical ? Optional.of(canonical.host()) : Optional.empty();
    }

    /** The address that a canonical host spells, if it is one rather than a name. */
    static Optional<InetAddress> literal(String canonicalHost) {
        return IpLiteral.parse(canonicalHost);
    }

    private static HostName v6(String text) {
        boolean bracketed = text.startsWith("[") && text.endsWith("]");
        String inner = bracketed ? text.substring(1, text.length() - 1) : text;
        if (inner.indexOf('%') >= 0) {
            return new Refused("host: an address with a zone (expected: an address without '%')");
        }
        Optional<InetAddress> address = IpLiteral.parse(inner).filter(it -> it.getAddress().length == 16);
        if (address.isEmpty()) {
            return new Refused("host: not an IPv6 address (expected: such as [2001:db8::1])");
        }
        if (AddressClass.mapped(address.get())) {
            return new Refused("host: an IPv4 address in IPv6 form (expected: four decimal numbers)");
        }
        return new Canonical(IpLiteral.canonical(address.get()));
    }

    private static Optional<String> characters(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                return Optional.of("host: a character outside ASCII (expected: the name's xn-- form)");
            }
            boolean fine = (c < 0x80 && Character.isLetterOrDigit(c)) || c == '-' || c == '_' || c == '.';
            if (!fine) {
                String shown = c > ' ' && c < 0x7f ? "'" + c + "'" : "a space or control character";
                return Optional.of("host: " + shown + " (expected: letters, digits, '-', '_' and '.')");
            }
        }
        return Optional.empty();
    }

    /** Whether a label is one that inet_aton takes for a number: decimal, octal or hexadecimal. */
    private static boolean numeric(String label) {
        if (label.isEmpty()) {
            return false;
        }
        boolean hex = label.startsWith("0x");
        return label.substring(hex ? 2 : 0).chars().allMatch(c -> Character.digit(c, hex ? 16 : 10) >= 0);
    }

    private static HostName labels(String text, String name) {
        if (name.length() > MAX_LENGTH) {
            return new Refused("host: " + name.length() + " characters (expected: at most " + MAX_LENGTH + ")");
        }
        for (String label : name.split("\\.", -1)) {
            if (label.isEmpty() || label.length() > MAX_LABEL || label.startsWith("-") || label.endsWith("-")) {
                return new Refused("host: " + text + " (expected: labels of 1 to " + MAX_LABEL
                        + " characters, none with '-' at an end)");
            }
            if (label.startsWith("xn--") && !encoded(label.substring("xn--".length()))) {
                return new Refused("host: " + text + " (expected: valid Punycode after 'xn--')");
            }
        }
        return new Canonical(name);
    }

    /** Whether the Punycode stands for a label that has only this encoding and hides no separator. */
    private static boolean encoded(String punycode) {
        Optional<String> decoded = Punycode.decode(punycode);
        if (decoded.isEmpty() || !Punycode.encode(decoded.get()).equals(punycode)) {
            return false;
        }
        String label = decoded.get();
        boolean plain = label.chars().allMatch(c -> c < 0x80);
        boolean assigned = label.codePoints().allMatch(HostName::inName);
        String folded = Normalizer.normalize(label, Normalizer.Form.NFKC);
        boolean separators = folded.chars().anyMatch(c -> c < 0x80 && !Character.isLetterOrDigit(c) && c != '-');
        return !plain && assigned && !separators && Normalizer.isNormalized(label, Normalizer.Form.NFC);
    }

    private static boolean inName(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.FORMAT -> codePoint == 0x200c || codePoint == 0x200d; // joiners, as some scripts need them
            case Character.CONTROL,
                    Character.UNASSIGNED,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.SPACE_SEPARATOR,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
