package io.openshell.api.log;

import java.io.IOException;
import java.util.List;

/** Takes events away. Used by one thread. */
public interface LogExporter extends AutoCloseable {

    /**
     * Exports a batch, all or nothing.
     *
     * @throws IOException to have the same batch offered again, later and a bounded number of times
     */
    void export(List<ExportedEvent> batch) throws IOException;

    /** Called once, after the last batch. */
    @Override
    void close();
}
