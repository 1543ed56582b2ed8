package io.openshell.core.decide;

import io.openshell.core.policy.LoadResult;
import io.openshell.core.policy.Policy;
import io.openshell.core.policy.PolicyLoader;
import io.openshell.core.policy.PolicySource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The change of fewest lines that makes a policy allow what it denies: another executable, port, rule, endpoint or
 * address, or a deny rule less. It was tried: the edited policy loads, and allows.
 *
 * @param diff the changed lines ({@code +}, {@code -}) and, above them, where they stand
 * @param yaml the whole edited policy, without the comments of the original
 */
public record SmallestEdit(String diff, String yaml) {

    /** More than this many changes at once are no longer a small edit. */
    private static final int MAX_STEPS = 3;

    /** How many partial edits are tried further. */
    private static final int MAX_OPEN = 4;

    private record Attempt(PolicyTree tree, Policy policy, LineDiff diff) {}

    /**
     * Looks for the edit.
     *
     * @param source a policy that loads
     * @param loader with the protocols that the policy needs
     * @param question what the policy denies
     * @return nothing if it is not denied, or if no edit of these kinds allows it
     */
    public static Optional<SmallestEdit> find(PolicySource source, PolicyLoader loader, Question question) {
        if (!(loader.load(source) instanceof LoadResult.Loaded loaded)
                || Explanation.of(loaded.policy(), question).verdict() != Explanation.Verdict.DENIED) {
            return Optional.empty();
        }
        Optional<SmallestEdit> narrow = search(source, loader, loaded.policy(), question, true);
        return narrow.isPresent() || question.request().isEmpty()
                ? narrow
                : search(source, loader, loaded.policy(), question, false); // protocol rest is not installed
    }

    private static Optional<SmallestEdit> search(
            PolicySource source, PolicyLoader loader, Policy policy, Question question, boolean inspected) {
        PolicyTree tree = PolicyTree.parse(source.text());
        String before = tree.yaml();
        List<Attempt> open = List.of(new Attempt(tree, policy, LineDiff.of(before, before)));
        List<Attempt> found = new ArrayList<>();
        for (int step = 0; step < MAX_STEPS && !open.isEmpty(); step++) {
            List<Attempt> next = new ArrayList<>();
            for (Attempt attempt : open) {
                for (Consumer<PolicyTree> edit : new EditCandidates(attempt.policy, question, inspected).list()) {
                    attempt(attempt, edit, before, source, loader)
                            .ifPresent(it -> (allows(it, question) ? found : next).add(it));
                }
            }
            open = next.stream()
                    .sorted(Comparator.comparingInt(it -> it.diff.size()))
                    .limit(MAX_OPEN)
                    .toList();
        }
        return found.stream()
                .min(Comparator.comparingInt(it -> it.diff.size()))
                .map(it -> new SmallestEdit(it.diff.toString(), it.tree.yaml()));
    }

    private static boolean allows(Attempt attempt, Question question) {
        return Explanation.of(attempt.policy, question).verdict() == Explanation.Verdict.ALLOWED;
    }

    private static Optional<Attempt> attempt(
            Attempt from, Consumer<PolicyTree> edit, String before, PolicySource source, PolicyLoader loader) {
        PolicyTree tree = from.tree.copy();
        edit.accept(tree);
        String yaml = tree.yaml();
        return loader.load(new PolicySource(source.name(), yaml)) instanceof LoadResult.Loaded loaded
                ? Optional.of(new Attempt(tree, loaded.policy(), LineDiff.of(before, yaml)))
                : Optional.empty();
    }
}
