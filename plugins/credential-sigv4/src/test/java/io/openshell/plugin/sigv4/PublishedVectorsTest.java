package io.openshell.plugin.sigv4;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.api.config.Compilation;
import io.openshell.api.credential.CredentialRewriter;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Signatures that AWS has published. */
class PublishedVectorsTest {

    private static final SampleKeys S3_KEYS =
            SampleKeys.of("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
    private static final String BUCKET = "examplebucket.s3.amazonaws.com";
    private static final String NOTHING = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    static List<PublishedCase> suite() throws IOException {
        return PublishedCase.all();
    }

    @Test
    void no_case_was_lost() throws IOException {
        assertThat(suite()).hasSize(41).extracting(PublishedCase::name).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("suite")
    void signs_as_the_published_test_suite_does(PublishedCase published) {
        Map<String, String> sent = published.sample().signed(published.signer(), published.keys());

        assertThat(sent.get("authorization"))
                .isEqualTo(
                        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders="
                                + published.signedFields() + ", Signature=" + published.signature());
        assertThat(sent).containsEntry("x-amz-date", "20150830T123600Z");
        assertThat(sent.get("x-amz-security-token")).isEqualTo(published.token());
    }

    /** The four examples of "Authenticating Requests: Using the Authorization Header", Amazon S3 API Reference. */
    @Test
    void signs_as_the_documentation_of_s3_does() {
        Sample get = Sample.of("GET", BUCKET, "/test.txt")
                .field("Range", "bytes=0-9")
                .signedBy("us-east-1", "s3", "host;range;x-amz-content-sha256;x-amz-date");
        Sample put = Sample.of("PUT", BUCKET, "/test$file.text")
                .field("Date", "Fri, 24 May 2013 00:00:00 GMT")
                .field("x-amz-storage-class", "REDUCED_REDUNDANCY")
                .body("Welcome to Amazon S3.")
                .signedBy("us-east-1", "s3", "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class");

        assertThat(s3(get))
                .containsEntry("x-amz-content-sha256", NOTHING)
                .hasEntrySatisfying(
                        "authorization", signature("f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"));
        assertThat(s3(put))
                .containsEntry(
                        "x-amz-content-sha256", "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072")
                .hasEntrySatisfying(
                        "authorization", signature("98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"));
        assertThat(s3(Sample.of("GET", BUCKET, "/?lifecycle")))
                .hasEntrySatisfying(
                        "authorization", signature("fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"));
        assertThat(s3(Sample.of("GET", BUCKET, "/?max-keys=2&prefix=J")))
                .hasEntrySatisfying(
                        "authorization", signature("34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"));
    }

    /** The example of "Create a signed AWS API request", IAM User Guide, in its first edition. */
    @Test
    void signs_as_the_documentation_of_iam_does() {
        Sample list = Sample.of("GET", "iam.amazonaws.com", "/?Action=ListUsers&Version=2010-05-08")
                .field("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");

        assertThat(list.signed(signer("iam", "2015-08-30T12:36:00Z"), SampleKeys.SUITE))
                .hasEntrySatisfying(
                        "authorization", signature("5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"));
    }

    private static Consumer<String> signature(String hex) {
        return authorization -> assertThat(authorization).endsWith("Signature=" + hex);
    }

    private static Map<String, String> s3(Sample sample) {
        return sample.signed(signer("s3", "2013-05-24T00:00:00Z"), S3_KEYS);
    }

    /** Compiled as a policy's options are; the region comes from the host. */
    private static CredentialRewriter signer(String service, String time) {
        SigV4Options options = new SigV4Options("sigv4", service, null, null, null, null);
        return ((Compilation.Compiled<CredentialRewriter>)
                        new SigV4Factory(InstantSource.fixed(Instant.parse(time))).create(options))
                .value();
    }
}
