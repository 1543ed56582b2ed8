package io.openshell.core.network;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A rule with its executables made ready for lookup: the exact ones in a set. Immutable. */
public final class CompiledRule {

    private final NetworkRule rule;
    private final Set<String> exact = new HashSet<>();
    private final List<BinaryPattern> globs;

    private CompiledRule(NetworkRule rule) {
        this.rule = rule;
        for (BinaryPattern binary : rule.binaries()) {
            if (binary.exact()) {
                exact.add(binary.text());
                exact.addAll(binary.targets());
            }
        }
        this.globs = rule.binaries().stream().filter(it -> !it.exact()).toList();
    }

    /** The rule made ready. */
    public static CompiledRule of(NetworkRule rule) {
        return new CompiledRule(rule);
    }

    public NetworkRule rule() {
        return rule;
    }

    /** Whether an executable, by itself, is one of the rule's. An empty path never is. */
    public boolean admits(String binary) {
        if (exact.contains(binary)) {
            return true;
        }
        for (int i = 0; i < globs.size(); i++) {
            if (!binary.isEmpty() && globs.get(i).matches(binary)) {
                return true;
            }
        }
        return false;
    }

    /** Whether the executable or one of its ancestors is one of the rule's. */
    public boolean admits(String binary, List<String> ancestors) {
        if (binary.isEmpty()) {
            return false;
        }
        if (admits(binary)) {
            return true;
        }
        for (int i = 0; i < ancestors.size(); i++) {
            if (admits(ancestors.get(i))) {
                return true;
            }
        }
        return false;
    }
}
