package io.openshell.core.policy;

/** The policy that holds when there is none: the usual system paths to read, or all of an image; nothing to reach. */
public final class RestrictiveDefault {

    private static final String NAME = "restrictive default";

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

    /** Nothing of this machine is in an image's root, and who the agent is the image may say. */
    private static final String TEXT_FOR_IMAGES = """
            version: 1
            filesystem_policy:
              include_workdir: true
              read_only: [/, /proc, /dev/urandom]
              read_write: [/sandbox, /tmp, /dev/null]
            landlock:
              compatibility: best_effort
            """;

    private RestrictiveDefault() {}

    /** The policy's text. It loads with any catalog. */
    public static PolicySource source() {
        return new PolicySource(NAME, TEXT);
    }

    /** The text of the one that holds where the agent's root is an image's. */
    public static PolicySource forImages() {
        return new PolicySource(NAME, TEXT_FOR_IMAGES);
    }
}
