package io.openshell.core.policy;

import io.openshell.api.config.Problem;
import io.openshell.core.config.ConfigProblems;
import io.openshell.core.config.YamlNode;
import java.util.List;

/**
 * What loading has found so far.
 *
 * @param problems what stops the load
 * @param warnings what does not
 */
record Findings(ConfigProblems problems, ConfigProblems warnings) {

    Findings() {
        this(new ConfigProblems(), new ConfigProblems());
    }

    /** Takes the problems that a plugin has with an endpoint, whose paths start at the endpoint. */
    void reject(YamlNode.Mapping endpoint, List<Problem> found) {
        report(endpoint, found, problems);
    }

    /** Takes the warnings that a plugin has of an endpoint, whose paths start at the endpoint. */
    void warn(YamlNode.Mapping endpoint, List<Problem> found) {
        report(endpoint, found, warnings);
    }

    private static void report(YamlNode.Mapping endpoint, List<Problem> from, ConfigProblems to) {
        for (Problem problem : from) {
            String path = problem.path().isEmpty()
                    ? endpoint.path()
                    : problem.below(endpoint.path()).path();
            to.add(endpoint.locate(path), path, problem.message());
        }
    }
}
