package io.openshell.plugin.sigv4;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.openshell.api.credential.Secret;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Locale;

/**
 * What a signature is good for: a few minutes from a moment on, one region, one service.
 *
 * @param time the moment, as in {@code 20150830T123600Z}
 */
record Scope(String time, String region, String service) {

    private static final String END = "aws4_request";
    private static final int DATE_LENGTH = 8;
    private static final byte[] PREFIX = "AWS4".getBytes(US_ASCII);
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    static Scope at(Instant now, String region, String service) {
        return new Scope(TIME.format(now), region, service);
    }

    private String date() {
        return time.substring(0, DATE_LENGTH);
    }

    /** As it stands in the Credential and in what is signed. */
    @Override
    public String toString() {
        return date() + "/" + region + "/" + service + "/" + END;
    }

    /**
     * Signs with a key that is derived for this scope, and is not kept: it signs a day's requests, so it is a secret that
     * would outlive the one it came from.
     */
    byte[] sign(Secret secretAccessKey, String text) {
        byte[][] signature = new byte[1][];
        secretAccessKey.reveal(secret -> {
            byte[] key = new byte[PREFIX.length + secret.length];
            System.arraycopy(PREFIX, 0, key, 0, PREFIX.length);
            System.arraycopy(secret, 0, key, PREFIX.length, secret.length);
            for (String step : new String[] {date(), region, service, END, text}) {
                byte[] next = Sha256.hmac(key, step.getBytes(US_ASCII));
                Arrays.fill(key, (byte) 0);
                key = next;
            }
            signature[0] = key;
        });
        return signature[0];
    }
}
