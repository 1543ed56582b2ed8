package io.openshell.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is in the start-up cache that a distribution makes for itself, on a machine without a container engine. */
@Tag("root")
class StartupCacheIT {

    private static final long PATIENCE_MILLIS = 20_000;
    private static final Pattern CACHED = Pattern.compile("(?m) (io\\.openshell\\.\\S+) source: shared objects file");

    /** What a run with an engine loads before it starts a container. */
    private static final List<String> ASKING = List.of(
            "io.openshell.plugin.docker.EngineDriver",
            "io.openshell.plugin.docker.ContainerPlan",
            "io.openshell.plugin.docker.json.JsonReader");

    /** What it loads once a container's launcher has connected. */
    private static final List<String> STANDING = List.of(
            "io.openshell.plugin.docker.WorkloadReader",
            "io.openshell.supervisor.control.SeenCodec",
            "io.openshell.supervisor.sandbox.ImageIdentity",
            "io.openshell.supervisor.sandbox.ImagePaths",
            "io.openshell.supervisor.sandbox.ImageRoot");

    @TempDir
    private Path folder;

    private Path home;
    private Path temporary;

    @BeforeEach
    void copies_the_distribution_without_its_cache() throws Exception {
        assumeTrue(Runtime.version().feature() >= 25, "the ahead-of-time cache needs Java 25");
        home = folder.resolve("distribution");
        temporary = folder.resolve("temporary");
        Programs.run("cp -a " + Openshell.HOME + " distribution && rm -rf distribution/cache", folder);
        Programs.run("mkdir -m 755 distribution/cache && mkdir -m 700 temporary", folder);
    }

    @Test
    void has_what_a_sandbox_in_a_container_loads() throws Exception {
        train(Account.ROOT);

        assertThat(cachedInARun()).containsAll(ASKING).containsAll(STANDING);
    }

    @Test
    void has_what_asks_an_engine_where_nobody_may_make_namespaces() throws Exception {
        train(Account.ORDINARY);

        assertThat(cachedInARun()).containsAll(ASKING).doesNotContainAnyElementsOf(STANDING);
    }

    /** The first start of a distribution that may write its cache makes it. */
    private void train(Account account) throws Exception {
        Programs.run("chown " + account.uid() + " distribution/cache temporary", folder);

        Openshell.of(account, folder)
                .home(home)
                .environment("TMPDIR", temporary.toString())
                .run("--version")
                .success();

        assertThat(temporary).isEmptyDirectory();
        assertThat(ProcessHandle.allProcesses()
                        .map(process -> process.info().commandLine().orElse("")))
                .noneMatch(command -> command.contains(folder.toString()));
        assertThat(Programs.run("cat /proc/mounts", folder)).doesNotContain(folder.toString());
    }

    /** The classes that a run with an engine takes from the cache; it stands in for one here as it does in the training. */
    private Set<String> cachedInARun() throws Exception {
        Path own = Files.createDirectory(folder.resolve("engine"));
        Path log = folder.resolve("loaded");
        Process engine = new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/java",
                        "-cp",
                        home + "/lib/*",
                        "io.openshell.cli.RehearsalEngine",
                        own.toString(),
                        home + "/native/openshell-launcher")
                .inheritIO()
                .start();
        try {
            awaitFile(own.resolve("engine"));
            String version = Openshell.asRoot(folder)
                    .home(home)
                    .environment("DOCKER_HOST", "unix://" + own.resolve("engine"))
                    .environment("OPENSHELL_JAVA_OPTS", "-Xlog:class+load:file=" + log)
                    .run("run --driver docker --image rehearsal --pull never -- openshell-launcher --version"
                            .split(" "))
                    .success();
            assertThat(version).startsWith("openshell-launcher ");
        } finally {
            engine.destroy();
            engine.waitFor();
        }
        return CACHED.matcher(Files.readString(log))
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toSet());
    }

    private static void awaitFile(Path file) throws IOException, InterruptedException {
        long deadline = System.currentTimeMillis() + PATIENCE_MILLIS;
        while (!Files.exists(file)) {
            assertThat(System.currentTimeMillis()).as("time for " + file).isLessThan(deadline);
            Thread.sleep(20);
        }
    }
}
