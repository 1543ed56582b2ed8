package io.openshell.supervisor.identity;

import io.openshell.supervisor.control.LauncherConnection;
import io.openshell.supervisor.control.LauncherMessage.Exe;
import io.openshell.supervisor.control.LauncherMessage.Executable;
import io.openshell.supervisor.libc.Errno;
import io.openshell.supervisor.libc.NativeDescriptor;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;

/** Checks running executables against the trust table, reading them only when they are new or have changed. */
final class IntegrityCheck {

    private final LauncherConnection launcher;
    private final TrustTable trust;
    private final ExecutableHashes hashes;
    private final Duration timeout;

    IntegrityCheck(LauncherConnection launcher, TrustTable trust, ExecutableHashes hashes, Duration timeout) {
        this.launcher = launcher;
        this.trust = trust;
        this.hashes = hashes;
        this.timeout = timeout;
    }

    /**
     * The hash of what a process executes; blocks while it is read.
     *
     * @param startTime of the process; 0 if it is not known
     * @throws IntegrityException if it is not what the path held when it was first seen, or cannot be read
     */
    String check(int pid, long startTime, Executable executable) throws IntegrityException, InterruptedException {
        String path = executable.path();
        if (!path.startsWith("/")) {
            throw IntegrityException.unreadable("\"" + path + "\"", "no absolute path");
        }
        Fingerprint fingerprint = Fingerprint.of(executable);
        Optional<String> unchanged = trust.unchanged(path, fingerprint);
        if (unchanged.isPresent()) {
            return unchanged.get();
        }
        String hash = hashes.known(fingerprint);
        if (hash == null) {
            hash = read(pid, startTime, path, fingerprint);
        }
        trust.admit(path, fingerprint, hash);
        if (trust.unchanged(path, fingerprint).isPresent()) {
            hashes.remember(fingerprint, hash);
        }
        return hash;
    }

    private String read(int pid, long startTime, String path, Fingerprint expected)
            throws IntegrityException, InterruptedException {
        Exe answer = open(pid, startTime, path);
        Executable opened = answer.executable();
        try (NativeDescriptor file = answer.opened()) {
            if (file == null || opened == null) {
                throw IntegrityException.unreadable(path, Errno.text(answer.errno()));
            }
            if (!Fingerprint.of(opened).equals(expected)) {
                throw IntegrityException.unreadable(path, "process " + pid + " executes another file by now");
            }
            return hashes.read(file);
        } catch (IOException e) {
            throw IntegrityException.unreadable(path, String.valueOf(e.getMessage()));
        }
    }

    private Exe open(int pid, long startTime, String path) throws IntegrityException, InterruptedException {
        try {
            return launcher.openExecutable(pid, startTime, timeout).get();
        } catch (ExecutionException e) {
            throw IntegrityException.unreadable(path, String.valueOf(e.getCause()));
        }
    }
}
