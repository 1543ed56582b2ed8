package io.openshell.plugin.websocket;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where rules stood before those about operations were sorted out.
 *
 * @param allow for each rule that was handed on, its index among all of {@code rules}
 * @param deny the same for {@code deny_rules}
 */
record RulePlaces(List<Integer> allow, List<Integer> deny) {

    private static final Pattern PLACE = Pattern.compile("(rules|deny_rules)\\[(\\d{1,6})](.*)");

    RulePlaces {
        allow = List.copyOf(allow);
        deny = List.copyOf(deny);
    }

    /** The place in the endpoint that a place among the rules that were handed on stands for. */
    String original(String place) {
        Matcher parts = PLACE.matcher(place);
        if (!parts.matches()) {
            return place;
        }
        List<Integer> indexes = parts.group(1).equals("rules") ? allow : deny;
        int index = Integer.parseInt(parts.group(2));
        return index < indexes.size() ? parts.group(1) + "[" + indexes.get(index) + "]" + parts.group(3) : place;
    }
}
