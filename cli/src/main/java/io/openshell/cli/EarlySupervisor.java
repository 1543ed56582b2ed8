package io.openshell.cli;

import io.openshell.supervisor.sandbox.Supervisor;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A supervisor that is opened before the policy is read, since its threads start and its platform is looked for meanwhile. That it
 * cannot be opened is said when it is taken, for only then does it matter. One thread.
 */
final class EarlySupervisor implements AutoCloseable {

    private @Nullable Supervisor opened;
    private final @Nullable CommandFailure failure;

    private EarlySupervisor(@Nullable Supervisor opened, @Nullable CommandFailure failure) {
        this.opened = opened;
        this.failure = failure;
    }

    static EarlySupervisor open(SupervisedRun.Configuration configuration) {
        try {
            return new EarlySupervisor(Supervisor.open(configuration.make()), null);
        } catch (CommandFailure failure) {
            return new EarlySupervisor(null, failure);
        }
    }

    /** See {@link Supervisor#lookAhead}. */
    void lookAhead(Optional<String> driver, String image) {
        if (opened != null) {
            opened.lookAhead(driver, image);
        }
    }

    /** The supervisor, from now on the caller's to close. To be called once. */
    Supervisor take() throws CommandFailure {
        if (failure != null) {
            throw failure;
        }
        Supervisor taken = Objects.requireNonNull(opened, "taken before");
        opened = null;
        return taken;
    }

    /** Closes it if it was not taken. */
    @Override
    public void close() {
        if (opened != null) {
            opened.close();
        }
    }
}
