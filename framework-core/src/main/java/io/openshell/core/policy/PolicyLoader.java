package io.openshell.core.policy;

import io.openshell.core.config.ConfigProblem;
import io.openshell.core.config.ConfigProblems;
import io.openshell.core.config.Utf8;
import io.openshell.core.config.YamlReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Loads policies: strict, with every problem at once. Stateless apart from the catalog; any thread. */
public final class PolicyLoader {

    private final InspectorCatalog catalog;

    /** @param catalog the protocols that endpoints may name */
    public PolicyLoader(InspectorCatalog catalog) {
        this.catalog = catalog;
    }

    /** Loads a policy from its text. Never throws on account of the text. */
    public LoadResult load(PolicySource source) {
        Findings findings = new Findings();
        Optional<Policy> policy = YamlReader.read(source.text(), findings.problems())
                .flatMap(root -> new PolicyReader(catalog, findings).read(root));
        return policy.filter(it -> findings.problems().count() == 0)
                .<LoadResult>map(it -> new LoadResult.Loaded(it, source, located(source.name(), findings.warnings())))
                .orElseGet(() -> new LoadResult.Invalid(located(source.name(), findings.problems())));
    }

    /**
     * Loads a policy from a file, of which it reads no more than a policy may have.
     *
     * @throws IOException if the file cannot be read
     */
    public LoadResult load(Path file) throws IOException {
        return load(file.toString(), read(file));
    }

    /**
     * Loads a policy from a file's bytes. Never throws on account of them.
     *
     * @param name the file's, for messages
     */
    public LoadResult load(String name, byte[] bytes) {
        ConfigProblems problems = new ConfigProblems();
        Optional<String> text = Utf8.decode(bytes, problems);
        return text.map(it -> load(new PolicySource(name, it)))
                .orElseGet(() -> new LoadResult.Invalid(located(name, problems)));
    }

    /**
     * A file's bytes: no more than a policy may have, and one more if there are more.
     *
     * @throws IOException if the file cannot be read
     */
    public static byte[] read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(YamlReader.MAX_BYTES + 1);
        }
    }

    private static List<PolicyProblem> located(String name, ConfigProblems problems) {
        return problems.sorted().stream().map(problem -> located(name, problem)).toList();
    }

    private static PolicyProblem located(String name, ConfigProblem problem) {
        return new PolicyProblem(
                name, problem.position().line(), problem.position().column(), problem.path(), problem.message());
    }
}
