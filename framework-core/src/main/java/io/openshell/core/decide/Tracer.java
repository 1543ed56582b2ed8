package io.openshell.core.decide;

import io.openshell.core.decide.Trace.Outcome;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects a trace, or, when off, does nothing; then no text is made for it either. */
final class Tracer {

    /** Keeps nothing. */
    static final Tracer OFF = new Tracer(null);

    private final @Nullable List<Trace.Step> steps;

    private Tracer(@Nullable List<Trace.Step> steps) {
        this.steps = steps;
    }

    static Tracer on() {
        return new Tracer(new ArrayList<>());
    }

    boolean isOn() {
        return steps != null;
    }

    void step(String ruleId, Outcome outcome, String why) {
        if (steps != null) {
            steps.add(new Trace.Step(ruleId, outcome, why));
        }
    }

    Trace trace() {
        return steps == null ? Trace.NONE : new Trace(steps);
    }
}
