package io.openshell.supervisor.control;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import io.openshell.supervisor.libc.Errno;
import io.openshell.supervisor.libc.NativeDescriptor;
import io.openshell.supervisor.libc.NativeLibc;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A Unix stream socket that can carry descriptors (unix(7), cmsg(3)); the structures are those of 64-bit Linux. One
 * thread may receive while another sends; {@link #hangUp()} from any thread wakes both.
 */
final class NativeUnixSocket implements AutoCloseable {

    private static final int AF_UNIX = 1;
    private static final int SOCK_STREAM_CLOEXEC = 1 | 0x80000;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int SOL_SOCKET = 1;
    private static final int SCM_RIGHTS = 1;
    private static final int SO_PEERCRED = 17;
    private static final int MSG_CTRUNC = 0x8;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int MSG_CMSG_CLOEXEC = 0x40000000;
    private static final int SHUT_RDWR = 2;
    private static final short POLLIN = 1;

    /** {@code sun_path} with its closing NUL. */
    private static final int PATH_BYTES = 108;

    private static final int CHUNK = 64 * 1024;

    private final NativeDescriptor descriptor;
    private final Message incoming = new Message();
    private final Message outgoing = new Message();

    private NativeUnixSocket(NativeDescriptor descriptor) {
        this.descriptor = descriptor;
    }

    /** Listens at a path, which must not exist. */
    static NativeUnixSocket listen(Path path) throws IOException {
        return listen(path, 1);
    }

    /** @param backlog how many connections may wait to be accepted */
    static NativeUnixSocket listen(Path path, int backlog) throws IOException {
        NativeUnixSocket socket = create();
        try (Memory address = address(path)) {
            if (NativeLibc.bind(socket.descriptor.number(), address, (int) address.size()) != 0
                    || NativeLibc.listen(socket.descriptor.number(), backlog) != 0) {
                throw Errno.failure(path.toString());
            }
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** Connects to a path. */
    static NativeUnixSocket connect(Path path) throws IOException {
        NativeUnixSocket socket = create();
        try (Memory address = address(path)) {
            if (NativeLibc.connect(socket.descriptor.number(), address, (int) address.size()) != 0) {
                throw Errno.failure(path.toString());
            }
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** The descriptor's number; it stays this object's. */
    int number() {
        return descriptor.number();
    }

    /** Two sockets that talk to each other. */
    static List<NativeUnixSocket> pair() throws IOException {
        int[] ends = new int[2];
        if (NativeLibc.socketpair(AF_UNIX, SOCK_STREAM_CLOEXEC, 0, ends) != 0) {
            throw Errno.failure("socketpair");
        }
        return List.of(
                new NativeUnixSocket(new NativeDescriptor(ends[0])),
                new NativeUnixSocket(new NativeDescriptor(ends[1])));
    }

    /**
     * Waits for a connection of a process of our own user.
     *
     * @return the connection, or empty if none came in time or {@link #hangUp()} was called
     * @throws IOException if another user's process connected
     */
    Optional<NativeUnixSocket> accept(Duration atMost) throws IOException {
        if (!readable(atMost)) {
            return Optional.empty();
        }
        int accepted = NativeLibc.accept4(descriptor.number(), null, null, SOCK_CLOEXEC);
        if (accepted < 0) {
            if (NativeLibc.errno() == Errno.EINVAL) {
                return Optional.empty();
            }
            throw Errno.failure("accept4");
        }
        NativeUnixSocket socket = new NativeUnixSocket(new NativeDescriptor(accepted));
        int peer = socket.peerUser();
        if (peer != NativeLibc.geteuid()) {
            socket.close();
            throw new IOException(
                    "control socket: connected by user " + peer + " (expected: " + NativeLibc.geteuid() + ")");
        }
        return Optional.of(socket);
    }

    /**
     * Receives some bytes, blocking until there are some.
     *
     * @param arrived gets the descriptors that came with these bytes, which the caller then owns
     * @return how many bytes, or -1 at the end
     */
    int receive(byte[] into, int offset, int count, List<Integer> arrived) throws IOException {
        int wanted = Math.min(count, CHUNK);
        while (true) {
            incoming.prepareToReceive(wanted);
            long got = NativeLibc.recvmsg(descriptor.number(), incoming.header, MSG_CMSG_CLOEXEC);
            if (got < 0) {
                if (NativeLibc.errno() == Errno.EINTR) {
                    continue;
                }
                throw Errno.failure("recvmsg");
            }
            arrived.addAll(incoming.descriptors());
            if (incoming.truncated()) {
                throw new MalformedFrameException(
                        "descriptors: more than fit (expected: at most " + Frame.MAX_DESCRIPTORS + ")");
            }
            if (got == 0) {
                return -1;
            }
            incoming.data.read(0, into, offset, (int) got);
            return (int) got;
        }
    }

    /** Sends all bytes, with descriptors beside the first; blocks until the other side has taken them. */
    void send(byte[] bytes, List<Integer> descriptors) throws IOException {
        int sent = 0;
        while (sent < bytes.length) {
            int count = Math.min(bytes.length - sent, CHUNK);
            outgoing.data.write(0, bytes, sent, count);
            outgoing.prepareToSend(count, sent == 0 ? descriptors : List.of());
            long taken = NativeLibc.sendmsg(descriptor.number(), outgoing.header, MSG_NOSIGNAL);
            if (taken >= 0) {
                sent += (int) taken;
            } else if (NativeLibc.errno() != Errno.EINTR) {
                throw Errno.failure("sendmsg");
            }
        }
    }

    /** Ends the conversation: whoever blocks in a call on this socket returns. */
    void hangUp() {
        NativeLibc.shutdown(descriptor.number(), SHUT_RDWR);
    }

    /** Closes the socket, once nobody is in a call on it. */
    @Override
    public void close() {
        descriptor.close();
    }

    private static NativeUnixSocket create() throws IOException {
        int created = NativeLibc.socket(AF_UNIX, SOCK_STREAM_CLOEXEC, 0);
        if (created < 0) {
            throw Errno.failure("socket");
        }
        return new NativeUnixSocket(new NativeDescriptor(created));
    }

    /** A {@code sockaddr_un}. */
    private static Memory address(Path path) throws IOException {
        byte[] bytes = path.toString().getBytes(StandardCharsets.UTF_8);
        if (bytes.length >= PATH_BYTES) {
            throw new IOException(
                    path + ": " + bytes.length + " bytes (expected: at most " + (PATH_BYTES - 1) + " for a socket)");
        }
        Memory address = new Memory(2L + PATH_BYTES);
        address.clear();
        address.setShort(0, (short) AF_UNIX);
        address.write(2, bytes, 0, bytes.length);
        return address;
    }

    private boolean readable(Duration atMost) throws IOException {
        long deadline = System.nanoTime() + atMost.toNanos();
        try (Memory pollfd = new Memory(8)) {
            while (true) {
                pollfd.setInt(0, descriptor.number());
                pollfd.setShort(4, POLLIN);
                pollfd.setShort(6, (short) 0);
                long left = Math.max(0, (deadline - System.nanoTime()) / 1_000_000);
                int ready = NativeLibc.poll(pollfd, 1, (int) Math.min(left, Integer.MAX_VALUE));
                if (ready >= 0) {
                    return ready > 0;
                }
                if (NativeLibc.errno() != Errno.EINTR) {
                    throw Errno.failure("poll");
                }
            }
        }
    }

    /** The user id of the process at the other end: the second word of {@code struct ucred}. */
    private int peerUser() throws IOException {
        try (Memory credentials = new Memory(12)) {
            int[] length = {12};
            if (NativeLibc.getsockopt(descriptor.number(), SOL_SOCKET, SO_PEERCRED, credentials, length) != 0) {
                throw Errno.failure("SO_PEERCRED");
            }
            return credentials.getInt(4);
        }
    }

    /** A {@code struct msghdr} with one buffer and room for one control message. */
    private static final class Message {

        private static final int HEADER_BYTES = 56;
        private static final int CONTROL_BYTES = 32;
        private static final int CONTROL_HEADER_BYTES = 16;

        private final Memory header = new Memory(HEADER_BYTES);
        private final Memory vector = new Memory(16);
        private final Memory control = new Memory(CONTROL_BYTES);
        private final Memory data = new Memory(CHUNK);

        void prepareToReceive(int count) {
            prepare(count);
            header.setPointer(32, control);
            header.setLong(40, CONTROL_BYTES);
        }

        void prepareToSend(int count, List<Integer> descriptors) {
            prepare(count);
            if (descriptors.isEmpty()) {
                return;
            }
            long length = CONTROL_HEADER_BYTES + 4L * descriptors.size();
            control.clear();
            control.setLong(0, length);
            control.setInt(8, SOL_SOCKET);
            control.setInt(12, SCM_RIGHTS);
            for (int i = 0; i < descriptors.size(); i++) {
                control.setInt(CONTROL_HEADER_BYTES + 4L * i, descriptors.get(i));
            }
            header.setPointer(32, control);
            header.setLong(40, length + 7 & ~7L);
        }

        List<Integer> descriptors() {
            List<Integer> numbers = new ArrayList<>();
            if (header.getLong(40) < CONTROL_HEADER_BYTES
                    || control.getInt(8) != SOL_SOCKET
                    || control.getInt(12) != SCM_RIGHTS) {
                return numbers;
            }
            long length = Math.min(control.getLong(0), CONTROL_BYTES);
            for (long at = CONTROL_HEADER_BYTES; at + 4 <= length; at += 4) {
                numbers.add(control.getInt(at));
            }
            return numbers;
        }

        boolean truncated() {
            return (header.getInt(48) & MSG_CTRUNC) != 0;
        }

        private void prepare(int count) {
            header.clear();
            vector.setPointer(0, data);
            vector.setLong(8, count);
            header.setPointer(16, vector);
            header.setLong(24, 1);
            header.setPointer(32, Pointer.NULL);
        }
    }
}
