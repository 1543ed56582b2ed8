package io.openshell.plugin.graphql;

import graphql.language.Field;
import graphql.language.FragmentDefinition;
import graphql.language.FragmentSpread;
import graphql.language.InlineFragment;
import graphql.language.Selection;
import graphql.language.SelectionSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Expands the fragments of one document, each once, however often it is used. Directives are not looked at: a field that
 * {@code @skip} may leave out is asked for. Used once.
 */
final class SelectionExpander {

    /**
     * Selection sets within one another, those of fragments too: each is a call within a call here. A chain of fragments
     * has no depth of fields that would end it. The deepest fields that can be allowed may stand in a fragment, and that
     * in an inline fragment, on every level.
     */
    static final int MAX_LEVELS = 256;

    private final Map<String, FragmentDefinition> fragments;
    private final Map<String, Expansion> expanded = new HashMap<>();
    private final Set<String> open = new HashSet<>();
    private int level;

    SelectionExpander(Map<String, FragmentDefinition> fragments) {
        this.fragments = fragments;
    }

    /** @throws UnreadableException for a fragment that is not there or leads back to itself, or for too many levels */
    Expansion expand(@Nullable SelectionSet set) throws UnreadableException {
        if (set == null) {
            return Expansion.NONE;
        }
        requireRoom(1);
        level++;
        Set<String> fields = new HashSet<>();
        long count = 0;
        long aliases = 0;
        int depth = 0;
        int levels = 0;
        for (Selection<?> selection : set.getSelections()) {
            Expansion part = switch (selection) {
                case Field field -> field(field);
                case InlineFragment inline -> expand(inline.getSelectionSet());
                case FragmentSpread spread -> fragment(spread.getName());
                default -> throw new UnreadableException("a selection of an unknown kind");
            };
            fields.addAll(part.fields());
            count = Expansion.sum(count, part.count());
            aliases = Expansion.sum(aliases, part.aliases());
            depth = Math.max(depth, part.depth());
            levels = Math.max(levels, part.levels());
        }
        level--;
        return new Expansion(fields, count, depth, aliases, levels + 1);
    }

    private void requireRoom(int levels) throws UnreadableException {
        if (level + levels > MAX_LEVELS) {
            throw new UnreadableException("more than " + MAX_LEVELS + " levels of fields and fragments");
        }
    }

    private Expansion field(Field field) throws UnreadableException {
        Expansion below = expand(field.getSelectionSet());
        long aliases = field.getAlias() == null ? below.aliases() : Expansion.sum(below.aliases(), 1);
        return new Expansion(Set.of(field.getName()), 1, below.depth() + 1, aliases, below.levels());
    }

    private Expansion fragment(String name) throws UnreadableException {
        Expansion known = expanded.get(name);
        if (known != null) {
            requireRoom(known.levels()); // it may have been read from nearer the top
            return known;
        }
        FragmentDefinition fragment = fragments.get(name);
        if (fragment == null) {
            throw new UnreadableException("a fragment that the document does not define");
        }
        if (!open.add(name)) {
            throw new UnreadableException("a fragment that leads back to itself");
        }
        Expansion result = expand(fragment.getSelectionSet());
        open.remove(name);
        expanded.put(name, result);
        return result;
    }
}
