package io.openshell.plugin.sigv4;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.openshell.api.config.Compilation;
import io.openshell.api.credential.CredentialRewriter;
import io.openshell.api.credential.RequestPart;
import io.openshell.api.credential.Rewrite;
import io.openshell.api.credential.Secret;
import io.openshell.api.credential.Vault;
import io.openshell.api.inspect.BodyNeed;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is signed, with what, and what is not. */
class SignerTest {

    private static final String HOST = "bucket.s3.eu-central-1.amazonaws.com";
    private static final String HASH = "x-amz-content-sha256";
    private static final String UNSIGNED = "UNSIGNED-PAYLOAD";
    private static final String TRAILER = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";
    private static final Instant TIME = Instant.parse("2026-11-25T21:00:00Z");
    private static final Sample PUT = Sample.of("PUT", HOST, "/key").body("hello");
    private static final String HELLO = hash("hello");

    private final CredentialRewriter auto = signer("sigv4");
    private final CredentialRewriter body = signer("sigv4:body");
    private final CredentialRewriter noBody = signer("sigv4:no_body");

    @Test
    void the_hash_that_the_core_made_while_the_body_arrived_is_signed_and_the_body_not_read_again() {
        Sample put = PUT.field(HASH, HELLO);

        assertThat(body.rewrite(hashed(put.body(""), HELLO), SampleKeys.SUITE)).isInstanceOf(Rewrite.Signed.class);
        assertThat(body.rewrite(hashed(put, hash("other")), SampleKeys.SUITE))
                .isInstanceOfSatisfying(
                        Rewrite.Refused.class,
                        refused -> assertThat(refused.reason()).contains("not the hash of the body"));
    }

    private static RequestPart.Whole hashed(Sample sample, String hash) {
        RequestPart.Whole it = sample.whole();
        return new RequestPart.Whole(
                it.method(),
                it.scheme(),
                it.host(),
                it.port(),
                it.target(),
                it.headers(),
                it.body(),
                Optional.of(hash));
    }

    @Test
    void what_the_client_sent_as_its_own_signature_is_never_what_is_sent() {
        Sample sample = PUT.signedBy("eu-central-1", "s3", "host;x-amz-date")
                .field("X-Amz-Date", "19700101T000000Z")
                .field(HASH, HELLO);

        assertThat(auto.ownFields())
                .containsExactlyInAnyOrder("authorization", "x-amz-date", "x-amz-security-token", HASH);
        assertThat(sample.signed(auto, SampleKeys.SUITE))
                .containsOnlyKeys("x-amz-date", HASH, "authorization")
                .containsEntry("x-amz-date", "20261125T210000Z")
                .hasEntrySatisfying(
                        "authorization",
                        value -> assertThat(value)
                                .startsWith(
                                        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261125/eu-central-1/s3/aws4_request, ")
                                .doesNotContain("openshell"));
    }

    @Test
    void the_signature_binds_host_time_method_target_body_and_the_service_s_fields() {
        List<Sample> others = List.of(
                Sample.of("PUT", HOST, "/other").body("hello"),
                Sample.of("PUT", HOST, "/key?acl").body("hello"),
                Sample.of("POST", HOST, "/key").body("hello"),
                Sample.of("PUT", "else.s3.eu-central-1.amazonaws.com", "/key").body("hello"),
                PUT.body("hell0"),
                PUT.field("x-amz-acl", "public-read"),
                PUT.field("Content-Type", "text/plain"),
                PUT.field("Content-MD5", "XUFAKrxLKna5cZ2REBfFkg=="),
                PUT.withoutTls().field("Range", "bytes=0-1").signedBy("eu-central-1", "s3", "range"));
        List<String> signatures = new ArrayList<>();
        others.forEach(sample -> signatures.add(authorization(sample, auto, SampleKeys.SUITE)));
        signatures.add(authorization(PUT, auto, SampleKeys.SUITE));
        signatures.add(authorization(PUT, signer("sigv4", TIME.plusSeconds(1)), SampleKeys.SUITE));
        signatures.add(authorization(PUT, auto, SampleKeys.of(SampleKeys.ID, "another")));

        assertThat(signatures).doesNotHaveDuplicates();
    }

    @Test
    void a_port_that_is_not_the_usual_one_is_part_of_the_host_that_is_signed() {
        Sample plain = PUT.withoutTls();

        assertThat(authorization(plain, auto, SampleKeys.SUITE))
                .as("port 80 of http, so the same field as 443 of https")
                .isEqualTo(authorization(PUT, auto, SampleKeys.SUITE));
    }

    @Test
    void temporary_keys_bring_their_token_which_is_signed() {
        Vault temporary = SampleKeys.SUITE.with("AWS_SESSION_TOKEN", "TOKEN==");

        assertThat(PUT.field("X-Amz-Security-Token", "openshell:resolve:env:AWS_SESSION_TOKEN")
                        .signed(auto, temporary))
                .containsEntry("x-amz-security-token", "TOKEN==")
                .hasEntrySatisfying("authorization", value -> assertThat(value).contains(";x-amz-security-token,"));
        assertThat(PUT.field("X-Amz-Security-Token", "its own").refused(auto, SampleKeys.SUITE))
                .startsWith("AWS_SESSION_TOKEN: no such credential");
    }

    @Test
    void keys_may_have_other_names() {
        SigV4Options options = new SigV4Options("sigv4", "s3", null, "BACKUP_ID", "BACKUP_SECRET", "BACKUP_TOKEN");
        Vault vault = new SampleKeys(Map.of("BACKUP_ID", "AKIDBACKUP", "BACKUP_SECRET", "s", "BACKUP_TOKEN", "t"));

        assertThat(PUT.signed(compiled(options, TIME), vault))
                .containsEntry("x-amz-security-token", "t")
                .hasEntrySatisfying("authorization", value -> assertThat(value).contains("Credential=AKIDBACKUP/"));
        assertThat(PUT.refused(compiled(options, TIME), SampleKeys.SUITE)).startsWith("BACKUP_ID: no such credential");
    }

    @ParameterizedTest
    @ValueSource(strings = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"})
    void a_key_that_is_missing_is_named(String key) {
        assertThat(PUT.refused(auto, SampleKeys.SUITE.without(key)))
                .isEqualTo(key + ": no such credential for this destination (expected: one that is bound to it and has"
                        + " not expired)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "a,b", "", "a\u00e9"})
    void a_key_that_would_be_more_than_one_word_in_a_field_is_refused(String odd) {
        assertThat(PUT.refused(auto, SampleKeys.SUITE.with("AWS_ACCESS_KEY_ID", odd)))
                .startsWith("AWS_ACCESS_KEY_ID: not a key of AWS");
        assertThat(PUT.refused(auto, SampleKeys.SUITE.with("AWS_SESSION_TOKEN", odd)))
                .startsWith("AWS_SESSION_TOKEN: not a key of AWS");
    }

    @Test
    void secrets_are_closed_also_where_the_request_is_refused() {
        List<Secret> lent = new ArrayList<>();
        Vault vault = key -> {
            Optional<Secret> secret = key.equals("AWS_SECRET_ACCESS_KEY")
                    ? Optional.empty()
                    : Optional.of(Secret.owning("word".getBytes(UTF_8)));
            secret.ifPresent(lent::add);
            return secret;
        };

        assertThat(PUT.refused(auto, vault)).startsWith("AWS_SECRET_ACCESS_KEY");
        assertThat(lent).hasSize(2).allSatisfy(secret -> {
            boolean[] open = {true};
            try {
                secret.reveal(bytes -> {});
            } catch (IllegalStateException closed) {
                open[0] = false;
            }
            assertThat(open[0]).isFalse();
        });
    }

    @Test
    void a_hash_that_is_not_the_body_s_is_refused() {
        assertThat(PUT.field(HASH, HELLO).signed(auto, SampleKeys.SUITE)).containsEntry(HASH, HELLO);
        assertThat(PUT.field(HASH, HELLO.toUpperCase(Locale.ROOT)).signed(body, SampleKeys.SUITE))
                .containsEntry(HASH, HELLO);
        assertThat(PUT.field(HASH, hash("hell0")).refused(auto, SampleKeys.SUITE))
                .startsWith(HASH + ": not the hash of the body");
        assertThat(PUT.field(HASH, "nonsense").refused(auto, SampleKeys.SUITE)).startsWith(HASH + ": neither");
        assertThat(PUT.field(HASH, HELLO).field(HASH, HELLO).refused(auto, SampleKeys.SUITE))
                .startsWith(HASH + ": repeated");
    }

    @Test
    void unsigned_bodies_pass_where_the_policy_and_tls_let_them_and_are_signed_elsewhere() {
        Sample unsigned = PUT.field(HASH, UNSIGNED);

        assertThat(unsigned.signed(auto, SampleKeys.SUITE)).containsEntry(HASH, UNSIGNED);
        assertThat(unsigned.withoutTls().signed(auto, SampleKeys.SUITE)).containsEntry(HASH, HELLO);
        assertThat(unsigned.signed(body, SampleKeys.SUITE)).containsEntry(HASH, HELLO);
        assertThat(PUT.field(HASH, HELLO).signed(noBody, SampleKeys.SUITE)).containsEntry(HASH, UNSIGNED);
        assertThat(PUT.withoutTls().refused(noBody, SampleKeys.SUITE)).startsWith("sigv4:no_body: without TLS");
        assertThat(PUT.field(HASH, TRAILER).signed(auto, SampleKeys.SUITE)).containsEntry(HASH, TRAILER);
        assertThat(PUT.field(HASH, TRAILER).signed(noBody, SampleKeys.SUITE)).containsEntry(HASH, TRAILER);
        assertThat(PUT.field(HASH, TRAILER).refused(body, SampleKeys.SUITE)).startsWith("unsigned upload in chunks");
        assertThat(PUT.field(HASH, TRAILER).withoutTls().refused(auto, SampleKeys.SUITE))
                .startsWith("unsigned upload in chunks");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
                "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
                "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD"
            })
    void chunks_that_are_signed_one_by_one_are_refused_before_they_are_read(String chunks) {
        Sample upload = PUT.field(HASH, chunks).field("Content-Encoding", "aws-chunked");

        for (CredentialRewriter signer : List.of(auto, body, noBody)) {
            assertThat(signer.bodyNeed(upload.whole())).isEqualTo(BodyNeed.NONE);
            assertThat(upload.refused(signer, SampleKeys.SUITE)).startsWith("chunk-signed upload");
        }
    }

    @Test
    void chunks_that_are_not_announced_are_refused() {
        Sample upload = PUT.field("Content-Encoding", "gzip, AWS-Chunked");

        assertThat(upload.refused(auto, SampleKeys.SUITE)).startsWith("aws-chunked");
        assertThat(upload.refused(noBody, SampleKeys.SUITE)).startsWith("aws-chunked");
    }

    @Test
    void a_body_is_read_only_where_it_is_signed() {
        BodyNeed whole = new BodyNeed.Whole(10 * 1024 * 1024);

        assertThat(auto.bodyNeed(PUT.whole())).isEqualTo(whole);
        assertThat(auto.bodyNeed(PUT.field(HASH, UNSIGNED).whole())).isEqualTo(BodyNeed.NONE);
        assertThat(body.bodyNeed(PUT.field(HASH, UNSIGNED).whole())).isEqualTo(whole);
        assertThat(noBody.bodyNeed(PUT.field(HASH, HELLO).whole())).isEqualTo(BodyNeed.NONE);
    }

    @Test
    void another_region_or_service_than_the_policy_s_is_refused() {
        assertThat(PUT.signedBy("us-west-2", "s3", "host").refused(auto, SampleKeys.SUITE))
                .isEqualTo("region: us-west-2 (expected: eu-central-1, which the policy signs for)");
        assertThat(PUT.signedBy("eu-central-1", "sts", "host").refused(auto, SampleKeys.SUITE))
                .isEqualTo("service: sts (expected: s3, which the policy signs for)");
    }

    @Test
    void the_policy_s_region_comes_before_the_host_s_and_one_of_them_there_must_be() {
        SigV4Options named = new SigV4Options("sigv4", "s3", "us-gov-west-1", null, null, null);
        Sample elsewhere = Sample.of("GET", "minio.example.com", "/");

        assertThat(authorization(PUT, compiled(named, TIME), SampleKeys.SUITE)).contains("/us-gov-west-1/s3/");
        assertThat(elsewhere.refused(auto, SampleKeys.SUITE)).startsWith("region: the host does not name one");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/k?X-Amz-Signature=00",
                "/k?x-amz-signature=00",
                "/k?a=b&X-Amz-Credential=c",
                "/k?X%2DAmz%2DAlgorithm=a"
            })
    void a_signature_in_the_query_is_refused(String target) {
        assertThat(Sample.of("GET", HOST, target).refused(auto, SampleKeys.SUITE))
                .startsWith("signature in the query");
    }

    @Test
    void sigv4a_and_s3_express_are_refused_as_such() {
        assertThat(PUT.field("X-Amz-Region-Set", "*").refused(auto, SampleKeys.SUITE))
                .startsWith("SigV4a");
        assertThat(PUT.field("Authorization", "AWS4-ECDSA-P256-SHA256 Credential=a")
                        .refused(auto, SampleKeys.SUITE))
                .startsWith("SigV4a");
        assertThat(PUT.field("x-amz-s3session-token", "t").refused(auto, SampleKeys.SUITE))
                .startsWith("S3 Express");
        assertThat(Sample.of("GET", "b--use1-az4--x-s3.s3express-use1-az4.us-east-1.amazonaws.com", "/")
                        .refused(auto, SampleKeys.SUITE))
                .startsWith("S3 Express");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Basic YTpi", "AWS4-HMAC-SHA256 nonsense", "AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=;;"})
    void any_other_authorization_is_replaced(String authorization) {
        assertThat(authorization(PUT.field("Authorization", authorization), auto, SampleKeys.SUITE))
                .isEqualTo(authorization(PUT, auto, SampleKeys.SUITE));
    }

    @Property(tries = 500)
    void whatever_a_client_sends_comes_to_a_signature_or_to_one_line_without_it(
            @ForAll("odd") String authorization,
            @ForAll("odd") String hash,
            @ForAll("odd") String other,
            @ForAll("odd") String query) {
        Sample sample = Sample.of("POST", HOST, "/k?" + query)
                .field("Authorization", "AWS4-HMAC-SHA256 " + authorization)
                .field(HASH, hash)
                .field("X-Amz-Meta-" + HASH, other)
                .body(other);

        switch (auto.rewrite(sample.whole(), SampleKeys.SUITE)) {
            case Rewrite.Signed signed -> assertThat(signed.fields()).hasSize(3);
            case Rewrite.Refused refused ->
                assertThat(refused.reason()).doesNotContain("\n", "\r", "openshell:", SampleKeys.ID);
            case Rewrite.Untouched wrong -> throw new AssertionError(wrong);
            case Rewrite.Rewritten wrong -> throw new AssertionError(wrong);
        }
    }

    @Provide
    Arbitrary<String> odd() {
        return Arbitraries.of(
                        "Credential=",
                        "openshell:resolve:env:K",
                        "/",
                        "20150830",
                        "eu-central-1",
                        "us-west-2",
                        "s3",
                        "aws4_request",
                        ",",
                        ";",
                        " ",
                        "SignedHeaders=",
                        "host",
                        "x-amz-date",
                        "=",
                        "&",
                        "%",
                        "%2",
                        "X-Amz-Signature",
                        "\u00e9",
                        UNSIGNED,
                        "STREAMING-",
                        "\t",
                        "/eu-central-1/s3/aws4_request")
                .list()
                .ofMaxSize(12)
                .map(parts -> String.join("", parts));
    }

    @Test
    void an_authorization_of_many_beginnings_takes_no_longer_than_it_is_long() {
        Sample sample = PUT.field("Authorization", "AWS4-HMAC-SHA256 " + "Credential=/".repeat(400_000));

        assertTimeoutPreemptively(Duration.ofSeconds(5), () -> sample.signed(auto, SampleKeys.SUITE));
    }

    private static String authorization(Sample sample, CredentialRewriter signer, Vault vault) {
        return String.valueOf(sample.signed(signer, vault).get("authorization"));
    }

    private static String hash(String text) {
        return HexFormat.of().formatHex(Sha256.digest().digest(text.getBytes(UTF_8)));
    }

    private static CredentialRewriter signer(String signing) {
        return signer(signing, TIME);
    }

    private static CredentialRewriter signer(String signing, Instant time) {
        return compiled(new SigV4Options(signing, "s3", null, null, null, null), time);
    }

    private static CredentialRewriter compiled(SigV4Options options, Instant time) {
        return ((Compilation.Compiled<CredentialRewriter>) new SigV4Factory(InstantSource.fixed(time)).create(options))
                .value();
    }
}
