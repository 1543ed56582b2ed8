package io.openshell.distribution.network;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/**
 * Secrets of a test that are made up anew each time, and what they would look like where somebody has left one: they all
 * begin with the same text, which is looked for in the forms that programs give a secret. Not thread-safe.
 */
final class Canary {

    private static final String LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz23456789";
    private static final int RANDOM_LETTERS = 14;

    private final Random random = new Random();

    /** Has characters that are written otherwise in a URL. */
    private final String beginning = letters() + "+" + letters();

    private final Map<String, byte[]> forms = new LinkedHashMap<>();

    Canary() {
        byte[] bytes = beginning.getBytes(ISO_8859_1);
        forms.put("as it is", bytes);
        forms.put("reversed", new StringBuilder(beginning).reverse().toString().getBytes(ISO_8859_1));
        forms.put(
                "URL-encoded",
                URLEncoder.encode(beginning, StandardCharsets.UTF_8).getBytes(ISO_8859_1));
        forms.put("in UTF-16", beginning.getBytes(StandardCharsets.UTF_16LE));
        for (int before = 0; before < 3; before++) {
            byte[] shifted = new byte[before + bytes.length];
            System.arraycopy(bytes, 0, shifted, before, bytes.length);
            String encoded = Base64.getEncoder().encodeToString(shifted);
            // Without the letters that also depend on what stands before and after.
            forms.put(
                    "base64, " + before + " bytes in",
                    encoded.substring(before == 0 ? 0 : before + 1, encoded.length() - 4)
                            .getBytes(ISO_8859_1));
        }
    }

    /** A secret. */
    String secret(String end) {
        return beginning + letters() + end;
    }

    /** In which forms a secret occurs. */
    Set<String> in(byte[] bytes) {
        Set<String> found = new TreeSet<>();
        forms.forEach((name, form) -> {
            if (indexOf(bytes, bytes.length, form) >= 0) {
                found.add(name);
            }
        });
        return found;
    }

    /** The same for a text. */
    Set<String> in(String text) {
        return in(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The length of the longest form. */
    int longest() {
        return forms.values().stream().mapToInt(form -> form.length).max().orElse(0);
    }

    /** Where a form begins in the first bytes of an array; -1 if it does not occur. */
    static int indexOf(byte[] bytes, int length, byte[] form) {
        byte first = form[0];
        byte second = form[1];
        for (int i = 0; i <= length - form.length; i++) {
            if (bytes[i] == first && bytes[i + 1] == second && matches(bytes, i, form)) {
                return i;
            }
        }
        return -1;
    }

    private static boolean matches(byte[] bytes, int at, byte[] form) {
        for (int i = 2; i < form.length; i++) {
            if (bytes[at + i] != form[i]) {
                return false;
            }
        }
        return true;
    }

    private String letters() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < RANDOM_LETTERS; i++) {
            text.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return text.toString();
    }
}
