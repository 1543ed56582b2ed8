package io.openshell.core.policy;

import io.openshell.core.config.ConfigProblems;
import io.openshell.core.config.YamlNode;
import io.openshell.core.match.HostPattern;
import io.openshell.core.network.BinaryPattern;
import io.openshell.core.network.Endpoint;
import io.openshell.core.network.Tls;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * Warns of endpoints that hold for the same connections and say different things. They are merged, so each of them
 * alone says less than what holds.
 */
final class OverlapCheck {

    private OverlapCheck() {}

    private record Placed(YamlNode.Mapping node, Endpoint endpoint, List<BinaryPattern> binaries) {}

    /** Adds at most one warning for each endpoint: the first earlier one that it contradicts. */
    static void warn(List<NetworkReader.Read> rules, ConfigProblems warnings) {
        List<Placed> earlier = new ArrayList<>();
        for (NetworkReader.Read rule : rules) {
            for (EndpointReader.Read read : rule.endpoints()) {
                Placed placed =
                        new Placed(read.node(), read.endpoint(), rule.rule().binaries());
                if (isPlain(placed.endpoint)) {
                    continue;
                }
                earlier.stream()
                        .filter(other -> overlap(other, placed))
                        .map(other -> contradiction(other.endpoint, placed.endpoint))
                        .flatMap(Optional::stream)
                        .findFirst()
                        .ifPresent(contradiction -> warnings.add(placed.node, contradiction));
                earlier.add(placed);
            }
        }
    }

    /** An endpoint that says nothing but where and who never contradicts another one. */
    private static boolean isPlain(Endpoint endpoint) {
        return endpoint.protocol().isEmpty()
                && endpoint.tls() == Tls.AUTO
                && endpoint.allowedAddresses().isNone();
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
                .or(() -> samePath(earlier, later) ? requestContradiction(earlier, later) : Optional.empty());
    }

    private static Optional<String> requestContradiction(Endpoint earlier, Endpoint later) {
        return differs("protocol", earlier, later, Endpoint::protocol)
                .or(() -> differs("enforcement", earlier, later, Endpoint::enforcement))
                .or(() -> differs("allow_encoded_slash", earlier, later, Endpoint::allowEncodedSlash))
                .or(() -> differs("websocket_credential_rewrite", earlier, later, Endpoint::websocketCredentialRewrite))
                .or(() -> differs(
                        "request_body_credential_rewrite", earlier, later, Endpoint::requestBodyCredentialRewrite));
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
