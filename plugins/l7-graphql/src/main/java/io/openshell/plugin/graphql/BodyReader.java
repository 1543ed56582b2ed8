package io.openshell.plugin.graphql;

import io.openshell.api.inspect.Headers;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** Decides whether a body is the JSON that it will be taken for, and decodes it. */
final class BodyReader {

    private static final String JSON = "application/json";
    private static final String JSON_SUFFIX = "+json";

    /** Without these a form has one field without a value. */
    private static final String FORM_SIGNS = "&=;";

    private BodyReader() {}

    static String text(Headers headers, ByteBuffer body) throws UnreadableException {
        for (String coding : headers.all("content-encoding")) {
            if (!coding.isBlank() && !coding.strip().equalsIgnoreCase("identity")) {
                throw new UnreadableException("body with a content coding");
            }
        }
        String text = decode(body);
        List<String> types = headers.all("content-type");
        if (types.size() > 1) {
            throw new UnreadableException("more than one Content-Type");
        }
        if (!types.isEmpty()) {
            requireJson(types.getFirst(), text);
        }
        return text;
    }

    private static String decode(ByteBuffer body) throws UnreadableException {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(body).toString();
        } catch (CharacterCodingException e) {
            throw new UnreadableException("body that is not UTF-8");
        }
    }

    /**
     * A server that goes by the type must read the same as we do. Other types than JSON are common mistakes of callers; as
     * a form, a body can only be read where it has the signs of one.
     */
    private static void requireJson(String type, String text) throws UnreadableException {
        String[] parts = type.toLowerCase(Locale.ROOT).split(";", -1);
        String name = parts[0].strip();
        if (name.startsWith("multipart/")) {
            throw new UnreadableException("multipart body");
        }
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].replace(" ", "").replace("\"", "").strip();
            if (parameter.startsWith("charset=") && !parameter.equals("charset=utf-8")) {
                throw new UnreadableException("charset of Content-Type (expected: utf-8)");
            }
        }
        boolean json = name.equals(JSON) || name.endsWith(JSON_SUFFIX);
        if (!json && text.chars().anyMatch(c -> FORM_SIGNS.indexOf(c) >= 0)) {
            throw new UnreadableException("Content-Type (expected: " + JSON + ")");
        }
    }
}
