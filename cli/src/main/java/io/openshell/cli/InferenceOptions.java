package io.openshell.cli;

import io.openshell.core.config.ConfigProblem;
import io.openshell.core.config.ConfigProblems;
import io.openshell.core.config.Suggestion;
import io.openshell.core.config.Utf8;
import io.openshell.core.inference.Budget;
import io.openshell.core.inference.InferenceRoute;
import io.openshell.core.inference.InferenceSettings;
import io.openshell.core.inference.KeySource;
import io.openshell.core.inference.ProviderProfile;
import io.openshell.core.inference.RouteFile;
import io.openshell.core.inference.RouteMaker;
import io.openshell.core.inference.RouteSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** The options that say what {@code inference.local} is to a sandbox. */
final class InferenceOptions {

    private static final String ROUTE = "--inference";
    private static final String ROUTES = "--inference-routes";
    private static final String BUDGET = "--inference-budget";
    private static final String ROUTES_VARIABLE = "OPENSHELL_INFERENCE_ROUTES";
    private static final Set<String> ROUTE_KEYS =
            Set.of("provider", "model", "endpoint", "key-env", "key-file", "timeout");
    private static final Set<String> BUDGET_KEYS = Set.of("requests-per-minute", "tokens-per-day");
    private static final Pattern WHOLE = Pattern.compile("[0-9]{1,18}");

    private final KeySource keys;
    private final int status;

    private InferenceOptions(KeySource keys, int status) {
        this.keys = keys;
        this.status = status;
    }

    /** Adds the options to a command. */
    static void describe(CommandSpec spec) {
        spec.addOption(OptionSpec.builder(ROUTE)
                        .paramLabel("KEY=VALUE,...")
                        .type(List.class)
                        .auxiliaryTypes(String.class)
                        .description("A backend of https://inference.local: provider="
                                + String.join("|", ProviderProfile.names())
                                + ", model=NAME, and endpoint=URL, key-env=VARIABLE, key-file=FILE, timeout=SECONDS"
                                + " where the provider's own do not fit. The agent never has the key. More than one:"
                                + " the next is asked when one does not answer.")
                        .build())
                .addOption(OptionSpec.builder(ROUTES)
                        .paramLabel("FILE")
                        .type(Path.class)
                        .description(
                                "The backends as a YAML file. Default: the file that " + ROUTES_VARIABLE + " names.")
                        .build())
                .addOption(OptionSpec.builder(BUDGET)
                        .paramLabel("KEY=VALUE,...")
                        .type(String.class)
                        .description("What the agent may use of them: requests-per-minute=N, tokens-per-day=N or both."
                                + " Beyond it gets 429.")
                        .build());
    }

    /**
     * What the command line says, and the environment where it says nothing. Whoever asks closes it.
     *
     * @param status what to exit with when something cannot be used
     */
    static InferenceSettings of(ParseResult parsed, Session session, int status) throws CommandFailure {
        InferenceOptions options = new InferenceOptions(new SessionKeys(session), status);
        List<String> routes = parsed.matchedOptionValue(ROUTE, List.of());
        Path file = parsed.matchedOptionValue(ROUTES, (Path) null);
        if (file != null && !routes.isEmpty()) {
            throw new CommandFailure(status, ROUTE + ": beside " + ROUTES + " (expected: one of them)");
        }
        InferenceSettings settings = routes.isEmpty()
                ? options.file(file == null ? fromEnvironment(session) : Optional.of(file), session.console())
                : new InferenceSettings(options.routes(routes), Budget.UNLIMITED);
        try {
            InferenceSettings limited = options.limited(settings, parsed.matchedOptionValue(BUDGET, (String) null));
            if (session.verbose()) {
                tell(limited, session.console());
            }
            return limited;
        } catch (CommandFailure e) {
            settings.close();
            throw e;
        }
    }

    private static Optional<Path> fromEnvironment(Session session) {
        return Optional.ofNullable(session.environment().get(ROUTES_VARIABLE))
                .filter(name -> !name.isEmpty())
                .map(Path::of);
    }

    private static void tell(InferenceSettings settings, Console console) {
        for (InferenceRoute route : settings.routes()) {
            console.note("openshell: inference: " + route.describe());
        }
        if (!settings.budget().equals(Budget.UNLIMITED)) {
            console.note("openshell: inference: at most " + settings.budget().describe());
        }
    }

    private InferenceSettings file(Optional<Path> file, Console console) throws CommandFailure {
        if (file.isEmpty()) {
            return InferenceSettings.NONE;
        }
        return switch (read(file.get(), keys)) {
            case RouteFile.Loaded loaded -> loaded.settings();
            case RouteFile.Invalid invalid -> {
                invalid.problems().forEach(problem -> console.note(line(file.get(), problem)));
                int count = invalid.problems().size();
                throw new CommandFailure(
                        status,
                        "inference routes: " + file.get() + " (expected: valid routes; " + count
                                + (count == 1 ? " problem" : " problems") + " above)");
            }
        };
    }

    /** What {@code doctor} says of the file that the environment names, if it names one. */
    static Optional<Finding> finding(Session session) {
        return fromEnvironment(session).map(file -> {
            try (InferenceSettings settings =
                    new InferenceOptions(new SessionKeys(session), 1).file(Optional.of(file), session.console())) {
                return Finding.ok("inference", settings.routes().size() + " in " + file);
            } catch (CommandFailure e) {
                return Finding.weak(
                        "inference", e.explanation(), "Repair the file that " + ROUTES_VARIABLE + " names.");
            }
        });
    }

    private RouteFile.Result read(Path file, KeySource source) throws CommandFailure {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file);
        } catch (IOException e) {
            throw refused(ROUTES, file.toString(), "a readable file");
        }
        ConfigProblems problems = new ConfigProblems();
        return Utf8.decode(bytes, problems)
                .map(text -> RouteFile.read(text, source))
                .orElseGet(() -> new RouteFile.Invalid(problems.sorted()));
    }

    private static String line(Path file, ConfigProblem problem) {
        String place = problem.path().isEmpty() ? "" : problem.path() + ": ";
        return file + ":" + problem.position().line() + ":" + problem.position().column() + ": " + place
                + problem.message();
    }

    private List<InferenceRoute> routes(List<String> texts) throws CommandFailure {
        List<InferenceRoute> routes = new ArrayList<>();
        try {
            for (String text : texts) {
                routes.add(route("routes[" + routes.size() + "]", text));
            }
            if (routes.size() > RouteFile.MAX_ROUTES) {
                throw refused(ROUTE, routes.size() + " times", "at most " + RouteFile.MAX_ROUTES);
            }
            return routes;
        } catch (CommandFailure e) {
            routes.forEach(InferenceRoute::close);
            throw e;
        }
    }

    private InferenceRoute route(String id, String text) throws CommandFailure {
        Map<String, String> values = values(ROUTE, text, ROUTE_KEYS);
        String model = values.get("model");
        if (model == null || !values.containsKey("provider")) {
            throw refused(ROUTE, text, "provider=NAME,model=NAME and what else there is to say");
        }
        String seconds = values.get("timeout");
        RouteSpec spec = new RouteSpec(
                null,
                values.get("provider"),
                values.get("endpoint"),
                model,
                null,
                values.get("key-env"),
                values.get("key-file"),
                seconds == null ? null : (int) number(ROUTE + " timeout", seconds, Integer.MAX_VALUE));
        List<String> problems = new ArrayList<>();
        return RouteMaker.make(id, spec, keys, (key, message) -> problems.add(named(key) + ": " + message))
                .orElseThrow(() -> new CommandFailure(status, ROUTE + ": " + String.join("; ", problems)));
    }

    /** A key of a file as the command line calls it. */
    private static String named(String key) {
        return switch (key) {
            case "provider_type" -> "provider";
            case "api_key_env" -> "key-env";
            case "api_key_file" -> "key-file";
            case "timeout_secs" -> "timeout";
            default -> key;
        };
    }

    private InferenceSettings limited(InferenceSettings settings, @Nullable String text) throws CommandFailure {
        if (text == null) {
            return settings;
        }
        Map<String, String> values = values(BUDGET, text, BUDGET_KEYS);
        String requests = values.get("requests-per-minute");
        String tokens = values.get("tokens-per-day");
        Budget budget = new Budget(
                requests == null
                        ? settings.budget().requestsPerMinute()
                        : (int) number(BUDGET + " requests-per-minute", requests, Budget.MAX_REQUESTS),
                tokens == null
                        ? settings.budget().tokensPerDay()
                        : number(BUDGET + " tokens-per-day", tokens, Long.MAX_VALUE));
        return new InferenceSettings(settings.routes(), budget);
    }

    private long number(String name, String text, long most) throws CommandFailure {
        long number = WHOLE.matcher(text).matches() ? Long.parseLong(text) : 0;
        if (number < 1 || number > most) {
            throw refused(name, text, "a whole number from 1" + (most == Long.MAX_VALUE ? "" : " to " + most));
        }
        return number;
    }

    private Map<String, String> values(String option, String text, Set<String> known) throws CommandFailure {
        Map<String, String> values = new LinkedHashMap<>();
        for (String part : text.split(",", -1)) {
            int equals = part.indexOf('=');
            String key = equals < 0 ? part : part.substring(0, equals);
            if (!known.contains(key)) {
                // What stands behind it may be a key that somebody gave here.
                throw new CommandFailure(
                        status, option + ": " + key + ": unknown key" + Suggestion.instead(key, known));
            }
            if (equals < 0 || equals == part.length() - 1 || values.put(key, part.substring(equals + 1)) != null) {
                throw refused(option, key, key + "=VALUE, once");
            }
        }
        return values;
    }

    private CommandFailure refused(String name, String value, String expected) {
        return new CommandFailure(status, name + ": " + value + " (expected: " + expected + ")");
    }

    /** The user's own environment and files. */
    private record SessionKeys(Session session) implements KeySource {

        @Override
        public Optional<String> variable(String name) {
            return Optional.ofNullable(session.environment().get(name)).filter(value -> !value.isEmpty());
        }

        @Override
        public Optional<byte[]> secret(String name) {
            return session.secrets().bytes(name).filter(value -> value.length > 0);
        }

        @Override
        public byte[] file(Path path) throws IOException {
            return Files.readAllBytes(path);
        }
    }
}
