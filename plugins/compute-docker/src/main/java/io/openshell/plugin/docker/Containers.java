package io.openshell.plugin.docker;

import io.openshell.api.compute.ComputeException;
import io.openshell.api.compute.ComputeException.Kind;
import io.openshell.api.compute.Workload;
import io.openshell.plugin.docker.http.HttpAnswer;
import io.openshell.plugin.docker.http.HttpRequest;
import io.openshell.plugin.docker.json.Json;
import io.openshell.plugin.docker.json.JsonText;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The containers of sandboxes on one engine, known by their labels alone.
 *
 * @param engine where they are
 */
record Containers(Engine engine) {

    private static final Duration QUICK = Duration.ofSeconds(30);

    /** A busy machine with a slow disk takes this long to start a container. */
    private static final Duration SLOW = Duration.ofMinutes(2);

    private static final String REMOVAL = "?force=true&v=true";

    private static final int STOP_SECONDS = 2;
    private static final int NOT_MODIFIED = 304;
    private static final int CONFLICT = 409;
    private static final long REMOVAL_POLL_MILLIS = 50;

    /**
     * A container of a sandbox.
     *
     * @param id the engine's name for it
     * @param workload what it is to us
     * @param image the id of its image
     * @param halfMade whether it was never started
     * @param owner the process without which nobody wants it
     */
    record Found(String id, Workload workload, String image, boolean halfMade, Optional<OwnerProcess> owner) {}

    /** What an engine has under a name. */
    sealed interface Place {

        /** Nothing. */
        record Free() implements Place {}

        /**
         * A container of a sandbox, whichever.
         *
         * @param found that one
         */
        record Ours(Found found) implements Place {}

        /** A container that somebody else made. */
        record Strangers() implements Place {}
    }

    /** Makes one. If one of that name is there already, nothing is made and nothing returned. */
    Optional<String> create(ContainerPlan plan) throws ComputeException {
        Path profile = profile();
        try {
            HttpAnswer answer = engine.ask(engine.dialect().create(plan, profile), SLOW, "create container");
            if (answer.status() == CONFLICT || isNameInUse(answer)) {
                return Optional.empty();
            }
            if (!answer.isSuccess()) {
                throw engine.failures().refused(answer, "create container");
            }
            return Optional.of(Json.read(answer.text()).at("Id").requiredText("Id"));
        } catch (IOException e) {
            throw engine.failures().unanswered(e, "create container");
        } finally {
            forget(profile);
        }
    }

    /** Podman answers 500 for a name that another process took at the same moment. */
    private static boolean isNameInUse(HttpAnswer answer) {
        return !answer.isSuccess() && Failures.message(answer).contains("is already in use");
    }

    private Path profile() throws ComputeException {
        if (!engine.dialect().readsProfileFromFile()) {
            return Path.of("");
        }
        try {
            return Files.writeString(Files.createTempFile("openshell-seccomp-", ".json"), SeccompProfile.json());
        } catch (IOException e) {
            throw new ComputeException(
                    Kind.PRECONDITION,
                    "seccomp profile: cannot be written (expected: a folder for temporary files)",
                    e);
        }
    }

    private static void forget(Path profile) {
        if (profile.isAbsolute()) {
            try {
                Files.deleteIfExists(profile);
            } catch (IOException e) {
                // A small file without secrets stays in the folder for temporary ones.
                return;
            }
        }
    }

    /** Starts one; one that runs is left as it is. */
    void start(String container) throws ComputeException {
        HttpAnswer answer = engine.ask(HttpRequest.post(path(container, "/start")), SLOW, "start container");
        if (!answer.isSuccess() && answer.status() != NOT_MODIFIED) {
            throw engine.failures().refused(answer, "start container");
        }
    }

    /** Asks it to end, and ends it; one that has ended or is gone is left as it is. */
    void stop(String container) throws ComputeException {
        HttpAnswer answer =
                engine.ask(HttpRequest.post(path(container, "/stop?t=" + STOP_SECONDS)), SLOW, "stop container");
        if (!answer.isSuccess() && answer.status() != NOT_MODIFIED && !Engine.isMissing(answer)) {
            throw engine.failures().refused(answer, "stop container");
        }
    }

    /** Ends and removes it with what the engine made for it, and waits until that is done. */
    void remove(String container) throws ComputeException {
        long deadline = System.nanoTime() + SLOW.toNanos();
        while (true) {
            HttpAnswer answer = engine.ask(HttpRequest.delete(path(container, REMOVAL)), SLOW, "remove container");
            if (answer.isSuccess() || Engine.isMissing(answer)) {
                return;
            }
            // Somebody else is removing it.
            if (answer.status() != CONFLICT || System.nanoTime() - deadline >= 0) {
                throw engine.failures().refused(answer, "remove container");
            }
            pause();
        }
    }

    private static void pause() throws ComputeException {
        try {
            Thread.sleep(REMOVAL_POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ComputeException(Kind.UNAVAILABLE, "interrupted (expected: the container's removal)", e);
        }
    }

    /** Looks at one, by its id or name. */
    Place inspect(String container) throws ComputeException {
        HttpAnswer answer = engine.ask(HttpRequest.get(path(container, "/json")), QUICK, "inspect container");
        if (Engine.isMissing(answer)) {
            return new Place.Free();
        }
        if (!answer.isSuccess()) {
            throw engine.failures().refused(answer, "inspect container");
        }
        try {
            Json json = Json.read(answer.text());
            Optional<Workload> workload = WorkloadReader.read(json);
            if (workload.isEmpty()) {
                return new Place.Strangers();
            }
            return new Place.Ours(new Found(
                    workload.get().instance(),
                    workload.get(),
                    ImageReference.normalized(json.at("Image").text().orElse("")),
                    WorkloadReader.isHalfMade(json),
                    WorkloadReader.owner(json)));
        } catch (IOException e) {
            throw engine.failures().unanswered(e, "inspect container");
        }
    }

    /** All of one sandbox, of which there should be one at most. */
    List<Found> ofSandbox(String sandbox) throws ComputeException {
        return found(idsOfSandbox(sandbox));
    }

    /** The engine's names for all of one sandbox. */
    List<String> idsOfSandbox(String sandbox) throws ComputeException {
        return ids(List.of(SandboxLabels.MANAGED_BY + "=" + SandboxLabels.OPENSHELL, SandboxLabels.ID + "=" + sandbox));
    }

    /** All of all sandboxes. */
    List<Found> all() throws ComputeException {
        return found(ids(List.of(SandboxLabels.MANAGED_BY + "=" + SandboxLabels.OPENSHELL)));
    }

    private List<String> ids(List<String> labels) throws ComputeException {
        String filter = encode(JsonText.of(Map.of("label", labels)));
        String target = engine.dialect().prefix() + "/containers/json?all=true&filters=" + filter;
        return engine.must(HttpRequest.get(target), QUICK, "list containers", answer -> {
            List<String> ids = new ArrayList<>();
            for (Json container : answer.items()) {
                ids.add(container.at("Id").requiredText("Id"));
            }
            return ids;
        });
    }

    private List<Found> found(List<String> ids) throws ComputeException {
        List<Found> found = new ArrayList<>();
        for (String id : ids) {
            // One that has gone meanwhile is not there.
            if (inspect(id) instanceof Place.Ours(Found ours)) {
                found.add(ours);
            }
        }
        return found;
    }

    private String path(String container, String rest) {
        return engine.dialect().prefix() + "/containers/" + container + rest;
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
