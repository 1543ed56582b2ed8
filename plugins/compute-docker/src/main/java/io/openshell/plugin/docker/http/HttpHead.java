package io.openshell.plugin.docker.http;

import io.openshell.plugin.docker.json.MalformedAnswerException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The head of an answer (RFC 9112 sections 4 and 5, without what is obsolete in them).
 *
 * @param status its status code
 * @param fields its fields by their names in lower case
 */
record HttpHead(int status, Map<String, String> fields) {

    private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.[01] ([1-5][0-9][0-9])( [\\t\\x20-\\x7e]*)?");
    private static final Pattern FIELD = Pattern.compile("([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \\t]*(.*?)[ \\t]*");
    private static final Pattern LENGTH = Pattern.compile("[0-9]{1,18}");
    private static final int NO_CONTENT = 204;
    private static final int NOT_MODIFIED = 304;
    private static final int FIRST_FINAL = 200;

    HttpHead {
        fields = Map.copyOf(fields);
    }

    /** @param text everything up to the empty line, without the last line end */
    static HttpHead parse(String text) throws MalformedAnswerException {
        String[] lines = text.split("\r\n", -1);
        Matcher first = STATUS_LINE.matcher(lines[0]);
        if (!first.matches()) {
            throw new MalformedAnswerException("no HTTP status line");
        }
        Map<String, String> fields = new HashMap<>();
        for (int i = 1; i < lines.length; i++) {
            Matcher field = FIELD.matcher(lines[i]);
            if (!field.matches() || hasControls(field.group(2))) {
                throw new MalformedAnswerException("no HTTP field");
            }
            String name = field.group(1).toLowerCase(Locale.ROOT);
            if (fields.put(name, field.group(2)) != null && isFraming(name)) {
                throw new MalformedAnswerException(name + ": twice");
            }
        }
        HttpHead head = new HttpHead(Integer.parseInt(first.group(1)), fields);
        head.checkFraming();
        return head;
    }

    private static boolean hasControls(String value) {
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) < ' ' && value.charAt(i) != '\t') {
                return true;
            }
        }
        return false;
    }

    private static boolean isFraming(String name) {
        return name.equals("content-length") || name.equals("transfer-encoding");
    }

    private void checkFraming() throws MalformedAnswerException {
        if (status < FIRST_FINAL) {
            throw new MalformedAnswerException("status " + status + " (expected: a final one)");
        }
        String coding = fields.get("transfer-encoding");
        String length = fields.get("content-length");
        if (coding != null && (length != null || !coding.equalsIgnoreCase("chunked"))) {
            throw new MalformedAnswerException("transfer-encoding: " + coding + " (expected: chunked alone)");
        }
        if (length != null && !LENGTH.matcher(length).matches()) {
            throw new MalformedAnswerException("content-length: no number");
        }
    }

    boolean isChunked() {
        return fields.containsKey("transfer-encoding");
    }

    /** The body's length, if the head says; otherwise it is chunked, or ends with the connection. */
    Optional<Long> length() {
        if (status == NO_CONTENT || status == NOT_MODIFIED) {
            return Optional.of(0L);
        }
        return Optional.ofNullable(fields.get("content-length")).map(Long::valueOf);
    }
}
