package io.openshell.plugin.graphql;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Finds out which operations an envelope stands for. */
record OperationFinder(Documents documents, PersistedQueries persisted) {

    /**
     * The operations of all envelopes; an empty one is a document that was named and is not registered.
     *
     * <p>An envelope that both sends a document and names one is judged by both, for servers differ in which they take. A
     * hash must be the document's own.
     */
    List<Optional<Operation>> find(List<Envelope> envelopes) throws UnreadableException {
        List<Optional<Operation>> operations = new ArrayList<>();
        for (Envelope envelope : envelopes) {
            String document = envelope.document();
            String hash = envelope.hash();
            String id = envelope.id();
            if (document != null) {
                operations.add(Optional.of(documents.read(document).select(envelope.operationName())));
                if (hash != null && !hash.equalsIgnoreCase(sha256(document))) {
                    throw new UnreadableException("sha256Hash is not that of the document");
                }
            } else if (hash == null && id == null) {
                throw new UnreadableException("GraphQL request has no query document or persisted query identifier");
            } else if (hash != null) {
                operations.add(persisted.find(hash));
            }
            if (id != null) {
                operations.add(persisted.find(id));
            }
        }
        return operations;
    }

    private static String sha256(String document) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(document.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is missing, which every Java platform has", e);
        }
    }
}
