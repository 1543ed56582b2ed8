package io.openshell.cli.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The network namespace that the demo runs in: this program starts itself again in it. */
public final class DemoLab {

    /** The upstream's address: private, so that the policy has to name it. */
    public static final String ADDRESS = "10.201.0.1";

    private static final String INSIDE = "OPENSHELL_DEMO_LAB";
    private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");

    private DemoLab() {}

    /** Whether this process runs in the lab. */
    public static boolean isInside(Map<String, String> environment) {
        return environment.containsKey(INSIDE);
    }

    /**
     * Runs this program again, with the same arguments, in the lab.
     *
     * @return its exit status
     */
    public static int enter(Path launcher) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(launcher.toString(), "--lab", ADDRESS, "--"));
        command.addAll(ownCommandLine());
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
        builder.environment().put(INSIDE, "1");
        Process process = builder.start();
        Thread ender = new Thread(process::destroy, "demo-ender");
        Runtime.getRuntime().addShutdownHook(ender);
        int status = process.waitFor();
        Runtime.getRuntime().removeShutdownHook(ender);
        return status;
    }

    private static List<String> ownCommandLine() throws IOException {
        String text = Files.readString(COMMAND_LINE, StandardCharsets.UTF_8);
        return List.of(text.split("\0"));
    }
}
