package io.openshell.cli;

import io.openshell.core.event.BypassAttempt;
import io.openshell.core.event.EventOutput;
import io.openshell.core.event.SecurityEvent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Counts what was denied or could not be reached, so that a run can say so at its end. */
final class Refusals implements EventOutput {

    private int count;
    private String last = "";
    private long bypasses;
    private @Nullable BypassAttempt lastBypass;

    @Override
    public String name() {
        return "refusals";
    }

    @Override
    public synchronized void write(List<SecurityEvent> batch) {
        for (SecurityEvent event : batch) {
            if (event.bypass().isPresent()) {
                lastBypass = event.bypass().get();
                bypasses += 1 + lastBypass.suppressed();
            } else if (event.cameToNothing()) {
                count++;
                last = event.shorthand();
            }
        }
    }

    @Override
    public void close() {
        // Nothing is held.
    }

    /** One line on each kind that there was. */
    synchronized List<String> summary(Path log) {
        List<String> lines = new ArrayList<>();
        String more = " (all events: " + log + ")";
        if (count > 0) {
            lines.add("openshell: " + count
                    + (count == 1 ? " refusal or failure: " : " refusals or failures, the last: ") + last + more);
        }
        if (lastBypass != null) {
            lines.add("openshell: " + bypasses
                    + (bypasses == 1
                            ? " attempt to connect without the proxy, which was refused: "
                            : " attempts to connect without the proxy, which were refused, the last: ")
                    + lastBypass.inWords() + "; " + lastBypass.hint() + more);
        }
        return lines;
    }
}
