package io.openshell.supervisor.sandbox;

import io.openshell.core.credential.CredentialStore;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The environment of every process in a sandbox (the reference's, and Java's trust and proxy on top). Nothing of the
 * supervisor's own is handed on, except what kind of terminal it is.
 *
 * @param identity who the agent is
 * @param place whose proxy, working directory and image it is
 * @param credentials whose placeholders it gets, of the newest revision each time
 */
record AgentEnvironment(AgentIdentity identity, AgentPlace place, CredentialStore credentials) {

    private static final int PROXY_PORT = 3128;

    /** Names that belong to OpenShell. */
    private static final String RESERVED = "OPENSHELL_";

    private static final String JAVA_OPTIONS = "JAVA_TOOL_OPTIONS";
    private static final String TERMINAL = "TERM";
    private static final String DIRECT = "127.0.0.1,localhost,::1";

    /**
     * The variables of a process that starts now. What an image says of a name that is ours does not count.
     *
     * @param wanted the user's own variables, which win; {@code JAVA_TOOL_OPTIONS} is added to ours
     * @param terminal the kind of terminal, or {@code null} without one
     * @return {@code KEY=VALUE}, sorted
     * @throws SandboxException if a name is empty, has a {@code =}, is OpenShell's, or is given twice
     */
    List<String> variables(Map<String, String> wanted, @Nullable String terminal) throws SandboxException {
        Map<String, String> variables = new TreeMap<>(defaults(place));
        Set<String> own = new HashSet<>(variables.keySet());
        place.environment().forEach((name, value) -> addOfImage(variables, name, value));
        Map<String, String> ours = ours(identity, place, variables.get(JAVA_OPTIONS));
        own.addAll(ours.keySet());
        own.add(TERMINAL);
        variables.putAll(ours);
        variables.put(TERMINAL, terminal == null || terminal.isEmpty() ? "dumb" : terminal);
        Map<String, String> placeholders = credentials.placeholders();
        for (String key : placeholders.keySet()) {
            requireUsable(key, "");
            if (own.contains(key)) {
                throw new SandboxException(
                        "credential: " + key + " (expected: a variable that OpenShell does not set itself)", null);
            }
        }
        variables.putAll(placeholders);
        for (Map.Entry<String, String> variable : wanted.entrySet()) {
            String name = variable.getKey();
            requireUsable(name, variable.getValue());
            if (placeholders.containsKey(name)) {
                throw new SandboxException(
                        "environment: " + name + " (expected: not also a credential's variable)", null);
            }
            variables.merge(
                    name,
                    variable.getValue(),
                    (before, theirs) -> name.equals(JAVA_OPTIONS) ? before + " " + theirs : theirs);
        }
        return variables.entrySet().stream()
                .map(variable -> variable.getKey() + "=" + variable.getValue())
                .toList();
    }

    /** What an image may say otherwise. */
    private static Map<String, String> defaults(AgentPlace place) {
        return Map.of(
                "HOME", place.workdir(),
                "SHELL", "/bin/sh",
                "PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                "LANG", "C.UTF-8");
    }

    /** An image is not asked whether its variables are in order: what cannot be one, or is OpenShell's, is left out. */
    private static void addOfImage(Map<String, String> variables, String name, String value) {
        if (!name.isEmpty()
                && !name.contains("=")
                && name.indexOf('\0') < 0
                && value.indexOf('\0') < 0
                && !name.toUpperCase(Locale.ROOT).startsWith(RESERVED)) {
            variables.put(name, value);
        }
    }

    private static Map<String, String> ours(AgentIdentity identity, AgentPlace place, @Nullable String javaOptions) {
        Map<String, String> variables = new TreeMap<>();
        String proxy = "http://" + place.proxyHost() + ":" + PROXY_PORT;
        for (String name :
                List.of("ALL_PROXY", "HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "grpc_proxy")) {
            variables.put(name, proxy);
        }
        variables.put("NO_PROXY", DIRECT);
        variables.put("no_proxy", DIRECT);
        variables.put("NODE_USE_ENV_PROXY", "1");
        for (String name : List.of("NODE_EXTRA_CA_CERTS", "DENO_CERT")) {
            variables.put(name, TrustFiles.CA);
        }
        for (String name : List.of("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "GIT_SSL_CAINFO")) {
            variables.put(name, TrustFiles.BUNDLE);
        }
        variables.put(JAVA_OPTIONS, javaOptions(place) + (javaOptions == null ? "" : " " + javaOptions));
        variables.put("OPENSHELL_SANDBOX", "1");
        variables.put("USER", identity.user());
        variables.put("LOGNAME", identity.user());
        return variables;
    }

    private static String javaOptions(AgentPlace place) {
        return String.join(
                " ",
                "-Dhttp.proxyHost=" + place.proxyHost(),
                "-Dhttp.proxyPort=" + PROXY_PORT,
                "-Dhttps.proxyHost=" + place.proxyHost(),
                "-Dhttps.proxyPort=" + PROXY_PORT,
                "-Dhttp.nonProxyHosts=localhost|127.*|[::1]",
                "-Djavax.net.ssl.trustStore=" + TrustFiles.JAVA_STORE,
                "-Djavax.net.ssl.trustStoreType=PKCS12",
                "-Djavax.net.ssl.trustStorePassword=" + TrustFiles.JAVA_STORE_PASSWORD);
    }

    private static void requireUsable(String name, String value) throws SandboxException {
        if (name.isEmpty() || name.contains("=") || name.indexOf('\0') >= 0 || value.indexOf('\0') >= 0) {
            throw new SandboxException("environment: " + name + " (expected: NAME=VALUE without NUL)", null);
        }
        if (name.toUpperCase(Locale.ROOT).startsWith(RESERVED)) {
            throw new SandboxException(
                    "environment: " + name + " (expected: a name that does not begin with " + RESERVED + ")", null);
        }
    }
}
