package io.openshell.plugin.graphql;

import io.openshell.api.inspect.Headers;
import io.openshell.api.inspect.Request;
import io.openshell.api.inspect.Verdict;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A POST with an operation of 500 bytes: read and judged. Targets: 150 microseconds, and 5 for a document seen before. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class GraphqlRequestBenchmark {

    private static final String DOCUMENT = """
            query Overview($owner: String!, $name: String!, $first: Int = 20) {
              repository(owner: $owner, name: $name) {
                ...Head
                issues(first: $first, states: [OPEN], orderBy: {field: CREATED_AT, direction: DESC}) {
                  totalCount
                  nodes { number title author { login } labels(first: 5) { nodes { name } } }
                }
                stars: stargazers { totalCount }
              }
              viewer { login }
            }
            fragment Head on Repository { id nameWithOwner description isPrivate defaultBranchRef { name } }
            """;

    private GraphqlInspector inspector;
    private Request seen;
    private int serial;

    @Setup
    public void prepare() {
        OperationRule rule = new OperationRule(
                "rules[0]", Optional.of(OperationType.QUERY), List.of(), List.of("repository"::equals, "viewer"::equals));
        Documents documents = new Documents(new DocumentReader(Limits.DEFAULT));
        inspector = new GraphqlInspector(
                new OperationFinder(documents, PersistedQueries.NONE),
                new OperationRules(List.of(rule), List.of()),
                Limits.DEFAULT.batch(),
                OptionsCompiler.DEFAULT_BODY_BYTES);
        seen = request(DOCUMENT);
    }

    private static Request request(String document) {
        String body = "{\"operationName\":\"Overview\",\"variables\":{\"owner\":\"octocat\",\"name\":\"hello\"},\"query\":\""
                + document.replace("\n", "\\n") + "\"}";
        return new Posted(ByteBuffer.wrap(body.getBytes(StandardCharsets.UTF_8)));
    }

    @Benchmark
    public Verdict document_seen_before() {
        return inspector.inspect(seen);
    }

    /** Each is another text, so each is parsed. */
    @Benchmark
    public Verdict new_document() {
        return inspector.inspect(request(DOCUMENT + "#" + serial++));
    }

    private record Posted(ByteBuffer bytes) implements Request, Headers {
        @Override
        public String method() {
            return "POST";
        }

        @Override
        public String path() {
            return "/graphql";
        }

        @Override
        public Map<String, List<String>> query() {
            return Map.of();
        }

        @Override
        public Headers headers() {
            return this;
        }

        @Override
        public Optional<ByteBuffer> body() {
            return Optional.of(bytes.asReadOnlyBuffer());
        }

        @Override
        public String host() {
            return "api.example.com";
        }

        @Override
        public int port() {
            return 443;
        }

        @Override
        public String binary() {
            return "/usr/bin/curl";
        }

        @Override
        public Optional<String> first(String name) {
            return all(name).stream().findFirst();
        }

        @Override
        public List<String> all(String name) {
            return name.equals("content-type") ? List.of("application/json") : List.of();
        }

        @Override
        public Set<String> names() {
            return Set.of("content-type");
        }
    }
}
