package io.openshell.cli;

import io.openshell.cli.credential.AgentPaths;
import io.openshell.cli.credential.CredentialRefusedException;
import io.openshell.cli.credential.ProviderDirectory;
import io.openshell.core.credential.CredentialBinding;
import io.openshell.core.provider.ProvidedCredential;
import io.openshell.core.provider.Provider;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code openshell providers inspect}: a provider's variables, and where each may go. */
final class ProvidersInspectCommand implements Command {

    private static final int FAILED = 1;

    @Override
    public CommandSpec spec() {
        CommandSpec spec = CommandSpec.create()
                .name("inspect")
                .addOption(OutputFormat.option())
                .addPositional(PositionalParamSpec.builder()
                        .paramLabel("NAME")
                        .type(String.class)
                        .arity("1")
                        .description("The provider, as 'run --provider' takes it: a name, or a file.")
                        .build());
        spec.usageMessage()
                .description("Shows the credentials of a provider: where their values come from, where they may be"
                        + " sent, and until when. Checks a file of yours.%n")
                .footer(
                        "",
                        "Examples:",
                        "  openshell providers inspect github",
                        "  openshell providers inspect ./my-service.yaml --output json");
        return spec;
    }

    @Override
    public int run(ParseResult parsed, Session session) throws CommandFailure {
        List<List<Object>> rows = new ArrayList<>();
        for (ProvidedCredential credential :
                provider(parsed.matchedPositionalValue(0, ""), session).credentials()) {
            rows.add(List.of(
                    credential.key(),
                    credential.source().toString(),
                    credential.bindings().stream()
                            .map(CredentialBinding::toString)
                            .toList(),
                    credential.expiresAt().map(Instant::toString).orElse(""),
                    credential.required()));
        }
        session.console()
                .print(new Table(List.of("key", "source", "bindings", "expires_at", "required"), rows)
                        .render(OutputFormat.of(parsed)));
        return 0;
    }

    private static Provider provider(String name, Session session) throws CommandFailure {
        try {
            return ProviderDirectory.of(session.environment(), AgentPaths.NONE).named("NAME", name);
        } catch (CredentialRefusedException e) {
            throw new CommandFailure(FAILED, String.valueOf(e.getMessage()));
        }
    }
}
