package io.openshell.cli;

import io.openshell.core.plugin.PluginHost;
import io.openshell.core.policy.LoadResult;
import io.openshell.core.policy.PolicyProblem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code openshell policy check}: every problem of every file, with its place. */
final class PolicyCheckCommand implements Command {

    private static final int INVALID = 1;

    @Override
    public CommandSpec spec() {
        CommandSpec spec = CommandSpec.create()
                .name("check")
                .addOption(OutputFormat.option())
                .addPositional(PositionalParamSpec.builder()
                        .paramLabel("FILE")
                        .type(List.class)
                        .auxiliaryTypes(Path.class)
                        .arity("1..*")
                        .required(true)
                        .description("Policy files.")
                        .build());
        spec.usageMessage()
                .description("Checks policies as 'run' would, and prints every problem as"
                        + " 'file:line:column: path: message'. Exits with 1 if there is any.%n")
                .footer("", "Example:", "  openshell policy check examples/*.yaml");
        return spec;
    }

    @Override
    public int run(ParseResult parsed, Session session) throws CommandFailure {
        List<Path> files = parsed.matchedPositionalValue(0, List.of());
        OutputFormat format = OutputFormat.of(parsed);
        List<List<Object>> rows = new ArrayList<>();
        boolean valid = true;
        try (PluginHost plugins = PolicyOptions.plugins(session, INVALID)) {
            for (Path file : files) {
                switch (PolicyOptions.load(plugins, file, INVALID)) {
                    case LoadResult.Invalid invalid -> {
                        valid = false;
                        add(rows, "error", invalid.problems());
                    }
                    case LoadResult.Loaded loaded -> add(rows, "warning", loaded.warnings());
                }
            }
        }
        print(session.console(), format, files, rows, valid);
        return valid ? 0 : INVALID;
    }

    private static void add(List<List<Object>> rows, String severity, List<PolicyProblem> problems) {
        for (PolicyProblem problem : problems) {
            rows.add(List.of(
                    severity, problem.file(), problem.line(), problem.column(), problem.path(), problem.message()));
        }
    }

    private static void print(
            Console console, OutputFormat format, List<Path> files, List<List<Object>> rows, boolean valid) {
        if (format != OutputFormat.TABLE) {
            console.print(
                    new Table(List.of("severity", "file", "line", "column", "path", "message"), rows).render(format));
            return;
        }
        for (List<Object> row : rows) {
            String path = row.get(4).toString();
            console.print(row.get(1) + ":" + row.get(2) + ":" + row.get(3) + ": "
                    + ("warning".equals(row.get(0)) ? "warning: " : "")
                    + (path.isEmpty() ? "" : path + ": ") + row.get(5));
        }
        if (valid) {
            console.note(files.size() == 1 ? files.getFirst() + ": valid" : files.size() + " policies: valid");
        }
    }
}
