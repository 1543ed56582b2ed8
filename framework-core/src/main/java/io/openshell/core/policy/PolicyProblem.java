package io.openshell.core.policy;

/**
 * Something wrong (or, among warnings, unusual) in a policy.
 *
 * @param file the source's name
 * @param line from 1
 * @param column from 1, in code points
 * @param path where in the tree, as in {@code network_policies.github.endpoints[0].port}; empty for the document
 * @param message what is wrong and what is expected, on one line
 */
public record PolicyProblem(String file, int line, int column, String path, String message) {

    /** {@code file:line:column: path: message}, as editors and terminals link it. */
    @Override
    public String toString() {
        String place = file + ":" + line + ":" + column + ": ";
        return path.isEmpty() ? place + message : place + path + ": " + message;
    }
}
