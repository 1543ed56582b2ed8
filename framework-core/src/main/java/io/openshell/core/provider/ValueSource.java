package io.openshell.core.provider;

import java.nio.file.Path;

/** Where a credential's value comes from. Never the value itself. */
public sealed interface ValueSource {

    /** A variable of the environment that OpenShell was started with. */
    record Variable(String name) implements ValueSource {
        @Override
        public String toString() {
            return "variable " + name;
        }
    }

    /** All of a file, apart from a line feed at its end. The path is absolute. */
    record SecretFile(Path path) implements ValueSource {
        @Override
        public String toString() {
            return "file " + path;
        }
    }
}
