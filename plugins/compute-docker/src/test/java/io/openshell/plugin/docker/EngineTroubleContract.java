package io.openshell.plugin.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.openshell.api.compute.ComputeDriver;
import io.openshell.api.compute.ComputeException;
import io.openshell.api.compute.Workload;
import io.openshell.api.compute.WorkloadEvent;
import io.openshell.testkit.ContainerEngine;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of a driver when its engine is in trouble: each test has an engine of its own, to break. */
abstract class EngineTroubleContract {

    private static final String ID = "trouble-1";

    private final ContainerEngine.Kind kind;
    private final List<AutoCloseable> toClose = new ArrayList<>();

    EngineTroubleContract(ContainerEngine.Kind kind) {
        this.kind = kind;
    }

    @BeforeEach
    final void require() {
        EngineLab.require(kind);
    }

    @AfterEach
    final void close() throws Exception {
        for (AutoCloseable open : toClose.reversed()) {
            open.close();
        }
    }

    private <T extends AutoCloseable> T closing(T open) {
        toClose.add(open);
        return open;
    }

    @Test
    final void an_engine_that_is_killed_and_comes_back_is_seen_again_and_nothing_is_left() throws Exception {
        ContainerEngine engine = closing(ContainerEngine.start(kind));
        EngineLab lab = EngineLab.of(engine);
        ComputeDriver driver = closing(lab.newDriver());
        BlockingQueue<WorkloadEvent> events = new LinkedBlockingQueue<>();
        driver.create(lab.request(ID), EngineLab.QUIET);
        closing(driver.watch(events::add));
        await(events, event -> event instanceof WorkloadEvent.Seen);

        engine.kill();

        assertThatThrownBy(() -> driver.find(ID))
                .isInstanceOfSatisfying(
                        ComputeException.class,
                        lost -> assertThat(lost.kind()).isEqualTo(ComputeException.Kind.UNAVAILABLE))
                .hasMessage(lab.name() + ": " + engine.socket()
                        + ": nobody listens (expected: a running engine; start one with: systemctl "
                        + (kind == ContainerEngine.Kind.PODMAN
                                ? "--user start podman.socket, or name it in CONTAINER_HOST)"
                                : "start docker, or name it in DOCKER_HOST)"));

        engine.restart();

        await(events, event -> event instanceof WorkloadEvent.Restarted);
        await(
                events,
                event -> event instanceof WorkloadEvent.Seen(Workload workload)
                        && workload.sandboxId().equals(ID));
        driver.delete(ID);
        await(events, new WorkloadEvent.Gone(ID)::equals);
        assertThat(lab.containers().strip()).isEqualTo("[]");
    }

    @Test
    final void an_engine_that_is_killed_while_it_makes_a_container_leaves_none_that_cannot_be_deleted()
            throws Exception {
        ContainerEngine engine = closing(ContainerEngine.start(kind));
        EngineLab lab = EngineLab.of(engine);
        ComputeDriver driver = closing(lab.newDriver());
        var request = lab.request(ID);
        Thread killer = Thread.ofPlatform().start(() -> {
            try {
                // In the middle of a start, which takes some tens of milliseconds.
                Thread.sleep(30);
                engine.kill();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        try {
            driver.create(request, EngineLab.QUIET);
        } catch (ComputeException expected) {
            assertThat(expected.getMessage()).contains("(expected: ");
        }
        killer.join();

        engine.restart();

        assertThat(driver.create(request, EngineLab.QUIET).sandboxId()).isEqualTo(ID);
        driver.delete(ID);
        assertThat(lab.containers().strip()).isEqualTo("[]");
    }

    @Test
    final void a_disk_that_is_full_is_told_and_nothing_is_left() throws Exception {
        Path disk = Files.createTempDirectory("small-disk-");
        run("mount", "-t", "tmpfs", "-o", "size=48m", "small", disk.toString());
        toClose.add(() -> {
            run("umount", "-l", disk.toString());
            Files.deleteIfExists(disk);
        });
        Path folder = Files.createDirectory(disk.resolve("engine"));
        EngineLab lab = EngineLab.of(closing(ContainerEngine.startIn(kind, folder)));
        ComputeDriver driver = closing(lab.newDriver());
        var request = lab.request(ID);
        Path filler = disk.resolve("filler");
        fill(filler);

        assertThatThrownBy(() -> driver.create(request, EngineLab.QUIET))
                .isInstanceOfSatisfying(
                        ComputeException.class,
                        full -> assertThat(full.kind()).isEqualTo(ComputeException.Kind.PRECONDITION))
                .hasMessageContaining("no space left on device (expected: free space for images and containers; try: "
                        + lab.name() + " system prune)");

        Files.delete(filler);
        assertThat(driver.list()).isEmpty();
        assertThat(lab.containers()).doesNotContain(ID);
        driver.create(request, EngineLab.QUIET);
        driver.delete(ID);
    }

    @Test
    final void a_user_who_may_not_use_the_engine_is_told_how_to() throws Exception {
        ContainerEngine engine = closing(ContainerEngine.start(kind));
        Files.setPosixFilePermissions(engine.socket(), PosixFilePermissions.fromString("rw-------"));
        Files.setPosixFilePermissions(engine.socket().getParent(), PosixFilePermissions.fromString("rwxr-xr-x"));

        assertThat(checkAsNobody(engine.socket()))
                .contains(": " + engine.socket() + ": permission denied (expected: a user who may use the engine; ");
    }

    /** In a process of an ordinary user, with classes where it can read them. */
    private String checkAsNobody(Path socket) throws Exception {
        Path classes = Files.createTempDirectory("readable-classes-");
        toClose.add(() -> run("rm", "-rf", classes.toString()));
        List<String> path = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            if (entry.contains("compute-docker") || entry.contains("framework-api") || entry.contains("jackson-core")) {
                Path copy = classes.resolve(Integer.toString(path.size()));
                run("cp", "-rL", entry, copy.toString());
                path.add(copy.toString());
            }
        }
        run("chmod", "-R", "a+rX", classes.toString());
        return run(
                "setpriv",
                "--reuid=65534",
                "--regid=65534",
                "--clear-groups",
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-cp",
                String.join(File.pathSeparator, path),
                "io.openshell.plugin.docker.CheckMain",
                kind.name().toLowerCase(Locale.ROOT),
                socket.toString());
    }

    /** Until not even a small file fits. */
    private static void fill(Path filler) throws Exception {
        try (var out = Files.newOutputStream(filler)) {
            byte[] block = new byte[1 << 10];
            while (true) {
                out.write(block);
            }
        } catch (IOException full) {
            assertThat(full.getMessage()).contains("No space left");
        }
    }

    private static String run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor())
                .as("%s: %s", String.join(" ", command), output)
                .isZero();
        return output;
    }

    private static void await(BlockingQueue<WorkloadEvent> events, Predicate<WorkloadEvent> wanted) throws Exception {
        WorkloadEvent event;
        do {
            event = events.poll(60, TimeUnit.SECONDS);
            assertThat(event).as("an event of the watch").isNotNull();
        } while (!wanted.test(event));
    }
}
