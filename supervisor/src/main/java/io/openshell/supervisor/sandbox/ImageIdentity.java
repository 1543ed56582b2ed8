package io.openshell.supervisor.sandbox;

import io.openshell.core.policy.ProcessIdentity;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Who the agent is in a container. Of user and group each for itself the first that says something counts: the option,
 * the policy, the image. Where nobody says anything the user is the owner of the working directory that was asked for,
 * else {@code sandbox}, and the group is the user's own. Root is refused by whatever name it comes; where the group is
 * only the user's own and root's, the group with the user's number stands for it.
 *
 * @param option of the command line
 * @param policy of the policy
 * @param image what the image says, {@code user[:group]} or empty
 * @param owner of the working directory; empty if there is none, or root owns it
 * @param accounts of the image
 */
record ImageIdentity(
        Optional<RunAs> option, ProcessIdentity policy, String image, Optional<Owner> owner, Accounts accounts) {

    private static final String OPTION = "--user";
    private static final String IMAGE = "the image's user";
    private static final String REMEDY = "; name another with --user or in the policy's process section";

    /** Whom a file belongs to, in numbers. */
    record Owner(long uid, long gid) {}

    /** Who said what. */
    private record Said(String field, String text) {}

    AgentIdentity resolve() throws SandboxException {
        Optional<Said> user = user();
        long uid = user.isPresent()
                ? accounts.userId(user.get().field(), user.get().text())
                : unsaidUser();
        if (uid == 0) {
            throw refused(user, "any account but root");
        }
        Optional<Said> group = group();
        long gid = group.isPresent()
                ? accounts.groupId(group.get().field(), group.get().text())
                : unsaidGroup(user, uid);
        if (gid == 0) {
            throw refused(group, "any group but root's");
        }
        return new AgentIdentity(accounts.userName(uid), uid, accounts.groupName(gid), gid);
    }

    private Optional<Said> user() {
        return option.map(it -> new Said(OPTION, it.user()))
                .or(() -> policy.userSaid() ? Optional.of(new Said(Accounts.USER, policy.user())) : Optional.empty())
                .or(() -> RunAs.parse(image).map(it -> new Said(IMAGE, it.user())));
    }

    private Optional<Said> group() {
        return option.flatMap(RunAs::group)
                .map(it -> new Said(OPTION, it))
                .or(() -> policy.groupSaid() ? Optional.of(new Said(Accounts.GROUP, policy.group())) : Optional.empty())
                .or(() -> RunAs.parse(image).flatMap(RunAs::group).map(it -> new Said(IMAGE, it)));
    }

    private long unsaidUser() throws SandboxException {
        return owner.isPresent() ? owner.get().uid() : accounts.userId(Accounts.USER, ProcessIdentity.SANDBOX);
    }

    private long unsaidGroup(Optional<Said> user, long uid) {
        if (user.isEmpty() && owner.isPresent() && owner.get().gid() != 0) {
            return owner.get().gid();
        }
        OptionalLong own = accounts.primaryGroup(uid);
        return own.isPresent() && own.getAsLong() != 0 ? own.getAsLong() : uid;
    }

    private static SandboxException refused(Optional<Said> said, String expected) {
        Said what = said.orElse(new Said(Accounts.USER, ProcessIdentity.SANDBOX));
        return new SandboxException(what.field() + ": " + what.text() + " (expected: " + expected + REMEDY + ")", null);
    }
}
