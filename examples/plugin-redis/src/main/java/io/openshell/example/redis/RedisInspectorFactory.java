package io.openshell.example.redis;

import io.openshell.api.config.Compilation;
import io.openshell.api.config.Problem;
import io.openshell.api.inspect.EndpointContext;
import io.openshell.api.inspect.ProtocolInspector;
import io.openshell.api.inspect.ProtocolInspectorFactory;
import java.util.ArrayList;
import java.util.List;

/** Compiles endpoints with {@code protocol: redis}. */
final class RedisInspectorFactory implements ProtocolInspectorFactory<RedisOptions> {

    @Override
    public String name() {
        return "redis";
    }

    @Override
    public Class<RedisOptions> configType() {
        return RedisOptions.class;
    }

    @Override
    public Compilation<ProtocolInspector> create(RedisOptions options, EndpointContext context) {
        List<Problem> problems = new ArrayList<>();
        if (options.rules().isEmpty()) {
            problems.add(new Problem("rules", "[] (expected: at least one rule; without, every command is refused)"));
        }
        List<CommandMatcher> allowed = new ArrayList<>();
        for (int i = 0; i < options.rules().size(); i++) {
            String place = "rules[" + i + "]";
            RedisOptions.Command command = options.rules().get(i).allow();
            allowed.add(CommandMatcher.compile(place, place + ".allow", command, context.globs(), problems));
        }
        List<CommandMatcher> denied = new ArrayList<>();
        for (int i = 0; i < options.denied().size(); i++) {
            String place = "deny_rules[" + i + "]";
            denied.add(CommandMatcher.compile(place, place, options.denied().get(i), context.globs(), problems));
        }
        CommandRules rules = new CommandRules(allowed, denied);
        return Compilation.of(new RedisInspector(rules, options.limits()), problems, List.of());
    }
}
