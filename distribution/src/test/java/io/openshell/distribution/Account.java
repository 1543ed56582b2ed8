package io.openshell.distribution;

import java.util.List;

/** Who runs OpenShell. */
public enum Account {
    ROOT(0, ""),

    /** Somebody with an account, a home and a runtime directory, and nothing else to write to. */
    ORDINARY(1000, "setpriv --reuid=1000 --regid=1000 --clear-groups --inh-caps=-all --");

    private final int uid;
    private final String become;

    Account(int uid, String become) {
        this.uid = uid;
        this.become = become;
    }

    /** The number of its user and its group. */
    public int uid() {
        return uid;
    }

    /** What root puts before a command. */
    List<String> become() {
        return become.isEmpty() ? List.of() : List.of(become.split(" "));
    }
}
