package io.openshell.core.credential;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** Rewrites one body or text message. Used once. */
final class BodyRewriting {

    private static final JsonFactory JSON = new JsonFactory();
    private static final String JSON_SHAPES = "the values of JSON strings, plain or with JSON's escapes";
    private static final String FORM_SHAPES = "the values of a form's fields";
    private static final String TEXT_SHAPES = "plain text";
    private static final String TYPES =
            "application/json, application/x-www-form-urlencoded or text/*, in UTF-8 and not compressed";
    private static final Set<String> CHARSETS = Set.of("", "utf-8", "utf8", "us-ascii");

    private final Replacements replacements;

    BodyRewriting(Replacements replacements) {
        this.replacements = replacements;
    }

    Rewriting rewrite(String contentType, String contentEncoding, byte[] body) {
        if (!contentEncoding.isBlank() && !contentEncoding.strip().equalsIgnoreCase("identity")) {
            return refuse("a compressed body, which cannot be looked at", TYPES);
        }
        if (!MarkerScan.finds(body, 0, body.length)) {
            return Rewriting.UNCHANGED;
        }
        if (body.length > CredentialLimits.BODY_BYTES) {
            return refuse("a long body", "at most " + CredentialLimits.BODY_BYTES + " bytes");
        }
        if (!CHARSETS.contains(charset(contentType))) {
            return refuse("a body that is not in UTF-8", TYPES);
        }
        Optional<String> text = Utf8Text.of(body);
        if (text.isEmpty()) {
            return refuse("a body that is not in UTF-8", TYPES);
        }
        String type = essence(contentType);
        if (type.equals("application/json")) {
            return isJson(text.get()) ? json(text.get()) : refuse("a body that is not JSON", JSON_SHAPES);
        }
        if (type.equals("application/x-www-form-urlencoded")) {
            return form(text.get());
        }
        return type.startsWith("text/") ? plain(text.get()) : refuse("a body of an unsupported content type", TYPES);
    }

    Rewriting message(String text) {
        return isJson(text) ? json(text) : plain(text);
    }

    private Rewriting plain(String text) {
        replacements.find(Decoded.plain(text, 0, text.length()), Escaping.NONE);
        return replacements.apply(text, TEXT_SHAPES);
    }

    private Rewriting form(String text) {
        boolean[] misplaced = new boolean[1];
        Pieces.of(text, '&', (from, to) -> {
            int equals = text.indexOf('=', from);
            boolean value = equals >= 0 && equals < to;
            String name = Decoded.percent(text, from, value ? equals : to, true).text();
            misplaced[0] |= MarkerScan.finds(name);
            if (value) {
                replacements.find(Decoded.percent(text, equals + 1, to, true), Escaping.FORM);
            }
        });
        return misplaced[0] ? refuse("the name of a form's field", FORM_SHAPES) : replacements.apply(text, FORM_SHAPES);
    }

    /** A text that is known to be JSON, so that a quote outside of a string begins one. */
    private Rewriting json(String text) {
        int at = text.indexOf('"');
        while (at >= 0) {
            int end = stringEnd(text, at + 1);
            Decoded string = Decoded.json(text, at + 1, end);
            if (!isName(text, end + 1)) {
                replacements.find(string, Escaping.JSON);
            } else if (MarkerScan.finds(string.text())) {
                return refuse("the name of a JSON member", JSON_SHAPES);
            }
            at = text.indexOf('"', end + 1);
        }
        return replacements.apply(text, JSON_SHAPES);
    }

    private static int stringEnd(String text, int from) {
        int at = from;
        while (text.charAt(at) != '"') {
            at += text.charAt(at) == '\\' ? 2 : 1;
        }
        return at;
    }

    private static boolean isName(String text, int behind) {
        int at = behind;
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        return at < text.length() && text.charAt(at) == ':';
    }

    /** Whether a text is one JSON value and nothing else. */
    private static boolean isJson(String text) {
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), text)) {
            JsonToken token = parser.nextToken();
            if (token == null) {
                return false;
            }
            parser.skipChildren();
            return parser.nextToken() == null;
        } catch (JacksonException notJson) {
            return false;
        }
    }

    private Rewriting refuse(String where, String expected) {
        CredentialRefusal first = replacements.refusal();
        return new Rewriting.Refused(first != null ? first : CredentialRefusal.misplaced(where, expected));
    }

    private static String essence(String contentType) {
        int semicolon = contentType.indexOf(';');
        return (semicolon < 0 ? contentType : contentType.substring(0, semicolon))
                .strip()
                .toLowerCase(Locale.ROOT);
    }

    /** The charset that a content type names; empty if it names none, and nonsense if it names several. */
    private static String charset(String contentType) {
        String charset = "";
        String[] parts = contentType.toLowerCase(Locale.ROOT).split(";", -1);
        for (int i = 1; i < parts.length; i++) {
            String part = parts[i].strip();
            if (part.startsWith("charset=")) {
                charset += part.substring("charset=".length()).replace("\"", "").strip();
            }
        }
        return charset;
    }
}
