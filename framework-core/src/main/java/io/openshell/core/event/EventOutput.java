package io.openshell.core.event;

import java.io.IOException;
import java.util.List;

/** Where a pipeline's events go. Used by the pipeline's writer thread alone. */
public interface EventOutput {

    /** What messages call it, as in a file's path. */
    String name();

    /**
     * Writes a batch.
     *
     * @throws IOException if the batch, or a part of it, could not be written; it is counted as lost and not offered again
     */
    void write(List<SecurityEvent> batch) throws IOException;

    /** The events that were accepted by {@link #write} and had to be given up later. Any thread. */
    default long lost() {
        return 0;
    }

    /**
     * Writes what is still held back and ends. Called once, after the last batch.
     *
     * @throws IOException if something could not be written
     */
    void close() throws IOException;
}
