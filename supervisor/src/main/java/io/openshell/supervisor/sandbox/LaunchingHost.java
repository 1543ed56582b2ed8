package io.openshell.supervisor.sandbox;

import io.openshell.api.compute.ComputeException;
import io.openshell.api.compute.ComputeHost;
import io.openshell.supervisor.control.ControlSocket;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What drivers start launchers with; whoever waits for a launcher that has ended meanwhile is told. */
final class LaunchingHost implements ComputeHost {

    private final ComputeHost host;
    private final Map<Path, ControlSocket> waiting = new ConcurrentHashMap<>();

    LaunchingHost(ComputeHost host) {
        this.host = host;
    }

    @Override
    public Path launcher() {
        return host.launcher();
    }

    @Override
    public LauncherProcess startLauncher(Path controlSocket) throws ComputeException {
        LauncherProcess process = host.startLauncher(controlSocket);
        return new LauncherProcess(
                process.pid(), process.exit().whenComplete((status, failure) -> stopWaiting(controlSocket)));
    }

    void expect(ControlSocket socket) {
        waiting.put(socket.path(), socket);
    }

    /** Once the launcher has connected, its end is seen on the connection itself. */
    synchronized void connected(ControlSocket socket) {
        waiting.remove(socket.path());
    }

    /** Wakes whoever waits for a launcher at this socket; nobody may, any more. */
    synchronized void stopWaiting(Path path) {
        ControlSocket socket = waiting.remove(path);
        if (socket != null) {
            socket.stopWaiting();
        }
    }
}
