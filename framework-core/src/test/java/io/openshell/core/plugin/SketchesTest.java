package io.openshell.core.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The decision record about the interfaces says how other plugins would be written: each sketch compiles. */
class SketchesTest {

    private static final Pattern SKETCH =
            Pattern.compile("^`sketch/(\\w+)\\.java`\\n\\n```java\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);

    @TempDir
    private Path directory = Path.of("set by JUnit");

    @Test
    void every_sketch_compiles_against_the_interfaces_as_they_are() throws IOException {
        Matcher sketch =
                SKETCH.matcher(Files.readString(Path.of("../docs/adr/0001-shape-of-the-plugin-interfaces.md")));
        PluginJar jar = PluginJar.empty("sketches");
        int found = 0;
        for (; sketch.find(); found++) {
            jar.wholeSource("sketch." + sketch.group(1), sketch.group(2));
        }
        jar.writeTo(directory.resolve("sketches.jar"));

        assertThat(found).isEqualTo(6);
    }
}
