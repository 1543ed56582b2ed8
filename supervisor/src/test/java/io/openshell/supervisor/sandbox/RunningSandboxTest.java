package io.openshell.supervisor.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Real sandboxes on this machine, made by the real launcher. */
@Tag("root")
final class RunningSandboxTest {

    private static Sandboxes sandboxes;

    @BeforeAll
    static void open() throws Exception {
        sandboxes = Sandboxes.open();
    }

    @AfterAll
    static void close() {
        sandboxes.close();
    }

    @Test
    void runs_true() throws Exception {
        Sandboxes.Outcome outcome = sandboxes.run(SandboxSpec.local("box", Sandboxes.restrictive()), "true");
        assertThat(outcome).isEqualTo(new Sandboxes.Outcome(0, "", ""));
    }
}
