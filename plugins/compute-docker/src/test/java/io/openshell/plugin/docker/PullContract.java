package io.openshell.plugin.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.openshell.api.compute.ComputeDriver;
import io.openshell.api.compute.ComputeException;
import io.openshell.api.compute.PullPolicy;
import io.openshell.testkit.ContainerEngine;
import io.openshell.testkit.FakeRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real engines fetch images from a registry of this machine. */
abstract class PullContract {

    private static final int LAYER = 4 << 20;

    private final ContainerEngine.Kind kind;
    private final List<AutoCloseable> toClose = new ArrayList<>();
    private final List<String> steps = new ArrayList<>();

    @TempDir
    private Path root;

    PullContract(ContainerEngine.Kind kind) {
        this.kind = kind;
    }

    /** What is told of a fetch that takes long, after the image's name. */
    abstract String progress();

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

    private ComputeDriver driver() throws Exception {
        ComputeDriver driver = EngineLab.shared(kind).newDriver();
        toClose.add(driver);
        return driver;
    }

    private FakeRegistry registry() throws Exception {
        FakeRegistry registry = FakeRegistry.open();
        toClose.add(registry);
        return registry;
    }

    /** So that no two images are the same. */
    private void fill(int bytes) throws Exception {
        byte[] content = new byte[bytes];
        new Random().nextBytes(content);
        Files.write(root.resolve("content"), content);
    }

    @Test
    final void an_image_that_is_missing_is_fetched_once() throws Exception {
        FakeRegistry registry = registry();
        fill(1);
        registry.put("team/agent", root);
        String reference = registry.reference("team/agent");
        ComputeDriver driver = driver();

        assertThatThrownBy(() -> driver.image(reference, PullPolicy.NEVER, steps::add))
                .hasMessageContaining(": not there (expected: one that the engine has;");
        assertThat(registry.requests()).isEmpty();
        assertThat(steps).isEmpty();

        String id = driver.image(reference, PullPolicy.MISSING, steps::add).id();

        assertThat(registry.requests()).anyMatch(request -> request.endsWith(" /v2/team/agent/manifests/latest"));
        assertThat(steps).first().isEqualTo("pulling " + reference);
        int asked = registry.requests().size();
        assertThat(driver.image(reference, PullPolicy.MISSING, steps::add).id()).isEqualTo(id);
        assertThat(driver.image(id, PullPolicy.NEVER, steps::add).id()).isEqualTo(id);
        assertThat(registry.requests()).hasSize(asked);
    }

    @Test
    final void a_name_that_now_means_another_image_is_followed_only_by_always() throws Exception {
        FakeRegistry registry = registry();
        fill(1);
        registry.put("moving", root);
        String reference = registry.reference("moving");
        ComputeDriver driver = driver();
        String before = driver.image(reference, PullPolicy.MISSING, steps::add).id();
        fill(2);
        registry.put("moving", root);

        assertThat(driver.image(reference, PullPolicy.MISSING, steps::add).id()).isEqualTo(before);
        assertThat(driver.image(reference, PullPolicy.NEVER, steps::add).id()).isEqualTo(before);
        String after = driver.image(reference, PullPolicy.ALWAYS, steps::add).id();
        assertThat(after).isNotEqualTo(before);
        assertThat(driver.image(reference, PullPolicy.NEVER, steps::add).id()).isEqualTo(after);
        // A sandbox is made of what was looked at, and not of what the name means by then.
        assertThat(driver.image(before, PullPolicy.NEVER, steps::add).id()).isEqualTo(before);
    }

    @Test
    final void a_fetch_that_takes_long_is_told_while_it_lasts() throws Exception {
        FakeRegistry registry = registry();
        fill(LAYER);
        registry.put("large", root);
        registry.slow(Duration.ofMillis(150));
        String reference = registry.reference("large");

        driver().image(reference, PullPolicy.ALWAYS, steps::add);

        assertThat(steps).first().isEqualTo("pulling " + reference);
        assertThat(steps).hasSizeGreaterThan(1);
        assertThat(steps.subList(1, steps.size()))
                .allMatch(step -> step.matches("pulling " + reference + ": " + progress()));
    }

    @Test
    final void what_the_registry_gives_not_to_everybody_is_told() throws Exception {
        FakeRegistry registry = registry();
        for (String name : List.of("private/agent", "unknown")) {
            String reference = registry.reference(name);
            assertThatThrownBy(() -> driver().image(reference, PullPolicy.MISSING, steps::add))
                    .isInstanceOfSatisfying(
                            ComputeException.class,
                            refused -> assertThat(refused.kind()).isEqualTo(ComputeException.Kind.PRECONDITION))
                    .hasMessageStartingWith("image: " + reference + ": cannot be pulled: ")
                    .hasMessageEndingWith(" (expected: an image that its registry gives to everybody; fetch it with "
                            + EngineLab.shared(kind).name() + " pull if that needs a login, or check the name)");
        }
    }

    @Test
    final void an_image_that_is_not_what_it_is_said_to_be_is_not_taken() throws Exception {
        FakeRegistry registry = registry();
        fill(LAYER);
        registry.put("spoiled", root);
        registry.spoil();
        String reference = registry.reference("spoiled");
        ComputeDriver driver = driver();

        assertThatThrownBy(() -> driver.image(reference, PullPolicy.MISSING, steps::add))
                .isInstanceOf(ComputeException.class)
                .hasMessageStartingWith("image: " + reference + ": cannot be pulled: ");
        assertThatThrownBy(() -> driver.image(reference, PullPolicy.NEVER, steps::add))
                .hasMessageContaining(": not there ");
    }
}
