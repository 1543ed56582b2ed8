package io.openshell.supervisor.control;

import io.openshell.supervisor.control.LauncherMessage.Attempt;
import io.openshell.supervisor.control.LauncherMessage.AttemptOutcome;
import io.openshell.supervisor.control.LauncherMessage.Skipped;
import io.openshell.supervisor.control.LauncherMessage.Step;

/** What the launcher reports of its work, in READY and STARTED: steps, attempts and what was left out, both ways. */
final class ReportCodec {

    private ReportCodec() {}

    static Step step(FieldReader fields) throws MalformedFrameException {
        return new Step(fields.text(1), fields.textOrEmpty(2));
    }

    static Attempt attempt(FieldReader fields) throws MalformedFrameException {
        return new Attempt(fields.text(1), fields.text(2), fields.text(3), attemptOutcome(fields));
    }

    private static AttemptOutcome attemptOutcome(FieldReader fields) throws MalformedFrameException {
        int value = fields.u8(4);
        for (AttemptOutcome outcome : AttemptOutcome.values()) {
            if (outcome.wire == value) {
                return outcome;
            }
        }
        throw fields.malformed("field 4", value, "1 or 2");
    }

    static Skipped skipped(FieldReader fields) throws MalformedFrameException {
        String path = fields.text(1);
        String reason = fields.textOrEmpty(2);
        int errno = fields.i32OrZero(3);
        int mark = fields.u8(4);
        for (Skipped.What what : Skipped.What.values()) {
            if (what.wire == mark) {
                return new Skipped(path, reason, errno, what);
            }
        }
        throw fields.malformed("field 4", mark, "1 to 3");
    }

    static void writeStep(FieldWriter fields, Step step) {
        fields.text(1, step.name()).text(2, step.detail());
    }

    static void writeAttempt(FieldWriter fields, Attempt attempt) {
        fields.text(1, attempt.name())
                .text(2, attempt.expected())
                .text(3, attempt.came())
                .u8(4, attempt.outcome().wire);
    }

    static void writeSkipped(FieldWriter fields, Skipped skipped) {
        fields.text(1, skipped.path())
                .text(2, skipped.reason())
                .i32(3, skipped.errno())
                .u8(4, skipped.what().wire);
    }
}
