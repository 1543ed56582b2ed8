package io.openshell.supervisor.control;

import io.openshell.supervisor.control.LauncherMessage.Refusal;
import io.openshell.supervisor.control.LauncherMessage.Refused;
import java.io.IOException;

/** A sandbox is not handed over to this supervisor. */
public final class ResumeRefusedException extends IOException {

    private static final long serialVersionUID = 1L;

    private final Refusal why;
    private final long supervisor;

    private ResumeRefusedException(String message, Refused refused) {
        super(message);
        this.why = refused.why();
        this.supervisor = refused.supervisor();
    }

    static ResumeRefusedException of(String name, Refused refused) {
        String message = switch (refused.why()) {
            case SUPERVISED ->
                name + ": supervised by process " + refused.supervisor() + " (expected: one whose supervisor has gone)";
            case OTHER_USER -> name + ": of another user (expected: to be resumed by the user who started it)";
            case NOT_KEPT -> name + ": left without a state (expected: one whose command had started)";
            case NOT_AT_HOME ->
                name + ": started from another pid namespace (expected: to be resumed from the same one)";
            case VERSION -> name + ": of another release (expected: to be resumed by the release that started it)";
            case PROTOCOL -> name + ": " + refused.text() + " (expected: to be handed over)";
        };
        return new ResumeRefusedException(message, refused);
    }

    /** Why. */
    public Refusal why() {
        return why;
    }

    /** The process that supervises the sandbox, 0 if none does. */
    public long supervisor() {
        return supervisor;
    }
}
