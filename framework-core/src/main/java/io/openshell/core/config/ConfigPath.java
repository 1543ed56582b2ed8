package io.openshell.core.config;

/** Writes places in a tree: {@code network_policies.github.endpoints[0]}, {@code headers["x.y"]}. */
public final class ConfigPath {

    private ConfigPath() {}

    /** The place of a key's value. A key that is not a plain word is quoted, so that places stay unambiguous. */
    public static String key(String parent, String key) {
        if (!isWord(key)) {
            return parent + "[\"" + key.replace("\\", "\\\\").replace("\"", "\\\"") + "\"]";
        }
        return parent.isEmpty() ? key : parent + "." + key;
    }

    /** The place of a list's item. */
    public static String item(String parent, int index) {
        return parent + "[" + index + "]";
    }

    private static boolean isWord(String key) {
        return !key.isEmpty()
                && key.chars()
                        .allMatch(c -> (c >= 'a' && c <= 'z')
                                || (c >= 'A' && c <= 'Z')
                                || (c >= '0' && c <= '9')
                                || c == '_'
                                || c == '-');
    }
}
