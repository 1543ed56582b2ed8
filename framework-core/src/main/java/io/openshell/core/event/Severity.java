package io.openshell.core.event;

/** How much an event matters; OCSF {@code severity_id}. */
public enum Severity {
    INFORMATIONAL(1, "Informational", "INFO"),
    LOW(2, "Low", "LOW"),
    MEDIUM(3, "Medium", "MED"),
    HIGH(4, "High", "HIGH"),
    CRITICAL(5, "Critical", "CRIT"),
    FATAL(6, "Fatal", "FATAL");

    private final int id;
    private final String label;
    private final String tag;

    Severity(int id, String label, String tag) {
        this.id = id;
        this.label = label;
        this.tag = tag;
    }

    /** The OCSF number, 1 to 6. */
    public int id() {
        return id;
    }

    String label() {
        return label;
    }

    /** What stands between brackets in the short notation. */
    String tag() {
        return tag;
    }
}
