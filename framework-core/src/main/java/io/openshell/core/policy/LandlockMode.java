package io.openshell.core.policy;

/** What happens when Landlock, or a path that it should allow, is not there. */
public enum LandlockMode {

    /** Go on without, and say so in an event of high severity. */
    BEST_EFFORT("best_effort"),

    /** Do not start. */
    HARD_REQUIREMENT("hard_requirement");

    private final String spelling;

    LandlockMode(String spelling) {
        this.spelling = spelling;
    }

    /** As policies write it. */
    public String spelling() {
        return spelling;
    }
}
