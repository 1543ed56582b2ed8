package io.openshell.core.policy;

import io.openshell.api.config.Compilation;
import io.openshell.api.config.Problem;
import io.openshell.api.credential.CredentialRewriterFactory;
import io.openshell.api.inspect.ProtocolInspectorFactory;
import io.openshell.core.address.AddressClass;
import io.openshell.core.address.AddressGuard;
import io.openshell.core.address.AllowedAddresses;
import io.openshell.core.config.ConfigProblems;
import io.openshell.core.config.RecordBinder;
import io.openshell.core.config.Suggestion;
import io.openshell.core.config.YamlNode;
import io.openshell.core.match.HostPattern;
import io.openshell.core.match.PathSelector;
import io.openshell.core.network.CredentialEcho;
import io.openshell.core.network.Endpoint;
import io.openshell.core.network.Enforcement;
import io.openshell.core.network.Ports;
import io.openshell.core.network.Tls;
import io.openshell.core.target.HostName;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads one endpoint: the core's own keys here, the protocol's by {@link ProtocolCompiler}. */
final class EndpointReader {

    private static final String DEFAULT_TLS = "auto";
    private static final List<String> TLS = List.of(DEFAULT_TLS, "skip");
    private static final List<String> DEPRECATED_TLS = List.of("terminate", "passthrough");
    private static final List<String> ENFORCEMENT = List.of("audit", "enforce");

    private static final List<String> CREDENTIAL_ECHO =
            Stream.of(CredentialEcho.values()).map(CredentialEcho::spelling).toList();

    private static final Pattern HOST_AND_PORT = Pattern.compile("[^:]*:[0-9]+|\\[.*]:[0-9]*");

    private final InspectorCatalog catalog;
    private final Findings findings;
    private final EndpointKeyCheck keys;
    private final ProtocolCompiler protocols;
    private final SigningCompiler signing;

    EndpointReader(InspectorCatalog catalog, Findings findings) {
        this.catalog = catalog;
        this.findings = findings;
        this.keys = new EndpointKeyCheck(catalog, findings.problems());
        this.protocols = new ProtocolCompiler(catalog, findings);
        this.signing = new SigningCompiler(catalog, findings);
    }

    /**
     * An endpoint and where it came from.
     *
     * @param options the keys of the protocol and of the rewriter, for the canonical form
     */
    record Read(YamlNode.Mapping node, Endpoint endpoint, Map<String, Object> options) {}

    /** Reads an endpoint; empty if anything is wrong, here or earlier in the document, which is then reported. */
    Optional<Read> read(YamlNode.Mapping node) {
        new RecordBinder(findings.problems()).bindKnownKeys(node, PolicyKeys.Endpoint.class);
        Fields fields = new Fields(node);
        Optional<String> protocol = fields.text("protocol").map(it -> it.text().toLowerCase(Locale.ROOT));
        Optional<ProtocolInspectorFactory<?>> factory = protocol.flatMap(catalog::protocol);
        reportUnknownProtocol(fields, factory);
        Optional<CredentialRewriterFactory<?>> signer = signing.factory(fields);
        keys.check(fields, protocol, factory, signer);
        checkSigning(fields);

        Enforcement enforcement = enforcement(fields);
        AllowedAddresses allowed = allowedAddresses(fields);
        Optional<HostPattern> host = host(fields);
        Ports ports = ports(fields);
        Tls tls = tls(fields);
        Optional<CredentialEcho> credentialEcho = credentialEcho(fields);
        PathSelector path = fields.text("path")
                .flatMap(it -> compiled(it, PathSelector::compile))
                .orElse(PathSelector.ANY);
        Optional<ProtocolCompiler.Compiled> compiled =
                factory.flatMap(it -> protocols.compile(node, it, enforcement == Enforcement.ENFORCE));
        Optional<SigningCompiler.Compiled> signed = signer.flatMap(it -> signing.compile(node, it, factory));
        if (findings.problems().count() > 0) {
            return Optional.empty();
        }
        Endpoint endpoint = new Endpoint(
                node.path(),
                host,
                ports,
                path,
                protocol,
                compiled.map(ProtocolCompiler.Compiled::inspector),
                tls,
                enforcement,
                allowed,
                fields.flag("allow_encoded_slash"),
                fields.flag("websocket_credential_rewrite"),
                fields.flag("request_body_credential_rewrite"),
                signed.map(SigningCompiler.Compiled::rewriter),
                credentialEcho);
        warn(fields, endpoint);
        Map<String, Object> options = new LinkedHashMap<>();
        signed.ifPresent(it -> options.putAll(it.options()));
        compiled.ifPresent(it -> options.putAll(it.options()));
        return Optional.of(new Read(node, endpoint, options));
    }

    /** A signature is made over what the client sent, and needs a request that is read. */
    private void checkSigning(Fields fields) {
        fields.node(SigningCompiler.KEY).ifPresent(signature -> {
            if (fields.flag("request_body_credential_rewrite")) {
                findings.problems()
                        .add(
                                signature,
                                SigningCompiler.KEY + " and request_body_credential_rewrite are mutually exclusive"
                                        + " (expected: one of them)");
            }
            if (fields.text("tls").filter(tls -> tls.text().equals("skip")).isPresent()) {
                findings.problems()
                        .add(
                                signature,
                                SigningCompiler.KEY
                                        + " needs to read requests (expected: an endpoint without tls: skip)");
            }
        });
    }

    private void reportUnknownProtocol(Fields fields, Optional<ProtocolInspectorFactory<?>> factory) {
        if (factory.isEmpty()) {
            fields.text("protocol")
                    .ifPresent(it ->
                            findings.problems().add(it, Protocols.unknown(it.describe(), catalog.protocolNames())));
        }
    }

    private Optional<HostPattern> host(Fields fields) {
        Optional<YamlNode.Scalar> host = fields.text("host");
        boolean wrongType = fields.node("host").isPresent()
                && fields.scalar("host").flatMap(YamlNode.Scalar::asText).isEmpty();
        boolean narrowed = fields.node("allowed_ips")
                .filter(node ->
                        !(node instanceof YamlNode.Sequence list && list.items().isEmpty()))
                .isPresent();
        if (host.isEmpty() && !wrongType && !narrowed) {
            findings.problems()
                    .add(fields.mapping(), "host: missing (expected: a host, or allowed_ips for any host on the port)");
        }
        return host.flatMap(it -> compiled(it, EndpointReader::hostPattern));
    }

    private static HostPattern hostPattern(String text) {
        if (text.contains("/")) {
            throw new IllegalArgumentException(
                    text + " (expected: a host alone, not a URL; path has a key of its own)");
        }
        if (HOST_AND_PORT.matcher(text).matches()) {
            throw new IllegalArgumentException(text + " (expected: a host alone; port has a key of its own)");
        }
        return HostPattern.compile(text);
    }

    private <T> Optional<T> compiled(YamlNode.Scalar node, Function<String, T> compile) {
        try {
            return Optional.of(compile.apply(node.text()));
        } catch (IllegalArgumentException e) {
            findings.problems().add(node, String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    /** The ports; where something is wrong with them, it is reported and any stand-in will do. */
    private Ports ports(Fields fields) {
        boolean one = fields.node("port").isPresent();
        boolean several = fields.node("ports").isPresent();
        if (one && several) {
            findings.problems().add(fields.mapping(), "port and ports are mutually exclusive (expected: one of them)");
        } else if (!one && !several) {
            findings.problems().add(fields.mapping(), "port: missing (expected: must declare at least one port)");
        }
        fields.node("ports")
                .filter(node ->
                        node instanceof YamlNode.Sequence list && list.items().isEmpty())
                .ifPresent(node -> findings.problems().unexpected(node, "must declare at least one port"));
        List<YamlNode.Scalar> nodes = one ? fields.scalar("port").stream().toList() : fields.scalars("ports");
        int[] ports =
                nodes.stream().mapToInt(this::port).filter(port -> port > 0).toArray();
        return ports.length == 0 ? Ports.of(Ports.MAX) : Ports.of(ports);
    }

    private int port(YamlNode.Scalar node) {
        Optional<Long> port = node.asInteger(Integer.MIN_VALUE, Integer.MAX_VALUE);
        if (port.isPresent() && (port.get() < 1 || port.get() > Ports.MAX)) {
            findings.problems().unexpected(node, "a port from 1 to " + Ports.MAX);
            return 0;
        }
        return port.map(Long::intValue).orElse(0);
    }

    private Tls tls(Fields fields) {
        Optional<YamlNode.Scalar> tls = fields.text("tls");
        String text = tls.map(YamlNode.Scalar::text).orElse(DEFAULT_TLS);
        if (DEPRECATED_TLS.contains(text)) {
            tls.ifPresent(it -> findings.warnings()
                    .add(it, text + ": deprecated and without effect; TLS is detected and terminated by itself"));
        } else if (!TLS.contains(text)) {
            tls.ifPresent(it -> unknownValue(it, TLS));
        }
        return text.equals("skip") ? Tls.SKIP : Tls.AUTO;
    }

    private Enforcement enforcement(Fields fields) {
        Optional<YamlNode.Scalar> enforcement = fields.text("enforcement");
        String text = enforcement.map(YamlNode.Scalar::text).orElse("audit");
        if (!ENFORCEMENT.contains(text)) {
            enforcement.ifPresent(it -> unknownValue(it, ENFORCEMENT));
        }
        return text.equals("audit") ? Enforcement.AUDIT : Enforcement.ENFORCE;
    }

    private Optional<CredentialEcho> credentialEcho(Fields fields) {
        Optional<YamlNode.Scalar> echo = fields.text("credential_echo");
        Optional<CredentialEcho> known = echo.flatMap(it -> Stream.of(CredentialEcho.values())
                .filter(value -> value.spelling().equals(it.text()))
                .findFirst());
        if (known.isEmpty()) {
            echo.ifPresent(it -> unknownValue(it, CREDENTIAL_ECHO));
        }
        return known;
    }

    private void unknownValue(YamlNode.Scalar node, List<String> known) {
        findings.problems().add(node, Suggestion.unknownValue(node.describe(), known));
    }

    private AllowedAddresses allowedAddresses(Fields fields) {
        List<String> entries =
                fields.texts("allowed_ips").stream().map(YamlNode.Scalar::text).toList();
        return switch (AllowedAddresses.compile(entries)) {
            case Compilation.Compiled<AllowedAddresses>(AllowedAddresses value, List<Problem> warnings) -> {
                reportAddresses(fields, warnings, findings.warnings());
                yield value;
            }
            case Compilation.Rejected<AllowedAddresses>(List<Problem> problems) -> {
                reportAddresses(fields, problems, findings.problems());
                yield AllowedAddresses.none();
            }
        };
    }

    private static void reportAddresses(Fields fields, List<Problem> from, ConfigProblems to) {
        YamlNode list = fields.node("allowed_ips").orElse(fields.mapping());
        for (Problem problem : from) {
            String path = problem.below(list.path()).path();
            to.add(list.locate(path), path, problem.message());
        }
    }

    private void warn(Fields fields, Endpoint endpoint) {
        String protocol = endpoint.protocol().orElse("");
        if (fields.text("enforcement").isPresent() && protocol.isEmpty()) {
            warn(fields, "enforcement", "without effect: only inspected endpoints (protocol) are enforced or audited");
        }
        if (endpoint.websocketCredentialRewrite() && !protocol.equals("rest") && !protocol.equals("websocket")) {
            warn(fields, "websocket_credential_rewrite", "without effect: only protocol rest or websocket has it");
        }
        if (endpoint.requestBodyCredentialRewrite() && !protocol.equals("rest")) {
            warn(fields, "request_body_credential_rewrite", "without effect: only protocol rest has it");
        }
        if (endpoint.credentialEcho().isPresent() && endpoint.tls() == Tls.SKIP) {
            warn(fields, "credential_echo", "without effect: with tls skip no response is read");
        }
        if (endpoint.tls() == Tls.SKIP
                && !protocol.isEmpty()
                && endpoint.ports().contains(443)) {
            warn(fields, "tls", "skip: L7 inspection cannot work on encrypted traffic");
        }
        endpoint.host()
                .flatMap(host -> HostName.literal(host.rest()))
                .filter(address -> AddressClass.of(address) == AddressClass.ALWAYS_BLOCKED)
                .ifPresent(address -> warn(fields, "host", "this address is always refused, whatever a policy says"));
        endpoint.ports().list().stream()
                .filter(AddressGuard.CONTROL_PLANE_PORTS::contains)
                .filter(port -> !endpoint.allowedAddresses().isNone())
                .forEach(port -> warn(
                        fields,
                        "allowed_ips",
                        "port " + port + " is a control-plane port and refused with allowed_ips"));
    }

    private void warn(Fields fields, String key, String message) {
        fields.node(key).ifPresent(node -> findings.warnings().add(node, message));
    }
}
