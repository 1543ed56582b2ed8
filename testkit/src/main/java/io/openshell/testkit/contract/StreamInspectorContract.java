package io.openshell.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.openshell.api.inspect.Judge;
import io.openshell.api.inspect.ProtocolInspector;
import io.openshell.api.inspect.StreamInspector;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * What everything does that reads a connection's bytes.
 *
 * @param <C> the protocol's options
 * @param <I> the kind of inspector
 */
abstract class StreamInspectorContract<C extends Record, I extends ProtocolInspector>
        extends ProtocolInspectorContract<C, I> {

    /** Opens one connection. */
    abstract StreamInspector open(I inspector, Judge judge);

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

    /**
     * What came from the client, of the bytes that went to the upstream: all, unless the inspector has last words of its own for
     * the upstream when it ends a connection.
     */
    protected byte[] withoutLastWords(byte[] toUpstream) {
        return toUpstream;
    }

    private byte[] received(StreamRun run) {
        return withoutLastWords(run.toUpstream());
    }

    private StreamRun run() {
        return run(inspector(), RecordingJudge.enforcing());
    }

    private StreamRun run(I inspector, RecordingJudge judge) {
        return new StreamRun(open(inspector, judge), judge);
    }

    @Test
    final void what_the_rules_allow_reaches_the_upstream_unchanged() {
        StreamRun run = run().client(allowedBytes());

        assertThat(received(run)).isEqualTo(allowedBytes());
        assertThat(run.open()).isTrue();
        assertThat(run.judge().refused()).isEmpty();
        assertThat(run.judge().admitted()).isNotEmpty();
    }

    @Test
    final void nothing_of_what_the_rules_refuse_reaches_the_upstream() {
        StreamRun run = run().client(deniedBytes());

        assertThat(received(run)).isEmpty();
        assertThat(run.judge().refused()).isNotEmpty();
    }

    @Test
    final void an_audited_endpoint_passes_what_it_would_refuse_and_records_it() {
        StreamRun run = run(inspector(), RecordingJudge.auditing()).client(deniedBytes());

        assertThat(received(run)).isEqualTo(deniedBytes());
        assertThat(run.judge().refused()).isNotEmpty();
    }

    @Test
    final void it_does_not_matter_where_the_bytes_are_divided() {
        byte[] bytes = both();
        StreamRun whole = run().client(bytes);
        for (int at = 0; at <= bytes.length; at++) {
            StreamRun split =
                    run().client(Arrays.copyOfRange(bytes, 0, at)).client(Arrays.copyOfRange(bytes, at, bytes.length));

            assertThat(received(split)).as("divided at %d", at).isEqualTo(received(whole));
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

        assertThat(received(single)).isEqualTo(received(whole));
        assertThat(single.toClient()).isEqualTo(whole.toClient());
        assertThat(single.judge().subjects()).isEqualTo(whole.judge().subjects());
    }

    @Test
    final void connections_know_nothing_of_each_other() {
        I inspector = inspector();
        byte[] bytes = allowedBytes();
        StreamRun first = run(inspector, RecordingJudge.enforcing());
        StreamRun second = run(inspector, RecordingJudge.enforcing());
        for (byte b : bytes) {
            first.client(b);
            second.client(b);
        }

        assertThat(received(first)).isEqualTo(bytes);
        assertThat(received(second)).isEqualTo(bytes);
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
        assertThat(received(run)).isEmpty();
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
