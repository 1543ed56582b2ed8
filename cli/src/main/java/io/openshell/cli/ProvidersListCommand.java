package io.openshell.cli;

import io.openshell.cli.credential.AgentPaths;
import io.openshell.cli.credential.CredentialRefusedException;
import io.openshell.cli.credential.ProviderDirectory;
import io.openshell.core.provider.ProvidedCredential;
import io.openshell.core.provider.Provider;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code openshell providers list}: the names that {@code run --provider} takes. */
final class ProvidersListCommand implements Command {

    private static final int FAILED = 1;

    @Override
    public CommandSpec spec() {
        CommandSpec spec = CommandSpec.create().name("list").addOption(OutputFormat.option());
        spec.usageMessage()
                .description("Lists the providers that are built in and those of ~/.config/openshell/providers, with"
                        + " the variables that each gives the agent placeholders for.%n")
                .footer("", "Examples:", "  openshell providers list", "  openshell providers list --output yaml");
        return spec;
    }

    @Override
    public int run(ParseResult parsed, Session session) throws CommandFailure {
        List<List<Object>> rows = new ArrayList<>();
        for (Provider provider : all(session)) {
            rows.add(List.of(
                    provider.name(),
                    provider.aliases(),
                    provider.credentials().stream().map(ProvidedCredential::key).toList(),
                    provider.origin(),
                    provider.description()));
        }
        session.console()
                .print(new Table(List.of("name", "aliases", "variables", "origin", "description"), rows)
                        .render(OutputFormat.of(parsed)));
        return 0;
    }

    private static List<Provider> all(Session session) throws CommandFailure {
        try {
            return ProviderDirectory.of(session.environment(), AgentPaths.NONE).all();
        } catch (CredentialRefusedException e) {
            throw new CommandFailure(FAILED, String.valueOf(e.getMessage()));
        }
    }
}
