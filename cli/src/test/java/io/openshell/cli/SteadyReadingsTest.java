package io.openshell.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.cli.SteadyReadings.Reading;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class SteadyReadingsTest {

    /** Stands for a file that cannot be read. */
    private static final String GONE = "";

    private final SteadyReadings readings = new SteadyReadings(text("old"));

    @Test
    void what_counts_already_does_not_count_again() {
        assertThat(counted("old", "old", "old")).isEmpty();
    }

    @Test
    void what_is_read_twice_counts_once() {
        assertThat(counted("new", "new", "new", "new")).containsExactly(1);
    }

    @Test
    void a_file_that_grows_does_not_count_before_it_is_whole() {
        assertThat(counted("n", "ne", "new", "newer", "newer", "newer")).containsExactly(4);
    }

    @Test
    void a_change_that_is_taken_back_at_once_does_not_count() {
        assertThat(counted("new", "old", "new", "old", "old")).isEmpty();
    }

    @Test
    void going_back_later_counts() {
        assertThat(counted("new", "new", "old", "old")).containsExactly(1, 3);
    }

    @Test
    void a_file_that_is_gone_counts_once_and_so_does_its_return() {
        assertThat(counted(GONE, GONE, GONE, "old", "old")).containsExactly(1, 4);
    }

    @Test
    void a_moment_without_a_file_does_not_count() {
        assertThat(counted(GONE, "new", "new")).containsExactly(2);
    }

    @Test
    void the_bytes_can_be_read_more_than_once() {
        Reading.Content content = Reading.Content.of(new byte[] {1, 2});
        assertThat(content.toArray()).isEqualTo(content.toArray()).containsExactly(1, 2);
        assertThat(content).isEqualTo(Reading.Content.of(new byte[] {1, 2}));
    }

    /** The places of those that counted. */
    private List<Integer> counted(String... texts) {
        List<Boolean> each = Arrays.stream(texts)
                .map(text -> readings.counts(text.equals(GONE) ? new Reading.Failure("not there") : text(text)))
                .toList();
        return IntStream.range(0, texts.length).filter(each::get).boxed().toList();
    }

    private static Reading text(String text) {
        return Reading.Content.of(text.getBytes(UTF_8));
    }
}
