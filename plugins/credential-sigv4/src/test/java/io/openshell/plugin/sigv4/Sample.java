package io.openshell.plugin.sigv4;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.openshell.api.credential.CredentialRewriter;
import io.openshell.api.credential.RequestPart;
import io.openshell.api.credential.Rewrite;
import io.openshell.api.credential.Vault;
import io.openshell.testkit.contract.SampleRequest;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** A request to be signed. The methods without {@code get} copy. */
record Sample(String scheme, String host, String target, SampleRequest fields, String body) {

    static Sample of(String method, String host, String target) {
        return new Sample("https", host, target, SampleRequest.of(method, "/"), "");
    }

    Sample field(String name, String value) {
        return new Sample(scheme, host, target, fields.header(name, value), body);
    }

    Sample body(String text) {
        return new Sample(scheme, host, target, fields, text);
    }

    Sample withoutTls() {
        return new Sample("http", host, target, fields, body);
    }

    /** With a signature by the client, as far as it is read. */
    Sample signedBy(String region, String service, String names) {
        return field(
                "Authorization",
                "AWS4-HMAC-SHA256 Credential=openshell:resolve:env:AWS_ACCESS_KEY_ID/20150830/" + region + "/" + service
                        + "/aws4_request, SignedHeaders=" + names + ", Signature=00");
    }

    RequestPart.Whole whole() {
        int port = scheme.equals("https") ? 443 : 80;
        ByteBuffer bytes = ByteBuffer.wrap(body.getBytes(UTF_8)).asReadOnlyBuffer();
        return new RequestPart.Whole(fields.method(), scheme, host, port, target, fields.headers(), bytes);
    }

    /** The fields that it is sent with, by lower-case name. */
    Map<String, String> signed(CredentialRewriter signer, Vault vault) {
        Rewrite answer = signer.rewrite(whole(), vault);
        if (!(answer instanceof Rewrite.Signed signed)) {
            throw new AssertionError(answer);
        }
        Map<String, String> sent = new LinkedHashMap<>();
        signed.fields()
                .forEach(field -> field.value()
                        .reveal(value -> sent.put(field.name().toLowerCase(Locale.ROOT), new String(value, UTF_8))));
        return sent;
    }

    String refused(CredentialRewriter signer, Vault vault) {
        Rewrite answer = signer.rewrite(whole(), vault);
        if (!(answer instanceof Rewrite.Refused refused)) {
            throw new AssertionError(answer);
        }
        return refused.reason();
    }
}
