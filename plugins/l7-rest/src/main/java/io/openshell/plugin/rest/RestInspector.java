package io.openshell.plugin.rest;

import io.openshell.api.inspect.BodyNeed;
import io.openshell.api.inspect.Request;
import io.openshell.api.inspect.RequestInspector;
import io.openshell.api.inspect.UpgradeVerdict;
import io.openshell.api.inspect.Verdict;
import java.util.List;

/**
 * Judges requests by method, path and query; bodies stream by unread. A deny rule wins over every allow rule.
 *
 * <p>Some servers take the method from a header field or the query instead of the request line. Where the rules
 * tell methods apart, a request that says two different methods is unreadable.
 */
final class RestInspector implements RequestInspector {

    private static final List<String> METHOD_FIELDS =
            List.of("x-http-method-override", "x-http-method", "x-method-override");
    private static final String METHOD_PARAMETER = "_method";

    private final List<CompiledRule> allow;
    private final List<CompiledRule> deny;
    private final boolean restrictsMethods;

    RestInspector(List<CompiledRule> allow, List<CompiledRule> deny) {
        this.allow = List.copyOf(allow);
        this.deny = List.copyOf(deny);
        this.restrictsMethods =
                !this.allow.stream().allMatch(rule -> rule.method().any())
                        || !this.deny.stream().allMatch(rule -> rule.method().any());
    }

    @Override
    public BodyNeed bodyNeed(Request head) {
        return BodyNeed.NONE;
    }

    @Override
    public Verdict inspect(Request request) {
        if (restrictsMethods && saysTwoMethods(request)) {
            return new Verdict.Unreadable("request names a second method in a header field or the query");
        }
        for (int i = 0; i < deny.size(); i++) {
            if (deny.get(i).denies(request)) {
                return new Verdict.Denied(deny.get(i).id(), line(request) + " blocked by deny rule");
            }
        }
        for (int i = 0; i < allow.size(); i++) {
            if (allow.get(i).allows(request)) {
                return new Verdict.Allowed(allow.get(i).id());
            }
        }
        return Verdict.Denied.notPermitted(line(request) + " not permitted by policy");
    }

    private static String line(Request request) {
        return request.method() + " " + request.path();
    }

    private static boolean saysTwoMethods(Request request) {
        for (int i = 0; i < METHOD_FIELDS.size(); i++) {
            if (differs(request.headers().all(METHOD_FIELDS.get(i)), request.method())) {
                return true;
            }
        }
        return differs(request.query().getOrDefault(METHOD_PARAMETER, List.of()), request.method());
    }

    private static boolean differs(List<String> values, String method) {
        for (String value : values) {
            if (!value.strip().equalsIgnoreCase(method)) {
                return true;
            }
        }
        return false;
    }

    /** A WebSocket handshake that the rules allow passes, and what follows is not read; nothing else may upgrade. */
    @Override
    public UpgradeVerdict inspectUpgrade(Request request) {
        List<String> protocols = request.headers().all("upgrade");
        boolean websocket = protocols.size() == 1
                && protocols.getFirst().strip().equalsIgnoreCase("websocket")
                && request.method().equals("GET");
        if (!websocket) {
            return new UpgradeVerdict.Refused(
                    new Verdict.Unreadable("protocol rest allows no upgrade but a WebSocket handshake"));
        }
        Verdict verdict = inspect(request);
        return verdict instanceof Verdict.Allowed allowed
                ? new UpgradeVerdict.Unread(allowed.rule())
                : new UpgradeVerdict.Refused(verdict);
    }
}
