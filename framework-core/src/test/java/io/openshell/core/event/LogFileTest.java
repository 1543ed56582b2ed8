package io.openshell.core.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogFileTest {

    @TempDir
    private Path directory = Path.of("set by JUnit");

    private Instant now = Instant.parse("2026-03-04T23:59:59.999Z");
    private final InstantSource clock = () -> now;

    @Test
    void a_line_has_the_time_in_milliseconds_and_the_short_notation() throws IOException {
        EventFile log = EventFile.dailyShorthand(directory, clock);
        log.write(List.of(Samples.numbered(1), Samples.numbered(2)));
        log.close();

        assertThat(Files.readAllLines(directory.resolve("openshell.2026-03-04.log")))
                .containsExactly(
                        "2026-03-04T12:00:00.123Z OCSF " + Samples.numbered(1).shorthand(),
                        "2026-03-04T12:00:00.123Z OCSF " + Samples.numbered(2).shorthand());
    }

    @Test
    void a_new_day_begins_a_new_file_and_the_newest_three_stay() throws IOException {
        Files.writeString(directory.resolve("openshell.notes.log"), "not ours");
        Files.writeString(directory.resolve("openshell.2026-03-04.log.bak"), "not ours");
        EventFile log = EventFile.dailyShorthand(directory, clock);
        LogFile other = LogFile.daily(directory, "openshell-other", clock);
        for (int day = 0; day < 5; day++) {
            log.write(List.of(Samples.numbered(day)));
            other.append("line\n");
            now = now.plus(Duration.ofDays(1));
        }
        log.close();
        other.close();

        assertThat(names())
                .containsExactly(
                        "openshell-other.2026-03-06.log",
                        "openshell-other.2026-03-07.log",
                        "openshell-other.2026-03-08.log",
                        "openshell.2026-03-04.log.bak",
                        "openshell.2026-03-06.log",
                        "openshell.2026-03-07.log",
                        "openshell.2026-03-08.log",
                        "openshell.notes.log");
        assertThat(Files.readString(directory.resolve("openshell.2026-03-07.log")))
                .contains("host-3.example");
    }

    @Test
    void the_day_changes_at_midnight_utc() throws IOException {
        EventFile log = EventFile.dailyShorthand(directory, clock);
        log.write(List.of(Samples.numbered(1)));
        now = now.plusMillis(1);
        log.write(List.of(Samples.numbered(2)));
        log.close();

        assertThat(names()).containsExactly("openshell.2026-03-04.log", "openshell.2026-03-05.log");
    }

    @Test
    void a_restart_goes_on_in_the_same_file_which_only_its_owner_reads() throws IOException {
        Path file = directory.resolve("made/on/demand/events.jsonl");
        for (int i = 0; i < 2; i++) {
            EventFile log = EventFile.json(file);
            log.write(List.of(Samples.numbered(i)));
            log.close();
        }

        assertThat(Files.readAllLines(file))
                .containsExactly(Samples.numbered(0).json(), Samples.numbered(1).json());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void a_daily_file_is_not_written_through_a_link() throws IOException {
        Path elsewhere = directory.resolve("elsewhere");
        Files.writeString(elsewhere, "");
        Files.createSymbolicLink(directory.resolve("openshell.2026-03-04.log"), elsewhere);
        EventFile log = EventFile.dailyShorthand(directory, clock);

        assertThatThrownBy(() -> log.write(List.of(Samples.numbered(1)))).isInstanceOf(IOException.class);
        assertThat(elsewhere).isEmptyFile();
    }

    @Test
    void writing_goes_on_when_the_directory_becomes_usable_again() throws IOException {
        Path blocked = directory.resolve("logs");
        Files.writeString(blocked, "a file where a directory should be");
        EventFile log = EventFile.dailyShorthand(blocked, clock);
        assertThatThrownBy(() -> log.write(List.of(Samples.numbered(1)))).isInstanceOf(IOException.class);

        Files.delete(blocked);
        log.write(List.of(Samples.numbered(2)));
        log.close();

        assertThat(blocked.resolve("openshell.2026-03-04.log")).content().contains("host-2.example");
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .sorted()
                    .toList();
        }
    }
}
