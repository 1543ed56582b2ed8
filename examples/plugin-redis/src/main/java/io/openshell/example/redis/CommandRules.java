package io.openshell.example.redis;

import io.openshell.api.inspect.Verdict;
import java.util.List;

/** Judges commands. A deny rule wins over every rule that allows. */
record CommandRules(List<CommandMatcher> allowed, List<CommandMatcher> denied) {

    CommandRules {
        allowed = List.copyOf(allowed);
        denied = List.copyOf(denied);
    }

    Verdict judge(RedisCommand command) {
        if (command.changesReplies()) {
            return new Verdict.Unreadable(command.shownName() + " changes how replies belong to commands");
        }
        for (CommandMatcher rule : denied) {
            if (rule.refuses(command)) {
                return new Verdict.Denied(rule.place(), command.shownName() + " blocked by deny rule");
            }
        }
        for (CommandMatcher rule : allowed) {
            if (rule.allows(command)) {
                return new Verdict.Allowed(rule.place());
            }
        }
        return Verdict.Denied.notPermitted(command.shownName() + " not permitted by policy");
    }
}
