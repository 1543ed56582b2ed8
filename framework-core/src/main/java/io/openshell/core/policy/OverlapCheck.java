package io.openshell.core.policy;

import io.openshell.core.config.ConfigProblems;
import io.openshell.core.config.YamlNode;
import io.openshell.core.match.HostPattern;
import io.openshell.core.network.BinaryPattern;
import io.openshell.core.network.Endpoint;
import io.openshell.core.network.Tls;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Warns of endpoints that hold for the same connections and say different things. They are merged, so each of them
 * alone says less than what holds.
 */
final class OverlapCheck {

    private final List<Placed> placed = new ArrayList<>();
    private final List<Placed> patterns = new ArrayList<>();
    private final Map<String, List<Placed>> exact = new HashMap<>();

    private OverlapCheck() {}

    private record Placed(YamlNode.Mapping node, Endpoint endpoint, List<BinaryPattern> binaries) {

        /** The host, if it is one and no pattern. */
        Optional<String> exactHost() {
            return endpoint.host()
                    .filter(host -> host.kind() == HostPattern.Kind.EXACT)
                    .map(HostPattern::rest);
        }
    }

    /** Adds at most one warning for each endpoint: the first earlier one that it contradicts. */
    static void warn(List<NetworkReader.Read> rules, ConfigProblems warnings) {
        OverlapCheck check = new OverlapCheck();
        for (NetworkReader.Read rule : rules) {
            for (EndpointReader.Read read : rule.endpoints()) {
                if (!isPlain(read.endpoint())) {
                    Placed placed =
                            new Placed(read.node(), read.endpoint(), rule.rule().binaries());
                    check.contradiction(placed).ifPresent(message -> warnings.add(placed.node, message));
                    check.add(placed);
                }
            }
        }
    }

    private void add(Placed endpoint) {
        placed.add(endpoint);
        endpoint.exactHost()
                .map(host -> exact.computeIfAbsent(host, key -> new ArrayList<>()))
                .orElse(patterns)
                .add(endpoint);
    }

    private Optional<String> contradiction(Placed later) {
        return candidates(later)
                .filter(earlier -> overlap(earlier, later))
                .map(earlier -> contradiction(earlier.endpoint, later.endpoint))
                .flatMap(Optional::stream)
                .findFirst();
    }

    /** The earlier endpoints whose hosts may overlap: with many exact hosts, a few of all. */
    private Stream<Placed> candidates(Placed later) {
        return later.exactHost()
                .map(host -> Stream.concat(exact.getOrDefault(host, List.of()).stream(), patterns.stream()))
                .orElseGet(placed::stream);
    }

    /** An endpoint that says nothing but where and who never contradicts another one. */
    private static boolean isPlain(Endpoint endpoint) {
        return endpoint.protocol().isEmpty()
                && endpoint.tls() == Tls.AUTO
                && endpoint.allowedAddresses().isNone()
                && endpoint.credentialEcho().isEmpty();
    }

    private static boolean overlap(Placed one, Placed other) {
        return one.endpoint.ports().list().stream()
                        .anyMatch(port -> other.endpoint.ports().contains(port))
                && hostsOverlap(one.endpoint.host(), other.endpoint.host())
                && binariesOverlap(one.binaries, other.binaries);
    }

    private static boolean hostsOverlap(Optional<HostPattern> one, Optional<HostPattern> other) {
        return one.isEmpty() || other.isEmpty() || covers(one.get(), other.get()) || covers(other.get(), one.get());
    }

    private static boolean covers(HostPattern wide, HostPattern narrow) {
        if (narrow.kind() == HostPattern.Kind.EXACT) {
            return wide.matches(narrow.rest());
        }
        return switch (wide.kind()) {
            case EXACT -> false;
            case LABEL -> wide.rest().equals(narrow.rest());
            case LABELS -> wide.rest().equals(narrow.rest()) || narrow.rest().endsWith("." + wide.rest());
        };
    }

    private static boolean binariesOverlap(List<BinaryPattern> one, List<BinaryPattern> other) {
        return one.stream().anyMatch(a -> other.stream().anyMatch(b -> overlap(a, b)));
    }

    private static boolean overlap(BinaryPattern one, BinaryPattern other) {
        if (one.exact()) {
            return other.matches(one.text());
        }
        return !other.exact() || one.matches(other.text());
    }

    private static Optional<String> contradiction(Endpoint earlier, Endpoint later) {
        return differs("tls", earlier, later, Endpoint::tls)
                .or(() -> differs(
                        "allowed_ips",
                        earlier,
                        later,
                        endpoint -> endpoint.allowedAddresses().ranges()))
                .or(() -> bothSay(Endpoint::credentialEcho, earlier, later)
                        ? differs("credential_echo", earlier, later, Endpoint::credentialEcho)
                        : Optional.empty())
                .or(() -> samePath(earlier, later) ? requestContradiction(earlier, later) : Optional.empty());
    }

    private static Optional<String> requestContradiction(Endpoint earlier, Endpoint later) {
        return differs("protocol", earlier, later, Endpoint::protocol)
                .or(() -> differs("enforcement", earlier, later, Endpoint::enforcement))
                .or(() -> differs("allow_encoded_slash", earlier, later, Endpoint::allowEncodedSlash))
                .or(() -> differs("websocket_credential_rewrite", earlier, later, Endpoint::websocketCredentialRewrite))
                .or(() -> differs(
                        "request_body_credential_rewrite", earlier, later, Endpoint::requestBodyCredentialRewrite))
                .or(() -> differs(
                        SigningCompiler.KEY,
                        earlier,
                        later,
                        endpoint -> endpoint.signing().isPresent()));
    }

    /** An endpoint that is silent leaves the matter to the other. */
    private static boolean bothSay(Function<Endpoint, Optional<?>> property, Endpoint earlier, Endpoint later) {
        return property.apply(earlier).isPresent()
                && property.apply(later).isPresent()
                && earlier.path().toString().equals(later.path().toString());
    }

    private static boolean samePath(Endpoint earlier, Endpoint later) {
        return earlier.protocol().isPresent()
                && later.protocol().isPresent()
                && earlier.path().toString().equals(later.path().toString());
    }

    private static Optional<String> differs(
            String key, Endpoint earlier, Endpoint later, Function<Endpoint, ?> property) {
        if (Objects.equals(property.apply(earlier), property.apply(later))) {
            return Optional.empty();
        }
        return Optional.of(key + ": differs from " + earlier.id()
                + ", which holds for the same connections (expected: the same value; both are merged)");
    }
}
