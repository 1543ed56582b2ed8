package io.openshell.core.inference;

import io.openshell.core.config.ConfigProblem;
import io.openshell.core.config.ConfigProblems;
import io.openshell.core.config.RecordBinder;
import io.openshell.core.config.YamlNode;
import io.openshell.core.config.YamlReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a file of routes, as strictly as a policy: {@code routes} in order, and a {@code budget}. */
public final class RouteFile {

    /** More are of no use: each may be tried for one request. */
    public static final int MAX_ROUTES = 16;

    private static final String ROUTES = "routes";
    private static final String BUDGET = "budget";
    private static final String INLINE_KEY = "api_key";

    private final ConfigProblems problems = new ConfigProblems();
    private final KeySource source;

    private RouteFile(KeySource source) {
        this.source = source;
    }

    /** What came of it. */
    public sealed interface Result {}

    /** It is in order; no routes mean no inference. */
    public record Loaded(InferenceSettings settings) implements Result {}

    /** It is not; all problems, in the order of the text. No key is in them. */
    public record Invalid(List<ConfigProblem> problems) implements Result {
        public Invalid {
            problems = List.copyOf(problems);
        }
    }

    /** Reads a file's text. */
    public static Result read(String text, KeySource source) {
        return new RouteFile(source).read(text);
    }

    private Result read(String text) {
        List<InferenceRoute> routes = new ArrayList<>();
        Budget budget = Budget.UNLIMITED;
        Optional<YamlNode> document = YamlReader.read(text, problems);
        if (document.isPresent()) {
            YamlNode.Mapping root = root(document.get());
            if (root != null) {
                routes(root.get(ROUTES), routes);
                budget = budget(root.get(BUDGET));
            }
        }
        if (problems.count() > 0) {
            routes.forEach(InferenceRoute::close);
            return new Invalid(problems.sorted());
        }
        return new Loaded(new InferenceSettings(routes, budget));
    }

    private YamlNode.@Nullable Mapping root(YamlNode document) {
        if (!(document instanceof YamlNode.Mapping mapping)) {
            problems.unexpected(document, "a mapping with routes");
            return null;
        }
        mapping.entries().forEach((key, entry) -> {
            if (!Set.of(ROUTES, BUDGET).contains(key)) {
                problems.add(
                        entry.keyPosition(),
                        entry.value().path(),
                        "unknown key (expected: one of " + BUDGET + ", " + ROUTES + ")");
            }
        });
        if (mapping.get(ROUTES) == null) {
            problems.add(mapping, "routes: missing (expected: a list, which may be empty)");
        }
        return mapping;
    }

    private void routes(@Nullable YamlNode node, List<InferenceRoute> routes) {
        if (node == null) {
            return;
        }
        if (!(node instanceof YamlNode.Sequence list)) {
            problems.unexpected(node, "a list of routes");
            return;
        }
        if (list.items().size() > MAX_ROUTES) {
            problems.add(list, list.items().size() + " routes (expected: at most " + MAX_ROUTES + ")");
            return;
        }
        for (YamlNode item : list.items()) {
            new RecordBinder(problems)
                    .bind(withoutKey(item), RouteSpec.class)
                    .flatMap(spec -> RouteMaker.make(item.path(), spec, source, (key, what) -> at(item, key, what)))
                    .ifPresent(routes::add);
        }
    }

    /** A key that stands in the file is refused, and never reaches a message. */
    private YamlNode withoutKey(YamlNode item) {
        if (!(item instanceof YamlNode.Mapping mapping) || !mapping.entries().containsKey(INLINE_KEY)) {
            return item;
        }
        Map<String, YamlNode.Entry> rest = new LinkedHashMap<>(mapping.entries());
        YamlNode.Entry removed = rest.remove(INLINE_KEY);
        if (removed != null) {
            problems.add(
                    removed.keyPosition(),
                    removed.value().path(),
                    "not shown (expected: api_key_env or api_key_file; no key stands in this file)");
        }
        return new YamlNode.Mapping(mapping.path(), mapping.position(), rest);
    }

    private void at(YamlNode item, String key, String what) {
        YamlNode value = item instanceof YamlNode.Mapping mapping ? mapping.get(key) : null;
        if (value != null) {
            problems.add(value, what);
        } else {
            problems.add(item, key + ": " + what);
        }
    }

    private record BudgetSpec(
            @Nullable Integer requestsPerMinute, @Nullable Long tokensPerDay) {}

    private Budget budget(@Nullable YamlNode node) {
        if (node == null) {
            return Budget.UNLIMITED;
        }
        Optional<BudgetSpec> bound = new RecordBinder(problems).bind(node, BudgetSpec.class);
        if (bound.isEmpty()) {
            return Budget.UNLIMITED;
        }
        Integer requests = bound.get().requestsPerMinute();
        Long tokens = bound.get().tokensPerDay();
        boolean valid = true;
        if (requests != null && (requests < 1 || requests > Budget.MAX_REQUESTS)) {
            at(node, "requests_per_minute", requests + " (expected: 1 to " + Budget.MAX_REQUESTS + ")");
            valid = false;
        }
        if (tokens != null && tokens < 1) {
            at(node, "tokens_per_day", tokens + " (expected: 1 or more)");
            valid = false;
        }
        return valid ? new Budget(requests == null ? 0 : requests, tokens == null ? 0 : tokens) : Budget.UNLIMITED;
    }
}
