package io.openshell.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.api.config.Compilation;
import io.openshell.api.credential.CredentialRewriter;
import io.openshell.api.credential.CredentialRewriterFactory;
import io.openshell.api.credential.RequestPart;
import io.openshell.api.credential.Rewrite;
import io.openshell.api.credential.Secret;
import io.openshell.api.credential.SignedField;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SigV4Test extends CredentialRewriterContract<SigV4.Options> {

    /** The keys and the time of the test suite that AWS publishes. */
    private static final Map<String, String> SECRETS = Map.of(
            "AWS_ACCESS_KEY_ID", "AKIDEXAMPLE",
            "AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");

    @Override
    protected CredentialRewriterFactory<SigV4.Options> factory() {
        return new SigV4(InstantSource.fixed(Instant.parse("2015-08-30T12:36:00Z")));
    }

    @Override
    protected SigV4.Options usableOptions() {
        return new SigV4.Options("service", "us-east-1");
    }

    @Override
    protected SigV4.Options unusableOptions() {
        return new SigV4.Options(" ", "us-east-1");
    }

    @Override
    protected Map<String, String> secrets() {
        return SECRETS;
    }

    @Override
    protected RequestPart rewrittenPart() {
        return new RequestPart.Whole(
                "GET",
                "https",
                "example.amazonaws.com",
                443,
                "/",
                headers(Map.of("Host", "example.amazonaws.com", "X-Amz-Security-Token", "from the client")),
                ByteBuffer.allocate(0));
    }

    @Test
    void signs_as_the_published_example_does() {
        CredentialRewriter rewriter =
                ((Compilation.Compiled<CredentialRewriter>) factory().create(usableOptions())).value();
        Rewrite.Signed signed = (Rewrite.Signed) rewriter.rewrite(
                rewrittenPart(),
                key -> Optional.ofNullable(SECRETS.get(key))
                        .map(value -> Secret.owning(value.getBytes(StandardCharsets.UTF_8))));

        assertThat(signed.fields().stream().map(SigV4Test::line))
                .containsExactly(
                        "X-Amz-Date: 20150830T123600Z",
                        "Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request,"
                                + " SignedHeaders=host;x-amz-date, Signature="
                                + "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
    }

    private static String line(SignedField field) {
        StringBuilder line = new StringBuilder(field.name()).append(": ");
        field.value().reveal(value -> line.append(new String(value, StandardCharsets.UTF_8)));
        return line.toString();
    }
}
