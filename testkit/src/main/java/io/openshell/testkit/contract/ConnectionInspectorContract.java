package io.openshell.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.openshell.api.inspect.ConnectionInspector;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * What every inspector of a protocol with bytes of its own does.
 *
 * @param <C> the protocol's options
 */
public abstract class ConnectionInspectorContract<C extends Record>
        extends ProtocolInspectorContract<C, ConnectionInspector> {

    /** What a client sends that the {@linkplain #usableOptions options} allow; several messages, complete. */
    protected abstract byte[] allowedBytes();

    /** What a client sends that the options refuse; complete, readable, and nothing of it may reach an upstream. */
    protected abstract byte[] deniedBytes();

    /** The beginning of a message that is far larger than any limit; it goes on with zeros for ever. */
    protected abstract byte[] endlessMessage();

    /** How much of a message without end the inspector may take before it gives up, in bytes. */
    protected int patience() {
        return 64 << 20;
    }

    @Override
    protected final Class<ConnectionInspector> inspectorType() {
        return ConnectionInspector.class;
    }

    private StreamRun run() {
        return new StreamRun(inspector(), RecordingJudge.enforcing());
    }

    @Test
    final void what_the_rules_allow_reaches_the_upstream_unchanged() {
        StreamRun run = run().client(allowedBytes());

        assertThat(run.toUpstream()).isEqualTo(allowedBytes());
        assertThat(run.open()).isTrue();
        assertThat(run.judge().refused()).isEmpty();
        assertThat(run.judge().admitted()).isNotEmpty();
    }

    @Test
    final void nothing_of_what_the_rules_refuse_reaches_the_upstream() {
        StreamRun run = run().client(deniedBytes());

        assertThat(run.toUpstream()).isEmpty();
        assertThat(run.judge().refused()).isNotEmpty();
    }

    @Test
    final void an_audited_endpoint_passes_what_it_would_refuse_and_records_it() {
        StreamRun run = new StreamRun(inspector(), RecordingJudge.auditing()).client(deniedBytes());

        assertThat(run.toUpstream()).isEqualTo(deniedBytes());
        assertThat(run.judge().refused()).isNotEmpty();
    }

    @Test
    final void it_does_not_matter_where_the_bytes_are_divided() {
        byte[] bytes = both();
        StreamRun whole = run().client(bytes);
        for (int at = 0; at <= bytes.length; at++) {
            StreamRun split =
                    run().client(Arrays.copyOfRange(bytes, 0, at)).client(Arrays.copyOfRange(bytes, at, bytes.length));

            assertThat(split.toUpstream()).as("divided at %d", at).isEqualTo(whole.toUpstream());
            assertThat(split.judge().subjects())
                    .as("divided at %d", at)
                    .isEqualTo(whole.judge().subjects());
        }
    }

    @Test
    final void single_bytes_are_as_good_as_all_at_once() {
        StreamRun whole = run().client(both());
        StreamRun single = run();
        for (byte b : both()) {
            single.client(b);
        }

        assertThat(single.toUpstream()).isEqualTo(whole.toUpstream());
        assertThat(single.toClient()).isEqualTo(whole.toClient());
        assertThat(single.judge().subjects()).isEqualTo(whole.judge().subjects());
    }

    @Test
    final void connections_know_nothing_of_each_other() {
        ConnectionInspector inspector = inspector();
        byte[] bytes = allowedBytes();
        StreamRun first = new StreamRun(inspector, RecordingJudge.enforcing());
        StreamRun second = new StreamRun(inspector, RecordingJudge.enforcing());
        for (byte b : bytes) {
            first.client(b);
            second.client(b);
        }

        assertThat(first.toUpstream()).isEqualTo(bytes);
        assertThat(second.toUpstream()).isEqualTo(bytes);
    }

    @Test
    final void no_bytes_however_odd_get_an_exception_for_an_answer() {
        Random random = new Random(20260101);
        for (int i = 0; i < 2_000; i++) {
            byte[] noise = new byte[1 + random.nextInt(200)];
            random.nextBytes(noise);
            StreamRun run = run().client(noise);
            run.upstream(noise);
        }
    }

    @Test
    final void damaged_bytes_get_no_exception_for_an_answer() {
        Random random = new Random(20260102);
        for (int i = 0; i < 2_000; i++) {
            byte[] damaged = both();
            damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            run().client(damaged);
        }
    }

    @Test
    final void a_message_without_end_ends_the_connection_and_nothing_of_it_goes_on() {
        StreamRun run = run().client(endlessMessage());
        byte[] more = new byte[1 << 16];
        for (int sent = 0; run.open() && sent < patience(); sent += more.length) {
            run.client(more);
        }

        assertThat(run.open()).isFalse();
        assertThat(run.toUpstream()).isEmpty();
        assertThat(run.reason()).isNotBlank().doesNotContain("\n", "\r");
    }

    @Test
    final void a_connection_can_end_at_any_time() {
        byte[] bytes = both();
        for (int at = 0; at <= bytes.length; at++) {
            StreamRun run = run().client(Arrays.copyOfRange(bytes, 0, at));
            assertThatCode(run::close).doesNotThrowAnyException();
        }
    }

    private byte[] both() {
        byte[] allowed = allowedBytes();
        byte[] denied = deniedBytes();
        byte[] bytes = Arrays.copyOf(allowed, allowed.length + denied.length);
        System.arraycopy(denied, 0, bytes, allowed.length, denied.length);
        return bytes;
    }
}
