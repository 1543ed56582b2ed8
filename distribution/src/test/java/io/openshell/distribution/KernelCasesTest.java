package io.openshell.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page that says which test shows what names tests that are there. */
class KernelCasesTest {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern NAMED = Pattern.compile("`([A-Za-z_]+(?:\\.[a-z]+)?)#([A-Za-z0-9_]+)`");
    private static final int CASES = 18;

    @Test
    void every_test_that_the_page_names_is_there() throws Exception {
        List<String> missing = new ArrayList<>();
        int named = 0;
        Matcher matcher = NAMED.matcher(page());
        while (matcher.find()) {
            if (matcher.group(1).equals("Class") || matcher.group(1).startsWith("file.")) {
                continue;
            }
            named++;
            if (!isThere(matcher.group(1), matcher.group(2))) {
                missing.add(matcher.group());
            }
        }

        assertThat(missing).isEmpty();
        assertThat(named).isGreaterThan(40);
    }

    @Test
    void every_case_has_a_test_or_a_reason() throws Exception {
        String page = page();

        assertThat(IntStream.rangeClosed(1, CASES).mapToObj(number -> "K" + number))
                .allSatisfy(id -> assertThat(page.lines().filter(line -> line.startsWith("| " + id + " ")))
                        .isNotEmpty()
                        .allMatch(line -> NAMED.matcher(line).find() || line.contains("**not")));
    }

    private static String page() throws IOException {
        return Files.readString(ROOT.resolve("docs/kernel-cases.md"));
    }

    private static boolean isThere(String type, String method) throws IOException {
        String file = type.contains(".") ? type : type + ".java";
        Pattern declared = Pattern.compile("(void|def) " + method + "\\(");
        for (String folder : List.of("distribution/src/test", "native/test")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(folder))) {
                if (files.filter(path -> path.endsWith(file))
                        .anyMatch(path -> declared.matcher(read(path)).find())) {
                    return true;
                }
            }
        }
        return false;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
