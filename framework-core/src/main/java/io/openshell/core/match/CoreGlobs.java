package io.openshell.core.match;

import io.openshell.api.inspect.Globs;
import java.util.function.Predicate;

/** The globs that plugins are given. Stateless. */
public final class CoreGlobs implements Globs {

    @Override
    public Predicate<String> path(String glob) {
        return PathGlob.compile(PathText.canonical(glob))::matches;
    }

    @Override
    public Predicate<String> text(String glob) {
        return TextGlob.compile(glob)::matches;
    }

    @Override
    public Predicate<String> plain(String glob) {
        return Glob.compile(glob, Dialect.SHELL)::matches;
    }
}
