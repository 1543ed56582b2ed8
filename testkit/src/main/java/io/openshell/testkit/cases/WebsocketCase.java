package io.openshell.testkit.cases;

import io.openshell.testkit.WebsocketFrame;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What one side of a WebSocket connection sends after the handshake, and what the other gets: all of it, or what came before
 * a violation and then a close frame.
 *
 * @param group the section of RFC 6455 or 7692, or the group of the Autobahn test suite that has equal cases
 * @param what the case in a few words; unique
 * @param deflate whether permessage-deflate was agreed upon, without context on the client's side
 * @param bytes what is sent
 * @param passed the frames that the other side gets, messages put together
 * @param code of the close frame that both sides get; 0 if the connection stays
 */
@SuppressWarnings("ArrayRecordComponent") // cases are not compared
public record WebsocketCase(
        String group, String what, boolean deflate, byte[] bytes, List<WebsocketFrame> passed, int code) {

    public WebsocketCase {
        passed = List.copyOf(passed);
    }

    /** Frames of a client that all arrive as they are. */
    static WebsocketCase passes(String group, String what, WebsocketFrame... frames) {
        return arrives(group, what, List.of(frames), frames);
    }

    /** Frames of a client that arrive as others. */
    static WebsocketCase arrives(String group, String what, List<WebsocketFrame> passed, WebsocketFrame... frames) {
        return new WebsocketCase(group, what, false, masked(frames), passed, 0);
    }

    /** Frames of a client of which none arrives and that end the connection. */
    static WebsocketCase ends(String group, String what, int code, WebsocketFrame... frames) {
        return new WebsocketCase(group, what, false, masked(frames), List.of(), code);
    }

    /** Bytes of a client of which none arrives and that end the connection. */
    static WebsocketCase ends(String group, String what, int code, byte[] bytes) {
        return new WebsocketCase(group, what, false, bytes, List.of(), code);
    }

    /** The same with permessage-deflate. */
    WebsocketCase deflated() {
        return new WebsocketCase(group, what, true, bytes, passed, code);
    }

    /** The same after frames that arrive. */
    WebsocketCase after(WebsocketFrame... frames) {
        List<WebsocketFrame> all = new ArrayList<>(Arrays.asList(frames));
        all.addAll(passed);
        return new WebsocketCase(group, what, deflate, WebsocketFrame.concat(masked(frames), bytes), all, code);
    }

    /** The same with a further frame in these bytes. */
    WebsocketCase plus(byte[] sent, WebsocketFrame frame) {
        List<WebsocketFrame> all = new ArrayList<>(passed);
        all.add(frame);
        return new WebsocketCase(group, what, deflate, WebsocketFrame.concat(bytes, sent), all, code);
    }

    static byte[] masked(WebsocketFrame... frames) {
        return WebsocketFrame.concat(
                Arrays.stream(frames).map(WebsocketFrame::masked).toArray(byte[][]::new));
    }

    @Override
    public String toString() {
        return group + ": " + what;
    }
}
