package io.openshell.core.config;

import java.math.BigInteger;
import java.util.Optional;
import java.util.regex.Pattern;

/** What an unquoted scalar means: the core schema of YAML 1.2 (section 10.3), so {@code no} and {@code on} are text. */
final class CoreSchema {

    private static final Pattern INTEGER = Pattern.compile("[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+");
    private static final Pattern FLOAT = Pattern.compile(
            "[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\\.(inf|Inf|INF)|\\.(nan|NaN|NAN)");

    /** Longer than any number that fits a {@code long}; longer ones are not worth converting. */
    private static final int MOST_DIGITS = 40;

    private CoreSchema() {}

    static boolean isNull(String plain) {
        return switch (plain) {
            case "", "~", "null", "Null", "NULL" -> true;
            default -> false;
        };
    }

    static Optional<Boolean> truthValue(String plain) {
        return switch (plain) {
            case "true", "True", "TRUE" -> Optional.of(true);
            case "false", "False", "FALSE" -> Optional.of(false);
            default -> Optional.empty();
        };
    }

    static boolean isInteger(String plain) {
        return INTEGER.matcher(plain).matches();
    }

    /** The integer, if it fits between the bounds. */
    static Optional<Long> integer(String plain, long least, long most) {
        if (!isInteger(plain) || plain.length() > MOST_DIGITS) {
            return Optional.empty();
        }
        BigInteger number = parse(plain);
        boolean fits =
                number.compareTo(BigInteger.valueOf(least)) >= 0 && number.compareTo(BigInteger.valueOf(most)) <= 0;
        return fits ? Optional.of(number.longValue()) : Optional.empty();
    }

    /** Whether it is text: neither nothing, nor a truth value, nor a number. */
    static boolean isText(String plain) {
        return !isNull(plain)
                && truthValue(plain).isEmpty()
                && !isInteger(plain)
                && !FLOAT.matcher(plain).matches();
    }

    private static BigInteger parse(String plain) {
        if (plain.startsWith("0o")) {
            return new BigInteger(plain.substring(2), 8);
        }
        if (plain.startsWith("0x")) {
            return new BigInteger(plain.substring(2), 16);
        }
        return new BigInteger(plain);
    }
}
