package io.openshell.plugin.websocket;

import io.openshell.api.inspect.Headers;
import io.openshell.api.inspect.Request;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A client's opening handshake that is as RFC 6455 section 4.2.1 wants it, and what an answer to it must be.
 *
 * @param key the client's, as it came
 * @param protocols the subprotocols that it offers
 * @param offer the one extension that goes to the upstream, if the client offered it
 */
record Handshake(String key, List<String> protocols, Optional<String> offer) {

    private static final int KEY_BYTES = 16;
    private static final String VERSION = "13";

    /** RFC 6455 section 1.3. */
    private static final String ACCEPT_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    /** The request is no handshake that may be sent on; says why, without values of it. */
    static final class Invalid extends Exception {

        private static final long serialVersionUID = 1;

        Invalid(String message) {
            super(
                    "websocket endpoint requires a valid WebSocket upgrade request (RFC 6455 section 4.2.1): "
                            + message,
                    null,
                    false,
                    false);
        }
    }

    Handshake {
        protocols = List.copyOf(protocols);
    }

    /** Reads a request. */
    static Handshake read(Request request) throws Invalid {
        Headers headers = request.headers();
        require(request.method().equals("GET"), "method is not GET");
        require(isWebsocket(headers), "Upgrade is not websocket");
        require(hasUpgradeOption(headers), "Connection does not name upgrade");
        List<String> versions = headers.all("sec-websocket-version");
        require(versions.equals(List.of(VERSION)), "Sec-WebSocket-Version is not 13, or not there once");
        List<String> keys = headers.all("sec-websocket-key");
        require(keys.size() == 1, "Sec-WebSocket-Key is not there once");
        require(isKey(keys.getFirst()), "Sec-WebSocket-Key is not 16 bytes in base64");
        List<String> protocols = protocols(headers);
        return new Handshake(keys.getFirst(), protocols, DeflateOffer.reduce(headers.all("sec-websocket-extensions")));
    }

    /**
     * Checks the upstream's 101 (RFC 6455 section 4.1, last list).
     *
     * @return whether permessage-deflate is agreed upon
     * @throws IllegalArgumentException if it is no answer to this handshake; the message says why
     */
    boolean accept(Headers response) {
        expect(isWebsocket(response), "Upgrade is not websocket");
        expect(hasUpgradeOption(response), "Connection does not name upgrade");
        expect(
                response.all("sec-websocket-accept").equals(List.of(acceptFor(key))),
                "Sec-WebSocket-Accept does not answer the key");
        List<String> chosen = response.all("sec-websocket-protocol");
        expect(
                chosen.isEmpty() || (chosen.size() == 1 && protocols.contains(chosen.getFirst())),
                "Sec-WebSocket-Protocol is none that was offered");
        List<String> extensions = response.all("sec-websocket-extensions");
        expect(DeflateOffer.answers(offer, extensions), "Sec-WebSocket-Extensions is not what was offered");
        return offer.isPresent() && !extensions.isEmpty();
    }

    /** RFC 6455 section 4.2.2, item 5.4. */
    static String acceptFor(String key) {
        try {
            // SHA-1 is the protocol's; nothing here depends on its being hard to break.
            byte[] digest = MessageDigest.getInstance("SHA-1")
                    .digest((key + ACCEPT_SUFFIX).getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible); // every Java platform has it
        }
    }

    private static boolean isWebsocket(Headers headers) {
        List<String> upgrade = headers.all("upgrade");
        return upgrade.size() == 1 && upgrade.getFirst().equalsIgnoreCase("websocket");
    }

    private static boolean hasUpgradeOption(Headers headers) {
        return headers.all("connection").stream()
                .flatMap(value -> List.of(value.split(",", -1)).stream())
                .anyMatch(option -> option.strip().equalsIgnoreCase("upgrade"));
    }

    private static boolean isKey(String key) {
        try {
            return key.length() == 24 && Base64.getDecoder().decode(key).length == KEY_BYTES;
        } catch (IllegalArgumentException malformed) {
            return false;
        }
    }

    /** The subprotocols: tokens, none twice. */
    private static List<String> protocols(Headers headers) throws Invalid {
        List<String> protocols = new ArrayList<>();
        for (String value : headers.all("sec-websocket-protocol")) {
            for (String name : value.split(",", -1)) {
                String protocol = name.strip();
                require(Token.is(protocol), "Sec-WebSocket-Protocol is not a list of tokens");
                require(!protocols.contains(protocol), "Sec-WebSocket-Protocol names a protocol twice");
                protocols.add(protocol);
            }
        }
        return protocols;
    }

    private static void require(boolean condition, String otherwise) throws Invalid {
        if (!condition) {
            throw new Invalid(otherwise);
        }
    }

    private static void expect(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "Handshake[" + protocols.size() + " protocols, offer "
                + offer.orElse("none").toLowerCase(Locale.ROOT) + "]";
    }
}
