package io.openshell.core.event;

import java.util.Objects;

/**
 * Which rule decided, and how.
 *
 * @param policyName the key of the entry in {@code network_policies}; {@link #NONE} if none matched
 * @param ruleId the rule's stable id, as in {@code network_policies.github.endpoints[0].rules[2]}; empty if none decided
 * @param engine which part of the enforcement decided; one of the constants here or of {@link #engineOf}
 * @param reason why, in one line; empty for what is simply allowed. Never a query, a body or a secret
 * @param generation the policy generation that decided; 0 before there is one
 * @param decisionNanos how long the decision took, in nanoseconds; 0 if it was not measured
 */
public record Ruling(
        String policyName, String ruleId, String engine, String reason, long generation, long decisionNanos) {

    /** Stands for the policy's name where no entry matched. */
    public static final String NONE = "-";

    /** The policy's hosts, ports and binaries. */
    public static final String POLICY = "policy";

    /** The check of resolved addresses. */
    public static final String SSRF = "ssrf";

    /** The inspection of HTTP requests. */
    public static final String L7 = "l7";

    /** The parser of HTTP. */
    public static final String HTTP_PARSER = "http-parser";

    /** The rewriting of credentials. */
    public static final String CREDENTIALS = "credentials";

    /** The handling of requests to {@code inference.local}. */
    public static final String INFERENCE = "inference";

    /** Where credentials may go. */
    public static final String CREDENTIAL_BINDING = "credential-binding";

    /** The sandbox's network, which has no way to anywhere but the proxy. */
    public static final String NAMESPACE = "netns";

    public Ruling {
        Objects.requireNonNull(policyName, "policyName");
        Objects.requireNonNull(ruleId, "ruleId");
        Objects.requireNonNull(engine, "engine");
        Objects.requireNonNull(reason, "reason");
    }

    /** The engine that a protocol's inspector is: {@code l7} for {@code rest}, else {@code l7-} and the protocol. */
    public static String engineOf(String protocol) {
        return protocol.equals("rest") ? L7 : L7 + "-" + protocol;
    }
}
