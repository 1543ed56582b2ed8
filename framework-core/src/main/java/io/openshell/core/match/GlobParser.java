package io.openshell.core.match;

import java.util.ArrayList;
import java.util.List;

/** Reads one glob. Confined to one thread; used once. */
final class GlobParser {

    private static final int MAX_DEPTH = 8;

    private final String text;
    private final int[] in;
    private final Dialect dialect;
    private int at;
    private int depth;

    GlobParser(String text, Dialect dialect) {
        this.text = text;
        this.in = text.codePoints().toArray();
        this.dialect = dialect;
    }

    /**
     * The glob's parts.
     *
     * @throws IllegalArgumentException if it is malformed; the message says where and why
     */
    List<Node> parse() {
        List<Node> parts = sequence();
        if (at < in.length) {
            throw malformed("unmatched '" + Character.toString(in[at]) + "'", at, "a '{' before it, or '\\' in front");
        }
        return parts;
    }

    /** Up to the end or, inside braces, up to the next comma or closing brace. */
    private List<Node> sequence() {
        List<Node> parts = new ArrayList<>();
        while (at < in.length) {
            int c = in[at];
            if (c == '}' || (c == ',' && depth > 0)) {
                break;
            }
            parts.add(next(c));
        }
        return parts;
    }

    private Node next(int c) {
        return switch (c) {
            case '*' -> star();
            case '?' -> wild();
            case '[' -> charClass();
            case '{' -> choice();
            case ']' -> throw malformed("unmatched ']'", at, "a '[' before it, or '\\' in front");
            case '\\' -> escaped();
            default -> literal(c);
        };
    }

    private Node literal(int c) {
        at++;
        return new Node.One(CharSet.of(c));
    }

    private Node wild() {
        at++;
        return new Node.One(CharSet.anyBut(dialect.separator()));
    }

    private Node escaped() {
        if (at + 1 >= in.length) {
            throw malformed("nothing follows '\\'", at, "the character that is meant literally");
        }
        at++;
        return literal(in[at]);
    }

    private Node star() {
        int start = at;
        while (at < in.length && in[at] == '*') {
            at++;
        }
        int stars = at - start;
        if (stars == 1) {
            return new Node.Run(CharSet.anyBut(dialect.separator()));
        }
        return switch (dialect.doubleStar()) {
            case CHARACTERS -> new Node.Run(CharSet.any());
            case SEGMENTS -> segments(start, stars);
            case REFUSED -> throw malformed("'**' is not a wildcard here", start, "'*'");
        };
    }

    private Node segments(int start, int stars) {
        int separator = dialect.separator();
        boolean opens = start == 0 || in[start - 1] == separator;
        boolean closes = at == in.length || in[at] == separator;
        if (stars != 2 || !opens || !closes || depth > 0) {
            throw malformed("'**' is not a whole segment", start, "'/**', '/**/' or '**/', outside of braces");
        }
        Node run = new Node.Run(CharSet.any());
        if (at == in.length) {
            return run;
        }
        at++; // the separator belongs to the segments: /**/x is also /x
        return new Node.Maybe(new Node.Sequence(List.of(run, new Node.One(CharSet.of(separator)))));
    }

    private Node choice() {
        int start = at;
        if (++depth > MAX_DEPTH) {
            throw malformed("braces are nested too deep", start, "at most " + MAX_DEPTH + " levels");
        }
        List<Node> options = new ArrayList<>();
        do {
            at++; // the brace or a comma
            options.add(new Node.Sequence(sequence()));
        } while (at < in.length && in[at] == ',');
        if (at == in.length) {
            throw malformed("unclosed '{'", start, "a '}' after it");
        }
        at++;
        depth--;
        return new Node.Choice(options);
    }

    private Node charClass() {
        int start = at++;
        boolean negated = at < in.length && (in[at] == '!' || in[at] == '^');
        if (negated) {
            at++;
        }
        List<Integer> ranges = new ArrayList<>();
        do {
            int first = member(start);
            int last = first;
            if (at + 1 < in.length && in[at] == '-' && in[at + 1] != ']') {
                at++;
                last = member(start);
            }
            if (last < first) {
                throw malformed("a range of '[' runs backwards", start, "the lower character first");
            }
            ranges.add(first);
            ranges.add(last);
        } while (at < in.length && in[at] != ']');
        if (at == in.length) {
            throw malformed("unclosed '['", start, "a ']' after it");
        }
        at++;
        int[] array = ranges.stream().mapToInt(Integer::intValue).toArray();
        return new Node.One(new CharSet(array, negated, dialect.separator()));
    }

    private int member(int start) {
        if (at < in.length && in[at] == '\\') {
            at++;
        }
        if (at >= in.length) {
            throw malformed("unclosed '['", start, "a ']' after it");
        }
        return in[at++];
    }

    private IllegalArgumentException malformed(String what, int position, String expected) {
        return new IllegalArgumentException(
                text + ": " + what + " at character " + (position + 1) + " (expected: " + expected + ")");
    }
}
