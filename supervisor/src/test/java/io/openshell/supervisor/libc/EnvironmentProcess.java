package io.openshell.supervisor.libc;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A program of its own, for its environment cannot be given back: takes it and prints who sees what. */
public final class EnvironmentProcess {

    private EnvironmentProcess() {}

    public static void main(String[] arguments) throws Exception {
        NativeEnvironment environment = NativeEnvironment.take("PATH"::equals);
        System.out.println("java: " + System.getenv().keySet());
        Process child = new ProcessBuilder("/usr/bin/env").start();
        String seen = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        System.out.println("child: " + seen.contains("canary"));
        System.out.println("child has a path: " + seen.contains("PATH="));
        System.out.println("names: " + environment.names().contains("CANARY_KEY"));
        System.out.println("text: " + environment.text("OTHER").orElse("none"));
        System.out.println("none: " + environment.bytes("NOTHING").isPresent());
        System.out.println("bytes: " + environment.bytes("CANARY_KEY").orElseThrow().length);
        System.out.println("kernel before: " + kernel());
        environment.erase("CANARY_KEY");
        System.out.println("kernel after: " + kernel());
        System.out.println("after: " + environment.bytes("CANARY_KEY").orElseThrow().length);
        System.out.println("others: " + environment.text("OTHER").orElse("none"));
        System.out.println("printed: " + environment.toString().contains("value"));
    }

    private static boolean kernel() throws Exception {
        return new String(Files.readAllBytes(Path.of("/proc/self/environ")), StandardCharsets.UTF_8)
                .contains("the canary");
    }
}
