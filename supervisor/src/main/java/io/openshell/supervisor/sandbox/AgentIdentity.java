package io.openshell.supervisor.sandbox;

/**
 * Who the agent is inside its sandbox.
 *
 * @param user the account's name
 * @param uid never 0
 * @param group the group's name
 * @param gid never 0
 */
record AgentIdentity(String user, int uid, String group, int gid) {}
