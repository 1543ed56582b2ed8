package io.openshell.plugin.docker;

import io.openshell.api.compute.ComputeDriver.Progress;
import io.openshell.api.compute.ComputeException;
import io.openshell.api.compute.ComputeException.Kind;
import io.openshell.api.compute.ImageFacts;
import io.openshell.api.compute.PullPolicy;
import io.openshell.plugin.docker.http.HttpAnswer;
import io.openshell.plugin.docker.http.HttpLines;
import io.openshell.plugin.docker.json.Json;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Looks at images, and fetches them.
 *
 * @param engine where they are
 * @param progress told about each second of a fetch
 */
record ImageFetch(Engine engine, Progress progress) {

    private static final Duration QUICK = Duration.ofSeconds(30);

    /** Without a word from the engine. */
    private static final Duration SILENCE = Duration.ofMinutes(5);

    /** What the JVM calls a machine, and images do. */
    private static final Map<String, String> MACHINES = Map.of("x86_64", "amd64", "aarch64", "arm64");

    ImageFacts get(String reference, PullPolicy pull) throws ComputeException {
        if (!ImageReference.isPossible(reference)) {
            throw new ComputeException(
                    Kind.INVALID,
                    "image: " + Failures.oneLine(reference) + " (expected: a name, as in debian:12 or"
                            + " registry.example/team/agent:1)");
        }
        boolean always = pull == PullPolicy.ALWAYS && !ImageReference.isId(reference);
        Optional<ImageFacts> there = always ? Optional.empty() : look(reference);
        if (there.isEmpty()) {
            if (pull == PullPolicy.NEVER || ImageReference.isId(reference)) {
                throw missing(reference);
            }
            fetch(reference);
            there = look(reference);
        }
        return fitting(reference, there.orElseThrow(() -> missing(reference)));
    }

    private ComputeException missing(String reference) {
        return new ComputeException(
                Kind.PRECONDITION,
                "image: " + reference + ": not there (expected: one that the engine has; fetch it with "
                        + engine.dialect().engine() + " pull, or with --pull missing)");
    }

    private Optional<ImageFacts> look(String reference) throws ComputeException {
        HttpAnswer answer = engine.ask(engine.dialect().image(reference), QUICK, "inspect image");
        if (Engine.isMissing(answer)) {
            return Optional.empty();
        }
        if (!answer.isSuccess()) {
            throw engine.failures().refused(answer, "inspect image");
        }
        try {
            return Optional.of(engine.dialect().facts(Json.read(answer.text())));
        } catch (IOException e) {
            throw engine.failures().unanswered(e, "inspect image");
        }
    }

    /** The launcher is this machine's, so the image must be for the same. */
    private static ImageFacts fitting(String reference, ImageFacts facts) throws ComputeException {
        String name = System.getProperty("os.arch", "");
        String machine = MACHINES.getOrDefault(name, name);
        if (!facts.os().equals("linux")
                || !(facts.architecture().isEmpty() || facts.architecture().equals(machine))) {
            throw new ComputeException(
                    Kind.INVALID,
                    "image: " + reference + " is for " + facts.os() + "/" + facts.architecture() + " (expected: linux/"
                            + machine + ", as this machine)");
        }
        return facts;
    }

    private void fetch(String reference) throws ComputeException {
        String doing = "pull " + reference;
        progress.step("pulling " + reference);
        PullProgress seen = new PullProgress(reference, progress, System::nanoTime);
        try (HttpLines lines = engine.lines(engine.dialect().pull(reference), SILENCE, doing)) {
            StringBuilder refusal = new StringBuilder();
            for (Optional<String> line = lines.next(SILENCE); line.isPresent(); line = lines.next(SILENCE)) {
                if (!HttpAnswer.isSuccess(lines.status())) {
                    throw notPulled(reference, Failures.message(new HttpAnswer(lines.status(), line.get())));
                }
                Json step = Json.read(line.get());
                engine.dialect().pullError(step).ifPresent(refusal::append);
                seen.see(step);
            }
            if (!refusal.isEmpty() || !HttpAnswer.isSuccess(lines.status())) {
                throw notPulled(
                        reference,
                        refusal.isEmpty() ? "status " + lines.status() : Failures.oneLine(refusal.toString()));
            }
        } catch (IOException e) {
            throw engine.failures().unanswered(e, doing);
        }
    }

    private ComputeException notPulled(String reference, String why) {
        Optional<ComputeException> full = engine.failures().diskFull("pull " + reference + ": " + why);
        if (full.isPresent()) {
            return full.get();
        }
        return new ComputeException(
                Kind.PRECONDITION,
                "image: " + reference + ": cannot be pulled: " + why + " (expected: an image that its registry gives to"
                        + " everybody; fetch it with " + engine.dialect().engine()
                        + " pull if that needs a login, or check the name)");
    }
}
