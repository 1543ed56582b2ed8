package io.openshell.proxy.http;

/** Leaves a parser with a problem. It is part of a parser's flow, so it has no stack trace and never leaves the package. */
final class Malformed extends Exception {

    private final HttpProblem problem;

    private Malformed(HttpProblem problem) {
        super(problem.message(), null, false, false);
        this.problem = problem;
    }

    HttpProblem problem() {
        return problem;
    }

    /** What is wrong with the thing of this name. */
    static Malformed because(String rule, String name, String found, String expected) {
        return withStatus(HttpProblem.BAD_REQUEST, rule, name, found, expected);
    }

    static Malformed withStatus(int status, String rule, String name, String found, String expected) {
        return new Malformed(new HttpProblem(rule, name + ": " + found + " (expected: " + expected + ")", status));
    }
}
