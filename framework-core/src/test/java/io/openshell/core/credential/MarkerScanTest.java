package io.openshell.core.credential;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** The scan against a reference that undoes encodings one after the other, and what it promises of streams. */
class MarkerScanTest {

    private static final String[] MARKERS = {Placeholders.CANONICAL, Placeholders.ALIAS};

    @Property(tries = 2000)
    void finds_a_marker_whatever_mixture_of_encodings_spells_it(
            @ForAll Random random, @ForAll @Size(max = 40) byte[] before, @ForAll @Size(max = 40) byte[] after) {
        byte[] spelled = concat(before, spelled(random), after);
        assertThat(MarkerScan.finds(spelled, 0, spelled.length)).isTrue();
    }

    @Property(tries = 1000)
    void finds_a_marker_in_base64_at_any_alignment(
            @ForAll @Size(max = 20) byte[] before,
            @ForAll @Size(max = 20) byte[] after,
            @ForAll @IntRange(max = 1) int m) {
        byte[] plain = concat(before, MARKERS[m].getBytes(StandardCharsets.US_ASCII), after);
        for (Base64.Encoder encoder : new Base64.Encoder[] {
            Base64.getEncoder(), Base64.getUrlEncoder().withoutPadding()
        }) {
            byte[] encoded = encoder.encode(plain);
            assertThat(MarkerScan.finds(encoded, 0, encoded.length)).isTrue();
        }
    }

    /** Bytes that a scan of a stream hands on, piece by piece, never hold a whole marker: not even before it is complete. */
    @Property(tries = 2000)
    void a_stream_that_holds_back_what_is_held_never_hands_on_a_marker(
            @ForAll Random random, @ForAll @Size(max = 30) byte[] before) {
        byte[] spelled = spelled(random);
        byte[] stream = concat(before, spelled);
        MarkerScan scan = new MarkerScan();
        boolean found = false;
        for (int i = 0; i < stream.length && !found; i++) {
            found = scan.take(stream[i]);
            int handedOn = found ? 0 : i + 1 - scan.held();
            if (!found) {
                // Nothing of the marker may have been handed on once it has begun.
                assertThat(handedOn).isLessThanOrEqualTo(Math.max(before.length, i + 1 - spelled.length));
            }
        }
        assertThat(found).isTrue();
    }

    @Property(tries = 2000)
    void agrees_with_the_reference_on_text_of_the_markers_own_characters(@ForAll Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 60; i++) {
            String marker = MARKERS[random.nextInt(2)];
            int from = random.nextInt(marker.length());
            text.append(marker, from, Math.min(marker.length(), from + 1 + random.nextInt(marker.length())));
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.US_ASCII);
        boolean expected = text.indexOf(MARKERS[0]) >= 0 || text.indexOf(MARKERS[1]) >= 0;
        assertThat(MarkerScan.finds(bytes, 0, bytes.length)).isEqualTo(expected);
        assertThat(MarkerScan.finds(text)).isEqualTo(expected);
    }

    @Property(tries = 500)
    void finds_nothing_in_random_bytes_and_holds_little(@ForAll Random random) {
        byte[] bytes = new byte[4096];
        random.nextBytes(bytes);
        assertThat(MarkerScan.finds(bytes, 0, bytes.length)).isFalse();
        MarkerScan scan = new MarkerScan();
        for (byte octet : bytes) {
            scan.take(octet);
            assertThat(scan.held()).isLessThanOrEqualTo(300);
        }
    }

    /** A marker, each character spelled in a way of its own. */
    private static byte[] spelled(Random random) {
        String marker = MARKERS[random.nextInt(2)];
        StringBuilder text = new StringBuilder();
        boolean wide = random.nextInt(4) == 0;
        for (int i = 0; i < marker.length(); i++) {
            char c = marker.charAt(i);
            String hex = Integer.toHexString(c);
            String digits = random.nextBoolean() ? hex : hex.toUpperCase(Locale.ROOT);
            String zeros = wide && text.length() > 0 ? "\0".repeat(1 + random.nextInt(3)) : "";
            text.append(zeros)
                    .append(
                            switch (random.nextInt(6)) {
                                case 0 -> "%" + "25".repeat(random.nextInt(3)) + digits;
                                case 1 -> "\\".repeat(1 + random.nextInt(4)) + "u00" + digits;
                                case 2 -> "\\x" + digits;
                                default -> String.valueOf(c);
                            });
        }
        return text.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
