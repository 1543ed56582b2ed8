package io.openshell.core.network;

/**
 * An endpoint with the rule that it belongs to.
 *
 * @param rule its rule
 * @param endpoint itself
 * @param order its place among all endpoints of the policy: by the rules' keys, then as written
 * @param idPrefix what the ids of its rules begin with, put together once for all requests
 */
public record CompiledEndpoint(CompiledRule rule, Endpoint endpoint, int order, String idPrefix) {

    static CompiledEndpoint of(CompiledRule rule, Endpoint endpoint, int order) {
        return new CompiledEndpoint(rule, endpoint, order, endpoint.id() + ".");
    }

    /** The id of one of its rules, or its own where no rule is named. */
    public String id(String rule) {
        return rule.isEmpty() ? endpoint.id() : idPrefix.concat(rule);
    }

    /** The key of the rule. */
    public String policyName() {
        return rule.rule().key();
    }
}
