package io.openshell.supervisor.control;

import io.openshell.supervisor.control.LauncherMessage.Bypass;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Holds connections around the proxy until there is somebody to tell: a supervisor that comes back hears of them before it
 * has opened its log. Thread-safe.
 */
final class EarlyBypasses {

    /** The launcher sums up what repeats itself; beyond so many the rest is lost. */
    private static final int MAX_HELD = 1024;

    private final List<Bypass> held = new ArrayList<>();
    private @Nullable Consumer<Bypass> listener;

    synchronized void accept(Bypass bypass) {
        if (listener != null) {
            listener.accept(bypass);
        } else if (held.size() < MAX_HELD) {
            held.add(bypass);
        }
    }

    synchronized void handTo(Consumer<Bypass> told) {
        listener = told;
        held.forEach(told);
        held.clear();
    }
}
