package io.openshell.core.event;

/** What was done about an attempt; OCSF {@code action_id} with the {@code disposition_id} that goes with it. */
public enum Action {
    /** A rule allowed it. */
    ALLOWED(1, "Allowed", 1, "Allowed", Severity.INFORMATIONAL),
    /** It was refused. */
    DENIED(2, "Denied", 2, "Blocked", Severity.MEDIUM),
    /** The rules deny it, and it passed because the endpoint only audits. */
    OBSERVED(3, "Observed", 17, "Logged", Severity.LOW);

    private final int id;
    private final String label;
    private final int dispositionId;
    private final String disposition;
    private final Severity severity;

    Action(int id, String label, int dispositionId, String disposition, Severity severity) {
        this.id = id;
        this.label = label;
        this.dispositionId = dispositionId;
        this.disposition = disposition;
        this.severity = severity;
    }

    int id() {
        return id;
    }

    String label() {
        return label;
    }

    int dispositionId() {
        return dispositionId;
    }

    String disposition() {
        return disposition;
    }

    Severity severity() {
        return severity;
    }
}
