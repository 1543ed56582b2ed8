package io.openshell.api.inspect;

import java.util.function.Predicate;

/** Compiles globs into matchers that take time linear in the text. */
public interface Globs {

    /**
     * A path glob: {@code *} stays within one segment, {@code **} crosses segments, {@code ?} is one character
     * other than a slash, {@code [a-z]}, {@code [!x]} and {@code {a,b}} as usual. {@code /repos/**} matches
     * {@code /repos/} and everything below, not {@code /repos} itself. Letters that a canonical path has percent-encoded may
     * be written as they are; a glob that no canonical path can match ({@code a//b}, {@code /../}, without a slash in front) is
     * refused, for a deny rule with it would look like protection.
     *
     * @throws IllegalArgumentException if the glob is malformed; the message says where and why
     */
    Predicate<String> path(String glob);

    /**
     * A glob over a value, in which a dot separates: {@code *} does not cross a dot, {@code **} does, and a
     * slash is a character like any other.
     *
     * @throws IllegalArgumentException if the glob is malformed; the message says where and why
     */
    Predicate<String> text(String glob);

    /**
     * A glob over a value without any structure, such as a key: {@code *} is any number of any characters, {@code ?} is
     * any one.
     *
     * @throws IllegalArgumentException if the glob is malformed; the message says where and why
     */
    Predicate<String> plain(String glob);
}
