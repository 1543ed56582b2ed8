package io.openshell.plugin.sigv4;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.api.credential.CredentialRewriter;
import io.openshell.core.network.Endpoint;
import io.openshell.core.policy.InspectorCatalog;
import io.openshell.core.policy.LoadResult;
import io.openshell.core.policy.PolicyLoader;
import io.openshell.core.policy.PolicySource;
import io.openshell.plugin.rest.RestPlugin;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Policies as users write them. */
class ExamplePolicyTest {

    private static final PolicyLoader LOADER = new PolicyLoader(
            InspectorCatalog.of(new RestPlugin().protocolInspectors(), new SigV4Plugin().credentialRewriters()));

    @Test
    void the_example_signs_for_its_bucket() throws IOException {
        LoadResult.Loaded loaded = (LoadResult.Loaded) LOADER.load(Path.of("..", "..", "examples", "aws-s3.yaml"));

        assertThat(loaded.warnings()).isEmpty();
        assertThat(loaded.policy().canonical())
                .contains("credential_signing: \"sigv4:body\"", "signing_service: s3")
                .doesNotContain("signing_region");
        Endpoint endpoint =
                loaded.policy().network().rules().getFirst().endpoints().getFirst();
        CredentialRewriter signer = endpoint.signing().orElseThrow();
        assertThat(Sample.of("GET", "my-bucket.s3.eu-central-1.amazonaws.com", "/reports/a")
                        .signed(signer, SampleKeys.SUITE))
                .containsKey("authorization");
    }

    @Test
    void problems_have_their_place() {
        LoadResult.Invalid invalid = (LoadResult.Invalid) LOADER.load(new PolicySource("policy.yaml", """
                version: 1
                network_policies:
                  aws:
                    endpoints:
                      - host: sts.amazonaws.com
                        port: 443
                        credential_signing: sigv4:all
                        signing_region: "*"
                    binaries: [{path: /usr/bin/python3}]
                """));

        assertThat(invalid.problems().toString()).contains("signing_service: missing");
    }
}
