package io.openshell.plugin.docker;

import java.util.regex.Pattern;

/** What people call an image. The engines know which names are good; this says which can be asked for. */
final class ImageReference {

    private static final Pattern ALLOWED = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:/@-]{0,511}");
    private static final Pattern ID = Pattern.compile("(sha256:)?[0-9a-f]{64}");

    private ImageReference() {}

    /** Whether it can be a name. */
    static boolean isPossible(String reference) {
        return ALLOWED.matcher(reference).matches() && !reference.contains("..") && !reference.contains("//");
    }

    /** Whether it is an id, which stands for one image for ever. */
    static boolean isId(String reference) {
        return ID.matcher(reference).matches();
    }

    /** With the tag that a name without one has; without it, Docker would fetch all tags. */
    static String tagged(String reference) {
        boolean named = reference.contains("@") || reference.lastIndexOf(':') > reference.lastIndexOf('/');
        return named ? reference : reference + ":latest";
    }

    /** An id in its long form; anything else as it is. */
    static String normalized(String reference) {
        return isId(reference) && !reference.startsWith("sha256:") ? "sha256:" + reference : reference;
    }
}
