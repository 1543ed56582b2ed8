package io.openshell.proxy.http;

import java.util.Arrays;

/** Reads the field lines of a head or a trailer section (RFC 9112 section 5) from a block of whole lines. */
final class FieldParser {

    private final byte[] block;
    private final int failureStatus;
    private final int[] table;
    private final KnownField[] kinds;
    private int count;
    private int at;
    private boolean beyondAscii;

    private FieldParser(byte[] block, int from, int maxFields, int failureStatus) {
        this.block = block;
        this.at = from;
        this.failureStatus = failureStatus;
        this.table = new int[maxFields * HeaderFields.STRIDE];
        this.kinds = new KnownField[maxFields];
    }

    /**
     * Reads fields up to the empty line.
     *
     * @param block whole lines, each known to end with CR LF, the last one empty; kept, not copied
     * @param fields how many field lines there are
     */
    static HeaderFields parse(byte[] block, int from, int fields, int failureStatus) throws Malformed {
        if (fields > ProxyLimits.FIELDS) {
            int status = failureStatus == HttpProblem.BAD_REQUEST ? 431 : failureStatus;
            throw Malformed.withStatus(
                    status, HttpProblem.FIELD_SYNTAX, "header", fields + " fields", "at most " + ProxyLimits.FIELDS);
        }
        FieldParser parser = new FieldParser(block, from, fields, failureStatus);
        while (parser.count < fields) {
            parser.field();
        }
        return new HeaderFields(block, parser.table, parser.kinds, parser.count);
    }

    private void field() throws Malformed {
        int nameStart = at;
        int nameEnd = name();
        int valueStart = skipBlanks(nameEnd + 1);
        int lineEnd = lineEnd(valueStart, nameStart, nameEnd);
        int valueEnd = trimEnd(valueStart, lineEnd);
        if (beyondAscii && failureStatus == HttpProblem.BAD_REQUEST && !Octets.isUtf8(block, valueStart, valueEnd)) {
            throw invalidValue(nameStart, nameEnd, "bytes that are not UTF-8");
        }
        KnownField kind = KnownField.of(block, nameStart, nameEnd);
        if (kind == KnownField.OTHER) {
            refuseDisguise(nameStart, nameEnd);
        }
        int slot = count * HeaderFields.STRIDE;
        table[slot] = nameStart;
        table[slot + 1] = nameEnd;
        table[slot + 2] = valueStart;
        table[slot + 3] = valueEnd;
        kinds[count++] = kind;
        at = lineEnd + 2;
    }

    private int name() throws Malformed {
        int end = at;
        while (Octets.isToken(block[end])) {
            end++;
        }
        if (block[end] == ':' && end > at) {
            return end;
        }
        throw badName(end);
    }

    private Malformed badName(int end) {
        if (end == at && Octets.isBlank(block[at])) {
            return Malformed.withStatus(
                    failureStatus, "RFC 9112 section 5.2", "field line", "begins with white space", "no line folding");
        }
        if (Octets.isBlank(block[end])) {
            return Malformed.withStatus(
                    failureStatus,
                    "RFC 9112 section 5.1",
                    "field name",
                    Octets.excerpt(block, at, end) + " followed by white space",
                    "a colon");
        }
        int shown = end;
        while (block[shown] != '\r' && block[shown] != ':') {
            shown++;
        }
        return Malformed.withStatus(
                failureStatus,
                HttpProblem.FIELD_SYNTAX,
                "field name",
                Octets.excerpt(block, at, block[shown] == ':' ? shown : end),
                "a token and a colon");
    }

    private int skipBlanks(int from) {
        int start = from;
        while (Octets.isBlank(block[start])) {
            start++;
        }
        return start;
    }

    private int lineEnd(int valueStart, int nameStart, int nameEnd) throws Malformed {
        int end = valueStart;
        int seen = 0;
        while (Octets.isField(block[end])) {
            seen |= block[end];
            end++;
        }
        if (block[end] != '\r' || block[end + 1] != '\n') {
            throw invalidValue(nameStart, nameEnd, "a control byte");
        }
        beyondAscii = seen < 0;
        return end;
    }

    private int trimEnd(int start, int lineEnd) {
        int end = lineEnd;
        while (end > start && Octets.isBlank(block[end - 1])) {
            end--;
        }
        return end;
    }

    /** Gateways that map names to variables read {@code Content_Length} as {@code Content-Length}. */
    private void refuseDisguise(int nameStart, int nameEnd) throws Malformed {
        byte[] plain = null;
        for (int i = nameStart; i < nameEnd; i++) {
            if (block[i] == '_') {
                plain = plain == null ? Arrays.copyOfRange(block, nameStart, nameEnd) : plain;
                plain[i - nameStart] = '-';
            }
        }
        if (plain != null && KnownField.of(plain, 0, plain.length) != KnownField.OTHER) {
            throw Malformed.withStatus(
                    failureStatus,
                    HttpProblem.FIELD_SYNTAX,
                    "field name",
                    Octets.excerpt(block, nameStart, nameEnd),
                    "no underscore in place of a hyphen");
        }
    }

    private Malformed invalidValue(int nameStart, int nameEnd, String found) {
        return Malformed.withStatus(
                failureStatus,
                HttpProblem.FIELD_VALUES,
                Octets.ascii(block, nameStart, nameEnd),
                found,
                "one line of text");
    }
}
