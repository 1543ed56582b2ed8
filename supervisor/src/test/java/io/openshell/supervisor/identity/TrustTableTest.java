package io.openshell.supervisor.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What a supervisor that comes back has seen before. */
final class TrustTableTest {

    private static final Fingerprint FILE = new Fingerprint(1, 2, 3, 4, 5);
    private static final String ONE = "11".repeat(32);
    private static final String TWO = "22".repeat(32);

    @Test
    void what_was_seen_before_is_read_again_and_must_be_the_same() throws Exception {
        TrustTable table = restored(Map.of("/bin/tool", ONE), true);
        assertThat(table.unchanged("/bin/tool", FILE)).isEmpty();
        assertThatThrownBy(() -> table.admit("/bin/tool", FILE, TWO)).hasMessageContaining("hash changed");
        table.admit("/bin/tool", FILE, ONE);
        assertThat(table.unchanged("/bin/tool", FILE)).contains(ONE);
    }

    @Test
    void a_path_that_may_have_been_seen_before_is_refused() {
        TrustTable table = restored(Map.of("/bin/tool", ONE), false);
        assertThatThrownBy(() -> table.admit("/bin/other", FILE, TWO)).hasMessageContaining("is not known");
        assertThatCode(() -> table.admit("/bin/tool", FILE, ONE)).doesNotThrowAnyException();
        assertThat(table.hashes()).isEqualTo(Map.of("/bin/tool", ONE));
    }

    @Test
    void a_path_that_was_never_seen_is_trusted_if_all_others_are_known() throws Exception {
        TrustTable table = restored(Map.of("/bin/tool", ONE), true);
        table.admit("/bin/other", FILE, TWO);
        assertThat(table.hashes()).isEqualTo(Map.of("/bin/tool", ONE, "/bin/other", TWO));
    }

    @Test
    void each_first_use_is_told_once_and_before_it_counts() throws Exception {
        List<Map<String, String>> seenWhenTold = new ArrayList<>();
        TrustTable[] table = new TrustTable[1];
        table[0] = TrustTable.empty(Instant::now, new TrustKeeping() {
            @Override
            public void added() {
                seenWhenTold.add(Objects.requireNonNull(table[0]).hashes());
            }

            @Override
            public void awaitKept() {
                // Not this test's.
            }
        });
        table[0].admit("/bin/tool", FILE, ONE);
        table[0].admit("/bin/tool", FILE, ONE);
        assertThatThrownBy(() -> table[0].admit("/bin/tool", FILE, TWO)).isInstanceOf(IntegrityException.class);
        assertThat(seenWhenTold).containsExactly(Map.of());
    }

    @Test
    void what_cannot_be_kept_is_no_identity() {
        TrustTable table = TrustTable.empty(Instant::now, new TrustKeeping() {
            @Override
            public void added() {
                // It will not be.
            }

            @Override
            public void awaitKept() throws IOException {
                throw new IOException("launcher: gone");
            }
        });
        assertThatThrownBy(table::awaitKept)
                .isInstanceOf(IntegrityException.class)
                .hasMessage("Failed to keep what was trusted: launcher: gone");
    }

    private static TrustTable restored(Map<String, String> hashes, boolean complete) {
        return TrustTable.restored(() -> Instant.now().plusSeconds(3600), hashes, complete, TrustKeeping.NONE);
    }
}
