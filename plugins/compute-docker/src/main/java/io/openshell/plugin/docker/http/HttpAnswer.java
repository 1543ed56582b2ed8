package io.openshell.plugin.docker.http;

/**
 * An answer.
 *
 * @param status its status code
 * @param text its body
 */
public record HttpAnswer(int status, String text) {

    private static final int SUCCESS = 200;
    private static final int REDIRECTION = 300;

    /** Whether it did what was asked. */
    public boolean isSuccess() {
        return isSuccess(status);
    }

    /** Whether an answer with this status did what was asked. */
    public static boolean isSuccess(int status) {
        return status >= SUCCESS && status < REDIRECTION;
    }
}
