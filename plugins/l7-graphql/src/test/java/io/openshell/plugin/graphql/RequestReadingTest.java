package io.openshell.plugin.graphql;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.api.config.Compilation;
import io.openshell.api.inspect.ProtocolInspector;
import io.openshell.api.inspect.RequestInspector;
import io.openshell.api.inspect.Verdict;
import io.openshell.core.match.CoreGlobs;
import io.openshell.plugin.graphql.GraphqlOptions.Match;
import io.openshell.plugin.graphql.GraphqlOptions.Registered;
import io.openshell.plugin.graphql.GraphqlOptions.Rule;
import io.openshell.testkit.contract.SampleRequest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How requests and messages are read: by rules that allow the query {@code ok} and nothing else. */
class RequestReadingTest {

    private static final String HASH_OF_OK = "991699baaf03398aa334a75f133c0f259a70906e7405484c2c5218cf9fb61def";

    private final RequestInspector inspector = inspector();

    private static RequestInspector inspector() {
        GraphqlOptions options = new GraphqlOptions(
                null,
                List.of(new Rule(new Match("query", null, List.of("ok")))),
                null,
                "allow_registered",
                Map.of(
                        HASH_OF_OK,
                        new Registered("query", null, List.of("ok")),
                        "good",
                        new Registered("query", "Good", List.of("ok")),
                        "bad",
                        new Registered("mutation", "Bad", List.of("drop"))),
                null,
                null);
        Compilation<ProtocolInspector> compiled = new OptionsCompiler(new CoreGlobs()).compile(options);
        return (RequestInspector) ((Compilation.Compiled<ProtocolInspector>) compiled).value();
    }

    private static String verdict(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Allowed allowed -> "allowed";
            case Verdict.Denied denied -> "denied " + denied.reason();
            case Verdict.Unreadable unreadable -> "unreadable " + unreadable.problem();
        };
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private String post(String body) {
        return verdict(inspector.inspect(SampleRequest.of("POST", "/graphql")
                .header("Content-Type", "application/json")
                .body(bytes(body))));
    }

    private String post(String type, String body) {
        return verdict(inspector.inspect(SampleRequest.of("POST", "/graphql")
                .header("Content-Type", type)
                .body(bytes(body))));
    }

    private String get(String... parameters) {
        Map<String, List<String>> query = new HashMap<>();
        for (String parameter : parameters) {
            String[] sides = parameter.split("=", 2);
            query.merge(sides[0], List.of(sides[1]), (one, other) -> List.of(one.getFirst(), other.getFirst()));
        }
        return verdict(inspector.inspect(SampleRequest.of("GET", "/graphql").query(query)));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"query\":\"{ ok }\"} | allowed",
                "{\"query\":\"{ ok }\",\"variables\":{\"a\":[{\"b\":1e5}]},\"operationName\":null} | allowed",
                "{\"query\":\"\\u007b ok \\u007d\"} | allowed",
                "{\"query\":\"query A { ok } query B { ok }\",\"operationName\":\"B\"} | allowed",
                "{\"query\":\"query A { ok } mutation B { drop }\",\"operationName\":\"A\"} | allowed",
                "{\"query\":\"query A { ok } mutation B { drop }\",\"operationName\":\"B\"} | denied GraphQL operation not permitted by policy: mutation of drop",
                "{\"query\":\"query A { ok } mutation B { drop }\"} | unreadable GraphQL request rejected: several operations and no operationName",
                "{\"query\":\"query A { ok } mutation B { drop }\",\"operationName\":\"\"} | unreadable GraphQL request rejected: several operations",
                "{\"query\":\"query A { ok }\",\"operationName\":\"B\"} | unreadable GraphQL request rejected: operationName is not",
                "{\"query\":\"query A { ok }\",\"operationName\":7} | unreadable GraphQL request rejected: 'operationName' that is not a string",
                "{\"query\":7} | unreadable GraphQL request rejected: 'query' that is not a string",
                "{\"query\":null} | unreadable GraphQL request rejected: GraphQL request has no query document or persisted query identifier",
                "{\"query\":\"\"} | unreadable GraphQL request rejected: GraphQL request has no query document",
                "{\"query\":\" \\n \"} | unreadable GraphQL request rejected: GraphQL request has no query document",
                "{} | unreadable GraphQL request rejected: GraphQL request has no query document",
                "[] | unreadable GraphQL request rejected: empty batch",
                "[{\"query\":\"{ ok }\"}] | allowed",
                "[{\"query\":\"{ ok }\"},{\"query\":\"{ a: ok }\"}] | allowed",
                "[{\"query\":\"{ ok }\"},{\"query\":\"mutation { drop }\"}] | denied GraphQL operation not permitted by policy: mutation of drop",
                "[{\"query\":\"mutation { drop }\"},{\"query\":\"{ ok }\"}] | denied GraphQL operation not permitted by policy: mutation of drop",
                "[{\"query\":\"{ ok }\"},{}] | unreadable GraphQL request rejected: GraphQL request has no query document",
                "[{\"query\":\"{ ok }\"},7] | unreadable GraphQL request rejected: batch with an element that is not an object",
                "[[{\"query\":\"{ ok }\"}]] | unreadable GraphQL request rejected: batch with an element that is not an object",
                "7 | unreadable GraphQL request rejected: JSON that is neither",
                "\"{ ok }\" | unreadable GraphQL request rejected: JSON that is neither",
                "null | unreadable GraphQL request rejected: JSON that is neither",
                "{ ok } | unreadable GraphQL request rejected: invalid JSON",
                "{\"query\":\"{ ok }\"} {} | unreadable GraphQL request rejected: JSON with something after it",
                "{\"query\":\"{ ok }\"}] | unreadable GraphQL request rejected: invalid JSON",
                "{\"query\":\"{ ok }\" | unreadable GraphQL request rejected: invalid JSON",
                "{\"query\":\"{ ok }\",} | unreadable GraphQL request rejected: invalid JSON",
                "{'query':'{ ok }'} | unreadable GraphQL request rejected: invalid JSON",
                "{query:\"{ ok }\"} | unreadable GraphQL request rejected: invalid JSON",
                "/**/{\"query\":\"{ ok }\"} | unreadable GraphQL request rejected: invalid JSON",
                "{\"query\":\"{ ok }\",\"variables\":NaN} | unreadable GraphQL request rejected: invalid JSON",
                "{\"query\":\"{ ok }\",\"query\":\"mutation { drop }\"} | unreadable GraphQL request rejected: invalid JSON",
                "{\"query\":\"{ ok }\",\"\\u0071uery\":\"mutation { drop }\"} | unreadable GraphQL request rejected: invalid JSON",
                "{\"query\":\"{ ok }\",\"Query\":\"mutation { drop }\"} | unreadable GraphQL request rejected: a key that is 'query' but for its case",
                "{\"query\":\"{ ok }\",\"QUERY\":\"mutation { drop }\"} | unreadable GraphQL request rejected: a key that is 'query' but for its case",
                "{\"query\":\"{ ok }\",\"operationname\":\"B\"} | unreadable GraphQL request rejected: a key that is 'operationName' but for its case",
                "{\"query\":\"{ ok }\",\"exten\\u017fions\":{}} | unreadable GraphQL request rejected: a key that is 'extensions' but for its case",
                "{\"query\":\"{ ok }\",\"extensions\":7} | unreadable GraphQL request rejected: extensions that are not objects",
                "{\"query\":\"{ ok }\",\"extensions\":{\"persistedQuery\":[]}} | unreadable GraphQL request rejected: extensions that are not objects",
                "{\"query\":\"{ ok }\",\"extensions\":{\"persistedQuery\":{\"sha256Hash\":7}}} | unreadable GraphQL request rejected: 'sha256Hash' that is not a string",
                "{\"query\":\"{ ok }\",\"extensions\":{\"persistedquery\":{}}} | unreadable GraphQL request rejected: a key that is 'persistedQuery' but for",
                "{\"query\":\"{ ok }\",\"extensions\":{\"persistedQuery\":{\"SHA256HASH\":\"\"}}} | unreadable GraphQL request rejected: a key that is 'sha256Hash' but for",
                "{\"query\":\"{ ok }\",\"extensions\":{\"clientLibrary\":{\"name\":\"x\"}}} | allowed",
                "{\"query\":\"{ ok }\",\"extensions\":null} | allowed",
                "{\"query\":\"{ ok }\",\"extensions\":{\"persistedQuery\":{\"sha256Hash\":\"00\"}}} | unreadable GraphQL request rejected: sha256Hash is not that of the document",
                "{\"query\":\"{ ok }\",\"extensions\":{\"persistedQuery\":{\"version\":1,\"sha256Hash\":\"b8f7a3f9d1ae2b33\"}}} | unreadable GraphQL request rejected: sha256Hash is not that of the document",
                "{\"extensions\":{\"persistedQuery\":{\"version\":1,\"sha256Hash\":\"unknown\"}}} | denied GraphQL persisted query is not registered",
                "{\"id\":\"good\"} | allowed",
                "{\"documentId\":\"good\"} | allowed",
                "{\"queryId\":\"good\"} | allowed",
                "{\"id\":\"bad\"} | denied GraphQL operation not permitted by policy: mutation of drop",
                "{\"id\":\"unknown\"} | denied GraphQL persisted query is not registered",
                "{\"id\":\"good\",\"queryId\":\"good\"} | unreadable GraphQL request rejected: more than one of id, documentId and queryId",
                "{\"id\":7} | unreadable GraphQL request rejected: 'id' that is not a string",
                "{\"id\":\"bad\",\"query\":\"{ ok }\"} | denied GraphQL operation not permitted by policy: mutation of drop",
                "{\"id\":\"unknown\",\"query\":\"{ ok }\"} | denied GraphQL persisted query is not registered",
                "{\"id\":\"good\",\"query\":\"{ ok }\"} | allowed",
                "{\"id\":\"good\",\"query\":\"mutation { drop }\"} | denied GraphQL operation not permitted by policy: mutation of drop",
            })
    void reads_a_posted_body(String body, String expected) {
        assertThat(post(body)).startsWith(expected);
    }

    @Test
    void white_space_around_JSON_is_no_matter() {
        assertThat(post(" \n\t{ \"query\" : \"{ ok }\" } \r\n ")).isEqualTo("allowed");
    }

    @Test
    void a_hash_beside_its_own_document_is_read_as_the_document() {
        String body =
                "{\"query\":\"{ ok }\",\"extensions\":{\"persistedQuery\":{\"version\":1,\"sha256Hash\":\"" + "%s\"}}}";
        assertThat(post(body.formatted("cab2e5a3b1f7ea9fb9a4ad3f2ad4d4c11c3d8a8a9d9d2b2ff4ad7ff7a3d8e6b1")))
                .startsWith("unreadable");
        assertThat(post(body.formatted(OK_SHA256))).isEqualTo("allowed");
    }

    /** {@code printf '{ ok }' | sha256sum} */
    private static final String OK_SHA256 = "991699baaf03398aa334a75f133c0f259a70906e7405484c2c5218cf9fb61def";

    @Test
    void a_body_is_JSON_in_UTF_8_and_nothing_else() {
        assertThat(post("\ufeff{\"query\":\"{ ok }\"}"))
                .startsWith("unreadable GraphQL request rejected: invalid JSON");
        byte[] utf16 = "{\"query\":\"{ ok }\"}".getBytes(StandardCharsets.UTF_16BE);
        byte[] overlong = "{\"query\":\"{ ok }\",\"a\":\"??\"}".getBytes(StandardCharsets.UTF_8);
        overlong[overlong.length - 4] = (byte) 0xc0;
        overlong[overlong.length - 3] = (byte) 0xaf;
        for (byte[] body : List.of(utf16, overlong)) {
            SampleRequest request = SampleRequest.of("POST", "/graphql").body(ByteBuffer.wrap(body));
            assertThat(inspector.inspect(request)).isInstanceOf(Verdict.Unreadable.class);
        }
        assertThat(post("application/json; charset=utf-16", "{\"query\":\"{ ok }\"}"))
                .contains("charset of Content-Type");
        assertThat(post("application/json;charset=UTF-8", "{\"query\":\"{ ok }\"}"))
                .isEqualTo("allowed");
        assertThat(post("application/graphql-response+json; charset=\"utf-8\"", "{\"query\":\"{ ok }\"}"))
                .isEqualTo("allowed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"multipart/form-data; boundary=x", "Multipart/Mixed"})
    void multipart_is_refused(String type) {
        assertThat(post(type, "{\"query\":\"{ ok }\"}")).contains("multipart body");
    }

    @Test
    void a_body_of_another_type_passes_where_it_cannot_be_read_as_a_form() {
        assertThat(post("application/x-www-form-urlencoded", "{\"query\":\"{ ok }\"}"))
                .isEqualTo("allowed");
        assertThat(post("text/plain", "{\"query\":\"{ ok }\",\"x\":\"&query=mutation{drop}&\"}"))
                .contains("Content-Type (expected: application/json)");
        assertThat(post("application/x-www-form-urlencoded", "{\"query\":\"{ ok }\",\"x\":\";query=mutation{drop}\"}"))
                .contains("Content-Type (expected: application/json)");
        assertThat(post("application/x-www-form-urlencoded", "query=%7B%20ok%20%7D"))
                .startsWith("unreadable");
        assertThat(post("application/graphql", "{ ok }")).startsWith("unreadable");
    }

    @Test
    void two_content_types_and_a_content_coding_are_refused() {
        SampleRequest request = SampleRequest.of("POST", "/graphql").body(bytes("{\"query\":\"{ ok }\"}"));
        assertThat(verdict(inspector.inspect(
                        request.header("Content-Type", "application/json").header("Content-Type", "text/plain"))))
                .contains("more than one Content-Type");
        for (String coding : List.of("gzip", "identity, gzip", "br", "x")) {
            assertThat(verdict(inspector.inspect(request.header("Content-Encoding", coding))))
                    .contains("content coding");
        }
        assertThat(verdict(inspector.inspect(request.header("Content-Encoding", "identity"))))
                .isEqualTo("allowed");
    }

    @Test
    void a_query_string_beside_a_body_is_refused_where_it_speaks_of_GraphQL() {
        SampleRequest request = SampleRequest.of("POST", "/graphql").body(bytes("{\"query\":\"{ ok }\"}"));
        for (String name : List.of("query", "operationName", "id", "extensions", "variables", "Query", "query[]")) {
            assertThat(inspector.inspect(request.query(Map.of(name, List.of("mutation { drop }")))))
                    .as(name)
                    .isInstanceOf(Verdict.Unreadable.class);
        }
        assertThat(verdict(inspector.inspect(request.query(Map.of("trace", List.of("1", "2"))))))
                .isEqualTo("allowed");
    }

    @Test
    void reads_the_parameters_of_a_GET() {
        assertThat(get("query={ ok }")).isEqualTo("allowed");
        assertThat(get("query={ ok }", "other=1")).isEqualTo("allowed");
        assertThat(get("query=mutation { drop }")).startsWith("denied");
        assertThat(get("query={ ok }", "query=mutation { drop }"))
                .contains("GraphQL GET parameter \"query\" must not appear more than once");
        assertThat(get("query=query A { ok } mutation B { drop }", "operationName=B"))
                .startsWith("denied");
        assertThat(get("query=query A { ok } mutation B { drop }", "operationName=A"))
                .isEqualTo("allowed");
        assertThat(get("query={ ok }", "Query=mutation { drop }")).contains("but for its case");
        assertThat(get("query={ ok }", "query[]=mutation { drop }")).contains("an element of 'query'");
        assertThat(get("query[0]=mutation { drop }")).contains("an element of 'query'");
        assertThat(get("id=good")).isEqualTo("allowed");
        assertThat(get("id=bad")).startsWith("denied");
        assertThat(get("id=good", "documentId=good")).contains("more than one of id");
        assertThat(get("extensions={\"persistedQuery\":{\"sha256Hash\":\"good\"}}"))
                .isEqualTo("allowed");
        assertThat(get("extensions={\"persistedQuery\":{\"sha256Hash\":\"x\"}}"))
                .startsWith("denied");
        assertThat(get("extensions={")).contains("invalid JSON");
        assertThat(get("a=b")).contains("no query document");
    }

    @Test
    void a_GET_has_no_body_and_a_POST_has_one() {
        SampleRequest get = SampleRequest.of("GET", "/graphql").query(Map.of("query", List.of("{ ok }")));
        assertThat(verdict(inspector.inspect(get.body(bytes(""))))).isEqualTo("allowed");
        assertThat(verdict(inspector.inspect(get.body(bytes("{\"query\":\"mutation { drop }\"}")))))
                .contains("GET with a body");
        assertThat(verdict(
                        inspector.inspect(SampleRequest.of("POST", "/graphql").body(bytes("")))))
                .contains("empty body");
        assertThat(verdict(inspector.inspect(SampleRequest.of("POST", "/graphql"))))
                .contains("empty body");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "get", "post", "QUERY"})
    void no_other_method_is_read(String method) {
        assertThat(verdict(inspector.inspect(SampleRequest.of(method, "/graphql")
                        .query(Map.of("query", List.of("{ ok }")))
                        .body(bytes("")))))
                .isEqualTo("unreadable GraphQL request rejected: unsupported GraphQL HTTP method " + method);
    }

    @Test
    void a_batch_is_bounded() {
        assertThat(post("[" + "{\"query\":\"{ ok }\"},".repeat(15) + "{\"query\":\"{ ok }\"}]"))
                .isEqualTo("allowed");
        assertThat(post("[" + "{\"query\":\"{ ok }\"},".repeat(16) + "{\"query\":\"{ ok }\"}]"))
                .contains("graphql_limits.max_batch: more (expected: at most 16)");
    }

    @Test
    void variables_may_be_nested_but_not_without_end() {
        assertThat(post("{\"query\":\"{ ok }\",\"variables\":" + "[".repeat(100) + "]".repeat(100) + "}"))
                .isEqualTo("allowed");
        assertThat(post("{\"query\":\"{ ok }\",\"variables\":" + "[".repeat(30_000)))
                .contains("invalid JSON");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"type\":\"connection_init\"} | allowed",
                "{\"type\":\"connection_init\",\"payload\":{\"query\":7}} | allowed",
                "{\"type\":\"ping\"} | allowed",
                "{\"type\":\"complete\",\"id\":\"1\"} | allowed",
                "{\"type\":\"subscribe\",\"id\":\"1\",\"payload\":{\"query\":\"{ ok }\"}} | allowed",
                "{\"payload\":{\"query\":\"{ ok }\"},\"id\":\"1\",\"type\":\"subscribe\"} | allowed",
                "{\"type\":\"start\",\"id\":\"1\",\"payload\":{\"query\":\"{ ok }\"}} | allowed",
                "{\"type\":\"subscribe\",\"id\":\"1\",\"payload\":{\"query\":\"mutation { drop }\"}} | denied GraphQL operation not permitted by policy: mutation of drop",
                "{\"payload\" : {\"query\":\"mutation { drop }\"} ,\"id\":\"1\",\"type\":\"start\"} | denied GraphQL operation not permitted",
                "{\"type\":\"subscribe\",\"id\":\"1\",\"payload\":{\"id\":\"bad\"}} | denied GraphQL operation not permitted",
                "{\"type\":\"subscribe\",\"id\":\"1\",\"payload\":[{\"query\":\"{ ok }\"}]} | unreadable GraphQL message rejected: payload that is not an object",
                "{\"type\":\"subscribe\",\"id\":\"1\"} | unreadable GraphQL message rejected: message without id or payload",
                "{\"type\":\"subscribe\",\"id\":\"\",\"payload\":{\"query\":\"{ ok }\"}} | unreadable GraphQL message rejected: message without id",
                "{\"type\":\"subscribe\",\"payload\":{\"query\":\"{ ok }\"}} | unreadable GraphQL message rejected: message without id",
                "{\"type\":\"subscribe\",\"id\":1,\"payload\":{\"query\":\"{ ok }\"}} | unreadable GraphQL message rejected: 'id' that is not a string",
                "{\"type\":\"subscribe\",\"id\":\"1\",\"payload\":{\"query\":\"{ ok }\"},\"payload\":{\"query\":\"mutation { drop }\"}} | unreadable GraphQL message rejected: invalid JSON",
                "{\"type\":\"ping\",\"type\":\"subscribe\",\"id\":\"1\",\"payload\":{\"query\":\"mutation { drop }\"}} | unreadable GraphQL message rejected: invalid JSON",
                "{\"type\":\"ping\",\"Type\":\"subscribe\",\"id\":\"1\",\"payload\":{\"query\":\"mutation { drop }\"}} | unreadable GraphQL message rejected: a key that is 'type' but for its case",
                "{\"type\":\"SUBSCRIBE\",\"id\":\"1\",\"payload\":{\"query\":\"{ ok }\"}} | unreadable GraphQL message rejected: message of an unknown type",
                "{\"type\":\"data\"} | unreadable GraphQL message rejected: message of an unknown type",
                "{\"type\":7} | unreadable GraphQL message rejected: 'type' that is not a string",
                "{} | unreadable GraphQL message rejected: message without a type",
                "[] | unreadable GraphQL message rejected: message that is not an object",
                "hello | unreadable GraphQL message rejected: invalid JSON",
            })
    void reads_a_message(String message, String expected) {
        assertThat(verdict(inspector.inspectMessage(message))).startsWith(expected);
    }
}
