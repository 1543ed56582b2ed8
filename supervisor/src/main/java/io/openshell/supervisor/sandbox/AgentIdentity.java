package io.openshell.supervisor.sandbox;

/**
 * Who the agent is inside its sandbox.
 *
 * @param user the account's name
 * @param uid 1 to 4294967294
 * @param group the group's name
 * @param gid 1 to 4294967294
 */
record AgentIdentity(String user, long uid, String group, long gid) {}
