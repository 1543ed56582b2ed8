package io.openshell.api.credential;

/** Rewrites parts of a request. Immutable; any thread; no I/O. */
public interface CredentialRewriter {

    /** How much of the body {@link RequestPart.Whole} must carry, in bytes; 0 for none. Larger bodies are refused. */
    int bodyBytes();

    /**
     * Rewrites one part. The core asks for the parts in the order in which {@link RequestPart} lists them.
     *
     * @param vault holds only the secrets that are bound to this request's destination; not to be kept
     * @return what becomes of the part. {@link Rewrite.Signed} answers {@link RequestPart.Whole} alone, and only it. A
     *     {@code null}, an exception or an answer of the wrong kind keeps the request from being sent
     */
    Rewrite rewrite(RequestPart part, Vault vault);
}
