package io.openshell.core.match;

/**
 * What the wildcards of a glob mean.
 *
 * @param separator the character that {@code *} and {@code ?} do not match, or {@link CharSet#NOTHING}
 * @param doubleStar what {@code **} means
 */
record Dialect(int separator, DoubleStar doubleStar) {

    enum DoubleStar {
        /** A whole segment: any number of segments. Refused when glued to other characters. */
        SEGMENTS,
        /** Any characters, the separator included, wherever it stands. */
        CHARACTERS,
        /** Not offered. */
        REFUSED
    }

    static final Dialect PATH = new Dialect('/', DoubleStar.SEGMENTS);
    static final Dialect TEXT = new Dialect('.', DoubleStar.CHARACTERS);
    static final Dialect SHELL = new Dialect(CharSet.NOTHING, DoubleStar.CHARACTERS);
    static final Dialect LABEL = new Dialect('.', DoubleStar.REFUSED);
}
