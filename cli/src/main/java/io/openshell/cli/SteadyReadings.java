package io.openshell.cli;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Tells which readings of a file count: those that come out the same twice and differ from the last that counted. So half of a
 * file that is being written does not count, whatever the clock or the file system says of it. For one thread.
 */
final class SteadyReadings {

    private Reading counted;
    private @Nullable Reading seen;

    /** @param first what counts already */
    SteadyReadings(Reading first) {
        this.counted = first;
    }

    /** What one look at the file came to. */
    sealed interface Reading {

        /** Its bytes. */
        record Content(ByteBuffer bytes) implements Reading {

            static Content of(byte[] bytes) {
                return new Content(ByteBuffer.wrap(bytes.clone()));
            }

            byte[] toArray() {
                byte[] copy = new byte[bytes.remaining()];
                bytes.get(bytes.position(), copy);
                return copy;
            }
        }

        /** It could not be read. */
        record Failure(String reason) implements Reading {}
    }

    /** Takes a reading; whether it is one that counts. */
    boolean counts(Reading reading) {
        if (reading.equals(counted)) {
            seen = null;
            return false;
        }
        if (!reading.equals(seen)) {
            seen = reading;
            return false;
        }
        counted = reading;
        seen = null;
        return true;
    }
}
