package io.openshell.core.policy;

import org.jspecify.annotations.Nullable;

/**
 * Who the agent runs as. Never root; a name is looked up inside the sandbox, and the one who looks it up still has to
 * refuse the id 0. Two are equal if they mean the same, whether a policy says it or leaves it out.
 *
 * @param user an account's name or a decimal user id
 * @param group a group's name or a decimal group id
 * @param userSaid whether the policy says it: where it does not, an image may
 * @param groupSaid as with the user
 */
public record ProcessIdentity(String user, String group, boolean userSaid, boolean groupSaid) {

    /** The account that every sandbox has. */
    public static final String SANDBOX = "sandbox";

    /** What a policy without {@code process} means. */
    public static final ProcessIdentity DEFAULT = new ProcessIdentity(SANDBOX, SANDBOX, false, false);

    /** One whose both parts are said. */
    public ProcessIdentity(String user, String group) {
        this(user, group, true, true);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ProcessIdentity identity && user.equals(identity.user) && group.equals(identity.group);
    }

    @Override
    public int hashCode() {
        return 31 * user.hashCode() + group.hashCode();
    }
}
