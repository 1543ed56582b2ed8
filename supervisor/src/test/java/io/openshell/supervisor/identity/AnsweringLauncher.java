package io.openshell.supervisor.identity;

import io.openshell.supervisor.control.LauncherConnection;
import io.openshell.supervisor.control.LauncherMessage.Ancestor;
import io.openshell.supervisor.control.LauncherMessage.Exe;
import io.openshell.supervisor.control.LauncherMessage.Executable;
import io.openshell.supervisor.control.LauncherMessage.Identity;
import io.openshell.supervisor.control.LauncherMessage.Owner;
import io.openshell.supervisor.control.LauncherMessage.SearchStatus;
import io.openshell.supervisor.control.ScriptedLauncher;
import io.openshell.supervisor.control.SupervisorMessage;
import io.openshell.supervisor.libc.NativeDescriptor;
import io.openshell.supervisor.libc.NativeLibc;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A launcher in a sandbox of the test's making: processes that execute real files. */
final class AnsweringLauncher implements AutoCloseable {

    private final ScriptedLauncher script;
    private final Map<Integer, Path> processes = new ConcurrentHashMap<>();
    private final Thread listening = Thread.ofPlatform().daemon().unstarted(this::answerAll);
    private final AtomicInteger opened = new AtomicInteger();
    private volatile List<Owner> owners = List.of();
    private volatile SearchStatus status = SearchStatus.FOUND;

    private AnsweringLauncher(ScriptedLauncher script) {
        this.script = script;
    }

    static AnsweringLauncher start() throws IOException {
        AnsweringLauncher launcher = new AnsweringLauncher(ScriptedLauncher.connected());
        launcher.listening.start();
        return launcher;
    }

    LauncherConnection connection() {
        return script.connection();
    }

    /** Who holds the next connections. */
    void heldBy(Owner... those) {
        owners = List.of(those);
        status = SearchStatus.FOUND;
    }

    void finds(SearchStatus nothing) {
        owners = List.of();
        status = nothing;
    }

    /** A process whose executable appears as {@code path} and is the file. */
    Owner process(int pid, String path, Path file, Ancestor... ancestors) throws IOException {
        processes.put(pid, file);
        return new Owner(pid, 1000L + pid, executable(path, file), List.of(ancestors), List.of());
    }

    Ancestor ancestor(int pid, String path, Path file) throws IOException {
        processes.put(pid, file);
        return new Ancestor(pid, executable(path, file), 1000L + pid);
    }

    /** From now on the process executes another file than it was identified by. */
    void nowExecutes(int pid, Path file) {
        processes.put(pid, file);
    }

    /** How many executables were asked for. */
    int opened() {
        return opened.get();
    }

    @Override
    public void close() {
        if (listening.isAlive()) {
            script.hangUp();
        }
    }

    private void answerAll() {
        try {
            while (true) {
                answer(script.hear());
            }
        } catch (IOException e) {
            script.close();
        }
    }

    private void answer(SupervisorMessage question) throws IOException {
        switch (question) {
            case SupervisorMessage.Identify m -> script.say(new Identity(m.query(), status, "no luck", 0, 77, owners));
            case SupervisorMessage.OpenExe m -> open(m);
            default -> throw new IOException("question: " + question);
        }
    }

    private void open(SupervisorMessage.OpenExe question) throws IOException {
        opened.incrementAndGet();
        Path file = processes.get(question.pid());
        if (file == null || question.startTime() != 1000L + question.pid()) {
            script.say(new Exe(question.query(), null, null, 3));
            return;
        }
        try (NativeDescriptor descriptor = new NativeDescriptor(NativeLibc.open(file.toString(), 0, 0))) {
            // Sending copies the descriptor, so ours can be closed after.
            script.say(new Exe(question.query(), descriptor, executable("", file), 0));
        }
    }

    private static Executable executable(String path, Path file) throws IOException {
        return new Executable(
                path,
                false,
                (Long) Files.getAttribute(file, "unix:dev"),
                (Long) Files.getAttribute(file, "unix:ino"),
                Files.size(file),
                Files.getLastModifiedTime(file).to(TimeUnit.NANOSECONDS),
                ((FileTime) Files.getAttribute(file, "unix:ctime")).to(TimeUnit.NANOSECONDS));
    }
}
