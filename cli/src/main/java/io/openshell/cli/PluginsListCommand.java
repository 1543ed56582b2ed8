package io.openshell.cli;

import io.openshell.core.plugin.LoadedPlugin;
import io.openshell.core.plugin.PluginHost;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code openshell plugins list}: what is loaded. */
final class PluginsListCommand implements Command {

    @Override
    public CommandSpec spec() {
        CommandSpec spec = CommandSpec.create().name("list").addOption(OutputFormat.option());
        spec.usageMessage()
                .description("Lists the loaded plugins and what each offers.%n")
                .footer(
                        "",
                        "Examples:",
                        "  openshell plugins list",
                        "  openshell plugins list --plugins-dir ./my-plugins --output json");
        return spec;
    }

    @Override
    public int run(ParseResult parsed, Session session) throws CommandFailure {
        List<List<Object>> rows = new ArrayList<>();
        try (PluginHost plugins = PolicyOptions.plugins(session, 1)) {
            for (LoadedPlugin plugin : plugins.plugins()) {
                rows.add(List.of(
                        plugin.id(),
                        plugin.version(),
                        plugin.provider(),
                        Offers.of(plugin),
                        plugin.path().toString()));
            }
        }
        session.console()
                .print(new Table(List.of("id", "version", "provider", "offers", "path"), rows)
                        .render(OutputFormat.of(parsed)));
        return 0;
    }
}
