package io.openshell.core.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.api.config.Compilation;
import io.openshell.api.config.Problem;
import io.openshell.api.credential.CredentialRewriter;
import io.openshell.api.credential.CredentialRewriterFactory;
import io.openshell.api.credential.RequestPart;
import io.openshell.api.credential.Rewrite;
import io.openshell.api.credential.Vault;
import io.openshell.api.inspect.BodyNeed;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** {@code credential_signing} names a rewriter, whose keys stand beside it and are bound as strictly as a protocol's. */
class CredentialSigningTest {

    record Keys(
            @Nullable String credentialSigning,
            String signingService,
            @Nullable Integer signingHours) {}

    record NoModes(@Nullable String seal) {}

    record Greedy(String host) {}

    record LikeRest(@Nullable Integer maxBodyBytes) {}

    private record Signer(String service) implements CredentialRewriter {
        @Override
        public Set<String> ownFields() {
            return Set.of("authorization");
        }

        @Override
        public BodyNeed bodyNeed(RequestPart.Whole head) {
            return BodyNeed.NONE;
        }

        @Override
        public Rewrite rewrite(RequestPart part, Vault vault) {
            return new Rewrite.Untouched();
        }
    }

    private record Factory<C extends Record>(
            String name, Class<C> configType, Function<C, @Nullable Compilation<CredentialRewriter>> creation)
            implements CredentialRewriterFactory<C> {
        @Override
        @SuppressWarnings("NullAway") // some of them break their contract
        public Compilation<CredentialRewriter> create(C options) {
            return creation.apply(options);
        }
    }

    private static final Factory<Keys> SIGNER = new Factory<>("signer", Keys.class, keys -> {
        if (keys.signingService().equals("none")) {
            return new Compilation.Rejected<>(List.of(new Problem("signing_service", "none (expected: one)")));
        }
        return new Compilation.Compiled<>(
                new Signer(keys.credentialSigning() + "/" + keys.signingService()), List.of());
    });

    private static final Factory<NoModes> SEALER =
            new Factory<>("sealer", NoModes.class, keys -> new Compilation.Compiled<>(new Signer("seal"), List.of()));

    private static LoadResult load(String keys, CredentialRewriterFactory<?>... rewriters) {
        String text = """
                version: 1
                network_policies:
                  api:
                    endpoints:
                      - {host: a.example.com, port: 443, %s}
                    binaries: [{path: /usr/bin/curl}]
                """.formatted(keys);
        return new PolicyLoader(InspectorCatalog.of(List.of(new TestProtocols.Rest()), List.of(rewriters)))
                .load(new PolicySource("policy.yaml", text));
    }

    private static String problems(String keys, CredentialRewriterFactory<?>... rewriters) {
        return load(keys, rewriters) instanceof LoadResult.Invalid invalid
                ? invalid.problems().toString()
                : "loaded";
    }

    @Test
    void makes_the_rewriter_with_its_mode_and_its_keys() {
        LoadResult.Loaded loaded = (LoadResult.Loaded)
                load("credential_signing: 'signer:body', signing_service: s3, signing_hours: 2", SIGNER);
        assertThat(loaded.policy()
                        .network()
                        .rules()
                        .getFirst()
                        .endpoints()
                        .getFirst()
                        .signing())
                .contains(new Signer("signer:body/s3"));
    }

    @Test
    void is_part_of_the_canonical_form() {
        LoadResult.Loaded loaded = (LoadResult.Loaded) load(
                "protocol: rest, access: full, signing_service: s3, credential_signing: signer, signing_hours: 2",
                SIGNER);
        assertThat(loaded.policy().canonical())
                .contains("credential_signing: signer", "signing_service: s3", "signing_hours: 2", "access: full");
    }

    @Test
    void names_what_is_installed() {
        assertThat(problems("credential_signing: sigv4")).contains("sigv4", "none is installed");
        assertThat(problems("credential_signing: singer, signing_service: s3", SIGNER))
                .contains("singer", "signer")
                .doesNotContain("unknown key");
    }

    @Test
    void binds_the_keys_strictly() {
        assertThat(problems("credential_signing: signer", SIGNER)).contains("signing_service: missing");
        assertThat(problems("credential_signing: signer, signing_service: s3, signing_hour: 1", SIGNER))
                .contains("unknown key", "signing_hours");
        assertThat(problems("signing_service: s3", SIGNER)).contains("it belongs to credential_signing: signer");
        assertThat(problems("credential_signing: signer, signing_service: none", SIGNER))
                .contains("api.endpoints[0].signing_service", "none (expected: one)");
        assertThat(problems("credential_signing: 'sealer:x'", SEALER)).contains("sealer, which has no modes");
    }

    @Test
    void does_not_go_with_a_body_that_is_rewritten_or_with_tls_that_is_skipped() {
        assertThat(problems(
                        "protocol: rest, access: full, request_body_credential_rewrite: true, credential_signing: sealer",
                        SEALER))
                .contains("mutually exclusive");
        assertThat(problems("tls: skip, credential_signing: sealer", SEALER)).contains("without tls: skip");
    }

    @Test
    void has_no_key_of_the_protocol_beside_it_whatever_stood_beside_it_before() {
        Factory<LikeRest> rewriter =
                new Factory<>("odd", LikeRest.class, keys -> new Compilation.Compiled<>(new Signer("x"), List.of()));
        String alone = "credential_signing: odd, max_body_bytes: 5";
        String another = "}\n      - {host: b.example.com, port: 443, ";

        assertThat(problems(alone, rewriter)).isEqualTo("loaded");
        assertThat(problems(alone + another + "protocol: rest, access: full, " + alone, rewriter))
                .contains("api.endpoints[1]", "keys of others: [max_body_bytes]")
                .doesNotContain("api.endpoints[0]");
    }

    @Test
    void is_a_problem_of_the_policy_if_the_plugin_breaks_its_contract() {
        assertThat(problems("credential_signing: odd", new Factory<>("odd", NoModes.class, keys -> null)))
                .contains("credential_signing odd failed on this endpoint");
        assertThat(problems("credential_signing: odd", new Factory<>("odd", NoModes.class, keys -> {
                    throw new IllegalStateException("not today");
                })))
                .contains("not today");
        assertThat(problems(
                        "credential_signing: odd",
                        new Factory<>(
                                "odd", Greedy.class, keys -> new Compilation.Compiled<>(new Signer("x"), List.of()))))
                .contains("keys of others: [host]");
    }
}
