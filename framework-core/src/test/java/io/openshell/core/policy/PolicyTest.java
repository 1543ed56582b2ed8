package io.openshell.core.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.openshell.core.network.BinaryPattern;
import io.openshell.core.network.CredentialEcho;
import io.openshell.core.network.Endpoint;
import io.openshell.core.network.Enforcement;
import io.openshell.core.network.NetworkRule;
import io.openshell.core.network.Tls;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PolicyTest {

    private static final String RULE = """
            version: 1
            network_policies:
              api:
                endpoints:
                  - {host: A.Example.COM, ports: [8443, 443, 443], protocol: REST, access: read-only}
                binaries:
                  - path: /usr/bin/curl
                  - path: /opt/*/bin/tool
            """;

    private static Policy load(String text) {
        return load(TestProtocols.catalog(), text);
    }

    private static Policy load(InspectorCatalog catalog, String text) {
        return switch (new PolicyLoader(catalog).load(new PolicySource("policy.yaml", text))) {
            case LoadResult.Loaded loaded -> loaded.policy();
            case LoadResult.Invalid invalid -> throw new AssertionError(invalid.describe());
        };
    }

    @Test
    void what_is_left_out_has_its_default() {
        Policy policy = load("version: 1");

        assertThat(policy.filesystem()).isEqualTo(new FilesystemPolicy(false, List.of(), List.of()));
        assertThat(policy.landlock()).isEqualTo(LandlockMode.BEST_EFFORT);
        assertThat(policy.process()).isEqualTo(new ProcessIdentity("sandbox", "sandbox"));
        assertThat(policy.network().rules()).isEmpty();
        assertThat(policy.exactBinaryPaths()).isEmpty();
        assertThat(policy.canonical()).isEqualTo("version: 1\n");
    }

    @Test
    void every_key_of_an_endpoint_arrives() {
        Policy policy = load("""
                version: 1
                network_policies:
                  b: {endpoints: [{host: b.example.com, port: 80}], binaries: [{path: /usr/bin/b}]}
                  a:
                    name: An API
                    endpoints:
                      - host: "*.Example.com"
                        ports: [8443, 443]
                        path: /v1/**
                        protocol: rest
                        tls: skip
                        enforcement: enforce
                        allowed_ips: [10.0.5.20]
                        allow_encoded_slash: true
                        websocket_credential_rewrite: true
                        request_body_credential_rewrite: true
                        credential_echo: redact
                        access: full
                    binaries: [{path: /usr/bin/a}]
                """);

        assertThat(policy.network().rules()).extracting(NetworkRule::key).containsExactly("b", "a");
        NetworkRule rule = policy.network().rules().get(1);
        assertThat(rule.name()).isEqualTo("An API");
        assertThat(rule.binaries()).extracting(BinaryPattern::text).containsExactly("/usr/bin/a");
        Endpoint endpoint = rule.endpoints().get(0);
        assertThat(endpoint.id()).isEqualTo("network_policies.a.endpoints[0]");
        assertThat(endpoint.host().orElseThrow().matches("x.example.com")).isTrue();
        assertThat(endpoint.ports().list()).containsExactly(443, 8443);
        assertThat(endpoint.path().matches("/v1/x")).isTrue();
        assertThat(endpoint.path().matches("/v2")).isFalse();
        assertThat(endpoint.protocol()).contains("rest");
        assertThat(endpoint.inspector()).contains(new TestProtocols.Allowing("access"));
        assertThat(endpoint.tls()).isEqualTo(Tls.SKIP);
        assertThat(endpoint.enforcement()).isEqualTo(Enforcement.ENFORCE);
        assertThat(endpoint.allowedAddresses().ranges()).containsExactly("10.0.5.20/32");
        assertThat(endpoint.allowEncodedSlash()).isTrue();
        assertThat(endpoint.websocketCredentialRewrite()).isTrue();
        assertThat(endpoint.requestBodyCredentialRewrite()).isTrue();
        assertThat(endpoint.credentialEcho()).contains(CredentialEcho.REDACT);
    }

    @Test
    void the_ids_of_a_rule_with_an_odd_key_are_its_places() {
        Policy policy = load(RULE.replace("  api:", "  \"a.b c\":"));

        NetworkRule rule = policy.network().rules().get(0);
        assertThat(rule.id()).isEqualTo("network_policies[\"a.b c\"]");
        assertThat(rule.endpoints().get(0).id()).isEqualTo(rule.id() + ".endpoints[0]");
    }

    @Test
    void all_spellings_of_a_policy_have_one_canonical_form_and_hash() {
        Policy one = load(RULE);
        Policy other = load("""
                {"version": 0x1, landlock: {compatibility: best_effort}, process: {run_as_user: sandbox},
                 filesystem_policy: {include_workdir: false, read_only: []},
                 network_policies: {api: {name: api, binaries: [{path: "/opt/*/bin/tool"}, {path: '/usr/bin/curl'}],
                 endpoints: [{access: read-only, protocol: rest, ports: [443, 8443], host: a.example.com., tls: auto,
                 enforcement: audit, path: "**", allow_encoded_slash: false}]}}}
                """);

        assertThat(one.canonical()).isEqualTo("""
                        version: 1
                        network_policies:
                          api:
                            endpoints:
                              - host: a.example.com
                                ports:
                                  - 443
                                  - 8443
                                protocol: rest
                                access: read-only
                            binaries:
                              - path: "/opt/*/bin/tool"
                              - path: /usr/bin/curl
                        """);
        assertThat(other.canonical()).isEqualTo(one.canonical());
        assertThat(other.hash()).isEqualTo(one.hash());
    }

    @Test
    void another_policy_has_another_hash() {
        assertThat(load(RULE).hash())
                .matches("[0-9a-f]{64}")
                .isNotEqualTo(load(RULE.replace("read-only", "full")).hash());
    }

    @Test
    void the_hash_is_the_sha_256_of_the_canonical_form() {
        // printf 'version: 1\n' | sha256sum
        assertThat(load("version: 1").hash())
                .isEqualTo("09bfcc6a14b83e2192b8673677725c84883ee9cd0c70e45c9ec09daa8f2b2847");
    }

    @Test
    void paths_are_normalised_and_kept_once() {
        Policy policy = load("""
                version: 1
                filesystem_policy:
                  read_only: [/usr/, //usr//lib/., /usr, /./etc/./ssl/, /]
                  read_write: [/tmp/./x//]
                """);

        assertThat(policy.filesystem().readOnly()).containsExactly("/usr", "/usr/lib", "/etc/ssl", "/");
        assertThat(policy.filesystem().readWrite()).containsExactly("/tmp/x");
    }

    @Test
    void a_path_in_both_lists_may_be_written() {
        Policy policy = load("version: 1\nfilesystem_policy: {read_only: [/tmp/, /usr], read_write: [/tmp]}");

        assertThat(policy.filesystem().readOnly()).containsExactly("/usr");
        assertThat(policy.filesystem().readWrite()).containsExactly("/tmp");
    }

    @Test
    void symlinks_add_targets_to_exact_paths_and_leave_the_rest() {
        Policy policy = load(RULE);

        Policy resolved = policy.withSymlinks(path -> List.of(path + "-7.88", "/lib/curl"));

        List<BinaryPattern> binaries = resolved.network().rules().get(0).binaries();
        assertThat(binaries.get(0).matches("/usr/bin/curl")).isTrue();
        assertThat(binaries.get(0).matches("/usr/bin/curl-7.88")).isTrue();
        assertThat(binaries.get(0).matches("/lib/curl")).isTrue();
        assertThat(binaries.get(1).matches("/opt/*/bin/tool-7.88")).isFalse();
        assertThat(resolved.hash()).isEqualTo(policy.hash());
        assertThat(resolved.exactBinaryPaths()).containsExactly("/usr/bin/curl");
        assertThat(policy.network().rules().get(0).binaries().get(0).matches("/lib/curl"))
                .isFalse();
    }

    @Test
    void resolving_again_forgets_earlier_targets() {
        Policy first = load(RULE).withSymlinks(path -> List.of("/old"));
        Policy second = first.withSymlinks(path -> List.of("/new"));

        BinaryPattern curl = second.network().rules().get(0).binaries().get(0);
        assertThat(curl.matches("/old")).isFalse();
        assertThat(curl.matches("/new")).isTrue();
    }

    @Test
    void the_restrictive_default_loads_without_any_plugin_and_reaches_nothing() {
        Policy policy =
                load(InspectorCatalog.of(List.of()), RestrictiveDefault.source().text());

        assertThat(policy.network().rules()).isEmpty();
        assertThat(policy.filesystem())
                .isEqualTo(new FilesystemPolicy(
                        true,
                        List.of("/usr", "/lib", "/proc", "/dev/urandom", "/app", "/etc", "/var/log"),
                        List.of("/sandbox", "/tmp", "/dev/null")));
        assertThat(policy.landlock()).isEqualTo(LandlockMode.BEST_EFFORT);
        assertThat(policy.process()).isEqualTo(new ProcessIdentity("sandbox", "sandbox"));
    }

    @Test
    void a_file_is_loaded_by_its_name(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("p.yaml"), "version: 2\n");

        LoadResult result = new PolicyLoader(TestProtocols.catalog()).load(file);

        assertThat(result)
                .isEqualTo(new LoadResult.Invalid(
                        List.of(new PolicyProblem(file.toString(), 1, 10, "version", "2 (expected: version 1)"))));
        assertThat(((LoadResult.Invalid) result).describe())
                .isEqualTo(file + ":1:10: version: 2 (expected: version 1)");
    }

    @Test
    void a_file_that_is_not_utf_8_is_refused_at_the_byte(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("p.yaml");
        Files.write(file, "version: 1\n# é\u00fc: \u00ff".getBytes(StandardCharsets.ISO_8859_1));

        assertThat(new PolicyLoader(TestProtocols.catalog()).load(file))
                .isEqualTo(new LoadResult.Invalid(List.of(
                        new PolicyProblem(file.toString(), 2, 3, "", "not UTF-8 (expected: a text in UTF-8)"))));
    }

    @Test
    void a_file_cut_within_a_character_is_not_utf_8(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("p.yaml");
        Files.write(file, new byte[] {'a', ':', ' ', (byte) 0xC3});

        LoadResult result = new PolicyLoader(TestProtocols.catalog()).load(file);

        assertThat(((LoadResult.Invalid) result).describe()).contains(":1:4: not UTF-8");
    }

    @Test
    void more_than_256_kib_are_refused(@TempDir Path folder) throws IOException {
        String largest = "version: 1\n#" + "x".repeat(256 * 1024 - 12);
        assertThat(load(largest).canonical()).isEqualTo("version: 1\n");

        Path file = Files.writeString(folder.resolve("p.yaml"), largest + "x");
        LoadResult fromFile = new PolicyLoader(TestProtocols.catalog()).load(file);
        assertThat(((LoadResult.Invalid) fromFile).describe()).contains("expected: at most 262144 bytes");
        LoadResult fromText =
                new PolicyLoader(TestProtocols.catalog()).load(new PolicySource("policy.yaml", largest + "x"));
        assertThat(((LoadResult.Invalid) fromText).describe())
                .isEqualTo("policy.yaml:1:1: 262145 bytes (expected: at most 262144)");
    }

    @Test
    void a_file_that_cannot_be_read_is_an_exception(@TempDir Path folder) {
        assertThatThrownBy(() -> new PolicyLoader(TestProtocols.catalog()).load(folder.resolve("none.yaml")))
                .isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> new PolicyLoader(TestProtocols.catalog()).load(folder))
                .isInstanceOf(IOException.class);
    }

    @Test
    void a_catalog_has_each_name_once() {
        assertThatThrownBy(() -> InspectorCatalog.of(List.of(new TestProtocols.Rest(), new TestProtocols.Rest())))
                .hasMessage("protocol: rest (expected: one factory a name)");
    }
}
