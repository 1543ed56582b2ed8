package io.openshell.plugin.websocket;

import static io.openshell.testkit.WebsocketFrame.concat;
import static io.openshell.testkit.WebsocketFrame.text;

import io.openshell.api.inspect.Headers;
import io.openshell.api.inspect.ProtocolInspectorFactory;
import io.openshell.plugin.websocket.WebsocketOptions.Match;
import io.openshell.plugin.websocket.WebsocketOptions.Rule;
import io.openshell.testkit.WebsocketFrame;
import io.openshell.testkit.contract.SampleRequest;
import io.openshell.testkit.contract.UpgradeInspectorContract;
import java.util.List;

/** What everything does that begins as HTTP, WebSocket does; text is allowed, binary messages are not. */
class WebsocketContractTest extends UpgradeInspectorContract<WebsocketOptions> {

    @Override
    protected ProtocolInspectorFactory<WebsocketOptions> factory() {
        return new WebsocketInspectorFactory();
    }

    private static WebsocketOptions options(String path) {
        Match handshake = new Match("GET", path, null, null, null, null);
        Match messages = new Match("WEBSOCKET_TEXT", path, null, null, null, null);
        return new WebsocketOptions(
                null, List.of(new Rule(handshake), new Rule(messages)), null, null, null, null, null, null);
    }

    @Override
    protected WebsocketOptions usableOptions() {
        return options("/events");
    }

    @Override
    protected WebsocketOptions unusableOptions() {
        return options("/[a");
    }

    @Override
    protected SampleRequest allowedUpgrade() {
        return Handshakes.request("/events");
    }

    @Override
    protected SampleRequest deniedUpgrade() {
        return Handshakes.request("/other");
    }

    @Override
    protected Headers answer() {
        return Handshakes.answer().headers();
    }

    @Override
    protected Headers wrongAnswer() {
        return Handshakes.answer()
                .header("Sec-WebSocket-Protocol", "never-offered")
                .headers();
    }

    @Override
    protected byte[] allowedBytes() {
        return concat(text("one").masked(), text("two \u00e4").masked(), text("").masked());
    }

    @Override
    protected byte[] deniedBytes() {
        return WebsocketFrame.frame(WebsocketFrame.BINARY, (byte) 1, (byte) 2).masked();
    }

    @Override
    protected byte[] endlessMessage() {
        return text("").head(1L << 40, 8);
    }

    /** A close frame of ours has a key that no two have in common. */
    @Override
    protected byte[] withoutLastWords(byte[] toUpstream) {
        return concat(WebsocketFrame.read(toUpstream).stream()
                .filter(frame -> frame.opcode() != WebsocketFrame.CLOSE)
                .map(WebsocketFrame::masked)
                .toArray(byte[][]::new));
    }
}
