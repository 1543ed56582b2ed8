package io.openshell.core.policy;

import io.openshell.core.config.RecordBinder;
import io.openshell.core.config.Suggestion;
import io.openshell.core.config.YamlNode;
import java.util.Arrays;
import java.util.List;

/** Reads {@code landlock}. */
final class LandlockReader {

    private final Findings findings;

    LandlockReader(Findings findings) {
        this.findings = findings;
    }

    LandlockMode read(YamlNode.Mapping section) {
        new RecordBinder(findings.problems()).bind(section, PolicyKeys.Landlock.class);
        return new Fields(section).text("compatibility").map(this::mode).orElse(LandlockMode.BEST_EFFORT);
    }

    private LandlockMode mode(YamlNode.Scalar node) {
        for (LandlockMode mode : LandlockMode.values()) {
            if (mode.spelling().equals(node.text())) {
                return mode;
            }
        }
        List<String> known =
                Arrays.stream(LandlockMode.values()).map(LandlockMode::spelling).toList();
        findings.problems().add(node, Suggestion.unknownValue(node.describe(), known));
        return LandlockMode.HARD_REQUIREMENT;
    }
}
