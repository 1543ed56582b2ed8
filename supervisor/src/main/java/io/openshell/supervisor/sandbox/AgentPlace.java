package io.openshell.supervisor.sandbox;

import java.util.Map;

/**
 * Where an agent finds itself.
 *
 * @param workdir its working directory, and its home unless the image says otherwise
 * @param proxyHost the address at which it sees the proxy
 * @param environment variables that its image brings
 */
record AgentPlace(String workdir, String proxyHost, Map<String, String> environment) {

    /** In a network namespace of the launcher's making the proxy is the only other host. */
    static final AgentPlace OWN = new AgentPlace(LaunchPlan.WORKDIR, "10.200.0.1", Map.of());

    /** A container has one network namespace, and the proxy listens in it. */
    private static final String CONTAINER_PROXY_HOST = "127.0.0.1";

    AgentPlace {
        environment = Map.copyOf(environment);
    }

    /** Whether its root is an image's, of which the agent sees what Landlock shows it. */
    boolean isContainer() {
        return proxyHost.equals(CONTAINER_PROXY_HOST);
    }

    static AgentPlace ofContainer(String workdir, Map<String, String> environment) {
        return new AgentPlace(workdir, CONTAINER_PROXY_HOST, environment);
    }
}
