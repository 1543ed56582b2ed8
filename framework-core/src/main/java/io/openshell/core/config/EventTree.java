package io.openshell.core.config;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.Event.ID;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;

/** Builds the tree from the parser's events. Used once. */
final class EventTree {

    private static final String MERGE_KEY = "<<";

    private final Iterator<Event> events;
    private final ConfigProblems problems;
    private Position reached = Position.START;

    EventTree(Iterator<Event> events, ConfigProblems problems) {
        this.events = events;
        this.problems = problems;
    }

    /** The one document; empty, with a problem, if there is none. */
    Optional<YamlNode> document() {
        Event first = skip(ID.StreamStart);
        if (!(first instanceof DocumentStartEvent start)) {
            problems.add(Position.START, "", "nothing (expected: a document)");
            return Optional.empty();
        }
        if (start.getSpecVersion().isPresent() || !start.getTags().isEmpty()) {
            problems.add(at(start), "", "a directive (expected: none)");
        }
        YamlNode root = node("", next(), 0);
        Event after = skip(ID.DocumentEnd);
        if (after instanceof DocumentStartEvent) {
            problems.add(at(after), "", "a second document (expected: one document)");
        }
        return Optional.of(root);
    }

    /** Where the last event began. */
    Position reached() {
        return reached;
    }

    private Event next() {
        Event event = events.next();
        reached = at(event);
        return event;
    }

    /** The event after one of this kind, which must be there. */
    private Event skip(ID expected) {
        Event event = next();
        if (!event.getEventId().equals(expected)) {
            throw new IllegalStateException("event: " + event.getEventId() + " (expected: " + expected + ")");
        }
        return next();
    }

    private YamlNode node(String path, Event event, int depth) {
        Position position = at(event);
        if (event instanceof AliasEvent) {
            problems.add(position, path, "an alias (expected: the value itself; aliases are not supported)");
            return new YamlNode.Refused(path, position);
        }
        boolean decorated = event instanceof NodeEvent node && isDecorated(node, path);
        YamlNode read = switch (event) {
            case ScalarEvent scalar -> scalar(path, position, scalar);
            case SequenceStartEvent ignored -> sequence(path, position, depth + 1);
            case MappingStartEvent ignored -> mapping(path, position, depth + 1);
            default -> throw new IllegalStateException("event: " + event.getEventId());
        };
        return decorated && read instanceof YamlNode.Scalar ? new YamlNode.Refused(path, position) : read;
    }

    /** Whether the node has an anchor or a tag, which is reported. */
    private boolean isDecorated(NodeEvent event, String path) {
        Optional<String> tag = switch (event) {
            case ScalarEvent scalar -> scalar.getTag();
            case CollectionStartEvent collection -> collection.getTag();
            default -> Optional.empty();
        };
        event.getAnchor()
                .ifPresent(anchor -> problems.add(
                        at(event), path, "anchor &" + Display.value(anchor.getValue()) + " (expected: no anchors)"));
        tag.ifPresent(t -> problems.add(at(event), path, "tag " + Display.value(t) + " (expected: no tags)"));
        return event.getAnchor().isPresent() || tag.isPresent();
    }

    private YamlNode scalar(String path, Position position, ScalarEvent event) {
        String text = event.getValue();
        boolean block = event.isLiteral() || event.isFolded();
        Optional<Integer> bad = text.codePoints()
                .filter(c -> Characters.isForbidden(c) || c == '\t' || (c == '\n' && !block))
                .boxed()
                .findFirst();
        if (bad.isPresent()) {
            problems.add(position, path, Characters.name(bad.get()) + " (expected: no control or format characters)");
            return new YamlNode.Refused(path, position);
        }
        return new YamlNode.Scalar(path, position, text, event.isPlain());
    }

    private YamlNode sequence(String path, Position position, int depth) {
        List<YamlNode> items = new ArrayList<>();
        for (Event event = next(); !event.getEventId().equals(ID.SequenceEnd); event = next()) {
            items.add(nested(ConfigPath.item(path, items.size()), event, depth));
        }
        return new YamlNode.Sequence(path, position, items);
    }

    private YamlNode mapping(String path, Position position, int depth) {
        Map<String, YamlNode.Entry> entries = new LinkedHashMap<>();
        for (Event event = next(); !event.getEventId().equals(ID.MappingEnd); event = next()) {
            Position keyPosition = at(event);
            String key = key(path, event, depth);
            String valuePath = key == null ? path : ConfigPath.key(path, key);
            YamlNode value = nested(valuePath, next(), depth);
            if (key == null) {
                continue;
            }
            YamlNode.Entry earlier = entries.putIfAbsent(key, new YamlNode.Entry(keyPosition, value));
            if (earlier != null) {
                problems.add(keyPosition, valuePath, "a duplicate key (first at " + earlier.keyPosition() + ")");
            }
        }
        return new YamlNode.Mapping(path, position, Collections.unmodifiableMap(entries));
    }

    /** The key's text, or {@code null} if it was refused. */
    private @Nullable String key(String path, Event event, int depth) {
        YamlNode key = nested(path, event, depth);
        if (key instanceof YamlNode.Refused) {
            return null;
        }
        if (!(key instanceof YamlNode.Scalar scalar)
                || scalar.isNull()
                || scalar.text().isBlank()) {
            problems.unexpected(key, "a key that is text");
            return null;
        }
        if (scalar.plain() && scalar.text().equals(MERGE_KEY)) {
            problems.add(key, "a merge key (expected: the keys themselves; merge keys are not supported)");
            return null;
        }
        return scalar.text();
    }

    private YamlNode nested(String path, Event event, int depth) {
        boolean collection = event instanceof CollectionStartEvent;
        if (!collection || depth < YamlReader.MAX_DEPTH) {
            return node(path, event, depth);
        }
        problems.add(at(event), path, "nested too deep (expected: at most " + YamlReader.MAX_DEPTH + " levels)");
        throw new TooDeepException();
    }

    private static Position at(Event event) {
        return event.getStartMark().map(YamlReader::position).orElse(Position.START);
    }

    /** Ends reading at once, for the scanner's time grows with the square of the depth. The problem is reported. */
    static final class TooDeepException extends RuntimeException {

        TooDeepException() {
            super("nested too deep", null, false, false);
        }
    }
}
