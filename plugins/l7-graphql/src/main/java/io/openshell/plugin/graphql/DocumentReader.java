package io.openshell.plugin.graphql;

import graphql.language.Definition;
import graphql.language.Document;
import graphql.language.FragmentDefinition;
import graphql.language.OperationDefinition;
import graphql.parser.InvalidSyntaxException;
import graphql.parser.Parser;
import graphql.parser.ParserEnvironment;
import graphql.parser.ParserOptions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Reads documents with graphql-java's parser, and nothing of graphql-java but that. Bounded in time and memory, by the
 * parser's limits and by what is refused before it sees the text. Any thread.
 */
final class DocumentReader {

    /** The largest document, in characters. */
    static final int MAX_CHARACTERS = 65_536;

    /**
     * The longest run of digits. The parser's time grows with its square (a literal of 400 KB takes seconds) and no
     * limit of the parser's stops it. No number that a server can use has more.
     */
    static final int MAX_DIGITS = 64;

    private static final int MAX_WHITESPACE = 20_000;

    /** Of the grammar's rules, of which a nested field takes about three. */
    private static final int MAX_RULE_DEPTH = 200;

    private static final String EXAMPLE = "query Warm($a: Int = 1) { a: b(c: $a) { ...F } } fragment F on T { d }";

    private final Limits limits;
    private final ParserOptions options;

    DocumentReader(Limits limits) {
        this.limits = limits;
        this.options = ParserOptions.getDefaultOperationParserOptions()
                .transform(builder -> builder.maxCharacters(MAX_CHARACTERS)
                        .maxTokens(limits.tokens())
                        .maxWhitespaceTokens(MAX_WHITESPACE)
                        .maxRuleDepth(MAX_RULE_DEPTH)
                        .captureIgnoredChars(false)
                        .captureLineComments(false)
                        .captureSourceLocation(false)
                        .redactTokenParserErrorMessages(true));
    }

    /** Loads the parser, which takes a while, so that no request has to wait for it. */
    void warmUp() {
        try {
            read(EXAMPLE);
        } catch (UnreadableException e) {
            throw new IllegalStateException("the parser does not read its example", e);
        }
    }

    /** @throws UnreadableException if it is no executable document, or is beyond a limit */
    ParsedDocument read(String text) throws UnreadableException {
        if (text.length() > MAX_CHARACTERS) {
            throw new UnreadableException("document longer than " + MAX_CHARACTERS + " characters");
        }
        requireShortNumbers(text);
        Document document = parse(text);
        Map<String, FragmentDefinition> fragments = new HashMap<>();
        List<OperationDefinition> definitions = new ArrayList<>();
        for (Definition<?> definition : document.getDefinitions()) {
            switch (definition) {
                case OperationDefinition operation -> definitions.add(operation);
                case FragmentDefinition fragment -> {
                    if (fragments.putIfAbsent(fragment.getName(), fragment) != null) {
                        throw new UnreadableException("a fragment that is defined twice");
                    }
                }
                default -> throw new UnreadableException("a definition that is neither operation nor fragment");
            }
        }
        return new ParsedDocument(operations(definitions, new SelectionExpander(fragments)));
    }

    private Document parse(String text) throws UnreadableException {
        try {
            return Parser.parse(ParserEnvironment.newParserEnvironment()
                    .document(text)
                    .parserOptions(options)
                    .locale(Locale.ROOT)
                    .build());
        } catch (InvalidSyntaxException e) {
            throw new UnreadableException("document is not valid GraphQL, or beyond the parser's limits");
        } catch (RuntimeException | StackOverflowError e) {
            throw new UnreadableException("document that the parser fails on");
        }
    }

    private List<Operation> operations(List<OperationDefinition> definitions, SelectionExpander expander)
            throws UnreadableException {
        if (definitions.isEmpty()) {
            throw new UnreadableException("document without an operation");
        }
        Set<String> names = new HashSet<>();
        List<Operation> operations = new ArrayList<>();
        for (OperationDefinition definition : definitions) {
            String name = definition.getName() == null ? "" : definition.getName();
            if (!names.add(name) || (name.isEmpty() && definitions.size() > 1)) {
                throw new UnreadableException("two operations of one name, or one without a name among several");
            }
            Expansion root = expander.expand(definition.getSelectionSet());
            requireWithin(root);
            operations.add(new Operation(type(definition), name, root.fields()));
        }
        return operations;
    }

    private static OperationType type(OperationDefinition definition) {
        return switch (definition.getOperation()) {
            case QUERY -> OperationType.QUERY;
            case MUTATION -> OperationType.MUTATION;
            case SUBSCRIPTION -> OperationType.SUBSCRIPTION;
        };
    }

    private void requireWithin(Expansion root) throws UnreadableException {
        require("max_depth", root.depth(), limits.depth());
        require("max_aliases", root.aliases(), limits.aliases());
        require("max_root_fields", root.count(), limits.rootFields());
    }

    private static void require(String limit, long value, int atMost) throws UnreadableException {
        if (value > atMost) {
            throw new UnreadableException("graphql_limits." + limit + ": "
                    + (value > Integer.MAX_VALUE ? "far more" : value) + " (expected: at most " + atMost + ")");
        }
    }

    private static void requireShortNumbers(String text) throws UnreadableException {
        int run = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            run = c >= '0' && c <= '9' ? run + 1 : 0;
            if (run > MAX_DIGITS) {
                throw new UnreadableException("more than " + MAX_DIGITS + " digits in a row");
            }
        }
    }
}
