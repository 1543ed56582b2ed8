package io.openshell.core.target;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The Bootstring encoding of RFC 3492 with the parameters of its section 5. */
final class Punycode {

    private static final int BASE = 36;
    private static final int T_MIN = 1;
    private static final int T_MAX = 26;
    private static final int SKEW = 38;
    private static final int DAMP = 700;
    private static final int INITIAL_BIAS = 72;
    private static final int INITIAL_N = 128;

    private Punycode() {}

    /** What the text encodes; empty if it encodes nothing (RFC 3492 section 6.2). The text is lower-case ASCII. */
    static Optional<String> decode(String text) {
        int delimiter = text.lastIndexOf('-');
        List<Integer> out = new ArrayList<>();
        text.substring(0, Math.max(delimiter, 0)).chars().forEach(out::add);
        int n = INITIAL_N;
        int i = 0;
        int bias = INITIAL_BIAS;
        int at = delimiter + 1;
        while (at < text.length()) {
            long value = i;
            long weight = 1;
            for (int k = BASE; ; k += BASE) {
                int digit = at < text.length() ? digit(text.charAt(at++)) : -1;
                value += digit * weight;
                if (digit < 0 || value > Integer.MAX_VALUE) {
                    return Optional.empty();
                }
                int threshold = threshold(k, bias);
                if (digit < threshold) {
                    break;
                }
                weight *= BASE - threshold;
            }
            int length = out.size() + 1;
            bias = adapt((int) value - i, length, i == 0 && n == INITIAL_N);
            n += (int) (value / length);
            if (n > Character.MAX_CODE_POINT || n < 0) {
                return Optional.empty();
            }
            i = (int) (value % length);
            out.add(i++, n);
        }
        StringBuilder result = new StringBuilder();
        out.forEach(result::appendCodePoint);
        return Optional.of(result.toString());
    }

    /** The encoding of a label (RFC 3492 section 6.3). */
    static String encode(String label) {
        int[] in = label.codePoints().toArray();
        StringBuilder out = new StringBuilder();
        for (int c : in) {
            if (c < INITIAL_N) {
                out.appendCodePoint(c);
            }
        }
        int basic = out.length();
        int done = basic;
        if (basic > 0) {
            out.append('-');
        }
        int n = INITIAL_N;
        int delta = 0;
        int bias = INITIAL_BIAS;
        while (done < in.length) {
            int next = Integer.MAX_VALUE;
            for (int c : in) {
                next = c >= n ? Math.min(next, c) : next;
            }
            delta += (next - n) * (done + 1);
            n = next;
            for (int c : in) {
                if (c < n) {
                    delta++;
                } else if (c == n) {
                    variableLength(out, delta, bias);
                    bias = adapt(delta, done + 1, done == basic);
                    delta = 0;
                    done++;
                }
            }
            delta++;
            n++;
        }
        return out.toString();
    }

    private static void variableLength(StringBuilder out, int delta, int bias) {
        int q = delta;
        for (int k = BASE; ; k += BASE) {
            int threshold = threshold(k, bias);
            if (q < threshold) {
                out.append(symbol(q));
                return;
            }
            out.append(symbol(threshold + (q - threshold) % (BASE - threshold)));
            q = (q - threshold) / (BASE - threshold);
        }
    }

    private static int threshold(int k, int bias) {
        return Math.clamp(k - bias, T_MIN, T_MAX);
    }

    private static int adapt(int delta, int points, boolean first) {
        int rest = first ? delta / DAMP : delta / 2;
        rest += rest / points;
        int k = 0;
        while (rest > (BASE - T_MIN) * T_MAX / 2) {
            rest /= BASE - T_MIN;
            k += BASE;
        }
        return k + (BASE - T_MIN + 1) * rest / (rest + SKEW);
    }

    private static int digit(char c) {
        if (c >= 'a' && c <= 'z') {
            return c - 'a';
        }
        return c >= '0' && c <= '9' ? c - '0' + 26 : -1;
    }

    private static char symbol(int digit) {
        return (char) (digit < 26 ? 'a' + digit : '0' + digit - 26);
    }
}
