package io.openshell.core.provider;

import io.openshell.core.config.ConfigPath;
import io.openshell.core.config.ConfigProblem;
import io.openshell.core.config.ConfigProblems;
import io.openshell.core.config.RecordBinder;
import io.openshell.core.config.Utf8;
import io.openshell.core.config.YamlNode;
import io.openshell.core.config.YamlReader;
import io.openshell.core.credential.CredentialBinding;
import io.openshell.core.credential.CredentialKey;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads providers, strictly, with every problem at once. A message never shows what stands where a name belongs: somebody
 * may have put the secret there.
 */
public final class ProviderReader {

    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9_-]{0,62}[a-z0-9])?");
    private static final String NAME_OF_VARIABLE = "the name of a variable: up to " + CredentialKey.MAX_LENGTH
            + " letters, digits and underscores; never a value";
    private static final int VERSION = 1;

    private final Path directory;
    private final Path home;

    /**
     * @param directory where relative paths of {@code from_file} begin, absolute
     * @param home what {@code ~/} stands for there
     */
    public ProviderReader(Path directory, Path home) {
        this.directory = directory;
        this.home = home;
    }

    /** Whether this can be a provider's name. */
    public static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    /**
     * Reads one. Never throws on account of the text.
     *
     * @param name what to call it
     * @param origin the file, for messages
     * @param bytes YAML in UTF-8
     */
    public ProviderResult read(String name, String origin, byte[] bytes) {
        ConfigProblems problems = new ConfigProblems();
        Optional<Provider> provider = Utf8.decode(bytes, problems)
                .flatMap(text -> YamlReader.read(text, problems))
                .flatMap(root -> new Reading(problems, root).provider(name, origin));
        return provider.filter(it -> problems.count() == 0)
                .<ProviderResult>map(ProviderResult.Read::new)
                .orElseGet(() -> new ProviderResult.Invalid(problems.sorted().stream()
                        .map(problem -> line(origin, problem))
                        .toList()));
    }

    private static String line(String file, ConfigProblem problem) {
        String place = problem.path().isEmpty() ? "" : problem.path() + ": ";
        return file + ":" + problem.position() + ": " + place + problem.message();
    }

    /** The keys of the document. */
    record Document(
            int version,
            @Nullable String description,
            @Nullable List<String> aliases,
            List<Entry> credentials) {}

    /** The keys of a credential. */
    record Entry(
            String key,
            @Nullable String fromEnv,
            @Nullable String fromFile,
            List<String> bindings,
            @Nullable String expiresAt,
            @Nullable Boolean required) {}

    /** The reading of one document. */
    private final class Reading {

        private final ConfigProblems problems;
        private final YamlNode root;

        Reading(ConfigProblems problems, YamlNode root) {
            this.problems = problems;
            this.root = root;
        }

        Optional<Provider> provider(String name, String origin) {
            new RecordBinder(problems).bind(root, Document.class);
            // Once more, so that an unknown key does not keep the other problems back.
            return new RecordBinder(new ConfigProblems())
                    .bindKnownKeys(root, Document.class)
                    .map(document -> {
                        if (document.version() != VERSION) {
                            problem("version", document.version() + " (expected: " + VERSION + ")");
                        }
                        List<String> aliases = document.aliases() == null ? List.of() : document.aliases();
                        for (int i = 0; i < aliases.size(); i++) {
                            if (!isName(aliases.get(i))) {
                                problem(
                                        ConfigPath.item("aliases", i),
                                        "not a name (expected: small letters, digits, - and _)");
                            }
                        }
                        String description = document.description() == null ? "" : document.description();
                        return new Provider(name, aliases, description, origin, credentials(document.credentials()));
                    });
        }

        private List<ProvidedCredential> credentials(List<Entry> entries) {
            if (entries.size() > Provider.MAX_CREDENTIALS) {
                problem(
                        "credentials",
                        entries.size() + " of them (expected: at most " + Provider.MAX_CREDENTIALS
                                + "; the others in a second file)");
            }
            List<ProvidedCredential> credentials = new ArrayList<>();
            Set<String> keys = new HashSet<>();
            for (int i = 0; i < entries.size(); i++) {
                String path = ConfigPath.item("credentials", i);
                Entry entry = entries.get(i);
                if (CredentialKey.isValid(entry.key()) && !keys.add(entry.key())) {
                    problem(path + ".key", entry.key() + " a second time (expected: each key once)");
                }
                credential(path, entry).ifPresent(credentials::add);
            }
            return credentials;
        }

        private Optional<ProvidedCredential> credential(String path, Entry entry) {
            if (!CredentialKey.isValid(entry.key())) {
                problem(path + ".key", "not shown (expected: " + NAME_OF_VARIABLE + ")");
            }
            Optional<ValueSource> source = source(path, entry);
            List<CredentialBinding> bindings = bindings(path + ".bindings", entry.bindings());
            Optional<Instant> expiry = expiry(path + ".expires_at", entry.expiresAt());
            if (source.isEmpty() || bindings.isEmpty()) {
                return Optional.empty();
            }
            boolean required = entry.required() == null || entry.required();
            return Optional.of(new ProvidedCredential(entry.key(), source.get(), bindings, expiry, required));
        }

        private Optional<ValueSource> source(String path, Entry entry) {
            if (entry.fromEnv() != null && entry.fromFile() != null) {
                problem(path + ".from_file", "besides from_env (expected: one of the two)");
                return Optional.empty();
            }
            if (entry.fromFile() != null) {
                return file(path + ".from_file", entry.fromFile());
            }
            String variable = entry.fromEnv() == null ? entry.key() : entry.fromEnv();
            if (!CredentialKey.isValid(variable)) {
                if (entry.fromEnv() != null) {
                    problem(path + ".from_env", "not shown (expected: " + NAME_OF_VARIABLE + ")");
                }
                return Optional.empty();
            }
            return Optional.of(new ValueSource.Variable(variable));
        }

        private Optional<ValueSource> file(String path, String text) {
            if (text.isEmpty()) {
                problem(path, "empty (expected: a path)");
                return Optional.empty();
            }
            Path file = text.startsWith("~/") ? home.resolve(text.substring(2)) : directory.resolve(text);
            return Optional.of(new ValueSource.SecretFile(file.normalize()));
        }

        private List<CredentialBinding> bindings(String path, List<String> texts) {
            if (texts.isEmpty()) {
                problem(path, "an empty list (expected: HOST[:PORT][/PATH-GLOB], as in api.example.com)");
            }
            List<CredentialBinding> bindings = new ArrayList<>();
            for (int i = 0; i < texts.size(); i++) {
                try {
                    bindings.add(CredentialBinding.parse(texts.get(i)));
                } catch (IllegalArgumentException e) {
                    problem(ConfigPath.item(path, i), String.valueOf(e.getMessage()));
                }
            }
            return bindings;
        }

        private Optional<Instant> expiry(String path, @Nullable String text) {
            if (text == null) {
                return Optional.empty();
            }
            try {
                return Optional.of(Instant.parse(text));
            } catch (DateTimeException e) {
                problem(path, text + " (expected: a time, as in 2027-01-31T00:00:00Z)");
                return Optional.empty();
            }
        }

        private void problem(String path, String message) {
            problems.add(root.locate(path), path, message);
        }
    }
}
