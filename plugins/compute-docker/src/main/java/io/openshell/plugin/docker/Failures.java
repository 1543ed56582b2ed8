package io.openshell.plugin.docker;

import static io.openshell.plugin.docker.EngineDriverFactory.DOCKER;
import static io.openshell.plugin.docker.EngineDriverFactory.PODMAN;

import io.openshell.api.compute.ComputeException;
import io.openshell.api.compute.ComputeException.Kind;
import io.openshell.plugin.docker.http.HttpAnswer;
import io.openshell.plugin.docker.json.Json;
import io.openshell.plugin.docker.json.MalformedAnswerException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * What goes wrong between a driver and its engine, in words that say what to do.
 *
 * @param driver the driver's name
 * @param socket where the engine listens
 * @param origin what says so
 */
record Failures(String driver, Path socket, String origin) {

    private static final int MAX_MESSAGE = 400;
    private static final int BAD_REQUEST = 400;
    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;

    /** No answer, or none that can be read. */
    ComputeException unanswered(IOException failure, String doing) {
        return switch (failure) {
            case MalformedAnswerException malformed ->
                new ComputeException(
                        Kind.INTERNAL,
                        driver + ": " + doing + ": " + oneLine(said(malformed)) + " (expected: an answer of a "
                                + "container engine on " + socket + ", from " + origin + ")",
                        failure);
            case SocketTimeoutException late ->
                new ComputeException(
                        Kind.TIMEOUT,
                        driver + ": " + doing + ": no answer in time (expected: one from the engine on " + socket
                                + "; is it busy, or its disk slow?)",
                        failure);
            case InterruptedIOException interrupted ->
                new ComputeException(Kind.UNAVAILABLE, driver + ": " + doing + ": interrupted (expected: an answer)");
            default -> unreachable(failure, doing);
        };
    }

    private ComputeException unreachable(IOException failure, String doing) {
        // What lies in a folder that is not to be looked into may be there.
        if (Files.notExists(socket)) {
            return new ComputeException(
                    Kind.PRECONDITION,
                    driver + ": " + socket + ": not there (expected: a running engine; " + start() + ")",
                    failure);
        }
        if (!Files.isWritable(socket)) {
            return new ComputeException(
                    Kind.PRECONDITION,
                    driver + ": " + socket + ": permission denied (expected: a user who may use the engine; " + permit()
                            + ")",
                    failure);
        }
        String problem = oneLine(said(failure));
        if (lower(problem).contains("refused")) {
            return new ComputeException(
                    Kind.UNAVAILABLE,
                    driver + ": " + socket + ": nobody listens (expected: a running engine; " + start() + ")",
                    failure);
        }
        return new ComputeException(
                Kind.UNAVAILABLE,
                driver + ": " + doing + ": connection lost: " + problem + " (expected: an engine that goes on running; "
                        + "was it restarted?)",
                failure);
    }

    private String start() {
        return isPodman()
                ? "start one with: systemctl --user start podman.socket, or name it in CONTAINER_HOST"
                : "start one with: systemctl start docker, or name it in DOCKER_HOST";
    }

    private String permit() {
        return isPodman()
                ? "use your own: systemctl --user start podman.socket"
                : "join the group docker, or use Docker's rootless mode";
    }

    private boolean isPodman() {
        return driver.equals(PODMAN);
    }

    /** An answer that says no. */
    ComputeException refused(HttpAnswer answer, String doing) {
        String message = message(answer);
        String what = driver + ": " + doing + ": " + message;
        Optional<ComputeException> full = diskFull(what);
        if (full.isPresent()) {
            return full.get();
        }
        if (lower(message).contains("cdi device")) {
            return new ComputeException(
                    Kind.PRECONDITION,
                    what + " (expected: a device of the Container Device Interface; 'nvidia-ctk cdi list' shows them)");
        }
        return switch (answer.status()) {
            case BAD_REQUEST -> new ComputeException(Kind.INVALID, what + " (expected: a request that it can fulfil)");
            case NOT_FOUND, CONFLICT -> new ComputeException(Kind.PRECONDITION, what + " (expected: no objection)");
            default -> new ComputeException(Kind.UNAVAILABLE, what + " (expected: success; see the engine's own log)");
        };
    }

    /** If that is what was wrong. */
    Optional<ComputeException> diskFull(String what) {
        String lower = lower(what);
        if (!lower.contains("no space left on device") && !lower.contains("disk quota exceeded")) {
            return Optional.empty();
        }
        return Optional.of(new ComputeException(
                Kind.PRECONDITION,
                what + " (expected: free space for images and containers; try: " + (isPodman() ? PODMAN : DOCKER)
                        + " system prune)"));
    }

    /** What an answer says, in one line. */
    static String message(HttpAnswer answer) {
        String text;
        try {
            Json body = Json.read(answer.text());
            String cause = body.at("cause").text().orElse("");
            text = body.at("message").text().orElse("");
            text = text.contains(cause) ? text : text + ": " + cause;
        } catch (MalformedAnswerException e) {
            text = answer.text();
        }
        return text.isBlank() ? "status " + answer.status() : oneLine(text);
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    private static String said(IOException failure) {
        return String.valueOf(failure.getMessage());
    }

    /** A text of somebody else, fit for a message of ours. */
    static String oneLine(String text) {
        StringBuilder line = new StringBuilder();
        text.strip()
                .codePoints()
                .limit(MAX_MESSAGE)
                .forEach(c -> line.appendCodePoint(
                        Character.isISOControl(c)
                                        || Character.getType(c) == Character.FORMAT
                                        || Character.getType(c) == Character.LINE_SEPARATOR
                                        || Character.getType(c) == Character.PARAGRAPH_SEPARATOR
                                ? ' '
                                : c));
        return text.strip().codePointCount(0, text.strip().length()) > MAX_MESSAGE ? line + "…" : line.toString();
    }
}
