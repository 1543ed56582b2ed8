package io.openshell.plugin.sigv4;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.openshell.api.credential.RequestPart;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What the client says with its own signature, which is worth nothing: it has no key.
 *
 * @param signedFields the fields that it signed, in lower case
 * @param region the region that it signed for, if it signed
 * @param service the service
 */
record ClientSignature(Set<String> signedFields, Optional<String> region, Optional<String> service) {

    private static final String ALGORITHM = "AWS4-HMAC-SHA256 ";
    private static final String CREDENTIAL = "Credential=";
    private static final String FIELDS = "SignedHeaders=";
    private static final String SCOPE_END = "aws4_request";

    /** Parts of a scope; anything else is not shown in a reason. */
    private static final Pattern SCOPE_NAME = Pattern.compile("[a-z0-9-]{1,63}");

    private static final List<String> PRESIGNED = List.of("x-amz-signature", "x-amz-credential", "x-amz-algorithm");
    private static final ClientSignature NONE = new ClientSignature(Set.of(), Optional.empty(), Optional.empty());

    /**
     * Reads it.
     *
     * @throws UnsignableException if it is of a kind that cannot be replaced by ours
     */
    static ClientSignature of(RequestPart.Whole request) throws UnsignableException {
        if (isPresigned(request.target())) {
            throw new UnsignableException(
                    "signature in the query (expected: one in the header; a presigned URL needs an endpoint that does not sign)");
        }
        List<String> authorization = request.headers().all("authorization");
        if (request.headers().names().contains("x-amz-region-set")
                || authorization.stream().anyMatch(value -> value.startsWith("AWS4-ECDSA"))) {
            throw new UnsignableException("SigV4a: not supported (expected: a signature for one region, SigV4)");
        }
        if (request.headers().names().contains("x-amz-s3session-token")
                || request.host().contains(".s3express-")) {
            throw new UnsignableException("S3 Express: its sessions are not supported (expected: an ordinary bucket)");
        }
        return authorization.size() == 1 ? read(authorization.getFirst()) : NONE;
    }

    /** What a service would take for a signature in the query, however it is encoded. */
    private static boolean isPresigned(String target) {
        int mark = target.indexOf('?');
        return mark >= 0
                && Arrays.stream(target.substring(mark + 1).split("&"))
                        .map(parameter -> parameter.split("=", 2)[0])
                        .map(name -> new String(UriEncoding.decode(name), UTF_8))
                        .anyMatch(name -> PRESIGNED.contains(name.toLowerCase(Locale.ROOT)));
    }

    private static ClientSignature read(String authorization) {
        if (!authorization.startsWith(ALGORITHM)) {
            return NONE;
        }
        Set<String> fields = Set.of();
        Optional<String> region = Optional.empty();
        Optional<String> service = Optional.empty();
        for (String part : authorization.substring(ALGORITHM.length()).split(",")) {
            String text = part.strip();
            if (text.startsWith(FIELDS)) {
                fields = Set.of(distinct(text.substring(FIELDS.length())));
            } else if (text.startsWith(CREDENTIAL)) {
                String[] scope = text.split("/");
                int end = scope.length - 1;
                boolean whole = end >= 4 && scope[end].equals(SCOPE_END);
                region = whole ? scopeName(scope[end - 2]) : Optional.empty();
                service = whole ? scopeName(scope[end - 1]) : Optional.empty();
            }
        }
        return new ClientSignature(fields, region, service);
    }

    private static Optional<String> scopeName(String text) {
        return SCOPE_NAME.matcher(text).matches() ? Optional.of(text) : Optional.empty();
    }

    private static String[] distinct(String names) {
        return Arrays.stream(names.toLowerCase(Locale.ROOT).split(";"))
                .filter(name -> !name.isEmpty())
                .distinct()
                .toArray(String[]::new);
    }

    /**
     * Refuses a client that meant another region or service than the policy: it would be answered with an error, or by a
     * service that nobody allowed.
     */
    void requireScope(String allowedRegion, String allowedService) throws UnsignableException {
        requireSame("region", region, allowedRegion);
        requireSame("service", service, allowedService);
    }

    private static void requireSame(String what, Optional<String> signed, String allowed) throws UnsignableException {
        if (signed.isPresent() && !signed.get().equals(allowed)) {
            throw new UnsignableException(
                    what + ": " + signed.get() + " (expected: " + allowed + ", which the policy signs for)");
        }
    }
}
