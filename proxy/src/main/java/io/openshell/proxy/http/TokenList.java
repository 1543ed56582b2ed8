package io.openshell.proxy.http;

/** Walks a comma-separated list of tokens in a field's value (RFC 9110 section 5.6.1); empty elements are skipped. */
final class TokenList {

    private final HeaderFields fields;
    private final int field;
    private final String rule;
    private final int failureStatus;
    private final byte[] block;
    private final int listEnd;
    private int at;
    private int start;
    private int end;

    TokenList(HeaderFields fields, int field, String rule, int failureStatus) {
        this.fields = fields;
        this.field = field;
        this.rule = rule;
        this.failureStatus = failureStatus;
        this.block = fields.block();
        this.at = fields.valueStart(field);
        this.listEnd = fields.valueEnd(field);
    }

    /** Goes to the next token; false at the list's end. */
    boolean next() throws Malformed {
        while (at < listEnd && (Octets.isBlank(block[at]) || block[at] == ',')) {
            at++;
        }
        if (at == listEnd) {
            return false;
        }
        start = at;
        while (at < listEnd && Octets.isToken(block[at])) {
            at++;
        }
        end = at;
        while (at < listEnd && Octets.isBlank(block[at])) {
            at++;
        }
        if (end == start || (at < listEnd && block[at] != ',')) {
            throw Malformed.withStatus(
                    failureStatus,
                    rule,
                    fields.name(field),
                    Octets.excerpt(block, fields.valueStart(field), listEnd),
                    "a list of tokens");
        }
        return true;
    }

    /** Whether the current token is this lower-case text, in any case. */
    boolean is(String lower) {
        return Octets.equalsLower(block, start, end, lower);
    }

    /** The field that the current token names. */
    KnownField kind() {
        return KnownField.of(block, start, end);
    }

    /** The current token. */
    String text() {
        return Octets.ascii(block, start, end);
    }
}
