package io.openshell.cli;

import java.nio.file.Path;

/**
 * Where the distribution lies.
 *
 * @param directory the folder with {@code lib}, {@code plugins} and {@code native}
 */
record Home(Path directory) {

    /** The folder that the start script named with {@code openshell.home}. */
    static Home ofProcess() {
        return new Home(Path.of(System.getProperty("openshell.home", "."))
                .toAbsolutePath()
                .normalize());
    }

    Path plugins() {
        return directory.resolve("plugins");
    }

    Path launcher() {
        return directory.resolve("native").resolve("openshell-launcher");
    }
}
