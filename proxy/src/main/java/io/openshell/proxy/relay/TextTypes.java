package io.openshell.proxy.relay;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Which media types are text, in which a few characters may be overwritten without breaking the rest. */
final class TextTypes {

    private static final Set<String> TEXT = Set.of(
            "application/json",
            "application/xml",
            "application/javascript",
            "application/x-javascript",
            "application/ecmascript",
            "application/x-www-form-urlencoded",
            "application/x-ndjson",
            "application/yaml",
            "application/graphql");

    private static final Pattern WIDE =
            Pattern.compile("(?is).*;\\s*charset\\s*=\\s*\"?(utf-?(16|32|7)|ucs|iso-10646|unicode|ibm|ebcdic).*");

    private TextTypes() {}

    /** Whether the value of a Content-Type names a charset that writes ASCII's characters differently. */
    static boolean isWide(Optional<String> contentType) {
        return contentType.isPresent() && WIDE.matcher(contentType.get()).matches();
    }

    /** Whether the value of a Content-Type is of text; one that is absent is not. */
    static boolean includes(Optional<String> contentType) {
        String type = contentType.orElse("").split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        return type.startsWith("text/") || type.endsWith("+json") || type.endsWith("+xml") || TEXT.contains(type);
    }
}
