package io.openshell.plugin.websocket;

import io.openshell.plugin.websocket.ExtensionList.Extension;
import io.openshell.plugin.websocket.ExtensionList.Parameter;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The one extension that is read here: permessage-deflate (RFC 7692) where the client keeps no context from one message to the
 * next, so that each can be judged, changed or put together without the others.
 *
 * <p>A server may ask for that whether the client offered it or not, and a client must obey (section 7.1.1.2); so any offer
 * will do whose parameters leave the rest open. Sizes of windows are the peers' affair as long as nobody names one.
 */
final class DeflateOffer {

    private static final String NAME = "permessage-deflate";
    private static final String CLIENT = "client_no_context_takeover";
    private static final String SERVER = "server_no_context_takeover";
    private static final String WINDOW = "client_max_window_bits";
    private static final String SERVER_WINDOW = "server_max_window_bits";
    private static final Set<String> WINDOWS = Set.of("8", "9", "10", "11", "12", "13", "14", "15");

    private DeflateOffer() {}

    /**
     * What goes to the upstream in place of the client's offers: nothing, if none of them can be read here.
     *
     * @throws Handshake.Invalid if the field is malformed
     */
    static Optional<String> reduce(List<String> fields) throws Handshake.Invalid {
        List<Extension> offers;
        try {
            offers = ExtensionList.parse(fields);
        } catch (IllegalArgumentException malformed) {
            throw new Handshake.Invalid(String.valueOf(malformed.getMessage()));
        }
        return offers.stream()
                .filter(offer -> offer.name().equals(NAME))
                .filter(offer -> hasOnly(offer, Set.of(CLIENT, SERVER, WINDOW)))
                .findFirst()
                .map(offer -> NAME + "; " + CLIENT + (names(offer).contains(SERVER) ? "; " + SERVER : ""));
    }

    /**
     * Whether the upstream's answer is right: nothing, or what was offered. It may also say, though nobody asked, what it does with
     * its own messages: that it keeps no context, or how large its window is (RFC 7692 sections 7.1.1.1 and 7.1.2.1).
     */
    static boolean answers(Optional<String> offer, List<String> fields) {
        if (fields.isEmpty()) {
            return true;
        }
        List<Extension> answer;
        try {
            answer = ExtensionList.parse(fields);
        } catch (IllegalArgumentException malformed) {
            return false;
        }
        return offer.isPresent()
                && answer.size() == 1
                && answer.getFirst().name().equals(NAME)
                && names(answer.getFirst()).size()
                        == answer.getFirst().parameters().size()
                && hasOnly(withoutWindow(answer.getFirst()), Set.of(CLIENT, SERVER))
                && names(answer.getFirst()).contains(CLIENT)
                && (!offer.get().contains(SERVER) || names(answer.getFirst()).contains(SERVER));
    }

    /** Without the size of the server's window, if one is named that there is. */
    private static Extension withoutWindow(Extension answer) {
        return new Extension(
                answer.name(),
                answer.parameters().stream()
                        .filter(parameter -> !parameter.name().equals(SERVER_WINDOW)
                                || parameter.value() == null
                                || !WINDOWS.contains(parameter.value()))
                        .toList());
    }

    /** Whether an extension has these parameters only, none twice and none with a value. */
    private static boolean hasOnly(Extension extension, Set<String> known) {
        Set<String> names = names(extension);
        return known.containsAll(names)
                && names.size() == extension.parameters().size()
                && extension.parameters().stream().allMatch(parameter -> parameter.value() == null);
    }

    private static Set<String> names(Extension extension) {
        Set<String> names = new HashSet<>();
        for (Parameter parameter : extension.parameters()) {
            names.add(parameter.name());
        }
        return names;
    }
}
