package io.openshell.core.credential;

import io.openshell.api.credential.CredentialRewriter;
import io.openshell.api.credential.RequestPart;
import io.openshell.api.credential.Rewrite;
import io.openshell.api.credential.Secret;
import io.openshell.api.credential.SignedField;
import io.openshell.api.credential.Vault;
import io.openshell.api.inspect.BodyNeed;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Has an endpoint's rewriter sign requests as a whole. A plugin is not trusted to keep to its contract: what it throws, forgets
 * to return, or sends in fields that are not its own, keeps the request from being sent. Any thread.
 */
public final class RequestSigning {

    private final CredentialRewriter signer;

    /** Signs with this rewriter. */
    public RequestSigning(CredentialRewriter signer) {
        this.signer = signer;
    }

    /** What became of a request. */
    public sealed interface Outcome {

        /**
         * It is sent with these fields, and none else of the signer's own.
         *
         * @param fields whoever gets them closes their values
         */
        record Signed(List<SignedField> fields) implements Outcome {
            public Signed {
                fields = List.copyOf(fields);
            }
        }

        /** It must not be sent; the reason is for the event. */
        record Refused(String reason) implements Outcome {}
    }

    /**
     * The fields, in lower case, of the client that must not be sent, nor looked at for placeholders. Empty if the signer does not
     * say, which {@link #sign} then refuses.
     */
    public Set<String> ownFields() {
        try {
            Set<String> own = signer.ownFields();
            return own == null ? Set.of() : Set.copyOf(own);
        } catch (RuntimeException | LinkageError | StackOverflowError broken) {
            return Set.of();
        }
    }

    /**
     * How much of the body the signer must see; empty if it does not say, so that the request must be refused.
     *
     * @param head with an empty body
     */
    public Optional<BodyNeed> bodyNeed(RequestPart.Whole head) {
        try {
            return Optional.ofNullable(signer.bodyNeed(head));
        } catch (RuntimeException | LinkageError | StackOverflowError broken) {
            return Optional.empty();
        }
    }

    /**
     * Signs.
     *
     * @param request with its body if {@link #bodyNeed} said so
     */
    public Outcome sign(RequestPart.Whole request, Vault vault) {
        try {
            Set<String> own = Set.copyOf(signer.ownFields());
            return switch (signer.rewrite(request, vault)) {
                case null -> new Outcome.Refused("request signing failed: no answer");
                case Rewrite.Signed signed -> checked(signed.fields(), own);
                case Rewrite.Refused refused -> new Outcome.Refused("request signing refused: " + refused.reason());
                case Rewrite.Rewritten rewritten -> {
                    rewritten.value().close();
                    yield new Outcome.Refused("request signing failed: not a signature");
                }
                case Rewrite.Untouched untouched -> new Outcome.Refused("request signing failed: not a signature");
            };
        } catch (RuntimeException | LinkageError | StackOverflowError broken) {
            return new Outcome.Refused(
                    "request signing failed: " + broken.getClass().getSimpleName());
        }
    }

    private static Outcome checked(List<SignedField> fields, Set<String> own) {
        Set<String> seen = new HashSet<>();
        boolean proper = !fields.isEmpty();
        for (SignedField field : fields) {
            String name = field.name().toLowerCase(Locale.ROOT);
            proper &= own.contains(name) && seen.add(name) && isFieldValue(field.value());
        }
        if (proper) {
            return new Outcome.Signed(fields);
        }
        fields.forEach(field -> field.value().close());
        return new Outcome.Refused("request signing failed: fields that are not the signer's, or no field values");
    }

    /** Visible ASCII, and spaces within. */
    private static boolean isFieldValue(Secret value) {
        boolean[] fits = {value.length() > 0};
        value.reveal(bytes -> {
            for (byte octet : bytes) {
                fits[0] &= octet >= ' ' && octet < 0x7f;
            }
            fits[0] &= fits[0] && bytes[0] != ' ' && bytes[bytes.length - 1] != ' ';
        });
        return fits[0];
    }
}
