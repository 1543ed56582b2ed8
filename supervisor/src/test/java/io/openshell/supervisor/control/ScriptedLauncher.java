package io.openshell.supervisor.control;

import java.io.IOException;
import java.util.List;

/** The far end of a control socket in a test: says what it is told to, and hands out what it hears. */
public final class ScriptedLauncher implements AutoCloseable {

    private final LauncherConnection connection;
    private final NativeUnixSocket socket;
    private final FrameChannel channel;

    private ScriptedLauncher(LauncherConnection connection, NativeUnixSocket socket) {
        this.connection = connection;
        this.socket = socket;
        this.channel = new FrameChannel(socket);
    }

    /** A launcher whose supervisor's end is {@link #connection()}. */
    public static ScriptedLauncher connected() throws IOException {
        List<NativeUnixSocket> pair = NativeUnixSocket.pair();
        return new ScriptedLauncher(LauncherConnection.begin("test", pair.get(0)), pair.get(1));
    }

    /** The supervisor's end. */
    public LauncherConnection connection() {
        return connection;
    }

    /** Says something. */
    public void say(LauncherMessage message) throws IOException {
        channel.write(LauncherMessageCodec.encode(message));
    }

    /** What the supervisor says next; blocks until it does. */
    public SupervisorMessage hear() throws IOException {
        Frame frame = channel.read().orElseThrow(() -> new IOException("supervisor: ended (expected: a message)"));
        return SupervisorMessageCodec.decode(frame);
    }

    /** Whether the supervisor has ended the conversation; blocks until it does or says something. */
    public boolean hearsTheEnd() throws IOException {
        return channel.read().isEmpty();
    }

    void sayBytes(byte[] bytes) throws IOException {
        socket.send(bytes, List.of());
    }

    /** Ends the conversation while another thread hears, which it then stops doing. */
    public void hangUp() {
        channel.hangUp();
    }

    /** Goes away. */
    @Override
    public void close() {
        channel.close();
    }
}
