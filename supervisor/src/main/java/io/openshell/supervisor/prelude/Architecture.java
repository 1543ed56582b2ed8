package io.openshell.supervisor.prelude;

/** A processor architecture that system call numbers are known for. */
enum Architecture {
    /** linux/audit.h: EM_X86_64, 64 bit, little endian; numbers from 2^30 up are the x32 calls. */
    X86_64(0xC000003EL, 317, true),
    /** EM_AARCH64, 64 bit, little endian. */
    AARCH64(0xC00000B7L, 277, false);

    private final long audit;
    private final int seccomp;
    private final boolean x32;

    Architecture(long audit, int seccomp, boolean x32) {
        this.audit = audit;
        this.seccomp = seccomp;
        this.x32 = x32;
    }

    /**
     * This machine's.
     *
     * @throws UnsupportedOperationException if it is neither of the two
     */
    static Architecture current() {
        String name = System.getProperty("os.arch", "");
        return switch (name) {
            case "amd64", "x86_64" -> X86_64;
            case "aarch64" -> AARCH64;
            default ->
                throw new UnsupportedOperationException("architecture: " + name + " (expected: x86-64 or aarch64)");
        };
    }

    /** What seccomp reports for a call of this architecture. */
    long audit() {
        return audit;
    }

    /** The number of seccomp(2). */
    int seccompNumber() {
        return seccomp;
    }

    /** Whether calls of another kind come with a bit set in their number. */
    boolean hasX32() {
        return x32;
    }
}
