package io.openshell.plugin.docker;

import io.openshell.api.compute.ComputeDriver;
import io.openshell.plugin.docker.endpoint.EngineSocket;
import java.nio.file.Path;

/** Prints what a driver's check finds: for a process of another user. Arguments: the driver's name, the engine's socket. */
final class CheckMain {

    private CheckMain() {}

    public static void main(String[] arguments) {
        EngineConnection connection =
                new EngineConnection(arguments[0], () -> new EngineSocket.At(Path.of(arguments[1]), "the test"));
        try (ComputeDriver driver = new EngineDriver(connection, new WaitingLauncher(Path.of("/bin/true")))) {
            driver.check().forEach(problem -> System.out.println(problem.message()));
        }
    }
}
