package io.openshell.core.policy;

import io.openshell.core.config.ConfigProblems;

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
}
