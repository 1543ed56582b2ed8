package io.openshell.plugin.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A launcher that another process has started: nobody reports its end here, so it is looked at. */
final class AdoptedLauncher {

    private static final long LOOK_MILLIS = 50;

    /** What it ended with is for its own parent to know. */
    private static final int UNKNOWN_STATUS = 0;

    private AdoptedLauncher() {}

    /** The process with this number, in decimal. */
    static Optional<ProcessHandle> find(String pid) {
        try {
            return ProcessHandle.of(Long.parseLong(pid)).filter(process -> !ended(process));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** Completes when it has ended. The JDK's own future looks less and less often, up to some seconds apart. */
    static CompletableFuture<Integer> exit(ProcessHandle process) {
        CompletableFuture<Integer> exit = new CompletableFuture<>();
        Thread.ofVirtual().name("launcher-" + process.pid()).start(() -> {
            try {
                while (!ended(process)) {
                    Thread.sleep(LOOK_MILLIS);
                }
                exit.complete(UNKNOWN_STATUS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                exit.completeExceptionally(e);
            }
        });
        return exit;
    }

    /** One that has ended may lie unburied for as long as whoever adopted it does not care. */
    private static boolean ended(ProcessHandle process) {
        if (!process.isAlive()) {
            return true;
        }
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
            return stat.startsWith("Z", stat.lastIndexOf(')') + 2);
        } catch (IOException e) {
            return true;
        }
    }
}
