package io.openshell.proxy.egress;

/**
 * What an idle connection may be reused for. Two requests share connections only if all of this is equal.
 *
 * @param sandbox the sandbox's id
 * @param host the destination's canonical host
 * @param port the destination's port
 * @param tls whether the connection is encrypted
 * @param credentials identifies the credentials that the endpoint injects; empty if it injects none
 * @param generation the policy generation that admitted the connection
 */
public record UpstreamKey(String sandbox, String host, int port, boolean tls, String credentials, long generation) {}
