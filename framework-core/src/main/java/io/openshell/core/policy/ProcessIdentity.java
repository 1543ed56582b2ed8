package io.openshell.core.policy;

/**
 * Who the agent runs as. Never root; a name is looked up inside the sandbox, and the one who looks it up still has to
 * refuse the id 0.
 *
 * @param user an account's name or a decimal user id
 * @param group a group's name or a decimal group id
 */
public record ProcessIdentity(String user, String group) {

    /** The account that every sandbox has. */
    public static final String SANDBOX = "sandbox";

    /** What a policy without {@code process} means. */
    public static final ProcessIdentity DEFAULT = new ProcessIdentity(SANDBOX, SANDBOX);
}
