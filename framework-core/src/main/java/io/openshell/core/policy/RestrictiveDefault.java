package io.openshell.core.policy;

/** The policy that holds when there is none: the usual system paths to read, nothing to reach. */
public final class RestrictiveDefault {

    private static final String TEXT = """
            version: 1
            filesystem_policy:
              include_workdir: true
              read_only:
                - /usr
                - /lib
                - /proc
                - /dev/urandom
                - /app
                - /etc
                - /var/log
              read_write:
                - /sandbox
                - /tmp
                - /dev/null
            landlock:
              compatibility: best_effort
            process:
              run_as_user: sandbox
              run_as_group: sandbox
            """;

    private RestrictiveDefault() {}

    /** The policy's text. It loads with any catalog. */
    public static PolicySource source() {
        return new PolicySource("restrictive default", TEXT);
    }
}
