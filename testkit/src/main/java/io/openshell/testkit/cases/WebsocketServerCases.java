package io.openshell.testkit.cases;

import static io.openshell.testkit.WebsocketFrame.BINARY;
import static io.openshell.testkit.WebsocketFrame.COMPRESSED;
import static io.openshell.testkit.WebsocketFrame.CONTINUATION;
import static io.openshell.testkit.WebsocketFrame.PING;
import static io.openshell.testkit.WebsocketFrame.close;
import static io.openshell.testkit.WebsocketFrame.concat;
import static io.openshell.testkit.WebsocketFrame.frame;
import static io.openshell.testkit.WebsocketFrame.text;

import java.util.List;

/** Bytes of servers, right and wrong (RFC 6455 section 5), as they are on the wire. */
public final class WebsocketServerCases {

    private static final byte[] HELLO = text("Hello").unmasked();

    private WebsocketServerCases() {}

    /** Frames that a server may send. */
    public static List<byte[]> right() {
        return List.of(
                HELLO,
                text("").unmasked(),
                text("*".repeat(70_000)).unmasked(),
                frame(BINARY, new byte[300]).unmasked(),
                text("x").rsv(COMPRESSED).unmasked(),
                concat(
                        text("x").rsv(COMPRESSED).more().unmasked(),
                        frame(PING).unmasked(),
                        frame(CONTINUATION).unmasked()),
                concat(HELLO, close(1000, "bye").unmasked()));
    }

    /** What ends a connection on which compression was agreed upon, with code 1002. */
    public static List<byte[]> wrong() {
        return List.of(
                text("x").masked(),
                text("x").rsv(1).unmasked(),
                text("x").rsv(2).unmasked(),
                frame(PING).rsv(COMPRESSED).unmasked(),
                frame(3).unmasked(),
                frame(11).unmasked(),
                frame(PING).more().unmasked(),
                frame(PING, new byte[126]).unmasked(),
                frame(CONTINUATION).unmasked(),
                concat(text("a").more().unmasked(), text("b").unmasked()),
                concat(
                        text("a").more().unmasked(),
                        frame(CONTINUATION).rsv(COMPRESSED).unmasked()),
                new byte[] {(byte) 0x81, 126, 0, 5},
                new byte[] {(byte) 0x81, 127, 0, 0, 0, 0, 0, 0, 0, 5},
                new byte[] {(byte) 0x82, 127, (byte) 0x80, 0, 0, 0, 0, 0, 0, 0});
    }
}
