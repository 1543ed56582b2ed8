package io.openshell.api.compute;

/** When an image is fetched. */
public enum PullPolicy {
    /** Each time, so that what runs is the newest. */
    ALWAYS,
    /** When the platform does not have it. */
    MISSING,
    /** Not at all: what the platform does not have is an error. */
    NEVER
}
