package io.openshell.api.inspect;

/** Takes a stream inspector's verdicts, records them, and says what the endpoint's enforcement makes of them. */
public interface Judge {

    /**
     * Records a verdict and says whether its subject may pass: an allowed one may; a denied one only in audit; an
     * unreadable one never.
     *
     * @param subject what was judged, in one short line for the event, as in {@code GET}; never an argument
     *     or a payload
     */
    boolean admits(String subject, Verdict verdict);
}
