package io.openshell.cli;

import io.openshell.core.plugin.LoadedPlugin;
import io.openshell.core.plugin.PluginHost;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code openshell plugins inspect}: all about one plugin. */
final class PluginsInspectCommand implements Command {

    @Override
    public CommandSpec spec() {
        CommandSpec spec = CommandSpec.create()
                .name("inspect")
                .addOption(OutputFormat.option())
                .addPositional(PositionalParamSpec.builder()
                        .paramLabel("ID")
                        .type(String.class)
                        .arity("1")
                        .description("The plugin's id, as 'plugins list' shows it.")
                        .build());
        spec.usageMessage()
                .description("Shows one plugin: where it is from, what it offers, and the keys that each offer"
                        + " understands.%n")
                .footer("", "Example:", "  openshell plugins inspect l7-rest");
        return spec;
    }

    @Override
    public int run(ParseResult parsed, Session session) throws CommandFailure {
        String id = parsed.matchedPositionalValue(0, "");
        try (PluginHost plugins = PolicyOptions.plugins(session, 1)) {
            LoadedPlugin plugin = plugins.plugin(id).orElseThrow(() -> unknown(id, plugins));
            session.console().print(table(plugin).render(OutputFormat.of(parsed)));
        }
        return 0;
    }

    private static CommandFailure unknown(String id, PluginHost plugins) {
        String known = String.join(
                ", ", plugins.plugins().stream().map(LoadedPlugin::id).sorted().toList());
        return new CommandFailure(1, "plugin: " + id + " (expected: one of " + known + ")");
    }

    private static Table table(LoadedPlugin plugin) {
        List<List<Object>> rows = new ArrayList<>();
        rows.add(List.of("id", plugin.id()));
        rows.add(List.of("version", plugin.version()));
        rows.add(List.of("requires", plugin.requires()));
        rows.add(List.of("provider", plugin.provider()));
        rows.add(List.of("path", plugin.path().toString()));
        for (LoadedPlugin.Offer offer : plugin.offers()) {
            rows.add(List.of(offer.kind().label() + " " + offer.name(), offer.configKeys()));
        }
        return new Table(List.of("name", "value"), rows);
    }
}
