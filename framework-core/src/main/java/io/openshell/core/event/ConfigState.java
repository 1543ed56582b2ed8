package io.openshell.core.event;

/** What became of a configuration: the label of the short notation, with the OCSF {@code state_id}. */
public enum ConfigState {
    DISCOVERY(99, "Other"),
    VALIDATED(99, "Other"),
    DETECTED(99, "Other"),
    LOADED(2, "Enabled"),
    ENABLED(2, "Enabled"),
    DISABLED(1, "Disabled"),
    /** It could not be used; what was in force before still is. */
    FAILED(99, "Other"),
    OTHER(99, "Other");

    private final int id;
    private final String label;

    ConfigState(int id, String label) {
        this.id = id;
        this.label = label;
    }

    int id() {
        return id;
    }

    String label() {
        return label;
    }
}
