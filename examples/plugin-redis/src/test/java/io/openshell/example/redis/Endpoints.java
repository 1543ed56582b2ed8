package io.openshell.example.redis;

import io.openshell.api.config.Compilation;
import io.openshell.api.config.TextMatcher;
import io.openshell.api.inspect.ConnectionInspector;
import io.openshell.api.inspect.ProtocolInspector;
import io.openshell.testkit.contract.RecordingJudge;
import io.openshell.testkit.contract.SampleEndpoint;
import io.openshell.testkit.contract.StreamRun;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Endpoints that several tests use. */
final class Endpoints {

    /** Allows {@code GET} and {@code SET} of {@code app:*}, {@code PING} and {@code CLIENT}; refuses {@code app:secret:*}. */
    static final RedisOptions APP = new RedisOptions(
            List.of(
                    rule(command("app:*", "get", "SET", "MGET")),
                    rule(command(null, "PING", "CLIENT")),
                    rule(command(null, "CONFIG|GET"))),
            List.of(command("app:secret:*", "*")),
            1000,
            10,
            5);

    private Endpoints() {}

    static RedisOptions.Rule rule(RedisOptions.Command command) {
        return new RedisOptions.Rule(command);
    }

    static RedisOptions.Command command(@Nullable String key, String... names) {
        return new RedisOptions.Command(
                new TextMatcher(List.of(names)), key == null ? null : new TextMatcher(List.of(key)));
    }

    static StreamRun connection(RedisOptions options) {
        Compilation<ProtocolInspector> compiled = new RedisInspectorFactory().create(options, new SampleEndpoint());
        ProtocolInspector inspector = ((Compilation.Compiled<ProtocolInspector>) compiled).value();
        return new StreamRun((ConnectionInspector) inspector, RecordingJudge.enforcing());
    }
}
