package io.openshell.supervisor.control;

/** What supervisor and broker say to each other. */
public sealed interface BrokerMessage {

    /** The number that the supervisor gave the launcher. */
    int number();

    /**
     * Start a launcher.
     *
     * @param controlSocket the path that it connects to
     */
    record Start(int number, String controlSocket) implements BrokerMessage {}

    /**
     * A launcher runs, or could not be started.
     *
     * @param pid 0 if it could not
     * @param errno why it could not
     */
    record Launched(int number, int pid, int errno) implements BrokerMessage {}

    /**
     * A launcher has ended.
     *
     * @param signal 0 if none ended it
     */
    record Ended(int number, int exitCode, int signal) implements BrokerMessage {}
}
