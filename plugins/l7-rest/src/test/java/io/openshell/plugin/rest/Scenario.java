package io.openshell.plugin.rest;

import io.openshell.core.decide.ConnectionFacts;
import io.openshell.core.decide.PlannedRequest;
import io.openshell.core.decide.Question;
import io.openshell.core.policy.PolicySource;
import io.openshell.core.target.QueryParameters;
import io.openshell.core.target.RequestTarget;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A scenario file: a policy, a line {@code ---}, and a table of cases, one a line:
 * {@code binary[<ancestor…] METHOD host:port target [Field=value…] -> verdict [rule id or part of the reason]}.
 * The verdict {@code denied!} is a denial that no small edit takes away.
 */
record Scenario(PolicySource policy, List<Case> cases) {

    record Case(String name, Question question, String verdict, boolean editable, String detail) {

        @Override
        public String toString() {
            return name;
        }
    }

    static Scenario read(Path file) {
        try {
            String text = Files.readString(file);
            int cut = text.indexOf("\n---\n");
            String name = file.getFileName().toString();
            List<Case> cases = new ArrayList<>();
            text.substring(cut + 5)
                    .lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .forEach(line -> cases.add(parse(line)));
            return new Scenario(new PolicySource(name, text.substring(0, cut + 1)), cases);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Case parse(String line) {
        String[] sides = line.split("->", 2);
        String[] words = sides[0].strip().split("\\s+");
        String[] outcome = sides[1].strip().split("\\s+", 2);
        String[] binaries = words[0].split("<");
        String host = words[2].substring(0, words[2].lastIndexOf(':'));
        int port = Integer.parseInt(words[2].substring(host.length() + 1));
        ConnectionFacts facts =
                new ConnectionFacts(host, port, binaries[0], List.of(binaries).subList(1, binaries.length), List.of());
        var target = (RequestTarget.Canonical) RequestTarget.parse(words[3], true);
        var query = (QueryParameters.Parsed) QueryParameters.parse(target.query());
        PlannedRequest request = PlannedRequest.of(facts, words[1], target.path(), query.values());
        for (int i = 4; i < words.length; i++) {
            String[] field = words[i].split("=", 2);
            request = request.withField(field[0], field[1]);
        }
        return new Case(
                line,
                new Question(facts, List.of(), Optional.of(request)),
                outcome[0].replace("!", ""),
                outcome[0].equals("denied"),
                outcome.length > 1 ? outcome[1] : "");
    }
}
