package io.openshell.plugin.sigv4;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.api.config.Compilation;
import io.openshell.api.config.Problem;
import io.openshell.api.credential.CredentialRewriter;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;

class SigV4OptionsTest {

    @Test
    void everything_that_is_wrong_is_told_at_once_with_its_place() {
        assertThat(problems(new SigV4Options("sigv4:some", "S3", "*", "1", "", "a-b")))
                .extracting(Problem::path)
                .containsExactly(
                        "signing_service",
                        "signing_region",
                        "signing_access_key_id",
                        "signing_secret_access_key",
                        "signing_session_token",
                        "credential_signing");
        assertThat(problems(new SigV4Options("sigv4:streaming", "s3", null, null, null, null)))
                .extracting(Problem::message)
                .containsExactly("sigv4:streaming (expected: sigv4, sigv4:body or sigv4:no_body)");
    }

    @Test
    void s3_express_and_signatures_for_many_regions_are_refused_as_such() {
        assertThat(problems(new SigV4Options("sigv4", "s3express", null, null, null, null)))
                .singleElement()
                .satisfies(problem -> assertThat(problem.message()).contains("S3 Express"));
        assertThat(problems(new SigV4Options("sigv4", "s3", "*", null, null, null)))
                .singleElement()
                .satisfies(problem -> assertThat(problem.message()).contains("SigV4a"));
    }

    @Test
    void bodies_that_are_never_signed_are_a_warning_where_they_are_not_s3_s() {
        assertThat(warnings("sqs", "sigv4:no_body"))
                .singleElement()
                .satisfies(warning -> assertThat(warning.path()).isEqualTo("credential_signing"));
        assertThat(warnings("s3", "sigv4:no_body")).isEmpty();
        assertThat(warnings("sqs", "sigv4:body")).isEmpty();
        assertThat(warnings("sqs", "sigv4")).isEmpty();
    }

    private static List<Problem> problems(SigV4Options options) {
        return ((Compilation.Rejected<CredentialRewriter>) compile(options)).problems();
    }

    private static List<Problem> warnings(String service, String signing) {
        SigV4Options options = new SigV4Options(signing, service, null, null, null, null);
        return ((Compilation.Compiled<CredentialRewriter>) compile(options)).warnings();
    }

    private static Compilation<CredentialRewriter> compile(SigV4Options options) {
        return new SigV4Factory(InstantSource.system()).create(options);
    }
}
