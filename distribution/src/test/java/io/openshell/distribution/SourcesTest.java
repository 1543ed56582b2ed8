package io.openshell.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The rules of docs/style.md that are about files rather than classes. */
class SourcesTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final int MAX_LINES = 400;
    private static final int MAX_TEST_LINES = 800;
    private static final Pattern UNFINISHED = Pattern.compile("\\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b");

    private static final List<Path> SOURCES = sources();

    @Test
    void the_sources_are_found() {
        assertThat(SOURCES).hasSizeGreaterThan(100);
    }

    @Test
    void no_file_is_too_long_to_be_read_in_one_go() {
        List<String> tooLong = SOURCES.stream()
                .filter(file -> lines(file).size() > limit(file))
                .map(file -> ROOT.relativize(file) + ": " + lines(file).size() + " lines")
                .toList();

        assertThat(tooLong).isEmpty();
    }

    @Test
    void nothing_is_marked_as_unfinished() {
        List<String> marks = SOURCES.stream()
                .flatMap(file -> lines(file).stream()
                        .filter(line -> UNFINISHED.matcher(line).find())
                        .map(line -> ROOT.relativize(file) + ": " + line.strip()))
                .toList();

        assertThat(marks).isEmpty();
    }

    @Test
    void every_module_has_each_of_its_packages_described() {
        List<String> bare = SOURCES.stream()
                .filter(file -> file.toString().contains("/src/main/java/"))
                .map(Path::getParent)
                .distinct()
                .filter(folder -> !Files.exists(folder.resolve("package-info.java")))
                .map(folder -> ROOT.relativize(folder).toString())
                .toList();

        assertThat(bare).isEmpty();
    }

    private static int limit(Path file) {
        return file.toString().matches(".*/(src/)?test/.*") ? MAX_TEST_LINES : MAX_LINES;
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> sources() {
        List<Path> sources = new ArrayList<>();
        Set<String> types = Set.of("java", "c", "h", "sh");
        try (Stream<Path> modules = Files.list(ROOT)) {
            for (Path module : modules.filter(Files::isDirectory).toList()) {
                Files.walkFileTree(module, new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                        String name = folder.getFileName().toString();
                        boolean built =
                                name.equals("target") && !folder.toString().contains("/src/");
                        return built || name.startsWith(".") ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                        String name = file.getFileName().toString();
                        if (types.contains(name.substring(name.lastIndexOf('.') + 1))) {
                            sources.add(file);
                        }
                        return FileVisitResult.CONTINUE;
                    }
                });
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return sources;
    }
}
