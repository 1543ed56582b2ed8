package io.openshell.cli;

import java.io.OutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.stream.Stream;

/**
 * Goes once through what commands do first, so that the JVM can record the classes for the start-up cache.
 *
 * <p>Run by {@code bin/train-cache}, in place of {@link Main}. What the commands say and how they end does not matter.
 */
final class StartupTraining {

    /** What a denied request needs is loaded too: curl is told to go through the proxy by its environment. */
    private static final String DENIED = "curl -m 5 http://denied.invalid/; curl -m 5 https://denied.invalid/; true";

    private StartupTraining() {}

    /**
     * Records what the arguments name, in their order.
     *
     * @param arguments {@code cli} for commands that print an answer; {@code run} for {@code run} and {@code demo};
     *     {@code container} for a run in one, of the {@link RehearsalEngine} that {@code DOCKER_HOST} names
     */
    public static void main(String[] arguments) {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), true);
        Console silent = new Console(nowhere, nowhere, false);
        String policy = Home.ofProcess()
                .directory()
                .resolve("examples/github-read.yaml")
                .toString();
        for (String name : arguments) {
            for (List<String> command : commands(name, policy)) {
                Main.run(command.toArray(String[]::new), silent);
            }
        }
        Runtime.getRuntime().exit(0);
    }

    private static List<List<String>> commands(String name, String policy) {
        return switch (name) {
            case "run" -> sandboxes(policy);
            case "container" -> containers();
            default -> answers(policy);
        };
    }

    private static List<List<String>> answers(String policy) {
        return List.of(
                List.of("--version"),
                List.of("--help"),
                List.of("run", "--help"),
                List.of("plugins", "list"),
                List.of("plugins", "list", "--output", "json"),
                List.of("policy", "check", policy),
                List.of("policy", "explain", policy, "--binary", "/usr/bin/curl", "https://api.github.com/zen"),
                List.of("doctor"));
    }

    private static List<List<String>> sandboxes(String policy) {
        return List.of(List.of("run", "--policy", policy, "--", "sh", "-c", DENIED));
    }

    /** Without a policy, so that the image is looked at too. */
    private static List<List<String>> containers() {
        List<String> engine = List.of("--driver", "docker", "--image", RehearsalEngine.IMAGE, "--pull", "never");
        return List.of(Stream.of(List.of("run"), engine, List.of("--", RehearsalEngine.PROGRAM, "--version"))
                .flatMap(List::stream)
                .toList());
    }
}
