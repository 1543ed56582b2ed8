package io.openshell.cli.credential;

import io.openshell.core.credential.CredentialBinding;
import io.openshell.core.credential.CredentialKey;
import io.openshell.core.provider.ProvidedCredential;
import io.openshell.core.provider.Provider;
import io.openshell.core.provider.ValueSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * What the command line says about credentials.
 *
 * @param bound each {@code KEY@HOST[:PORT][/PATH-GLOB]}
 * @param files files that declare credentials
 * @param providers names of providers, or files of theirs
 */
public record CredentialOptions(List<String> bound, List<Path> files, List<String> providers) {

    private static final String CREDENTIAL = "--credential";
    private static final String FILE = "--credential-file";
    private static final String PROVIDER = "--provider";
    private static final String FORM =
            "KEY@HOST[:PORT][/PATH-GLOB], as in GITHUB_TOKEN@api.github.com; the value is that of the variable KEY";

    public CredentialOptions {
        bound = List.copyOf(bound);
        files = List.copyOf(files);
        providers = List.copyOf(providers);
    }

    /** Adds the options to a command. */
    public static void describe(CommandSpec spec) {
        spec.addOption(many(CREDENTIAL, "KEY@HOST[:PORT][/PATH]", String.class)
                        .description("Give the agent a placeholder for the variable KEY; its value, which is read from"
                                + " here, is put in its place in requests to HOST (port 443 if none is named, all"
                                + " paths if no glob is). May be repeated, also for one KEY.")
                        .build())
                .addOption(many(FILE, "FILE", Path.class)
                        .description("The same for what FILE declares: keys, where their values are, where they may be"
                                + " sent, until when. See docs/credentials.md.")
                        .build())
                .addOption(many(PROVIDER, "NAME", String.class)
                        .description("The same for the variables and hosts of a service; 'openshell providers list' has"
                                + " the names. A NAME with a slash is a file.")
                        .build());
    }

    private static OptionSpec.Builder many(String name, String label, Class<?> type) {
        return OptionSpec.builder(name).paramLabel(label).type(List.class).auxiliaryTypes(type);
    }

    /** Reads the options. */
    public static CredentialOptions of(ParseResult parsed) {
        return new CredentialOptions(
                parsed.matchedOptionValue(CREDENTIAL, List.of()),
                parsed.matchedOptionValue(FILE, List.of()),
                parsed.matchedOptionValue(PROVIDER, List.of()));
    }

    /** Whether nothing is asked for. */
    public boolean isEmpty() {
        return bound.isEmpty() && files.isEmpty() && providers.isEmpty();
    }

    /**
     * All providers that are asked for; what {@code --credential} says is one of its own.
     *
     * @throws CredentialRefusedException with all that is wrong with any
     */
    public List<Provider> providers(ProviderDirectory directory) throws CredentialRefusedException {
        List<String> problems = new ArrayList<>();
        List<Provider> asked = new ArrayList<>();
        bound(problems).ifPresent(asked::add);
        for (Path file : files) {
            add(asked, problems, () -> directory.file(FILE, file));
        }
        for (String name : providers) {
            add(asked, problems, () -> directory.named(PROVIDER, name));
        }
        if (!problems.isEmpty()) {
            throw new CredentialRefusedException(problems);
        }
        return asked;
    }

    /** The finding of one provider. */
    private interface Finding {
        Provider find() throws CredentialRefusedException;
    }

    private static void add(List<Provider> asked, List<String> problems, Finding finding) {
        try {
            Provider found = finding.find();
            if (found.credentials().isEmpty()) {
                problems.add(PROVIDER + ": " + found.name() + ": has no credentials of its own (expected: " + CREDENTIAL
                        + " KEY@HOST, or a file; see docs/credentials.md)");
            }
            asked.add(found);
        } catch (CredentialRefusedException e) {
            problems.add(String.valueOf(e.getMessage()));
        }
    }

    private Optional<Provider> bound(List<String> problems) {
        Map<String, List<CredentialBinding>> bindings = new LinkedHashMap<>();
        for (String text : bound) {
            int at = text.indexOf('@');
            String key = at < 0 ? "" : text.substring(0, at);
            if (!CredentialKey.isValid(key)) {
                // Somebody may have put the value there.
                problems.add(CREDENTIAL + ": not shown (expected: " + FORM + ")");
                continue;
            }
            try {
                bindings.computeIfAbsent(key, unused -> new ArrayList<>())
                        .add(CredentialBinding.parse(text.substring(at + 1)));
            } catch (IllegalArgumentException e) {
                problems.add(CREDENTIAL + ": " + key + "@: " + e.getMessage());
            }
        }
        if (bindings.size() > Provider.MAX_CREDENTIALS) {
            problems.add(CREDENTIAL + ": " + bindings.size() + " keys (expected: at most " + Provider.MAX_CREDENTIALS
                    + "; the others in a file)");
        }
        List<ProvidedCredential> credentials = new ArrayList<>();
        bindings.forEach((key, places) -> {
            if (!places.isEmpty()) {
                credentials.add(
                        new ProvidedCredential(key, new ValueSource.Variable(key), places, Optional.empty(), true));
            }
        });
        return credentials.isEmpty()
                ? Optional.empty()
                : Optional.of(new Provider(CREDENTIAL, List.of(), "", CREDENTIAL, credentials));
    }
}
