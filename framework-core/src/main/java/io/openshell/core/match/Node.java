package io.openshell.core.match;

import java.util.List;

/** The syntax of a glob, in regular-expression terms. */
sealed interface Node {

    /** One character of the set. */
    record One(CharSet set) implements Node {}

    /** Any number of characters of the set, none included. */
    record Run(CharSet set) implements Node {}

    /** One after the other. */
    record Sequence(List<Node> parts) implements Node {
        public Sequence {
            parts = List.copyOf(parts);
        }
    }

    /** One of several. */
    record Choice(List<Node> options) implements Node {
        public Choice {
            options = List.copyOf(options);
        }
    }

    /** There or not. */
    record Maybe(Node part) implements Node {}
}
