package io.openshell.api.credential;

import io.openshell.api.inspect.BodyNeed;
import java.util.Set;

/** Rewrites parts of a request, or signs it as a whole. Immutable; any thread; no I/O. */
public interface CredentialRewriter {

    /**
     * The header fields that nobody but this rewriter sends, as {@code authorization} for one that signs. The core takes
     * them out of every request, whatever the answer is; what goes upstream is what {@link Rewrite.Signed} puts in their
     * place. {@link RequestPart.Whole} shows them as the client sent them: placeholders in them are neither resolved nor a
     * reason to refuse the request.
     *
     * @return names in lower case, always the same; empty for a rewriter that does not sign
     */
    Set<String> ownFields();

    /**
     * How much of the body {@link RequestPart.Whole} must carry. A longer body keeps the request from being sent.
     *
     * @param head the request as the client sent it, before a byte of its body is read; its body is empty
     */
    BodyNeed bodyNeed(RequestPart.Whole head);

    /**
     * Rewrites one part. The core asks for {@link RequestPart.Whole}, last; the placeholders of the other parts are its own to
     * replace.
     *
     * @param vault holds only the secrets that are bound to this request's destination; not to be kept
     * @return what becomes of the part. {@link Rewrite.Signed} answers {@link RequestPart.Whole} alone. A {@code null}, an
     *     exception or an answer of the wrong kind keeps the request from being sent
     */
    Rewrite rewrite(RequestPart part, Vault vault);
}
