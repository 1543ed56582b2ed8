package io.openshell.plugin.docker;

import io.openshell.api.compute.ComputeDriver.Watch;
import io.openshell.api.compute.ComputeException;
import io.openshell.api.compute.Workload;
import io.openshell.api.compute.WorkloadEvent;
import io.openshell.plugin.docker.Containers.Found;
import io.openshell.plugin.docker.http.HttpAnswer;
import io.openshell.plugin.docker.http.HttpLines;
import io.openshell.plugin.docker.http.HttpRequest;
import io.openshell.plugin.docker.json.JsonText;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A watch on an engine's containers. An event is only a reason to look: what is told is what the engine then says, and
 * only if it is different from before. So lost and doubled events do no harm, nor does an engine that tells none: then it
 * is looked every {@link #LOOK}.
 */
final class EngineWatch implements Watch {

    /** Between two looks at everything without any event. */
    static final Duration LOOK = Duration.ofSeconds(2);

    /** While events come: only what they missed is found then. */
    private static final Duration SWEEP = Duration.ofMinutes(1);

    /** More events within this time are one reason to look. */
    private static final Duration SETTLE = Duration.ofMillis(10);

    private static final Duration HEAD = Duration.ofSeconds(20);
    private static final long FIRST_BACKOFF_MILLIS = 100;
    private static final long LONGEST_BACKOFF_MILLIS = 5_000;

    private final EngineConnection connection;
    private final Consumer<WorkloadEvent> listener;
    private final Map<String, Workload> known = new HashMap<>();
    private final Thread thread;
    /** Whether everything is to be told again. */
    private boolean fresh = true;

    private volatile boolean closed;
    private volatile Optional<HttpLines> open = Optional.empty();

    private EngineWatch(EngineConnection connection, Consumer<WorkloadEvent> listener) {
        this.connection = connection;
        this.listener = listener;
        this.thread = Thread.ofVirtual().name("container-watch").unstarted(this::run);
    }

    /** Fails if the engine cannot be reached now; if it cannot be reached later, the watch waits for it. */
    static EngineWatch begin(EngineConnection connection, Consumer<WorkloadEvent> listener) throws ComputeException {
        EngineWatch watch = new EngineWatch(connection, listener);
        new Containers(connection.engine()).all();
        watch.thread.start();
        return watch;
    }

    private void run() {
        long backoff = FIRST_BACKOFF_MILLIS;
        boolean begun = false;
        while (!closed) {
            try {
                connection.forget();
                Engine engine = connection.engine();
                if (begun) {
                    tell(new WorkloadEvent.Restarted());
                    fresh = true;
                }
                begun = true;
                follow(engine);
                backoff = FIRST_BACKOFF_MILLIS;
            } catch (ComputeException | IOException e) {
                // The engine is away: it is asked again, less and less often.
                if (!pause(backoff)) {
                    return;
                }
                backoff = Math.min(LONGEST_BACKOFF_MILLIS, backoff * 2);
            }
        }
    }

    /** Returns when the engine ends the events. */
    private void follow(Engine engine) throws ComputeException, IOException {
        try (HttpLines events = engine.lines(HttpRequest.get(target(engine)), HEAD, "events")) {
            open = Optional.of(events);
            if (HttpAnswer.isSuccess(events.status())) {
                look(engine);
                while (!closed && awaitEvent(events)) {
                    look(engine);
                }
                return;
            }
        } finally {
            open = Optional.empty();
        }
        look(engine);
        while (pause(LOOK.toMillis())) {
            look(engine);
        }
    }

    private static String target(Engine engine) {
        String filter = JsonText.of(Map.of(
                "type", List.of("container"),
                "label", List.of(SandboxLabels.MANAGED_BY + "=" + SandboxLabels.OPENSHELL)));
        return engine.dialect().prefix() + "/events?filters=" + Containers.encode(filter);
    }

    /** Whether there is a reason to look; false at the end of the events. */
    private static boolean awaitEvent(HttpLines events) throws IOException {
        Duration patience = SWEEP;
        while (true) {
            try {
                if (events.next(patience).isEmpty()) {
                    return false;
                }
                patience = SETTLE;
            } catch (SocketTimeoutException e) {
                return true;
            }
        }
    }

    private void look(Engine engine) throws ComputeException {
        Set<String> gone = new HashSet<>(known.keySet());
        for (Found found : new Containers(engine).all()) {
            Workload workload = found.workload();
            gone.remove(workload.sandboxId());
            if (!workload.equals(known.put(workload.sandboxId(), workload)) || fresh) {
                tell(new WorkloadEvent.Seen(workload));
            }
        }
        fresh = false;
        for (String sandbox : gone) {
            known.remove(sandbox);
            tell(new WorkloadEvent.Gone(sandbox));
        }
    }

    private void tell(WorkloadEvent event) {
        if (!closed) {
            listener.accept(event);
        }
    }

    /** Whether the watch goes on. */
    private boolean pause(long millis) {
        try {
            Thread.sleep(millis);
            return !closed;
        } catch (InterruptedException e) {
            return false;
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        open.ifPresent(HttpLines::close);
    }
}
