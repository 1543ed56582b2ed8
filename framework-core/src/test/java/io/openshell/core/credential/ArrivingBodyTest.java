package io.openshell.core.credential;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class ArrivingBodyTest {

    @Provide
    Arbitrary<List<byte[]>> pieces() {
        return Arbitraries.of("openshell:", "resolve:", "env:", "open", "shell", "%3A", "a", "\u0000", "", "{\"k\":\"")
                .map(text -> text.getBytes(US_ASCII))
                .list()
                .ofMaxSize(12);
    }

    @Property(tries = 2_000)
    void pieces_are_known_as_the_whole_would_be(@ForAll("pieces") List<byte[]> pieces) throws GeneralSecurityException {
        ArrivingBody body = new ArrivingBody();
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        for (byte[] piece : pieces) {
            ByteBuffer bytes =
                    ByteBuffer.allocateDirect(piece.length + 2).put(1, piece).position(1);
            bytes.limit(1 + piece.length);
            body.take(bytes.asReadOnlyBuffer());
            assertThat(bytes.remaining()).isEqualTo(piece.length);
            whole.writeBytes(piece);
        }
        byte[] all = whole.toByteArray();

        assertThat(body.marked()).isEqualTo(MarkerScan.finds(all, 0, all.length));
        assertThat(body.sha256())
                .isEqualTo(HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256").digest(all)));
    }

    @Test
    void a_marker_is_remembered_and_what_follows_is_hashed_all_the_same() {
        ArrivingBody body = new ArrivingBody();
        body.take(ByteBuffer.wrap("x openshell:resolve:env:KEY".getBytes(US_ASCII)));
        body.take(ByteBuffer.wrap(" y".getBytes(US_ASCII)));

        assertThat(body.marked()).isTrue();
        assertThat(body.sha256()).isEqualTo(body.sha256()).hasSize(64);
        assertThatIllegalStateException().isThrownBy(() -> body.take(ByteBuffer.allocate(1)));
    }
}
