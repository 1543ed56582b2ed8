package io.openshell.core.decide;

import io.openshell.api.inspect.Judge;
import io.openshell.api.inspect.StreamInspector;
import io.openshell.api.inspect.StreamVerdict;
import io.openshell.api.inspect.Verdict;
import io.openshell.core.decide.Trace.Outcome;
import io.openshell.core.network.CompiledEndpoint;
import io.openshell.core.network.Enforcement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Gives bytes to the inspector that enforcement would give them to, and tells what it says of them. Used once. */
final class StreamExplanation implements Judge {

    private final UpgradeDecision.Inspected upgrade;
    private final List<Trace.Step> steps = new ArrayList<>();
    private Explanation.Verdict verdict = Explanation.Verdict.ALLOWED;
    private String ruleId;
    private String reason = "";

    private StreamExplanation(UpgradeDecision.Inspected upgrade) {
        this.upgrade = upgrade;
        this.ruleId = upgrade.ruleId();
    }

    /** @param before how it came to the upgrade */
    static Explanation of(UpgradeDecision.Inspected upgrade, PlannedStream stream, Trace before) {
        StreamExplanation explanation = new StreamExplanation(upgrade);
        explanation.ask(stream);
        return new Explanation(
                explanation.verdict,
                upgrade.policyName(),
                explanation.ruleId,
                explanation.reason,
                before.and(new Trace(explanation.steps)));
    }

    @SuppressWarnings("CatchingUnchecked") // a plugin's class may throw anything, declared or not
    private void ask(PlannedStream stream) {
        try (StreamInspector inspector =
                upgrade.verdict().continuation().open(new PlannedRequest.Fields(stream.answer()), this)) {
            StreamVerdict answer = inspector.fromClient(stream.bytes().duplicate());
            if (answer instanceof StreamVerdict.Close close && verdict != Explanation.Verdict.DENIED) {
                say(Explanation.Verdict.DENIED, Outcome.UNREADABLE, "", close.reason());
            }
        } catch (Throwable failure) {
            say(
                    Explanation.Verdict.DENIED,
                    Outcome.UNREADABLE,
                    "",
                    "inspector failed: " + failure.getClass().getSimpleName());
        }
    }

    @Override
    public boolean admits(String subject, @Nullable Verdict of) {
        switch (of) {
            case null ->
                say(Explanation.Verdict.DENIED, Outcome.UNREADABLE, "", subject + ": inspector gave no verdict");
            case Verdict.Allowed allowed -> say(Explanation.Verdict.ALLOWED, Outcome.ALLOWS, allowed.rule(), subject);
            case Verdict.Denied denied ->
                say(
                        audits() ? Explanation.Verdict.AUDITED : Explanation.Verdict.DENIED,
                        Outcome.DENIES,
                        denied.rule(),
                        subject + ": " + denied.reason());
            case Verdict.Unreadable unreadable ->
                say(Explanation.Verdict.DENIED, Outcome.UNREADABLE, "", subject + ": " + unreadable.problem());
        }
        return verdict != Explanation.Verdict.DENIED;
    }

    private boolean audits() {
        return endpoint().endpoint().enforcement() == Enforcement.AUDIT;
    }

    private CompiledEndpoint endpoint() {
        return upgrade.endpoint();
    }

    /** The last word is the one that counts: a stream ends with the first denial. */
    private void say(Explanation.Verdict said, Outcome outcome, String rule, String why) {
        String id = endpoint().endpoint().id();
        verdict = said;
        ruleId = rule.isEmpty() ? id : id + "." + rule;
        reason = said == Explanation.Verdict.ALLOWED ? "" : why;
        steps.add(new Trace.Step(ruleId, outcome, why));
    }
}
