package io.openshell.supervisor.libc;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import java.io.IOException;

/** Error numbers of Linux, the same on x86-64 and arm64. */
public final class Errno {

    public static final int EPERM = 1;
    public static final int ENOENT = 2;
    public static final int EINTR = 4;
    public static final int EIO = 5;
    public static final int E2BIG = 7;
    public static final int EAGAIN = 11;
    public static final int EACCES = 13;
    public static final int EFAULT = 14;
    public static final int ENOTDIR = 20;
    public static final int EINVAL = 22;

    static {
        Native.register(Errno.class, NativeLibrary.getProcess());
    }

    private Errno() {}

    /** The text for people, as in {@code Permission denied}. */
    public static String text(int number) {
        return strerror(number);
    }

    /** The failure of the last call on this thread, as {@code what: text}. */
    public static IOException failure(String what) {
        return new IOException(what + ": " + text(Native.getLastError()));
    }

    private static native String strerror(int number);
}
