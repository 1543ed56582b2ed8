package io.openshell.plugin.websocket;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads {@code Sec-WebSocket-Extensions} (RFC 6455 section 9.1). Used for one field's value. */
final class ExtensionList {

    private final String text;
    private int at;

    private ExtensionList(String text) {
        this.text = text;
    }

    /**
     * One extension.
     *
     * @param name lower case
     */
    record Extension(String name, List<Parameter> parameters) {
        Extension {
            parameters = List.copyOf(parameters);
        }
    }

    /**
     * One parameter of an extension.
     *
     * @param name lower case
     * @param value {@code null} if it has none
     */
    record Parameter(String name, @Nullable String value) {}

    /**
     * The extensions of all fields, in order.
     *
     * @throws IllegalArgumentException if a field is malformed
     */
    static List<Extension> parse(List<String> fields) {
        List<Extension> all = new ArrayList<>();
        for (String field : fields) {
            new ExtensionList(field).list(all);
        }
        return all;
    }

    private void list(List<Extension> into) {
        do {
            into.add(extension());
        } while (skip(','));
        if (at < text.length()) {
            throw malformed();
        }
    }

    private Extension extension() {
        String name = token();
        List<Parameter> parameters = new ArrayList<>();
        while (skip(';')) {
            String parameter = token();
            parameters.add(new Parameter(parameter, skip('=') ? value() : null));
        }
        return new Extension(name, parameters);
    }

    private String value() {
        if (!skip('"')) {
            return token();
        }
        int close = text.indexOf('"', at);
        String quoted = close < 0 ? "" : text.substring(at, close);
        // RFC 6455 section 9.1: after unquoting, a quoted value must be a token; so it needs no escapes.
        if (!Token.is(quoted)) {
            throw malformed();
        }
        at = close + 1;
        spaces();
        return quoted;
    }

    private String token() {
        spaces();
        int start = at;
        while (at < text.length() && Token.isCharacter(text.charAt(at))) {
            at++;
        }
        if (at == start) {
            throw malformed();
        }
        String token = text.substring(start, at).toLowerCase(Locale.ROOT);
        spaces();
        return token;
    }

    private boolean skip(char c) {
        if (at < text.length() && text.charAt(at) == c) {
            at++;
            return true;
        }
        return false;
    }

    private void spaces() {
        while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
            at++;
        }
    }

    private static IllegalArgumentException malformed() {
        return new IllegalArgumentException("Sec-WebSocket-Extensions is malformed");
    }
}
