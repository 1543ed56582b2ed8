package io.openshell.supervisor.libc;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * The C library, mapped directly (a call costs about half a microsecond). Each method is the call of the same name;
 * -1 means failure, and {@link #errno()} says which, on the same thread and before any other call. None may be made
 * on an event loop or a virtual thread if it can block.
 */
public final class NativeLibc {

    static {
        Native.register(NativeLibc.class, NativeLibrary.getProcess());
    }

    private NativeLibc() {}

    /** The error number of the last call on this thread. */
    public static int errno() {
        return Native.getLastError();
    }

    public static native int socket(int domain, int type, int protocol);

    public static native int socketpair(int domain, int type, int protocol, int[] descriptors);

    public static native int bind(int descriptor, Pointer address, int length);

    public static native int connect(int descriptor, Pointer address, int length);

    public static native int listen(int descriptor, int backlog);

    public static native int accept4(int descriptor, @Nullable Pointer address, @Nullable Pointer length, int flags);

    public static native int getsockopt(int descriptor, int level, int option, Pointer value, int[] length);

    public static native int shutdown(int descriptor, int how);

    public static native long sendmsg(int descriptor, Pointer message, int flags);

    public static native long recvmsg(int descriptor, Pointer message, int flags);

    public static native long read(int descriptor, byte[] buffer, long size);

    public static native long write(int descriptor, byte[] buffer, long size);

    public static native long pread(int descriptor, byte[] buffer, long size, long offset);

    public static native int close(int descriptor);

    public static native int pipe2(int[] descriptors, int flags);

    public static native int open(String path, int flags, int mode);

    public static native int fcntl(int descriptor, int command, long argument);

    public static native int poll(Pointer descriptors, long count, int milliseconds);

    public static native int ioctl(int descriptor, long request, Pointer argument);

    public static native int isatty(int descriptor);

    public static native int tcgetattr(int descriptor, Pointer termios);

    public static native int tcsetattr(int descriptor, int actions, Pointer termios);

    public static native void cfmakeraw(Pointer termios);

    public static native int geteuid();

    public static native int getegid();

    public static native int prctl(int option, long second, long third, long fourth, long fifth);

    public static native int setrlimit(int resource, Pointer limits);

    public static native long syscall(long number, long first, long second, Pointer third);

    public static native int mount(
            @Nullable String source,
            @Nullable String target,
            @Nullable String type,
            long flags,
            @Nullable Pointer data);
}
