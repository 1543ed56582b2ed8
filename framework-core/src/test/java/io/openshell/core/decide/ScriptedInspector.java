package io.openshell.core.decide;

import io.openshell.api.inspect.BodyNeed;
import io.openshell.api.inspect.Request;
import io.openshell.api.inspect.RequestInspector;
import io.openshell.api.inspect.UpgradeVerdict;
import io.openshell.api.inspect.Verdict;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/** A request inspector that does what a test tells it, by {@code METHOD path}; the rest is not permitted. */
final class ScriptedInspector implements RequestInspector {

    private final Map<String, Supplier<Verdict>> verdicts = new HashMap<>();
    private Function<Request, UpgradeVerdict> upgrade =
            request -> new UpgradeVerdict.Refused(Verdict.Denied.notPermitted("no upgrade"));
    private Supplier<BodyNeed> need = () -> BodyNeed.NONE;

    ScriptedInspector on(String request, Verdict verdict) {
        return onCall(request, () -> verdict);
    }

    ScriptedInspector onCall(String request, Supplier<Verdict> verdict) {
        verdicts.put(request, verdict);
        return this;
    }

    ScriptedInspector allows(String request) {
        return on(request, new Verdict.Allowed("rules[0]"));
    }

    ScriptedInspector denies(String request) {
        return on(request, new Verdict.Denied("deny_rules[0]", request + " blocked by deny rule"));
    }

    ScriptedInspector cannotRead(String request) {
        return on(request, new Verdict.Unreadable("cannot read " + request));
    }

    ScriptedInspector upgrades(Function<Request, UpgradeVerdict> verdict) {
        upgrade = verdict;
        return this;
    }

    ScriptedInspector needs(Supplier<BodyNeed> body) {
        need = body;
        return this;
    }

    @Override
    public BodyNeed bodyNeed(Request head) {
        return need.get();
    }

    @Override
    public Verdict inspect(Request request) {
        String line = request.method() + " " + request.path();
        Supplier<Verdict> verdict = verdicts.get(line);
        return verdict == null ? Verdict.Denied.notPermitted(line + " not permitted by policy") : verdict.get();
    }

    @Override
    public UpgradeVerdict inspectUpgrade(Request request) {
        return upgrade.apply(request);
    }
}
