package io.openshell.core.event;

/** The OCSF classes in use (schema version 1.7.0). */
enum EventClass {
    PROCESS_ACTIVITY(1007, "Process Activity", 1, "System Activity"),
    DETECTION_FINDING(2004, "Detection Finding", 2, "Findings"),
    NETWORK_ACTIVITY(4001, "Network Activity", 4, "Network Activity"),
    HTTP_ACTIVITY(4002, "HTTP Activity", 4, "Network Activity"),
    CONFIG_STATE_CHANGE(5019, "Device Config State Change", 5, "Discovery"),
    APPLICATION_LIFECYCLE(6002, "Application Lifecycle", 6, "Application Activity"),
    API_ACTIVITY(6003, "API Activity", 6, "Application Activity");

    private final int uid;
    private final String label;
    private final int categoryUid;
    private final String category;

    EventClass(int uid, String label, int categoryUid, String category) {
        this.uid = uid;
        this.label = label;
        this.categoryUid = categoryUid;
        this.category = category;
    }

    int uid() {
        return uid;
    }

    String label() {
        return label;
    }

    int categoryUid() {
        return categoryUid;
    }

    String category() {
        return category;
    }
}
