package io.openshell.testkit.contract;

import io.openshell.api.inspect.Judge;
import io.openshell.api.inspect.Verdict;
import java.util.ArrayList;
import java.util.List;

/** Judges as the core does, and keeps what it was asked. Used by one thread. */
public final class RecordingJudge implements Judge {

    private final boolean enforces;
    private final List<String> subjects = new ArrayList<>();
    private final List<Verdict> verdicts = new ArrayList<>();

    private RecordingJudge(boolean enforces) {
        this.enforces = enforces;
    }

    /** For an endpoint with {@code enforcement: enforce}. */
    public static RecordingJudge enforcing() {
        return new RecordingJudge(true);
    }

    /** For an endpoint with {@code enforcement: audit}. */
    public static RecordingJudge auditing() {
        return new RecordingJudge(false);
    }

    @Override
    public boolean admits(String subject, Verdict verdict) {
        subjects.add(subject);
        verdicts.add(verdict);
        return switch (verdict) {
            case Verdict.Allowed allowed -> true;
            case Verdict.Denied denied -> !enforces;
            case Verdict.Unreadable unreadable -> false;
        };
    }

    /** What was judged, in order. */
    public List<String> subjects() {
        return List.copyOf(subjects);
    }

    /** The verdicts, in order. */
    public List<Verdict> verdicts() {
        return List.copyOf(verdicts);
    }

    /** The verdicts that allow. */
    public List<Verdict> admitted() {
        return verdicts.stream().filter(Verdict.Allowed.class::isInstance).toList();
    }

    /** The verdicts that do not. */
    public List<Verdict> refused() {
        return verdicts.stream()
                .filter(verdict -> !(verdict instanceof Verdict.Allowed))
                .toList();
    }
}
