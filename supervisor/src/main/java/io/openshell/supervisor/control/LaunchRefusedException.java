package io.openshell.supervisor.control;

import io.openshell.supervisor.libc.Errno;
import java.io.IOException;

/** The launcher could not build the sandbox, or could not run a command in it. */
public final class LaunchRefusedException extends IOException {

    private static final long serialVersionUID = 1L;

    private final String step;
    private final String subject;
    private final int errno;
    private final String hint;

    private LaunchRefusedException(String step, String subject, int errno, String hint, String message) {
        super(message);
        this.step = step;
        this.subject = subject;
        this.errno = errno;
        this.hint = hint;
    }

    static LaunchRefusedException of(LauncherMessage.Failed failed) {
        return of(failed.step(), failed.subject(), failed.errno(), failed.hint());
    }

    static LaunchRefusedException of(LauncherMessage.SpawnFailed failed) {
        return of(failed.step(), failed.subject(), failed.errno(), "");
    }

    private static LaunchRefusedException of(String step, String subject, int errno, String hint) {
        StringBuilder message = new StringBuilder(step);
        if (!subject.isEmpty()) {
            message.append(": ").append(subject);
        }
        if (errno != 0) {
            message.append(": ").append(Errno.text(errno));
        }
        if (!hint.isEmpty()) {
            message.append(" (").append(hint).append(')');
        }
        return new LaunchRefusedException(step, subject, errno, hint, message.toString());
    }

    /** What was being done; {@code exec} when a program could not be executed. */
    public String step() {
        return step;
    }

    /** The path or value that it was done with. */
    public String subject() {
        return subject;
    }

    /** What to do about it, empty if there is nothing to say. */
    public String hint() {
        return hint;
    }

    /** The error number, 0 if there was none. */
    public int errno() {
        return errno;
    }
}
