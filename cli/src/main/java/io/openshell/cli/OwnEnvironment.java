package io.openshell.cli;

import io.openshell.cli.credential.SecretVariables;
import io.openshell.supervisor.libc.NativeEnvironment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.AbstractMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The variables that OpenShell was started with, of which only those become strings that somebody asks for as text. */
final class OwnEnvironment implements SecretVariables {

    /** What Java, drivers of container engines and the programs that are started may ask for. */
    private static final Pattern STAYING = Pattern.compile(
            "HOME|JAVA_HOME|LANG|LC_[A-Z]+|LD_LIBRARY_PATH|LOGNAME|PATH|PWD|SHELL|TERM"
                    + "|TMPDIR|TZ|USER|KUBECONFIG|(CONTAINER|CONTAINERS|DOCKER|KUBERNETES|OPENSHELL|PODMAN|XDG)_[A-Z_]+");

    /** What could be a secret all the same. */
    private static final Pattern SECRET = Pattern.compile(".*(AUTH|CREDENTIAL|KEY|PASS|SECRET|TOKEN).*");

    private final Variables variables;

    private OwnEnvironment(Variables variables) {
        this.variables = variables;
    }

    /**
     * This process's, which Java does not see any more from now on, save what it needs.
     *
     * @see NativeEnvironment#take
     */
    static OwnEnvironment takenFromJava() {
        try {
            return new OwnEnvironment(new Taken(NativeEnvironment.take(OwnEnvironment::stays)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean stays(String name) {
        return STAYING.matcher(name).matches() && !SECRET.matcher(name).matches();
    }

    /** These. */
    static OwnEnvironment of(Map<String, String> variables) {
        return new OwnEnvironment(new Given(new HashMap<>(variables)));
    }

    /** All, as text; read one by one as they are asked for. */
    Map<String, String> texts() {
        return new Texts(variables);
    }

    @Override
    public Optional<byte[]> bytes(String name) {
        return variables.bytes(name);
    }

    @Override
    public void erase(String name) {
        variables.erase(name);
    }

    /** Prints no variable. */
    @Override
    public String toString() {
        return variables.names().size() + " variables";
    }

    /** Where variables are. */
    private sealed interface Variables {

        Set<String> names();

        Optional<String> text(String name);

        Optional<byte[]> bytes(String name);

        void erase(String name);
    }

    private record Taken(NativeEnvironment environment) implements Variables {
        @Override
        public Set<String> names() {
            return environment.names();
        }

        @Override
        public Optional<String> text(String name) {
            return environment.text(name);
        }

        @Override
        public Optional<byte[]> bytes(String name) {
            return environment.bytes(name);
        }

        @Override
        public void erase(String name) {
            environment.erase(name);
        }
    }

    private record Given(Map<String, String> texts) implements Variables {
        @Override
        public Set<String> names() {
            return texts.keySet();
        }

        @Override
        public Optional<String> text(String name) {
            return Optional.ofNullable(texts.get(name));
        }

        @Override
        public Optional<byte[]> bytes(String name) {
            return text(name).map(value -> value.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public void erase(String name) {
            texts.replace(name, "");
        }
    }

    private static final class Texts extends AbstractMap<String, String> {

        private final Variables variables;

        Texts(Variables variables) {
            this.variables = variables;
        }

        @Override
        public @Nullable String get(@Nullable Object name) {
            return name instanceof String key ? variables.text(key).orElse(null) : null;
        }

        @Override
        public boolean containsKey(@Nullable Object name) {
            return name != null && variables.names().contains(name);
        }

        @Override
        public Set<Entry<String, String>> entrySet() {
            return variables.names().stream()
                    .map(name -> Map.entry(name, variables.text(name).orElse("")))
                    .collect(Collectors.toUnmodifiableSet());
        }

        /** Prints no value. */
        @Override
        public String toString() {
            return variables.names().toString();
        }
    }
}
