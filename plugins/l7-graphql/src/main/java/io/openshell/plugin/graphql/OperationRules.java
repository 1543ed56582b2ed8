package io.openshell.plugin.graphql;

import io.openshell.api.inspect.Verdict;
import java.util.List;
import java.util.Optional;

/** An endpoint's rules. A deny rule wins over every allow rule. */
record OperationRules(List<OperationRule> allow, List<OperationRule> deny) {

    OperationRules {
        allow = List.copyOf(allow);
        deny = List.copyOf(deny);
    }

    /**
     * Judges all operations of one request: each must be allowed.
     *
     * @param operations at least one; empty ones are documents that were named and are not registered
     */
    Verdict judge(List<Optional<Operation>> operations) {
        Verdict.Allowed allowed = null;
        Verdict.Denied unpermitted = null;
        for (Optional<Operation> operation : operations) {
            switch (operation.map(this::judge).orElse(NOT_REGISTERED)) {
                case Verdict.Denied denied
                when denied.explicit() -> {
                    return denied;
                }
                case Verdict.Denied denied -> unpermitted = unpermitted == null ? denied : unpermitted;
                case Verdict.Allowed one -> allowed = allowed == null ? one : allowed;
                case Verdict.Unreadable unreadable -> {
                    return unreadable;
                }
            }
        }
        if (unpermitted != null) {
            return unpermitted;
        }
        return allowed == null ? new Verdict.Unreadable("GraphQL request rejected: no operation") : allowed;
    }

    private static final Verdict NOT_REGISTERED =
            Verdict.Denied.notPermitted("GraphQL persisted query is not registered");

    private Verdict judge(Operation operation) {
        for (int i = 0; i < deny.size(); i++) {
            if (deny.get(i).denies(operation)) {
                return new Verdict.Denied(
                        deny.get(i).id(), "GraphQL operation blocked by endpoint policy: " + operation.describe());
            }
        }
        for (int i = 0; i < allow.size(); i++) {
            if (allow.get(i).allows(operation)) {
                return new Verdict.Allowed(allow.get(i).id());
            }
        }
        return Verdict.Denied.notPermitted("GraphQL operation not permitted by policy: " + operation.describe());
    }
}
