package io.openshell.cli;

import io.openshell.cli.credential.CredentialOptions;
import io.openshell.core.address.IpLiteral;
import io.openshell.core.target.HostName;
import io.openshell.supervisor.sandbox.ContainerOptions;
import io.openshell.supervisor.sandbox.SandboxLimits;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/**
 * What {@code run} was asked for, checked as far as the command line alone allows.
 *
 * @param policy the policy's file; empty for the restrictive default
 * @param watchPolicy whether the policy's file is followed while the sandbox runs; then there is one
 * @param driver the driver's name; empty for one that works
 * @param image the image; empty for drivers without images
 * @param name what to call the sandbox; empty to make up a name
 * @param addHosts names that the sandbox resolves to these addresses
 * @param environment variables for the agent
 * @param credentials what the agent gets placeholders for
 * @param workdir the folder that the agent works in; empty for a fresh one
 * @param upstreamCas files with authorities to trust besides the system's
 * @param loopback whether the agent may use TCP ports of its own
 * @param events where events go as JSON lines
 * @param attest where the proof of the enforcement goes as JSON
 * @param logExporters plugins' exporters, each {@code NAME} or {@code NAME=FILE} with its options
 * @param container what is asked of a container, and who the agent runs as
 * @param limits how much of the machine the sandbox may take
 * @param resumable whether the sandbox outlives this process
 * @param timeout after which the command is ended; zero for never
 * @param command the agent and its arguments
 */
record RunOptions(
        Optional<Path> policy,
        boolean watchPolicy,
        Optional<String> driver,
        Optional<String> image,
        Optional<String> name,
        Map<String, List<InetAddress>> addHosts,
        Map<String, String> environment,
        CredentialOptions credentials,
        Optional<Path> workdir,
        List<Path> upstreamCas,
        boolean loopback,
        Optional<Path> events,
        Optional<Path> attest,
        List<String> logExporters,
        ContainerOptions container,
        SandboxLimits limits,
        boolean resumable,
        Duration timeout,
        List<String> command) {

    private static final String POLICY_VARIABLE = "OPENSHELL_SANDBOX_POLICY";
    private static final String DRIVER_VARIABLE = "OPENSHELL_DRIVER";
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?");
    private static final long MAX_TIMEOUT_SECONDS = 1_000_000_000;
    private static final String RESERVED_PREFIX = "OPENSHELL_";

    /** Adds the options to a command. */
    static void describe(CommandSpec spec) {
        spec.addOption(option("--policy", "FILE", Path.class)
                        .description("The policy. Default: the file that " + POLICY_VARIABLE
                                + " names, else a policy that allows no connection at all.")
                        .build())
                .addOption(OptionSpec.builder("--watch-policy")
                        .type(boolean.class)
                        .arity("0")
                        .description(
                                "Follow the policy's file: when it changes, its network_policies apply from then on."
                                        + " A file with a problem, or that changes anything else, changes nothing; see the events.")
                        .build())
                .addOption(option("--driver", "NAME", String.class)
                        .description("Where to run: a compute driver of the loaded plugins. Default: " + DRIVER_VARIABLE
                                + ", else with --image the first of docker, podman and others that works here, without"
                                + " one local.")
                        .build())
                .addOption(option("--name", "NAME", String.class)
                        .description("What to call the sandbox in events. Default: made up.")
                        .build())
                .addOption(many("--add-host", "NAME:IP", String.class)
                        .description("Resolve NAME to IP, for this sandbox. It changes resolution, never what the"
                                + " policy allows.")
                        .build())
                .addOption(many("--env", "KEY=VALUE", String.class)
                        .description("Set a variable of the agent. KEY alone takes its value from here.")
                        .build())
                .addOption(option("--workdir", "DIR", Path.class)
                        .description("The agent's /sandbox: what it writes there stays, and belongs to the folder's"
                                + " owner. Default: a fresh folder that is gone afterwards.")
                        .build())
                .addOption(many("--upstream-ca", "PEM", Path.class)
                        .description("Trust these authorities too when connecting to upstreams.")
                        .build())
                .addOption(OptionSpec.builder("--no-loopback")
                        .type(boolean.class)
                        .arity("0")
                        .description("TCP to the proxy only, enforced by Landlock too: servers of the agent's own on"
                                + " 127.0.0.1 cannot be reached. Needs Linux 6.7.")
                        .build())
                .addOption(option("--events", "FILE", Path.class)
                        .description("Append every event as a line of OCSF JSON.")
                        .build())
                .addOption(option("--attest", "FILE", Path.class)
                        .description("Write what was tried in the sandbox before the command runs, and what was"
                                + " enforced, as JSON.")
                        .build())
                .addOption(many("--log-exporter", "NAME[=FILE]", String.class)
                        .description("Send every event to this log exporter of a plugin too; FILE has its options, as"
                                + " YAML.")
                        .build())
                .addOption(OptionSpec.builder("--resumable")
                        .type(boolean.class)
                        .description("If this process dies, the sandbox (its container too) and the command go on, and"
                                + " 'openshell resume NAME' takes them over. Until then they reach nothing.")
                        .build())
                .addOption(option("--timeout", "SECONDS", Long.class)
                        .description("End the command after so long, with exit status 124.")
                        .build());
        CredentialOptions.describe(spec);
        ContainerFlags.describe(spec);
        LimitOptions.describe(spec);
        spec.addPositional(PositionalParamSpec.builder()
                .paramLabel("COMMAND")
                .type(List.class)
                .auxiliaryTypes(String.class)
                .arity("1..*")
                .description("The agent and its arguments.")
                .build());
    }

    private static OptionSpec.Builder option(String name, String label, Class<?> type) {
        return OptionSpec.builder(name).paramLabel(label).type(type);
    }

    private static OptionSpec.Builder many(String name, String label, Class<?> type) {
        return OptionSpec.builder(name).paramLabel(label).type(List.class).auxiliaryTypes(type);
    }

    static RunOptions of(ParseResult parsed, Map<String, String> surroundings, int status) throws CommandFailure {
        Checks checks = new Checks(status, surroundings);
        Optional<Path> policy = checks.named("--policy", value(parsed, "--policy", Path.class))
                .or(() -> set(surroundings, POLICY_VARIABLE).map(Path::of));
        return new RunOptions(
                policy,
                checks.watch(parsed.matchedOptionValue("--watch-policy", false), policy),
                value(parsed, "--driver", String.class).or(() -> set(surroundings, DRIVER_VARIABLE)),
                value(parsed, "--image", String.class),
                checks.name(value(parsed, "--name", String.class)),
                checks.addHosts(parsed.matchedOptionValue("--add-host", List.of())),
                checks.environment(parsed.matchedOptionValue("--env", List.of())),
                CredentialOptions.of(parsed),
                checks.workdir(checks.named("--workdir", value(parsed, "--workdir", Path.class))),
                checks.authorities(parsed.matchedOptionValue("--upstream-ca", List.of())),
                !parsed.matchedOptionValue("--no-loopback", false),
                checks.named("--events", value(parsed, "--events", Path.class)),
                checks.named("--attest", value(parsed, "--attest", Path.class)),
                List.copyOf(parsed.matchedOptionValue("--log-exporter", List.of())),
                new ContainerFlags(status, parsed.hasMatchedOption("--image")).of(parsed),
                LimitOptions.of(parsed, status),
                parsed.matchedOptionValue("--resumable", false),
                checks.timeout(parsed.matchedOptionValue("--timeout", 0L)),
                checks.command(parsed.matchedPositionalValue(0, List.of())));
    }

    /** Refuses what cannot be a sandbox's name. */
    static void requireName(String name, String option, int status) throws CommandFailure {
        if (!NAME.matcher(name).matches()) {
            throw new CommandFailure(status, option + ": " + name + " (expected: 1 to 40 of a-z, 0-9 and dashes)");
        }
    }

    private static <T> Optional<T> value(ParseResult parsed, String name, Class<T> type) {
        return Optional.ofNullable(parsed.matchedOptionValue(name, (T) null)).map(type::cast);
    }

    private static Optional<String> set(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
    }

    /** Checks single options and says what is expected instead. */
    private record Checks(int status, Map<String, String> surroundings) {

        Optional<String> name(Optional<String> name) throws CommandFailure {
            if (name.isPresent()) {
                requireName(name.get(), "--name", status);
            }
            return name;
        }

        Map<String, List<InetAddress>> addHosts(List<String> entries) throws CommandFailure {
            Map<String, List<InetAddress>> hosts = new LinkedHashMap<>();
            for (String entry : entries) {
                int colon = entry.indexOf(':');
                String host = colon < 0 ? entry : entry.substring(0, colon);
                Optional<InetAddress> address =
                        colon < 0 ? Optional.empty() : IpLiteral.parse(entry.substring(colon + 1));
                if (address.isEmpty() || !(HostName.parse(host) instanceof HostName.Canonical canonical)) {
                    throw refused("--add-host", entry, "NAME:IP, as in api.example.com:192.0.2.7");
                }
                hosts.computeIfAbsent(canonical.host(), key -> new ArrayList<>())
                        .add(address.get());
            }
            return hosts;
        }

        Map<String, String> environment(List<String> entries) throws CommandFailure {
            Map<String, String> variables = new LinkedHashMap<>();
            for (String entry : entries) {
                int equals = entry.indexOf('=');
                String key = equals < 0 ? entry : entry.substring(0, equals);
                if (!VARIABLE.matcher(key).matches()) {
                    throw refused("--env", key, "KEY=VALUE with a KEY of letters, digits and underscores");
                }
                if (key.startsWith(RESERVED_PREFIX)) {
                    throw refused("--env", key, "a KEY that does not begin with " + RESERVED_PREFIX);
                }
                String value = equals < 0 ? surroundings.get(key) : entry.substring(equals + 1);
                if (value == null) {
                    throw refused("--env", key, "a variable that is set here, or KEY=VALUE");
                }
                if (equals < 0 && value.indexOf('\uFFFD') >= 0) {
                    throw refused("--env", key, "a variable whose value is UTF-8");
                }
                variables.put(key, value);
            }
            return variables;
        }

        /** An empty path is a variable of a script that was not set, and would stand for the current folder. */
        Optional<Path> named(String name, Optional<Path> path) throws CommandFailure {
            if (path.isPresent() && path.get().toString().isEmpty()) {
                throw refused(name, "empty", "a path");
            }
            return path;
        }

        boolean watch(boolean wanted, Optional<Path> policy) throws CommandFailure {
            if (wanted && policy.isEmpty()) {
                throw refused("--watch-policy", "no policy", "--policy FILE, or " + POLICY_VARIABLE);
            }
            return wanted;
        }

        Optional<Path> workdir(Optional<Path> workdir) throws CommandFailure {
            if (workdir.isPresent() && !Files.isDirectory(workdir.get())) {
                throw refused("--workdir", workdir.get(), "a folder that exists");
            }
            return workdir.map(path -> path.toAbsolutePath().normalize());
        }

        List<Path> authorities(List<Path> files) throws CommandFailure {
            for (Path file : files) {
                if (!Files.isReadable(file)) {
                    throw refused("--upstream-ca", file, "a readable PEM file");
                }
            }
            return files;
        }

        Duration timeout(long seconds) throws CommandFailure {
            if (seconds < 0 || seconds > MAX_TIMEOUT_SECONDS) {
                throw refused(
                        "--timeout", seconds, "a number of seconds up to " + MAX_TIMEOUT_SECONDS + ", 0 for none");
            }
            return Duration.ofSeconds(seconds);
        }

        List<String> command(List<String> command) throws CommandFailure {
            if (command.isEmpty() || command.getFirst().isEmpty()) {
                throw refused("COMMAND", "none", "the agent to run, as in: openshell run -- claude");
            }
            return List.copyOf(command);
        }

        private CommandFailure refused(String name, Object value, String expected) {
            return new CommandFailure(status, name + ": " + value + " (expected: " + expected + ")");
        }
    }
}
