package io.openshell.plugin.docker;

import io.openshell.api.compute.ComputeException;
import io.openshell.plugin.docker.http.HttpAnswer;
import io.openshell.plugin.docker.http.HttpLines;
import io.openshell.plugin.docker.http.HttpRequest;
import io.openshell.plugin.docker.http.UnixHttp;
import io.openshell.plugin.docker.json.Json;
import java.io.IOException;
import java.time.Duration;

/**
 * An engine that has answered and that is new enough.
 *
 * @param http its interface
 * @param dialect what it speaks
 * @param failures what its errors mean
 */
record Engine(UnixHttp http, Dialect dialect, Failures failures) {

    private static final int NOT_FOUND = 404;

    /** Reads what becomes of an answer. */
    @FunctionalInterface
    interface Reading<T> {
        T read(Json answer) throws IOException, ComputeException;
    }

    /**
     * Asks, whatever the answer is.
     *
     * @param doing what is being done, to continue "docker: " with
     */
    HttpAnswer ask(HttpRequest request, Duration limit, String doing) throws ComputeException {
        try {
            return http.call(request, limit);
        } catch (IOException e) {
            throw failures.unanswered(e, doing);
        }
    }

    /** Asks for what must succeed. */
    HttpAnswer must(HttpRequest request, Duration limit, String doing) throws ComputeException {
        HttpAnswer answer = ask(request, limit, doing);
        if (!answer.isSuccess()) {
            throw failures.refused(answer, doing);
        }
        return answer;
    }

    /** Asks for what must succeed, and reads it. */
    <T> T must(HttpRequest request, Duration limit, String doing, Reading<T> reading) throws ComputeException {
        HttpAnswer answer = must(request, limit, doing);
        try {
            return reading.read(Json.read(answer.text()));
        } catch (IOException e) {
            throw failures.unanswered(e, doing);
        }
    }

    /** Asks for lines, which must be there. */
    HttpLines lines(HttpRequest request, Duration limit, String doing) throws ComputeException {
        try {
            return http.lines(request, limit);
        } catch (IOException e) {
            throw failures.unanswered(e, doing);
        }
    }

    /** Whether an answer says that what was asked about is not there. Podman says 500 of what goes while it looks. */
    static boolean isMissing(HttpAnswer answer) {
        return answer.status() == NOT_FOUND
                || (!answer.isSuccess() && Failures.message(answer).contains("no such container"));
    }
}
