package io.openshell.core.config;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Reads one strict YAML 1.2 document into a tree. Refused, each with its place: anchors, aliases, merge keys, tags,
 * directives, duplicate keys, keys that are not text, a second document, deep nesting, control and format
 * characters, and more than 256 KiB.
 */
public final class YamlReader {

    /** The most bytes, in UTF-8, that a document may have. The parser's time grows with the square of a scalar. */
    public static final int MAX_BYTES = 256 * 1024;

    /** How deep lists and mappings may nest. The deepest policy has ten levels. */
    public static final int MAX_DEPTH = 32;

    private static final LoadSettings SETTINGS =
            LoadSettings.builder().setUseMarks(true).setParseComments(false).build();

    private YamlReader() {}

    /**
     * Reads a document.
     *
     * @param problems gets everything that is wrong
     * @return the tree, in which {@link YamlNode.Refused} stands for what was refused; empty if the text could not
     *     be read to its end, and then there is a problem
     */
    public static Optional<YamlNode> read(String text, ConfigProblems problems) {
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_BYTES) {
            problems.add(Position.START, "", bytes + " bytes (expected: at most " + MAX_BYTES + ")");
            return Optional.empty();
        }
        String content = Characters.withoutMark(text);
        int before = problems.count();
        Characters.check(content, problems);
        if (problems.count() > before) {
            return Optional.empty();
        }
        return parse(content, problems);
    }

    private static Optional<YamlNode> parse(String content, ConfigProblems problems) {
        EventTree tree = new EventTree(new Parse(SETTINGS).parseString(content).iterator(), problems);
        try {
            return tree.document();
        } catch (EventTree.TooDeepException e) {
            return Optional.empty();
        } catch (MarkedYamlEngineException e) {
            Position position = e.getProblemMark().map(YamlReader::position).orElse(tree.reached());
            problems.add(position, "", "not YAML: " + explanation(e));
        } catch (YamlEngineException e) {
            problems.add(tree.reached(), "", "not YAML: " + e.getMessage());
        } catch (NumberFormatException e) {
            // how the scanner takes an escape of eight digits that no character has
            problems.add(
                    tree.reached(), "", "not YAML: soon after here, an escape for a character that does not exist");
        }
        return Optional.empty();
    }

    private static String explanation(MarkedYamlEngineException e) {
        String context = e.getContext();
        String problem = e.getProblem();
        return context == null || context.isBlank() ? problem : context + ": " + problem;
    }

    /** The parser counts from zero. */
    static Position position(Mark mark) {
        return new Position(mark.getLine() + 1, mark.getColumn() + 1);
    }
}
