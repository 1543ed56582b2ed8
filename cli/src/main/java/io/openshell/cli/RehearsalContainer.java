package io.openshell.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/**
 * The container of a {@link RehearsalEngine}: the launcher as the first process of namespaces of its own. In its root there
 * is the launcher alone, which needs no library: a launcher writes to its root's {@code /etc}, so that nothing of this
 * machine may be within its reach. The mounts are gone with the process.
 *
 * @param request what it was asked to be
 * @param process its first process, which may have ended
 */
record RehearsalContainer(JsonNode request, Process process) {

    /** Longer than the kernel takes to kill; what has not ended by then is not waited for. */
    private static final long END_SECONDS = 2;

    private static final String STARTED = "started";

    /** Arguments: a folder for the root, the launcher, pairs of what to mount and where, two dashes, the command. */
    private static final String SCRIPT = """
            set -eu
            root=$1 launcher=$2
            shift 2
            mount -t tmpfs -o mode=0755 rehearsal "$root"
            mkdir "$root/bin" "$root/dev" "$root/etc" "$root/proc" "$root/tmp"
            mount -t tmpfs -o mode=0755 rehearsal "$root/dev"
            mkdir "$root/dev/pts" "$root/dev/shm"
            chmod 1777 "$root/tmp" "$root/dev/shm"
            cp "$launcher" "$root/bin/"
            mount -t proc proc "$root/proc"
            for device in full null random tty urandom zero; do
                : >"$root/dev/$device"
                mount --bind "/dev/$device" "$root/dev/$device"
            done
            while [ "$1" != -- ]; do
                mkdir -p "$root${2%/*}"
                if [ -d "$1" ]; then mkdir "$root$2"; else : >"$root$2"; fi
                mount --bind "$1" "$root$2"
                mount -o remount,bind,ro "$root$2"
                shift 2
            done
            shift
            echo started
            exec "$launcher" --lab -- chroot "$root" "$@"
            """;

    /**
     * Starts one.
     *
     * @param root an empty folder
     * @throws IOException if this machine or this user cannot; the message says what it said
     */
    static RehearsalContainer start(JsonNode request, Path root, Path launcher) throws IOException {
        List<String> command = new ArrayList<>(List.of("unshare", "--mount", "--uts", "--ipc", "--pid", "--fork"));
        command.addAll(List.of("--kill-child", "sh", "-c", SCRIPT, "sh", root.toString(), launcher.toString()));
        for (JsonNode mount : request.path("HostConfig").path("Mounts")) {
            command.add(mount.path("Source").asString());
            command.add(mount.path("Target").asString());
        }
        command.add("--");
        request.path("Entrypoint").forEach(word -> command.add(word.asString()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        // Whoever makes the cache may have secrets there; the driver asks for no variables.
        builder.environment().keySet().retainAll(Set.of("PATH"));
        Process process = builder.start();
        RehearsalContainer container = new RehearsalContainer(request, process);
        String said = process.inputReader(UTF_8).readLine();
        if (!STARTED.equals(said)) {
            container.end();
            throw new IOException("rehearsal: " + said);
        }
        return container;
    }

    /** As an engine shows it. */
    Map<String, Object> state() {
        boolean alive = process.isAlive();
        return Map.of(
                "Status", alive ? "running" : "exited", "Running", alive, "ExitCode", alive ? 0 : process.exitValue());
    }

    /** Ends it, and with it everything in it. */
    void end() {
        process.destroyForcibly();
        try {
            process.waitFor(END_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
