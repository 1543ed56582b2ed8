package io.openshell.distribution.network;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The events of one run, as the file of {@code --events} holds them.
 *
 * @param text the file
 * @param all one event a line
 */
record Events(String text, List<JsonNode> all) {

    private static final int NETWORK_ACTIVITY = 4001;
    private static final JsonMapper JSON = new JsonMapper();

    Events {
        all = List.copyOf(all);
    }

    static Events read(Path file) throws IOException {
        String text = Files.exists(file) ? Files.readString(file) : "";
        List<JsonNode> events = new ArrayList<>();
        text.lines().forEach(line -> events.add(JSON.readTree(line)));
        return new Events(text, events);
    }

    /** Parses a body or an event. */
    static JsonNode json(String text) {
        return JSON.readTree(text);
    }

    /** The decisions to refuse, by the proxy. */
    List<JsonNode> denied() {
        return where(event -> event.path("disposition").asString("").equals("Blocked") && !isBypass(event));
    }

    /** The connections around the proxy, which nobody needed to decide on. */
    List<JsonNode> bypassed() {
        return where(event -> isBypass(event) && event.path("class_uid").asInt() == NETWORK_ACTIVITY);
    }

    private static boolean isBypass(JsonNode event) {
        return event.at("/firewall_rule/name").asString("").equals("bypass-detect")
                || event.at("/unmapped/type").asString("").equals("bypass-detect");
    }

    /** The decisions to allow. */
    List<JsonNode> allowed() {
        return where(event -> event.path("disposition").asString("").equals("Allowed"));
    }

    List<JsonNode> where(Predicate<JsonNode> what) {
        return all.stream().filter(what).toList();
    }

    /** What was decided, for messages of failed tests. */
    @Override
    public String toString() {
        return where(event -> !event.path("disposition").isMissingNode()
                        || event.path("status_id").asInt() != 1)
                .toString();
    }
}
