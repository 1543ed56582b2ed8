package io.openshell.plugin.sigv4;

import org.jspecify.annotations.Nullable;

/**
 * What an endpoint says of its signatures.
 *
 * @param credentialSigning {@code sigv4}, or with the bodies that are signed, as in {@code sigv4:body}
 * @param signingService the service that AWS knows the signature by, as in {@code s3}
 * @param signingRegion the region, or {@code null} if the host names it
 * @param signingAccessKeyId the name of the credential that holds the access key id; {@code AWS_ACCESS_KEY_ID} if
 *     {@code null}
 * @param signingSecretAccessKey the name of the one that holds the secret; {@code AWS_SECRET_ACCESS_KEY} if {@code null}
 * @param signingSessionToken the name of the one that holds the token of temporary keys; {@code AWS_SESSION_TOKEN} if
 *     {@code null}. There need not be one of that name
 */
record SigV4Options(
        String credentialSigning,
        String signingService,
        @Nullable String signingRegion,
        @Nullable String signingAccessKeyId,
        @Nullable String signingSecretAccessKey,
        @Nullable String signingSessionToken) {}
