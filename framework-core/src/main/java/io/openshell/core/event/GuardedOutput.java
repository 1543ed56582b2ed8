package io.openshell.core.event;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** An output whose failures are counted and said once, and never reach traffic. */
final class GuardedOutput {

    private final EventOutput output;
    private final PrintStream errors;
    private final AtomicLong failed = new AtomicLong();
    private boolean told;

    GuardedOutput(EventOutput output, PrintStream errors) {
        this.output = output;
        this.errors = errors;
    }

    String name() {
        return output.name();
    }

    long lost() {
        return failed.get() + output.lost();
    }

    void write(List<SecurityEvent> batch) {
        try {
            output.write(batch);
        } catch (IOException | RuntimeException | Error failure) {
            failed.addAndGet(batch.size());
            tell(failure);
        }
    }

    void close() {
        try {
            output.close();
        } catch (IOException | RuntimeException | Error failure) {
            tell(failure);
        }
    }

    private void tell(Throwable failure) {
        if (told) {
            return;
        }
        told = true;
        errors.println("error: events: " + output.name() + ": " + FieldText.prose(String.valueOf(failure))
                + " (expected: a destination that takes events; lost ones are counted)");
    }
}
