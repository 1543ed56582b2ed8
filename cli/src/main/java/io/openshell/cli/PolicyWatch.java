package io.openshell.cli;

import io.openshell.cli.SteadyReadings.Reading;
import io.openshell.core.policy.LoadResult;
import io.openshell.core.policy.PolicyLoader;
import io.openshell.core.policy.PolicySource;
import io.openshell.supervisor.sandbox.RunningSandbox;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.Optional;

/**
 * Follows a policy's file while its sandbox runs, and has what it says put in force. Looks once a second, on a thread of its own:
 * that works wherever the file lies, behind links and on any file system. What is wrong with the file is for the events; the
 * terminal belongs to the agent.
 */
final class PolicyWatch implements AutoCloseable {

    private static final Duration PERIOD = Duration.ofSeconds(1);
    private static final Duration END_LIMIT = Duration.ofSeconds(5);

    private final WatchedPolicy watched;
    private final PolicyLoader loader;
    private final RunningSandbox sandbox;
    private final SteadyReadings readings;
    private final Thread thread;

    private PolicyWatch(Plan plan, RunningSandbox sandbox) {
        this.watched = plan.watched();
        this.loader = plan.loader();
        this.sandbox = sandbox;
        this.readings =
                new SteadyReadings(Reading.Content.of(plan.first().text().getBytes(StandardCharsets.UTF_8)));
        this.thread = Thread.ofPlatform().daemon().name("policy-watch").unstarted(this::watch);
    }

    /**
     * What is followed.
     *
     * @param loader reads the file
     * @param first what is in force
     */
    record Plan(WatchedPolicy watched, PolicyLoader loader, PolicySource first) {}

    /** Begins. The sandbox outlives it. */
    static PolicyWatch start(Plan plan, RunningSandbox sandbox) {
        PolicyWatch watch = new PolicyWatch(plan, sandbox);
        watch.thread.start();
        return watch;
    }

    private void watch() {
        try {
            while (true) {
                Thread.sleep(PERIOD);
                Reading reading = read();
                if (readings.counts(reading)) {
                    take(reading);
                }
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private Reading read() {
        try {
            return Reading.Content.of(PolicyLoader.read(watched.file()));
        } catch (NoSuchFileException e) {
            return new Reading.Failure("not there");
        } catch (IOException | SecurityException e) {
            return new Reading.Failure(String.valueOf(e.getMessage()));
        }
    }

    private void take(Reading reading) throws InterruptedException {
        try {
            switch (reading) {
                case Reading.Failure failure ->
                    sandbox.policyMissing(watched.file() + ": " + failure.reason() + " (expected: a readable file)");
                case Reading.Content content -> take(content);
            }
        } catch (RuntimeException | LinkageError | StackOverflowError e) {
            sandbox.policyMissing(watched.file() + ": failed to load: " + e);
        }
    }

    private void take(Reading.Content content) throws InterruptedException {
        Optional<String> reach = watched.withinReach();
        if (reach.isPresent()) {
            sandbox.policyMissing(reach.get());
            return;
        }
        LoadResult result = loader.load(watched.file().toString(), content.toArray());
        sandbox.replacePolicy(result);
    }

    /** Ends it; nothing is put in force any more. */
    @Override
    public void close() {
        thread.interrupt();
        boolean interrupted = false;
        try {
            thread.join(END_LIMIT);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
