package io.openshell.core.policy;

import io.openshell.api.config.ConfigNode;
import io.openshell.core.config.RecordBinder;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a policy and the types of their values. The binder checks each part of the tree against these; what a
 * value means is the readers' part, which take it from the tree, so that one wrong value hides no other.
 */
final class PolicyKeys {

    /** The core's own keys of an endpoint; all others are the protocol's. */
    static final Set<String> ENDPOINT = RecordBinder.keysOf(Endpoint.class);

    private PolicyKeys() {}

    record Document(
            int version,
            @Nullable ConfigNode filesystemPolicy,
            @Nullable ConfigNode landlock,
            @Nullable ConfigNode process,
            @Nullable Map<String, ConfigNode> networkPolicies) {}

    record Filesystem(
            @Nullable Boolean includeWorkdir,
            @Nullable List<String> readOnly,
            @Nullable List<String> readWrite) {}

    record Landlock(@Nullable String compatibility) {}

    record Identity(@Nullable String runAsUser, @Nullable String runAsGroup) {}

    record Rule(@Nullable String name, List<ConfigNode> endpoints, List<ConfigNode> binaries) {}

    record Binary(String path, @Nullable Boolean harness) {}

    record Endpoint(
            @Nullable String host,
            @Nullable Integer port,
            @Nullable List<Integer> ports,
            @Nullable String path,
            @Nullable String protocol,
            @Nullable String tls,
            @Nullable String enforcement,
            @Nullable List<String> allowedIps,
            @Nullable Boolean allowEncodedSlash,
            @Nullable Boolean websocketCredentialRewrite,
            @Nullable Boolean requestBodyCredentialRewrite,
            @Nullable String credentialSigning,
            @Nullable String credentialEcho) {}
}
