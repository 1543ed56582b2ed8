package io.openshell.example.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.openshell.api.config.Compilation;
import io.openshell.api.config.InvalidConfigException;
import io.openshell.api.config.Problem;
import io.openshell.api.config.TextMatcher;
import io.openshell.api.inspect.ProtocolInspector;
import io.openshell.api.inspect.Verdict;
import io.openshell.testkit.contract.SampleEndpoint;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandRulesTest {

    @ParameterizedTest
    @CsvSource({
        "GET app:a,                   rules[0]",
        "get app:a.b/c,               rules[0]",
        "MGET app:a app:b,            rules[0]",
        "MGET app:a other,            ''",
        "GET other,                   ''",
        "GET xapp:a,                  ''",
        "GET,                         ''",
        "GET app:secret:x,            deny_rules[0]",
        "MGET app:a app:secret:x,     deny_rules[0]",
        "DEL app:a,                   ''",
        "PING,                        rules[1]",
        "PING app:secret:x,           rules[1]",
        "CLIENT SETNAME x,            rules[1]",
        "CONFIG get maxmemory,        deny_rules[0]",
        "EVAL return 0,               deny_rules[0]",
        "KEYS *,                      deny_rules[0]",
        "SORT app:a,                  deny_rules[0]",
        "MODULE.CMD app:a,            deny_rules[0]"
    })
    void a_command_is_decided_by(String command, String rule) {
        assertThat(decidingRule(Endpoints.APP, command.split(" "))).isEqualTo(rule);
    }

    @ParameterizedTest
    @CsvSource({
        "MSET k:1 v k:2 v,            rules[0]",
        "MSET k:1 v x v,              ''",
        "RENAME k:1 k:2,              rules[0]",
        "RENAME k:1 x,                ''",
        "BLPOP k:1 k:2 5,             rules[0]",
        "BLPOP k:1 x 5,               ''",
        "BITOP AND k:1 k:2 k:3,       rules[0]",
        "BITOP AND x k:2 k:3,         ''",
        "SCAN 0,                      ''",
        "EVALSHA abc 1 k:1,           ''",
        "PING k:1,                    ''"
    })
    void every_key_of_an_allowed_command_matches(String command, String rule) {
        RedisOptions keyed =
                new RedisOptions(List.of(Endpoints.rule(Endpoints.command("k:*", "*"))), null, null, null, null);

        assertThat(decidingRule(keyed, command.split(" "))).isEqualTo(rule);
    }

    @Test
    void a_key_that_is_no_text_matches_no_rule_that_allows_and_every_rule_that_refuses() {
        RedisOptions options =
                new RedisOptions(List.of(Endpoints.rule(Endpoints.command("*", "GET"))), null, null, null, null);
        RedisCommand command = new RedisCommand(List.of(Resp.bytes("GET"), new byte[] {(byte) 0xff}));

        assertThat(rules(options).judge(command)).isInstanceOf(Verdict.Denied.class);
        assertThat(rules(Endpoints.APP).judge(command))
                .isEqualTo(new Verdict.Denied("deny_rules[0]", "GET blocked by deny rule"));
    }

    @Test
    void all_problems_are_named_with_their_places() {
        RedisOptions options = new RedisOptions(
                List.of(Endpoints.rule(Endpoints.command("a[", "GET")), Endpoints.rule(Endpoints.command(null, "["))),
                List.of(Endpoints.command("x{", "*")),
                null,
                null,
                null);
        Compilation<ProtocolInspector> compiled = new RedisInspectorFactory().create(options, new SampleEndpoint());

        assertThat(((Compilation.Rejected<ProtocolInspector>) compiled).problems())
                .extracting(Problem::path)
                .containsExactly("rules[0].allow.key", "rules[1].allow.command", "deny_rules[0].key");
    }

    @Test
    void an_endpoint_without_rules_is_a_mistake() {
        RedisOptions options = new RedisOptions(List.of(), null, null, null, null);

        assertThat(new RedisInspectorFactory().create(options, new SampleEndpoint()))
                .isInstanceOf(Compilation.Rejected.class);
    }

    @Test
    void limits_are_positive() {
        List<RedisOptions.Rule> rules =
                List.of(new RedisOptions.Rule(new RedisOptions.Command(new TextMatcher(List.of("GET")), null)));

        assertThatThrownBy(() -> new RedisOptions(rules, null, 0, null, null))
                .isInstanceOf(InvalidConfigException.class)
                .hasMessage("0 (expected: a positive number)");
    }

    private static String decidingRule(RedisOptions options, String... arguments) {
        RedisCommand command =
                new RedisCommand(Arrays.stream(arguments).map(Resp::bytes).toList());
        return switch (rules(options).judge(command)) {
            case Verdict.Allowed allowed -> allowed.rule();
            case Verdict.Denied denied -> denied.rule();
            case Verdict.Unreadable unreadable -> "unreadable";
        };
    }

    private static CommandRules rules(RedisOptions options) {
        Compilation<ProtocolInspector> compiled = new RedisInspectorFactory().create(options, new SampleEndpoint());
        return ((RedisInspector) ((Compilation.Compiled<ProtocolInspector>) compiled).value()).rules();
    }
}
