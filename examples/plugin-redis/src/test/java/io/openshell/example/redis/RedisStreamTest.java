package io.openshell.example.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.testkit.contract.StreamRun;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedisStreamTest {

    private static final String REFUSED = "-NOPERM DEL not permitted by policy\r\n";

    private final StreamRun run = Endpoints.connection(Endpoints.APP);

    @Test
    void a_refused_command_is_answered_in_the_words_of_redis_and_the_connection_goes_on() {
        run.client(Resp.command("DEL", "app:a")).client(Resp.command("PING"));

        assertThat(Resp.text(run.toClient())).isEqualTo(REFUSED);
        assertThat(run.toUpstream()).isEqualTo(Resp.command("PING"));
        assertThat(run.open()).isTrue();
    }

    @Test
    void the_answer_to_a_refused_command_waits_for_the_replies_before_it() {
        run.client(Resp.join(
                Resp.command("GET", "app:a"),
                Resp.command("DEL", "app:a"),
                Resp.command("PING"),
                Resp.command("DEL", "app:b")));
        assertThat(run.toUpstream()).isEqualTo(Resp.join(Resp.command("GET", "app:a"), Resp.command("PING")));
        assertThat(run.toClient()).isEmpty();

        run.upstream(Resp.bytes("$5\r\nhello\r\n+PONG\r\n"));

        assertThat(Resp.text(run.toClient())).isEqualTo("$5\r\nhello\r\n" + REFUSED + "+PONG\r\n" + REFUSED);
    }

    @Test
    void replies_divided_anywhere_keep_their_places() {
        byte[] replies = Resp.bytes(
                ">2\r\n+message\r\n$2\r\nhi\r\n*2\r\n$1\r\na\r\n%1\r\n+k\r\n:1\r\n|1\r\n+ttl\r\n:9\r\n+PONG\r\n");
        for (int at = 0; at <= replies.length; at++) {
            StreamRun divided = Endpoints.connection(Endpoints.APP)
                    .client(Resp.join(Resp.command("GET", "app:a"), Resp.command("DEL", "x"), Resp.command("PING")))
                    .upstream(Arrays.copyOfRange(replies, 0, at))
                    .upstream(Arrays.copyOfRange(replies, at, replies.length));

            assertThat(Resp.text(divided.toClient()))
                    .as("divided at %d", at)
                    .isEqualTo(">2\r\n+message\r\n$2\r\nhi\r\n*2\r\n$1\r\na\r\n%1\r\n+k\r\n:1\r\n" + REFUSED
                            + "|1\r\n+ttl\r\n:9\r\n+PONG\r\n");
        }
    }

    @Test
    void an_answer_of_ours_never_stands_within_a_push() {
        run.upstream(Resp.bytes(">2\r\n+invalidate\r\n"))
                .client(Resp.join(Resp.command("DEL", "x"), Resp.command("PING")))
                .upstream(Resp.bytes("*1\r\n+app:a\r\n+PONG\r\n"));

        assertThat(Resp.text(run.toClient()))
                .isEqualTo(">2\r\n+invalidate\r\n*1\r\n+app:a\r\n" + REFUSED + "+PONG\r\n");
    }

    @Test
    void a_reply_that_nobody_asked_for_is_handed_on() {
        run.upstream(Resp.bytes("-ERR max number of clients reached\r\n"));

        assertThat(Resp.text(run.toClient())).isEqualTo("-ERR max number of clients reached\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 200 OK\r\n", "$x\r\n", "*?\r\n", "*99999999999999\r\n", "+OK\rX"})
    void an_upstream_that_does_not_speak_redis_ends_the_connection(String bytes) {
        run.upstream(Resp.bytes(bytes));

        assertThat(run.open()).isFalse();
        assertThat(run.reason()).isEqualTo("upstream's reply is not RESP");
    }

    @Test
    void nesting_without_end_ends_the_connection() {
        run.upstream(Resp.bytes("*1\r\n".repeat(ReplyScanner.MAX_DEPTH + 1)));

        assertThat(run.open()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PING\r\n",
                "GET app:a\r\n",
                "\r\n",
                "*0\r\n",
                "*-1\r\n",
                "*01\r\n$4\r\nPING\r\n",
                "*+1\r\n$4\r\nPING\r\n",
                "* 1\r\n$4\r\nPING\r\n",
                "*1\n$4\nPING\n",
                "*1\r\n$04\r\nPING\r\n",
                "*1\r\n$-1\r\n",
                "*1\r\n+PING\r\n",
                "*1\r\n$4\r\nPINGS\r\n",
                "*1\r\n$4\r\nPING\n\n",
                "*1\r\n:1\r\n",
                "*11\r\n",
                "*1\r\n$1001\r\n",
                "*9999999999\r\n",
                "*\r\n",
                "GET / HTTP/1.1\r\nHost: redis\r\n\r\n"
            })
    void what_is_no_strict_array_of_bulk_strings_ends_the_connection(String bytes) {
        run.client(Resp.bytes(bytes)).client(Resp.command("PING"));

        assertThat(run.open()).isFalse();
        assertThat(run.toUpstream()).isEmpty();
        assertThat(Resp.text(run.toClient()))
                .startsWith("-ERR Protocol error: ")
                .endsWith("\r\n");
        assertThat(run.judge().subjects()).containsExactly("(unreadable)");
    }

    @Test
    void what_was_admitted_before_something_unreadable_still_goes_on() {
        run.client(Resp.join(Resp.command("PING"), Resp.bytes("nonsense\r\n")));

        assertThat(run.toUpstream()).isEqualTo(Resp.command("PING"));
        assertThat(run.toClient())
                .as("an error now would look like the answer to PING")
                .isEmpty();
        assertThat(run.open()).isFalse();
    }

    @Test
    void more_commands_without_reply_than_the_limit_end_the_connection() {
        for (int i = 0; i < 6; i++) {
            run.client(Resp.command("PING"));
        }

        assertThat(run.open()).isFalse();
        assertThat(run.reason()).contains("max_pipeline");
        assertThat(Resp.text(run.toUpstream()))
                .isEqualTo(Resp.text(Resp.command("PING")).repeat(5));
    }

    @ParameterizedTest
    @CsvSource({"SUBSCRIBE, news", "monitor, ''", "CLIENT, REPLY", "client, reply"})
    void what_changes_how_replies_come_is_refused_even_if_a_rule_allows_it(String name, String argument) {
        RedisOptions all =
                new RedisOptions(List.of(Endpoints.rule(Endpoints.command(null, "*"))), null, null, null, null);
        StreamRun connection = Endpoints.connection(all).client(Resp.command(name, argument));

        assertThat(connection.toUpstream()).isEmpty();
        assertThat(Resp.text(connection.toClient())).contains("changes how replies belong to commands");
    }

    @Test
    void no_argument_is_ever_part_of_what_is_recorded() {
        run.client(Resp.join(
                Resp.command("AUTH", "s3cret"), Resp.command("s3cret with spaces"), Resp.command("GET", "s3cret")));

        assertThat(run.judge().subjects()).containsExactly("AUTH", "(unnamed)", "GET");
        assertThat(run.judge().verdicts().toString()).doesNotContain("s3cret").doesNotContain("S3CRET");
        assertThat(Resp.text(run.toClient())).doesNotContain("s3cret").doesNotContain("S3CRET");
    }
}
