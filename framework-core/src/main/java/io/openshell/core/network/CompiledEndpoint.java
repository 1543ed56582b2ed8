package io.openshell.core.network;

/**
 * An endpoint with the rule that it belongs to.
 *
 * @param rule its rule
 * @param endpoint itself
 * @param order its place among all endpoints of the policy: by the rules' keys, then as written
 */
public record CompiledEndpoint(CompiledRule rule, Endpoint endpoint, int order) {

    /** The key of the rule. */
    public String policyName() {
        return rule.rule().key();
    }
}
