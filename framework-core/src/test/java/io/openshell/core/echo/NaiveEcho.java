package io.openshell.core.echo;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The same search in the plainest words: the whole text, every form by itself, every place tried. */
final class NaiveEcho {

    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static final Map<String, Pattern> ESCAPES = Map.of(
            "percent", Pattern.compile("%([0-9a-fA-F]{2})"),
            "backslash", Pattern.compile("\\\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([!-/:-@\\[-`{-~]))"),
            "entity",
                    Pattern.compile(
                            "&(?:(amp|lt|gt|quot|apos|sol|plus|equals)|#([0-9]{1,5})|#[xX]([0-9a-fA-F]{1,4}));"));
    private static final Map<String, String> NAMES =
            Map.of("amp", "&", "lt", "<", "gt", ">", "quot", "\"", "apos", "'", "sol", "/", "plus", "+", "equals", "=");

    private final String wire;
    private final BitSet marks = new BitSet();
    private final Set<String> found = new TreeSet<>();

    private record Unit(String text, int start, int end) {}

    /** Searches for secrets by their keys; texts are bytes in ISO 8859-1. */
    NaiveEcho(String wire, Map<String, String> secrets) {
        this.wire = wire;
        secrets.forEach((key, secret) -> forms(secret).forEach((pattern, form) -> {
            look(key, form, pattern, plain());
            for (String kind : ESCAPES.keySet()) {
                look(key, form + "+" + kind, pattern, unescaped(kind));
            }
        }));
    }

    String masked() {
        StringBuilder out = new StringBuilder(wire);
        marks.stream().forEach(at -> out.setCharAt(at, '*'));
        return out.toString();
    }

    Set<String> found() {
        return found;
    }

    private void look(String key, String form, String pattern, List<Unit> units) {
        StringBuilder text = new StringBuilder();
        List<Unit> owners = new ArrayList<>();
        for (Unit unit : units) {
            text.append(unit.text);
            unit.text.chars().forEach(c -> owners.add(unit));
        }
        for (int at = text.indexOf(pattern); at >= 0; at = text.indexOf(pattern, at + 1)) {
            int start = owners.get(at).start;
            int end = owners.get(at + pattern.length() - 1).end;
            if (form.indexOf('+') < 0 || end - start > pattern.length()) {
                marks.set(start, end);
                found.add(key + " " + form);
            }
        }
    }

    private List<Unit> plain() {
        List<Unit> units = new ArrayList<>();
        for (int i = 0; i < wire.length(); i++) {
            units.add(new Unit(wire.substring(i, i + 1), i, i + 1));
        }
        return units;
    }

    private List<Unit> unescaped(String kind) {
        List<Unit> units = new ArrayList<>();
        Matcher matcher = Objects.requireNonNull(ESCAPES.get(kind)).matcher(wire);
        int at = 0;
        while (at < wire.length()) {
            if (matcher.find(at) && matcher.start() == at) {
                units.add(new Unit(meaning(kind, matcher), at, matcher.end()));
                at = matcher.end();
            } else {
                units.add(new Unit(wire.substring(at, at + 1), at, at + 1));
                at++;
            }
        }
        return units;
    }

    private static String meaning(String kind, Matcher matcher) {
        return switch (kind) {
            case "percent" -> octet(matcher.group(1));
            case "backslash" ->
                matcher.group(1) != null
                        ? utf8(Integer.parseInt(matcher.group(1), 16))
                        : matcher.group(2) != null ? octet(matcher.group(2)) : matcher.group(3);
            default ->
                matcher.group(1) != null
                        ? NAMES.getOrDefault(matcher.group(1), "")
                        : matcher.group(2) != null
                                ? utf8(Integer.parseInt(matcher.group(2)))
                                : utf8(Integer.parseInt(matcher.group(3), 16));
        };
    }

    private static String octet(String hex) {
        return String.valueOf((char) Integer.parseInt(hex, 16));
    }

    private static String utf8(int codePoint) {
        return new String(Character.toString(codePoint).getBytes(UTF_8), ISO_8859_1);
    }

    private static Map<String, String> forms(String secret) {
        Map<String, String> forms = new LinkedHashMap<>();
        byte[] bytes = secret.getBytes(ISO_8859_1);
        forms.putIfAbsent(secret, "raw");
        forms.putIfAbsent(secret.replace(' ', '+'), "form");
        for (int before = 0; before < 3; before++) {
            forms.putIfAbsent(base64(bytes, before, "+/"), "base64");
            forms.putIfAbsent(base64(bytes, before, "-_"), "base64");
        }
        forms.putIfAbsent(HexFormat.of().formatHex(bytes), "hex");
        forms.putIfAbsent(HexFormat.of().withUpperCase().formatHex(bytes), "hex");
        return forms;
    }

    /** Bit by bit: the groups of six that lie within the secret. */
    private static String base64(byte[] secret, int before, String last) {
        StringBuilder out = new StringBuilder();
        int end = (before + secret.length) * 8;
        for (int group = 0; group + 6 <= end; group += 6) {
            if (group >= before * 8) {
                int value = 0;
                for (int bit = group; bit < group + 6; bit++) {
                    int at = bit - before * 8;
                    value = value << 1 | ((secret[at / 8] >> (7 - at % 8)) & 1);
                }
                out.append((ALPHABET + last).charAt(value));
            }
        }
        return out.toString();
    }
}
