package io.openshell.api.log;

import java.io.IOException;
import java.util.List;

/** Takes events away. Used by one thread, which is the exporter's own: it may block, and another exporter does not wait. */
public interface LogExporter extends AutoCloseable {

    /**
     * Exports a batch, all or nothing.
     *
     * @param batch at least one event, in the order in which they happened
     * @throws IOException to have the same batch offered again, later and a bounded number of times; any other exception
     *     is a defect, and the batch is counted as lost
     */
    void export(List<ExportedEvent> batch) throws IOException;

    /** Called once, after the last batch, or while one hangs if the program has to end: its thread is then interrupted. */
    @Override
    void close();
}
