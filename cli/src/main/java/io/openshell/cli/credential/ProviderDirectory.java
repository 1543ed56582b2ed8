package io.openshell.cli.credential;

import io.openshell.core.config.Suggestion;
import io.openshell.core.config.YamlReader;
import io.openshell.core.provider.BuiltInProviders;
import io.openshell.core.provider.Provider;
import io.openshell.core.provider.ProviderReader;
import io.openshell.core.provider.ProviderResult;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Where providers are found: those that are built in, and the user's own files, which come first. */
public final class ProviderDirectory {

    private static final String SUFFIX = ".yaml";

    private final Path own;
    private final Path home;
    private final AgentPaths agent;

    private ProviderDirectory(Path own, Path home, AgentPaths agent) {
        this.own = own;
        this.home = home;
        this.agent = agent;
    }

    /**
     * The user's: {@code $XDG_CONFIG_HOME/openshell/providers}, or that in {@code ~/.config}.
     *
     * @param environment this process's
     * @param agent what the agent sees: it must not be able to change what it is given
     */
    public static ProviderDirectory of(Map<String, String> environment, AgentPaths agent) {
        String named = environment.getOrDefault("HOME", "");
        Path home = Path.of(named.startsWith("/") ? named : System.getProperty("user.home"));
        String config = environment.getOrDefault("XDG_CONFIG_HOME", "");
        Path base = config.startsWith("/") ? Path.of(config) : home.resolve(".config");
        return new ProviderDirectory(base.resolve("openshell").resolve("providers"), home, agent);
    }

    /** Where the user's own files lie, whether there are any or not. */
    public Path own() {
        return own;
    }

    /**
     * Every provider, by name.
     *
     * @throws CredentialRefusedException with all that is wrong with any file of the user's
     */
    public List<Provider> all() throws CredentialRefusedException {
        Map<String, Provider> providers = new TreeMap<>();
        BuiltInProviders.all().forEach(provider -> providers.put(provider.name(), provider));
        List<String> problems = new ArrayList<>();
        for (Path file : ownFiles()) {
            try {
                Provider provider = file("providers", file);
                providers.put(provider.name(), provider);
            } catch (CredentialRefusedException e) {
                problems.add(String.valueOf(e.getMessage()));
            }
        }
        if (!problems.isEmpty()) {
            throw new CredentialRefusedException(problems);
        }
        return List.copyOf(providers.values());
    }

    /**
     * One by what an option says.
     *
     * @param option for messages
     * @param word a name; with a slash a file
     */
    public Provider named(String option, String word) throws CredentialRefusedException {
        if (word.contains(File.separator)) {
            return file(option, Path.of(word));
        }
        if (!ProviderReader.isName(word)) {
            throw new CredentialRefusedException(
                    option + ": not shown (expected: a name, or a file as in ./" + "my-service.yaml)");
        }
        Path file = own.resolve(word + SUFFIX);
        if (Files.exists(file)) {
            return file(option, file);
        }
        Optional<Provider> builtIn = BuiltInProviders.find(word);
        if (builtIn.isPresent()) {
            return builtIn.get();
        }
        throw new CredentialRefusedException(option + ": " + word + ": no such provider"
                + Suggestion.instead(word, names()) + "; yours lie in " + own);
    }

    /** One from a file. */
    Provider file(String option, Path file) throws CredentialRefusedException {
        byte[] bytes = new GuardedFile(option, file).declaration(agent, YamlReader.MAX_BYTES);
        Path absolute = file.toAbsolutePath().normalize();
        ProviderReader reader =
                new ProviderReader(Optional.ofNullable(absolute.getParent()).orElse(absolute), home);
        return switch (reader.read(name(absolute), file.toString(), bytes)) {
            case ProviderResult.Read read -> read.provider();
            case ProviderResult.Invalid invalid -> throw new CredentialRefusedException(invalid.problems());
        };
    }

    private List<String> names() {
        List<String> names = new ArrayList<>();
        for (Provider provider : BuiltInProviders.all()) {
            names.add(provider.name());
            names.addAll(provider.aliases());
        }
        ownFiles().forEach(file -> names.add(name(file)));
        return names;
    }

    private List<Path> ownFiles() {
        try (Stream<Path> files = Files.list(own)) {
            return files.filter(file -> file.toString().endsWith(SUFFIX) && ProviderReader.isName(name(file)))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private static String name(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name;
    }
}
