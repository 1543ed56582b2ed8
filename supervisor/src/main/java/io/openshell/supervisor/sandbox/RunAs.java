package io.openshell.supervisor.sandbox;

import java.util.Optional;

/**
 * Who somebody wants the agent to run as.
 *
 * @param user an account's name or a decimal user id
 * @param group a group's name or a decimal group id; empty if nothing was said of it
 */
public record RunAs(String user, Optional<String> group) {

    /** {@code USER[:GROUP]}, as options and images write it; empty if there is no user. */
    public static Optional<RunAs> parse(String text) {
        int colon = text.indexOf(':');
        String user = colon < 0 ? text : text.substring(0, colon);
        String group = colon < 0 ? "" : text.substring(colon + 1);
        return user.isEmpty()
                ? Optional.empty()
                : Optional.of(new RunAs(user, Optional.of(group).filter(name -> !name.isEmpty())));
    }
}
