package io.openshell.api.inspect;

import io.openshell.api.config.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The keys {@code access}, {@code rules} and {@code deny_rules}, for protocols that have them: what is allowed is a preset
 * or a list of rules, of which deny rules take away. What a rule says is the protocol's own. Any thread.
 */
public final class RuleKeys {

    private static final List<String> PRESETS = List.of("read-only", "read-write", "full");

    private RuleKeys() {}

    /**
     * What is wrong with which of the keys are there. An endpoint that allows nothing by them is a mistake, and so is one
     * whose deny rules have nothing to take from.
     *
     * @param access the preset's name; null if the key is not there
     * @param rules null if the key is not there
     * @param allows whether a rule has its allow clause
     * @param clause an allow clause for the message, as in <code>{method, path}</code>
     * @param denyRules null if the key is not there
     * @return all problems, placed by key; none if the keys fit together
     */
    public static <R> List<Problem> check(
            @Nullable String access,
            @Nullable List<R> rules,
            Predicate<? super R> allows,
            String clause,
            @Nullable List<?> denyRules) {
        List<Problem> problems = new ArrayList<>();
        boolean base = rules != null || access != null;
        if (rules != null && access != null) {
            problems.add(new Problem("access", "rules and access are mutually exclusive (expected: one of them)"));
        }
        if (!base && denyRules != null) {
            problems.add(new Problem("deny_rules", "deny_rules require rules or access to define the base allow set"));
        } else if (!base) {
            problems.add(new Problem("", "protocol requires rules or access to define allowed traffic"));
        }
        if (rules != null && rules.isEmpty()) {
            problems.add(new Problem(
                    "rules",
                    "rules list cannot be empty (would deny all traffic). Use `access: full` or remove rules."));
        } else if (rules != null && rules.stream().noneMatch(allows)) {
            problems.add(new Problem(
                    "rules", "rules would deny all traffic (no allow clause found); expected: - allow: " + clause));
        }
        if (denyRules != null && denyRules.isEmpty()) {
            problems.add(
                    new Problem("deny_rules", "deny_rules list cannot be empty (would have no effect). Remove it."));
        }
        return problems;
    }

    /**
     * What a preset stands for.
     *
     * @param access the preset's name; null if the key is not there
     * @param presets what the protocol has for {@code read-only}, {@code read-write} and {@code full}: for each of them, and no other
     * @param warnings told of a name that is none of these
     * @return what the protocol has for the name; nothing, which allows nothing, for none and for an unknown one
     * @throws IllegalArgumentException if the presets are others
     */
    public static <T> List<T> preset(
            @Nullable String access, Map<String, List<T>> presets, Consumer<Problem> warnings) {
        if (!presets.keySet().equals(Set.copyOf(PRESETS))) {
            throw new IllegalArgumentException(
                    "presets: " + new TreeSet<>(presets.keySet()) + " (expected: " + PRESETS + ")");
        }
        if (access == null) {
            return List.of();
        }
        List<T> preset = presets.get(access);
        if (preset == null) {
            warnings.accept(new Problem(
                    "access",
                    "unsupported L7 access preset '" + access + "' ignored; expected one of: "
                            + String.join(", ", PRESETS)));
            return List.of();
        }
        return preset;
    }
}
