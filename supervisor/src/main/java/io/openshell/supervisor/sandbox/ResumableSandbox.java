package io.openshell.supervisor.sandbox;

import io.openshell.core.policy.PolicySource;
import io.openshell.supervisor.control.KeptState;
import io.openshell.supervisor.control.KeptState.CallerFacts;
import io.openshell.supervisor.control.LauncherConnection;
import io.openshell.supervisor.control.LauncherConnection.Resumption;
import io.openshell.supervisor.control.LauncherMessage.Hello;
import io.openshell.supervisor.control.MalformedFrameException;
import io.openshell.supervisor.control.ResumeSocket;
import io.openshell.supervisor.control.ResumeSocket.Resumable;
import io.openshell.supervisor.control.SecretBytes;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A sandbox whose supervisor has gone, and that this process has taken over but does not serve yet. Closing it leaves it
 * as it was, for the next one to take over; {@link Supervisor#resume} makes a running one of it.
 */
public final class ResumableSandbox implements AutoCloseable {

    private static final Duration HAND_OVER_LIMIT = Duration.ofSeconds(10);

    private final LauncherConnection launcher;
    private final Hello hello;
    private final Resumption resumption;
    private final ResumeSocket socket;
    private final KeptState state;

    private ResumableSandbox(ResumeSocket.Knocked knocked, Resumption resumption, KeptState state) {
        this.launcher = knocked.launcher();
        this.hello = knocked.hello();
        this.socket = knocked.socket();
        this.resumption = resumption;
        this.state = state;
    }

    /**
     * Those that wait for a supervisor.
     *
     * @param environment this process's, which says where their sockets lie
     */
    public static List<Resumable> list(Map<String, String> environment) throws SandboxException {
        try {
            return ResumeSocket.list(environment);
        } catch (IOException e) {
            throw new SandboxException(String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * Takes one over.
     *
     * @throws SandboxException if there is none of this name, it has a supervisor, or it is of another user or release
     */
    public static ResumableSandbox takeOver(String name, Map<String, String> environment) throws SandboxException {
        ResumeSocket.Knocked knocked;
        try {
            knocked = ResumeSocket.knock(name, environment);
        } catch (IOException e) {
            throw new SandboxException(String.valueOf(e.getMessage()), e);
        }
        try {
            Resumption resumption = knocked.launcher().resume(HAND_OVER_LIMIT);
            return new ResumableSandbox(knocked, resumption, read(name, resumption));
        } catch (IOException e) {
            knocked.launcher().close();
            throw new SandboxException(String.valueOf(e.getMessage()), e);
        }
    }

    private static KeptState read(String name, Resumption resumption) throws IOException {
        try (SecretBytes bytes = resumption.message().state()) {
            return KeptState.decode(bytes);
        } catch (MalformedFrameException e) {
            resumption.message().ready().listener().close();
            throw new IOException(
                    name + ": " + e.getMessage() + "; use the release that started it, or end its processes", e);
        }
    }

    /** The policy that is in force in it. */
    public PolicySource policy() {
        return new PolicySource(state.policy().name(), state.policy().text());
    }

    /** Its name. */
    public String name() {
        return state.sandbox().name();
    }

    /** Whether its root is an image's. */
    public boolean hasImage() {
        return state.sandbox().image().isPresent();
    }

    /** The name of the driver that made it. */
    public String driver() {
        return state.sandbox().driver();
    }

    /** What the program around its supervisor was started with. */
    public CallerFacts caller() {
        return state.caller();
    }

    LauncherConnection launcher() {
        return launcher;
    }

    Hello hello() {
        return hello;
    }

    Resumption resumption() {
        return resumption;
    }

    ResumeSocket socket() {
        return socket;
    }

    KeptState state() {
        return state;
    }

    /** Lets go of it, unless it is served meanwhile; a second call does nothing. */
    @Override
    public void close() {
        state.authority().close();
        resumption.message().ready().listener().close();
        launcher.close();
    }
}
