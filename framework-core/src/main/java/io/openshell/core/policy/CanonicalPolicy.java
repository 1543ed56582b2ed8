package io.openshell.core.policy;

import io.openshell.core.config.RecordPrinter;
import io.openshell.core.network.BinaryPattern;
import io.openshell.core.network.Endpoint;
import io.openshell.core.network.Enforcement;
import io.openshell.core.network.Tls;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes a policy in the one form that all spellings of the same policy share: defaults left out, keys and sets in a
 * fixed order, paths normalised. Loading it gives the same policy, and the same text again.
 */
final class CanonicalPolicy {

    private static final Set<String> ANY_PATH = Set.of("", "**", "/**");

    private CanonicalPolicy() {}

    static String print(
            FilesystemPolicy filesystem,
            LandlockMode landlock,
            ProcessIdentity process,
            List<NetworkReader.Read> rules) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("version", PolicyReader.VERSION);
        putUnlessEmpty(document, "filesystem_policy", filesystem(filesystem));
        if (landlock != LandlockMode.BEST_EFFORT) {
            document.put("landlock", Map.of("compatibility", landlock.spelling()));
        }
        putUnlessEmpty(document, "process", process(process));
        Map<String, Object> network = new LinkedHashMap<>();
        rules.stream()
                .sorted(Comparator.comparing(read -> read.rule().key()))
                .forEach(read -> network.put(read.rule().key(), rule(read)));
        putUnlessEmpty(document, "network_policies", network);
        return RecordPrinter.print(document);
    }

    private static void putUnlessEmpty(Map<String, Object> document, String key, Map<String, Object> section) {
        if (!section.isEmpty()) {
            document.put(key, section);
        }
    }

    private static Map<String, Object> filesystem(FilesystemPolicy filesystem) {
        Map<String, Object> section = new LinkedHashMap<>();
        putIf(section, "include_workdir", filesystem.includeWorkdir());
        putUnlessEmpty(
                section, "read_only", filesystem.readOnly().stream().sorted().toList());
        putUnlessEmpty(
                section, "read_write", filesystem.readWrite().stream().sorted().toList());
        return section;
    }

    private static Map<String, Object> process(ProcessIdentity process) {
        Map<String, Object> section = new LinkedHashMap<>();
        if (!process.user().equals(ProcessIdentity.SANDBOX)) {
            section.put("run_as_user", process.user());
        }
        if (!process.group().equals(ProcessIdentity.SANDBOX)) {
            section.put("run_as_group", process.group());
        }
        return section;
    }

    private static Map<String, Object> rule(NetworkReader.Read read) {
        Map<String, Object> rule = new LinkedHashMap<>();
        if (!read.rule().name().equals(read.rule().key())) {
            rule.put("name", read.rule().name());
        }
        rule.put(
                "endpoints",
                read.endpoints().stream().map(CanonicalPolicy::endpoint).toList());
        rule.put(
                "binaries",
                read.rule().binaries().stream()
                        .map(BinaryPattern::text)
                        .sorted()
                        .distinct()
                        .map(path -> Map.of("path", path))
                        .toList());
        return rule;
    }

    private static Map<String, Object> endpoint(EndpointReader.Read read) {
        Endpoint endpoint = read.endpoint();
        Map<String, Object> keys = new LinkedHashMap<>();
        endpoint.host().ifPresent(host -> keys.put("host", host.toString()));
        List<Integer> ports = endpoint.ports().list();
        keys.put(ports.size() == 1 ? "port" : "ports", ports.size() == 1 ? ports.get(0) : ports);
        if (!ANY_PATH.contains(endpoint.path().toString())) {
            keys.put("path", endpoint.path().toString());
        }
        endpoint.protocol().ifPresent(protocol -> keys.put("protocol", protocol));
        if (endpoint.tls() == Tls.SKIP) {
            keys.put("tls", "skip");
        }
        if (endpoint.enforcement() == Enforcement.ENFORCE) {
            keys.put("enforcement", "enforce");
        }
        putUnlessEmpty(
                keys,
                "allowed_ips",
                endpoint.allowedAddresses().ranges().stream()
                        .sorted()
                        .distinct()
                        .toList());
        putIf(keys, "allow_encoded_slash", endpoint.allowEncodedSlash());
        putIf(keys, "websocket_credential_rewrite", endpoint.websocketCredentialRewrite());
        putIf(keys, "request_body_credential_rewrite", endpoint.requestBodyCredentialRewrite());
        endpoint.credentialEcho().ifPresent(echo -> keys.put("credential_echo", echo.spelling()));
        keys.putAll(read.options());
        return keys;
    }

    private static void putIf(Map<String, Object> section, String key, boolean value) {
        if (value) {
            section.put(key, true);
        }
    }

    private static void putUnlessEmpty(Map<String, Object> section, String key, List<String> list) {
        if (!list.isEmpty()) {
            section.put(key, list);
        }
    }
}
