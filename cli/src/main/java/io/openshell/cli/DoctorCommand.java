package io.openshell.cli;

import io.openshell.core.plugin.PluginHost;
import io.openshell.supervisor.control.ControlSocket;
import io.openshell.supervisor.sandbox.DriverCatalog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code openshell doctor}: what this machine has, and what to do about what it lacks. */
final class DoctorCommand implements Command {

    private static final List<Path> TRUST_BUNDLES = List.of(
            Path.of("/etc/ssl/certs/ca-certificates.crt"),
            Path.of("/etc/pki/tls/certs/ca-bundle.crt"),
            Path.of("/etc/ssl/ca-bundle.pem"),
            Path.of("/etc/ssl/cert.pem"));

    private static final int RECOMMENDED_JDK = 25;

    @Override
    public CommandSpec spec() {
        CommandSpec spec = CommandSpec.create().name("doctor").addOption(OutputFormat.option());
        spec.usageMessage()
                .description("Looks at the kernel, the drivers and the tools that OpenShell uses, and says what to do"
                        + " about each gap. Exits with 1 if 'run' cannot work here.%n")
                .footer("", "Example:", "  openshell doctor --output json");
        return spec;
    }

    @Override
    public int run(ParseResult parsed, Session session) throws CommandFailure {
        List<Finding> findings = new ArrayList<>();
        findings.add(jdk());
        findings.addAll(kernel(session));
        findings.add(runtimeFolder());
        findings.addAll(drivers(session));
        findings.add(trust());
        findings.add(curl(session.environment()));
        InferenceOptions.finding(session).ifPresent(findings::add);
        print(findings, OutputFormat.of(parsed), session.console());
        return findings.stream().anyMatch(Finding::fatal) ? 1 : 0;
    }

    private static Finding jdk() {
        int feature = Runtime.version().feature();
        return feature >= RECOMMENDED_JDK
                ? Finding.ok("jdk", Runtime.version().toString())
                : Finding.weak(
                        "jdk",
                        Runtime.version().toString(),
                        "Works; a JDK " + RECOMMENDED_JDK + " or newer starts faster (ahead-of-time cache).");
    }

    private static List<Finding> kernel(Session session) {
        return KernelProbe.of(session.home().launcher()).findings();
    }

    /** By making what every run makes there. */
    private static Finding runtimeFolder() {
        try (ControlSocket socket = ControlSocket.open()) {
            return Finding.ok(
                    "runtime-folder", socket.path().resolve("../..").normalize().toString());
        } catch (IOException e) {
            return Finding.missing(
                    "runtime-folder",
                    String.valueOf(e.getMessage()),
                    "Log in with a session (pam_systemd makes one), or set XDG_RUNTIME_DIR or TMPDIR.");
        }
    }

    private static List<Finding> drivers(Session session) {
        try (PluginHost plugins = PolicyOptions.plugins(session, 1)) {
            DriverCatalog drivers = DriverCatalog.of(plugins);
            List<Finding> findings =
                    new ArrayList<>(DriverFindings.local(drivers, session.home().launcher()));
            findings.addAll(DriverFindings.others(drivers, session.home().launcher()));
            return findings;
        } catch (CommandFailure e) {
            return List.of(Finding.missing("plugins", e.explanation(), "Repair or remove the plugin that is named."));
        }
    }

    private static Finding trust() {
        return TRUST_BUNDLES.stream()
                .filter(Files::isReadable)
                .findFirst()
                .map(bundle -> Finding.ok("trust-store", bundle.toString()))
                .orElseGet(() -> Finding.weak(
                        "trust-store",
                        "none found",
                        "Install ca-certificates, or name upstreams' authorities with --upstream-ca."));
    }

    private static Finding curl(Map<String, String> environment) {
        for (String directory : environment.getOrDefault("PATH", "").split(":")) {
            Path curl = Path.of(directory, "curl");
            if (Files.isExecutable(curl)) {
                return Finding.ok("curl", curl.toString());
            }
        }
        return Finding.weak("curl", "not on the PATH", "Install curl to use 'openshell demo'.");
    }

    private static void print(List<Finding> findings, OutputFormat format, Console console) {
        if (format == OutputFormat.TABLE) {
            findings.forEach(finding -> console.print(finding.line(console)));
            return;
        }
        console.print(new Table(
                        List.of("name", "state", "value", "remedy"),
                        findings.stream()
                                .map(finding -> List.<Object>of(
                                        finding.name(), finding.state().word(), finding.value(), finding.remedy()))
                                .toList())
                .render(format));
    }
}
