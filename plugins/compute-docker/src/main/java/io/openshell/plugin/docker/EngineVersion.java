package io.openshell.plugin.docker;

import io.openshell.plugin.docker.json.MalformedAnswerException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A version of an interface, of which two numbers count.
 *
 * @param major the first
 * @param minor the second
 */
record EngineVersion(int major, int minor) implements Comparable<EngineVersion> {

    private static final Pattern TEXT = Pattern.compile("([0-9]{1,6})\\.([0-9]{1,6})([.\\-+].*)?");

    static EngineVersion parse(String text) throws MalformedAnswerException {
        Matcher version = TEXT.matcher(text);
        if (!version.matches()) {
            throw new MalformedAnswerException("version: no version (expected: as in 1.41)");
        }
        return new EngineVersion(Integer.parseInt(version.group(1)), Integer.parseInt(version.group(2)));
    }

    @Override
    public int compareTo(EngineVersion other) {
        return major != other.major ? Integer.compare(major, other.major) : Integer.compare(minor, other.minor);
    }

    boolean isBefore(EngineVersion other) {
        return compareTo(other) < 0;
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}
