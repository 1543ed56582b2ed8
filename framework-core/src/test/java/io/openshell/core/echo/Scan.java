package io.openshell.core.echo;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What a scanner makes of pieces; texts are bytes in ISO 8859-1. */
record Scan(String out, Set<String> found) {

    static Scan of(Map<String, String> secrets, List<String> pieces) {
        EchoScanner scanner = scanner(secrets);
        StringBuilder out = new StringBuilder();
        for (String piece : pieces) {
            out.append(feed(scanner, piece, false));
        }
        out.append(feed(scanner, "", true));
        Set<String> found = new TreeSet<>();
        scanner.takeFound().forEach(match -> found.add(match.key() + " " + match.form()));
        return new Scan(out.toString(), found);
    }

    static EchoScanner scanner(Map<String, String> secrets) {
        return EchoScanner.open(patterns(secrets), new EchoWorkspace()).orElseThrow();
    }

    static EchoPatterns patterns(Map<String, String> secrets) {
        EchoPatterns.Builder builder = EchoPatterns.builder();
        secrets.forEach((key, secret) -> builder.add(key, secret.getBytes(ISO_8859_1)));
        return builder.build();
    }

    static String feed(EchoScanner scanner, String piece, boolean last) {
        byte[] bytes = piece.getBytes(ISO_8859_1);
        int at = scanner.prepare(bytes.length);
        System.arraycopy(bytes, 0, scanner.wire(), at, bytes.length);
        int go = scanner.scan(bytes.length, last);
        int gone = Math.min(scanner.gone(), go);
        return new String(scanner.wire(), gone, go - gone, ISO_8859_1);
    }
}
