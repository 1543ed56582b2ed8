package io.openshell.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** The parser against {@link ReferenceRequestHead}: on heads made of tempting parts, and on damaged ones. */
class RequestHeadParserPropertyTest {

    private static final List<String> LINES = List.of(
            "GET / HTTP/1.1",
            "POST /a?b HTTP/1.1",
            "GET / HTTP/1.0",
            "GET  / HTTP/1.1",
            "CONNECT a.test:443 HTTP/1.1",
            "CONNECT a.test HTTP/1.1",
            "CONNECT [::1]:443 HTTP/1.1",
            "GET http://a.test/x HTTP/1.1",
            "GET https://a.test:443 HTTP/1.1",
            "GET http://u@a.test/x HTTP/1.1",
            "OPTIONS * HTTP/1.1",
            "TRACE / HTTP/1.1",
            "get x HTTP/1.1",
            "GET / HTTP/2.0");

    private static final List<String> FIELDS = List.of(
            "Host: a.test",
            "Host: A.TEST.",
            "host:a.test:443",
            "Host: a.test:80",
            "Host: [::1]:443",
            "Host: b.test",
            "Host: ",
            "Content-Length: 5",
            "Content-Length: 0",
            "content-length:5",
            "Content-Length: 5, 5",
            "Content-Length:  5",
            "Content-Length: 05",
            "Content-Length: 9223372036854775807",
            "Content-Length: 9223372036854775808",
            "Content_Length: 5",
            "Transfer-Encoding: chunked",
            "Transfer-Encoding:CHUNKED",
            "Transfer-Encoding: chunked ",
            "Transfer-Encoding: gzip, chunked",
            "Transfer-Encoding : chunked",
            "Connection: close",
            "Connection: keep-alive, X-A",
            "Connection: ,,host",
            "Connection: a b",
            "X-A: 1",
            "X_A: \t 1 ",
            "X-Empty:",
            " folded",
            "NoColon",
            "X: \u00c3\u00a9",
            "X: \u00ff");

    @Provide
    Arbitrary<String> heads() {
        Arbitrary<List<String>> fields =
                Arbitraries.of(FIELDS).list().ofMinSize(0).ofMaxSize(4);
        Arbitrary<Boolean> named =
                Arbitraries.frequencyOf(Tuple.of(4, Arbitraries.just(true)), Tuple.of(1, Arbitraries.just(false)));
        return Combinators.combine(Arbitraries.of(LINES), fields, named).as((line, others, host) -> {
            String first = host && others.stream().noneMatch(field -> field.regionMatches(true, 0, "host", 0, 4))
                    ? "\r\nHost: a.test"
                    : "";
            return line + first
                    + String.join(
                            "", others.stream().map(field -> "\r\n" + field).toList()) + "\r\n\r\n";
        });
    }

    @Property(tries = 5000)
    void agrees_with_the_reference_on_heads_of_tempting_parts(@ForAll("heads") String head) {
        assertThat(parse(head, head.length())).isEqualTo(ReferenceRequestHead.read(head));
    }

    @Property(tries = 5000)
    void agrees_with_the_reference_on_damaged_heads(@ForAll("heads") String head, @ForAll long seed) {
        String damaged = damage(head, new Random(seed));
        assertThat(parse(damaged, damaged.length())).isEqualTo(ReferenceRequestHead.read(damaged));
    }

    @Property(tries = 2000)
    void reads_the_same_in_any_division(@ForAll("heads") String head, @ForAll long seed) {
        Random random = new Random(seed);
        String damaged = random.nextBoolean() ? head : damage(head, random);
        assertThat(parse(damaged, 1 + random.nextInt(9))).isEqualTo(parse(damaged, damaged.length()));
    }

    /** What the parser makes of the head when it comes in steps of some size, in the reference's words. */
    private static Optional<String> parse(String head, int step) {
        RequestHeadParser parser = new RequestHeadParser();
        ByteBuf in = Unpooled.buffer();
        HeadResult<RequestHead> result = HeadResult.Incomplete.instance();
        for (int at = 0; at < head.length() && result instanceof HeadResult.Incomplete; at += step) {
            in.writeBytes(Wire.bytes(head.substring(at, Math.min(head.length(), at + step))));
            result = parser.parse(in, ProxyLimits.REQUEST_HEAD);
        }
        return result instanceof HeadResult.Complete<RequestHead> complete && complete.consumed() == head.length()
                ? Optional.of(describe(complete.head()))
                : Optional.empty();
    }

    private static String describe(RequestHead head) {
        String framing = switch (head.framing()) {
            case BodyFraming.None none -> "none";
            case BodyFraming.Length length -> Long.toString(length.bytes());
            case BodyFraming.Chunked chunked -> "chunked";
            case BodyFraming.UntilClose untilClose -> throw new AssertionError("a request until close");
        };
        StringBuilder text =
                new StringBuilder(head.method() + " " + head.target() + " " + head.version() + " | " + framing);
        HeaderFields fields = head.headers();
        for (int i = 0; i < fields.count(); i++) {
            String value = Octets.ascii(fields.block(), fields.valueStart(i), fields.valueEnd(i));
            text.append(" | ").append(fields.name(i)).append('=').append(value);
        }
        return text.toString();
    }

    /** Replaces, removes, inserts or swaps a few bytes, mostly with those that parsers trip over. */
    private static String damage(String head, Random random) {
        StringBuilder damaged = new StringBuilder(head);
        String tempting = "\r\n \t:,;\0\u007f\u0080\u00a0/\\?#@[]_-0a";
        for (int i = random.nextInt(3); i >= 0; i--) {
            int at = random.nextInt(damaged.length());
            char with = random.nextInt(4) == 0
                    ? (char) random.nextInt(256)
                    : tempting.charAt(random.nextInt(tempting.length()));
            switch (random.nextInt(3)) {
                case 0 -> damaged.setCharAt(at, with);
                case 1 -> damaged.deleteCharAt(at);
                default -> damaged.insert(at, with);
            }
        }
        return damaged.toString();
    }
}
