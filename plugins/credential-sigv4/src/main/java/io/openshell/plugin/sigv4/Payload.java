package io.openshell.plugin.sigv4;

import io.openshell.api.credential.RequestPart;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/** What stands for the body in a signature. */
sealed interface Payload {

    /** The field in which the client, or a service that wants it, says what stands for the body. */
    String FIELD = "x-amz-content-sha256";

    /** The length of a SHA-256 in hexadecimal. */
    int HASH_DIGITS = 64;

    /**
     * The body's hash.
     *
     * @param claimed the hash that the client sent, which must be that of the body; empty if it sent none
     */
    record Hashed(String claimed) implements Payload {}

    /** A text that says that the body is not signed. */
    record Constant(String text) implements Payload {}

    /** A body that is not signed. */
    String UNSIGNED = "UNSIGNED-PAYLOAD";

    /** The same, in chunks and with a checksum behind it, as the newer clients send it over TLS. */
    String UNSIGNED_TRAILER = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";

    /**
     * Decides what it is, by the head alone.
     *
     * @throws UnsignableException if the client means something that cannot be signed for it
     */
    static Payload of(RequestPart.Whole head, PayloadMode mode) throws UnsignableException {
        List<String> sent = head.headers().all(FIELD);
        if (sent.size() > 1) {
            throw new UnsignableException(FIELD + ": repeated (expected: at most once)");
        }
        String claimed = sent.isEmpty() ? "" : sent.getFirst();
        if (claimed.startsWith("STREAMING-AWS4-")) {
            throw new UnsignableException(
                    "chunk-signed upload: each chunk needs the key, which the client does not have"
                            + " (expected: one signature for the request; switch chunked encoding off in the client)");
        }
        boolean unsigned = claimed.equals(UNSIGNED) || claimed.equals(UNSIGNED_TRAILER);
        boolean secure = head.scheme().equals("https");
        if (claimed.equals(UNSIGNED_TRAILER)) {
            if (mode == PayloadMode.BODY || !secure) {
                throw new UnsignableException(
                        "unsigned upload in chunks: not allowed here (expected: a body that is signed"
                                + " whole; for the AWS CLI and SDKs: AWS_REQUEST_CHECKSUM_CALCULATION=when_required)");
            }
            return new Constant(UNSIGNED_TRAILER);
        }
        requireWhole(head);
        if (mode == PayloadMode.NO_BODY && !secure) {
            throw new UnsignableException("sigv4:no_body: without TLS (expected: https, or sigv4:body in the policy)");
        }
        if (mode == PayloadMode.NO_BODY || (mode == PayloadMode.AUTO && unsigned && secure)) {
            return new Constant(UNSIGNED);
        }
        return new Hashed(unsigned ? "" : hash(claimed));
    }

    private static void requireWhole(RequestPart.Whole head) throws UnsignableException {
        for (String coding : head.headers().all("content-encoding")) {
            if (coding.toLowerCase(Locale.ROOT).contains("aws-chunked")) {
                throw new UnsignableException(
                        "aws-chunked: a body in chunks that are not announced as such (expected: a body sent whole)");
            }
        }
    }

    private static String hash(String claimed) throws UnsignableException {
        if (!claimed.isEmpty()
                && !(claimed.length() == HASH_DIGITS && claimed.chars().allMatch(HexFormat::isHexDigit))) {
            throw new UnsignableException(
                    FIELD + ": neither a SHA-256 in hexadecimal nor known (expected: the body's hash)");
        }
        return claimed.toLowerCase(Locale.ROOT);
    }

    private static String hashOf(RequestPart.Whole request) {
        MessageDigest digest = Sha256.digest();
        digest.update(request.body().duplicate());
        return HexFormat.of().formatHex(digest.digest());
    }

    /**
     * The text for this request's body.
     *
     * @throws UnsignableException if the client claimed another hash
     */
    default String text(RequestPart.Whole request) throws UnsignableException {
        return switch (this) {
            case Constant constant -> constant.text();
            case Hashed hashed -> {
                String hash = request.bodySha256().orElseGet(() -> hashOf(request));
                if (!hashed.claimed().isEmpty() && !hashed.claimed().equals(hash)) {
                    throw new UnsignableException(
                            FIELD + ": not the hash of the body (expected: the hash of what is sent)");
                }
                yield hash;
            }
        };
    }
}
