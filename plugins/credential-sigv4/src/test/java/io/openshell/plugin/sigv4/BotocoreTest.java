package io.openshell.plugin.sigv4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.openshell.api.config.Compilation;
import io.openshell.api.credential.CredentialRewriter;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What we sign and what AWS's own signer signs are the same, for requests that nobody thought of. */
class BotocoreTest {

    private static final int REQUESTS = 1000;
    private static final List<String> SERVICES = List.of("s3", "s3", "sts", "dynamodb", "execute-api");
    private static final List<String> METHODS = List.of("GET", "PUT", "POST", "DELETE", "HEAD", "PATCH");
    private static final List<String> FIELDS =
            List.of("x-amz-acl", "X-Amz-Meta-Name", "Content-Type", "Content-MD5", "Range", "Accept", "x-amz-tagging");

    /** Characters of a path or a query as the proxy lets them through, percent signs aside; no plus, which botocore leaves. */
    private static final String PATH = "abzAZ019-._~!$&'()*,;=:@";

    private static final String QUERY = "abzAZ019-._~";
    private static final String VALUE = "abcXYZ019 \t-_/=;,\"";

    private static Botocore botocore;

    @BeforeAll
    static void start() throws Exception {
        assumeTrue(Botocore.isThere(), "botocore: not found for " + Botocore.PYTHON + " (expected: python3-botocore)");
        botocore = new Botocore();
    }

    @AfterAll
    static void stop() throws IOException {
        if (botocore != null) {
            botocore.close();
        }
    }

    @Test
    void agrees_about_a_thousand_requests() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<String> wrong = new ArrayList<>();
        for (int i = 0; i < REQUESTS; i++) {
            String service = SERVICES.get(random.nextInt(SERVICES.size()));
            Sample sample = sample(random, service);
            String token = random.nextInt(3) == 0 ? "TOKEN/" + word(random, "abc019+=", 1, 40) : "";
            SampleKeys keys = SampleKeys.of("AKID" + word(random, "ABC019", 1, 16), word(random, "abcXYZ019+/", 1, 90));
            SampleKeys vault = token.isEmpty() ? keys : keys.with("AWS_SESSION_TOKEN", token);
            Map<String, String> signature = sample.signed(signer(service, random), vault);
            String judgement = botocore.judge(sample, signature, keys, token);
            if (!judgement.equals("ok")) {
                wrong.add(judgement + ": " + service + " " + sample);
            }
        }

        assertThat(wrong).as("seed %d", seed).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1+1",
                "a b",
                "100%",
                "%2B%252e",
                "a/b/",
                "/a",
                "a//b",
                "./a/../b",
                "..",
                "\u00e4\u2603\ud83d\ude00",
                "a?b#c&d=e",
                "a;b,c:d@e$f!g*h'i(j)~",
                "a\\b\"<>[]^`{|}"
            })
    void agrees_about_the_path_that_the_client_of_aws_sends_for_a_key(String key) throws IOException {
        String path = botocore.path(key);
        Sample sample = Sample.of("GET", "bucket.s3.eu-west-1.amazonaws.com", path);
        Map<String, String> signature = sample.signed(signer("s3", new Random(1)), SampleKeys.SUITE);

        assertThat(judge(sample, signature)).as(path).isEqualTo("ok");
        assertThat(CanonicalTarget.of(path, ServiceRules.S3).path())
                .as("signed as it is sent")
                .isEqualTo(path);
    }

    @Test
    void disagrees_where_anything_is_changed_afterwards() throws IOException {
        Sample sample =
                Sample.of("PUT", "b.s3.us-east-1.amazonaws.com", "/k?a=b").body("body");
        Map<String, String> signature = sample.signed(signer("s3", new Random(1)), SampleKeys.SUITE);

        assertThat(judge(sample, signature)).isEqualTo("ok");
        assertThat(judge(sample.body("hody"), signature)).isEqualTo("another body");
        assertThat(judge(sample.field("x-amz-acl", "public-read"), signature)).isEqualTo("not signed: x-amz-acl");
        assertThat(judge(
                        new Sample("https", "c.s3.us-east-1.amazonaws.com", "/k?a=b", sample.fields(), "body"),
                        signature))
                .isEqualTo("not what botocore signs");
        assertThat(judge(new Sample("https", sample.host(), "/l?a=b", sample.fields(), "body"), signature))
                .isEqualTo("not what botocore signs");
    }

    private static String judge(Sample sample, Map<String, String> signature) throws IOException {
        return botocore.judge(sample, signature, SampleKeys.SUITE, "");
    }

    private static Sample sample(Random random, String service) {
        String host = word(random, "abc09-", 1, 20) + "." + service + ".eu-west-1.amazonaws.com";
        Sample sample = Sample.of(METHODS.get(random.nextInt(METHODS.size())), host, target(random, service));
        for (String field : FIELDS) {
            for (int i = random.nextInt(5) - 3; i > 0 || (i == 0 && random.nextBoolean()); i--) {
                sample = sample.field(field, "v" + word(random, VALUE, 0, 30) + "v");
            }
        }
        if (random.nextBoolean()) {
            sample = sample.signedBy("eu-west-1", service, "accept;host;range;x-amz-date");
        }
        if (random.nextInt(4) == 0) {
            sample = sample.field("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD");
        }
        return random.nextBoolean() ? sample : sample.body(word(random, "any bytes\u00e9\n", 0, 200));
    }

    /** S3's keys are encoded as its clients encode them: botocore takes their word for it. */
    private static String target(Random random, String service) {
        StringBuilder target = new StringBuilder();
        for (int i = random.nextInt(4); i >= 0; i--) {
            target.append('/').append(encoded(random, service.equals("s3") ? QUERY : PATH));
        }
        String separator = "?";
        for (int i = random.nextInt(4); i > 0; i--) {
            target.append(separator)
                    .append('p')
                    .append(encoded(random, QUERY))
                    .append('=')
                    .append(encoded(random, QUERY));
            separator = "&";
        }
        return target.toString();
    }

    private static String encoded(Random random, String plain) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(12); i > 0; i--) {
            if (random.nextInt(3) > 0) {
                text.append(plain.charAt(random.nextInt(plain.length())));
            } else {
                text.append(UriEncoding.encode(new byte[] {(byte) (0x80 | random.nextInt(0x80))}));
            }
        }
        return text.toString();
    }

    private static String word(Random random, String letters, int least, int most) {
        StringBuilder word = new StringBuilder();
        for (int i = least + random.nextInt(most - least + 1); i > 0; i--) {
            word.append(letters.charAt(random.nextInt(letters.length())));
        }
        return word.toString();
    }

    private static CredentialRewriter signer(String service, Random random) {
        Instant time = Instant.ofEpochSecond(1_400_000_000L + random.nextInt(800_000_000));
        SigV4Options options = new SigV4Options("sigv4", service, null, null, null, null);
        return ((Compilation.Compiled<CredentialRewriter>) new SigV4Factory(InstantSource.fixed(time)).create(options))
                .value();
    }
}
