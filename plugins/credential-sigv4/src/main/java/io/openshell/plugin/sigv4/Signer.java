package io.openshell.plugin.sigv4;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.openshell.api.credential.CredentialRewriter;
import io.openshell.api.credential.RequestPart;
import io.openshell.api.credential.Rewrite;
import io.openshell.api.credential.Secret;
import io.openshell.api.credential.SignedField;
import io.openshell.api.credential.Vault;
import io.openshell.api.inspect.BodyNeed;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Signs whole requests (AWS Signature Version 4 for API requests, IAM User Guide). The client's own signature says what it
 * meant, and is never sent.
 */
record Signer(
        String service,
        ServiceRules rules,
        Optional<String> region,
        PayloadMode mode,
        KeyNames keys,
        InstantSource clock)
        implements CredentialRewriter {

    /** The longest body that is kept to be hashed; beyond it the request is refused. */
    static final int MAX_BODY_BYTES = 10 << 20;

    private static final String ALGORITHM = "AWS4-HMAC-SHA256";
    private static final String AUTHORIZATION = "authorization";
    private static final String DATE = "x-amz-date";
    private static final String TOKEN = "x-amz-security-token";
    static final Set<String> OWN = Set.of(AUTHORIZATION, DATE, TOKEN, Payload.FIELD);

    @Override
    public Set<String> ownFields() {
        return OWN;
    }

    @Override
    public BodyNeed bodyNeed(RequestPart.Whole head) {
        try {
            return switch (Payload.of(head, mode)) {
                case Payload.Hashed hashed -> new BodyNeed.Whole(MAX_BODY_BYTES);
                case Payload.Constant constant -> BodyNeed.NONE;
            };
        } catch (UnsignableException refusedWithoutReadingIt) {
            return BodyNeed.NONE;
        }
    }

    @Override
    public Rewrite rewrite(RequestPart part, Vault vault) {
        if (!(part instanceof RequestPart.Whole request)) {
            return new Rewrite.Untouched();
        }
        try {
            return signed(request, vault);
        } catch (UnsignableException refused) {
            return new Rewrite.Refused(refused.reason());
        }
    }

    private Rewrite signed(RequestPart.Whole request, Vault vault) throws UnsignableException {
        ClientSignature client = ClientSignature.of(request);
        String signedRegion = region.or(() -> Regions.of(request.host()))
                .orElseThrow(() -> new UnsignableException(
                        "region: the host does not name one (expected: signing_region in the policy)"));
        client.requireScope(signedRegion, service);
        String payload = Payload.of(request, mode).text(request);
        SignedFields fields = SignedFields.of(request, client, OWN);
        if (rules.payloadField() || request.headers().names().contains(Payload.FIELD) || mode == PayloadMode.NO_BODY) {
            fields.put(Payload.FIELD, payload);
        }
        return signed(request, Scope.at(clock.instant(), signedRegion, service), fields, payload, vault);
    }

    private Rewrite signed(RequestPart.Whole request, Scope scope, SignedFields fields, String payload, Vault vault)
            throws UnsignableException {
        fields.put(DATE, scope.time());
        Optional<Secret> token = token(request, vault);
        boolean kept = false;
        try (Secret id = Keys.checked(keys.accessKeyId(), required(vault, keys.accessKeyId()));
                Secret secret = required(vault, keys.secretAccessKey())) {
            token.ifPresent(value -> fields.put(TOKEN, value));
            String text = String.join(
                    "\n", ALGORITHM, scope.time(), scope.toString(), canonicalHash(request, fields, payload));
            String rest = "/" + scope + ", SignedHeaders=" + fields.names() + ", Signature="
                    + HexFormat.of().formatHex(scope.sign(secret, text));
            List<SignedField> answer = new ArrayList<>();
            answer.add(new SignedField(DATE, Secret.owning(scope.time().getBytes(US_ASCII))));
            if (fields.has(Payload.FIELD)) {
                answer.add(new SignedField(Payload.FIELD, Secret.owning(payload.getBytes(US_ASCII))));
            }
            token.ifPresent(value -> answer.add(new SignedField(TOKEN, value)));
            answer.add(new SignedField(AUTHORIZATION, Keys.between(ALGORITHM + " Credential=", id, rest)));
            kept = true;
            return new Rewrite.Signed(answer);
        } finally {
            if (!kept) {
                token.ifPresent(Secret::close);
            }
        }
    }

    private String canonicalHash(RequestPart.Whole request, SignedFields fields, String payload) {
        CanonicalTarget target = CanonicalTarget.of(request.target(), rules);
        MessageDigest digest = Sha256.digest();
        digest.update((request.method() + "\n" + target.path() + "\n" + target.query() + "\n").getBytes(UTF_8));
        fields.addTo(digest);
        digest.update(("\n" + fields.names() + "\n" + payload).getBytes(UTF_8));
        String hash = HexFormat.of().formatHex(digest.digest());
        digest.reset();
        return hash;
    }

    /** The token of temporary keys. A client that sent one has keys of that kind: without it they are worth nothing. */
    private Optional<Secret> token(RequestPart.Whole request, Vault vault) throws UnsignableException {
        Optional<Secret> token = vault.resolve(keys.sessionToken());
        if (token.isEmpty() && request.headers().names().contains(TOKEN)) {
            throw missing(keys.sessionToken());
        }
        if (token.isPresent()) {
            Keys.checked(keys.sessionToken(), token.get());
        }
        return token;
    }

    private static Secret required(Vault vault, String key) throws UnsignableException {
        return vault.resolve(key).orElseThrow(() -> missing(key));
    }

    private static UnsignableException missing(String key) {
        return new UnsignableException(key
                + ": no such credential for this destination (expected: one that is bound to it and has not expired)");
    }
}
