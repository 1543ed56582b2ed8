package io.openshell.testkit.cases;

import static io.openshell.testkit.WebsocketFrame.BINARY;
import static io.openshell.testkit.WebsocketFrame.CLOSE;
import static io.openshell.testkit.WebsocketFrame.COMPRESSED;
import static io.openshell.testkit.WebsocketFrame.CONTINUATION;
import static io.openshell.testkit.WebsocketFrame.PING;
import static io.openshell.testkit.WebsocketFrame.PONG;
import static io.openshell.testkit.WebsocketFrame.TEXT;
import static io.openshell.testkit.WebsocketFrame.close;
import static io.openshell.testkit.WebsocketFrame.concat;
import static io.openshell.testkit.WebsocketFrame.frame;
import static io.openshell.testkit.WebsocketFrame.text;
import static io.openshell.testkit.cases.WebsocketCase.arrives;
import static io.openshell.testkit.cases.WebsocketCase.ends;
import static io.openshell.testkit.cases.WebsocketCase.passes;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.openshell.testkit.WebsocketFrame;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.Deflater;

/**
 * Frames of clients, right and wrong, where text and binary messages are all allowed. The groups 1 to 7, 9, 12 and 13 have what
 * the groups of these numbers in the Autobahn test suite have; 10.1 is RFC 6455's own.
 */
public final class WebsocketCases {

    private static final int MIB = 1 << 20;
    private static final WebsocketFrame HELLO = text("Hello");
    private static final WebsocketFrame NOTHING = frame(CONTINUATION);

    private WebsocketCases() {}

    /** All cases. */
    public static List<WebsocketCase> all() {
        List<WebsocketCase> all = new ArrayList<>();
        all.addAll(framing());
        all.addAll(control());
        all.addAll(reserved());
        all.addAll(fragmentation());
        all.addAll(WebsocketTextCases.utf8());
        all.addAll(closing());
        all.addAll(limits());
        all.addAll(WebsocketTextCases.compression());
        return all;
    }

    private static List<WebsocketCase> framing() {
        List<WebsocketCase> cases = new ArrayList<>();
        for (int length : new int[] {0, 1, 125, 126, 127, 128, 65_535, 65_536}) {
            cases.add(passes("1.1", "text of " + length + " bytes", text("*".repeat(length))));
            byte[] binary = new byte[length];
            Arrays.fill(binary, (byte) 0xFE);
            cases.add(passes("1.2", "binary message of " + length + " bytes", frame(BINARY, binary)));
        }
        cases.add(passes(
                "1.1", "several messages at once", HELLO, frame(PING), text("x"), frame(BINARY, (byte) 0), HELLO));
        cases.add(ends("RFC 5.1", "text without mask", 1002, HELLO.unmasked()));
        cases.add(ends(
                "RFC 5.1",
                "binary message without mask",
                1002,
                frame(BINARY, (byte) 1).unmasked()));
        cases.add(ends("RFC 5.1", "ping without mask", 1002, frame(PING).unmasked()));
        cases.add(ends("RFC 5.1", "close without mask", 1002, close(1000, "").unmasked()));
        cases.add(ends("RFC 5.1", "no mask after a message", 1002, HELLO.unmasked())
                .after(HELLO));
        cases.add(passes("RFC 5.3", "a mask of zeros", new WebsocketFrame[] {}).plus(HELLO.masked(0), HELLO));
        for (int length : new int[] {0, 1, 125}) {
            cases.add(ends("RFC 5.2", length + " in a 16-bit length", 1002, text("").head(length, 2)));
        }
        for (int length : new int[] {0, 125, 126, 65_535}) {
            cases.add(ends("RFC 5.2", length + " in a 64-bit length", 1002, text("").head(length, 8)));
        }
        cases.add(ends(
                "RFC 5.2", "length with the highest bit", 1002, frame(BINARY).head(Long.MIN_VALUE | 70_000, 8)));
        cases.add(ends("RFC 5.2", "length of -1", 1002, frame(BINARY).head(-1, 8)));
        return cases;
    }

    private static List<WebsocketCase> control() {
        byte[] most = "*".repeat(125).getBytes(UTF_8);
        byte[] odd = {0, (byte) 0xFF, (byte) 0xFE, (byte) 0xFD};
        return List.of(
                passes("2.1", "ping without payload", frame(PING)),
                passes("2.2", "ping with text", frame(PING, "Hello".getBytes(UTF_8))),
                passes("2.3", "ping with bytes that are no text", frame(PING, odd)),
                passes("2.4", "ping with 125 bytes", frame(PING, most)),
                ends("2.5", "ping with 126 bytes", 1002, frame(PING, Arrays.copyOf(most, 126))),
                passes("2.7", "pong that nobody asked for", frame(PONG)),
                passes("2.8", "pong with payload", frame(PONG, most)),
                passes("2.9", "pong and then ping", frame(PONG, odd), frame(PING, odd)),
                passes(
                        "2.10",
                        "ten pings",
                        frame(PING),
                        frame(PING),
                        frame(PING),
                        frame(PING),
                        frame(PING),
                        frame(PING),
                        frame(PING),
                        frame(PING),
                        frame(PING),
                        frame(PING)),
                ends("RFC 5.5", "pong with 126 bytes", 1002, frame(PONG, Arrays.copyOf(most, 126))),
                ends("RFC 5.5", "pong with a 64-bit length", 1002, frame(PONG).head(70_000, 8)),
                ends("RFC 5.5", "close with 126 bytes", 1002, close(1000, "*".repeat(124))));
    }

    private static List<WebsocketCase> reserved() {
        List<WebsocketCase> cases = new ArrayList<>();
        for (int rsv = 1; rsv < 8; rsv++) {
            cases.add(ends("3." + rsv, "RSV " + rsv + " on text", 1002, HELLO.rsv(rsv))
                    .after(HELLO));
            cases.add(ends(
                    "3." + rsv, "RSV " + rsv + " on a ping", 1002, frame(PING).rsv(rsv)));
            cases.add(ends(
                    "3." + rsv,
                    "RSV " + rsv + " on a close frame",
                    1002,
                    close(1000, "").rsv(rsv)));
            cases.add(ends(
                    "3." + rsv,
                    "RSV " + rsv + " on a binary message",
                    1002,
                    frame(BINARY, (byte) 1).rsv(rsv)));
            if (rsv != COMPRESSED) {
                cases.add(ends("RFC 7692 6", "RSV " + rsv + " with compression", 1002, HELLO.rsv(rsv))
                        .deflated());
            }
        }
        for (int opcode : new int[] {3, 4, 5, 6, 7, 11, 12, 13, 14, 15}) {
            cases.add(ends("4." + (opcode < 8 ? 1 : 2), "opcode " + opcode, 1002, frame(opcode)));
            cases.add(ends(
                            "4." + (opcode < 8 ? 1 : 2),
                            "opcode " + opcode + " with payload",
                            1002,
                            frame(opcode, "x".getBytes(UTF_8)))
                    .after(HELLO));
        }
        return cases;
    }

    private static List<WebsocketCase> fragmentation() {
        WebsocketFrame one = text("frag").more();
        WebsocketFrame two = frame(CONTINUATION, "ment".getBytes(UTF_8));
        WebsocketFrame ping = frame(PING, "p".getBytes(UTF_8));
        WebsocketFrame whole = text("fragment");
        return List.of(
                ends("5.1", "ping in fragments", 1002, ping.more()),
                ends("5.2", "pong in fragments", 1002, frame(PONG).more()),
                ends("RFC 5.4", "close in fragments", 1002, close(1000, "").more()),
                arrives("5.3", "text in two fragments", List.of(whole), one, two),
                arrives("5.6", "a ping between fragments", List.of(ping, whole), one, ping, two),
                arrives(
                        "5.6",
                        "pings and pongs between fragments",
                        List.of(ping, frame(PONG), ping, text("fragmentment")),
                        one,
                        ping,
                        two.more(),
                        frame(PONG),
                        ping,
                        two),
                arrives("5.9", "empty fragments", List.of(text("")), text("").more(), NOTHING.more(), NOTHING),
                arrives("5.3", "an empty last fragment", List.of(text("frag")), one, NOTHING),
                arrives("5.3", "two messages in fragments", List.of(whole, whole), one, two, one, two),
                passes(
                        "5.3",
                        "a binary message in fragments",
                        frame(BINARY, (byte) 1).more(),
                        frame(CONTINUATION, (byte) 2).more(),
                        ping,
                        frame(CONTINUATION, (byte) 3)),
                ends("5.9", "a last continuation of nothing", 1002, two),
                ends("5.10", "a continuation of nothing", 1002, two.more()),
                ends("5.12", "a continuation after a whole message", 1002, two).after(HELLO),
                ends("5.15", "a continuation after a fragmented message", 1002, two)
                        .after(frame(BINARY, (byte) 1).more(), NOTHING),
                ends("5.18", "text within a fragmented text", 1002, one, HELLO),
                ends("5.18", "fragmented text within a fragmented text", 1002, one, one),
                ends("5.18", "a binary message within a fragmented text", 1002, one, frame(BINARY, (byte) 1)),
                ends("5.18", "text within a fragmented binary message", 1002, HELLO)
                        .after(frame(BINARY, (byte) 1).more()),
                ends("5.19", "a reserved opcode between fragments", 1002, one, frame(3)),
                arrives("5.20", "close within a fragmented text", List.of(close(1000, "")), one, close(1000, "")));
    }

    private static List<WebsocketCase> closing() {
        List<WebsocketCase> cases = new ArrayList<>();
        cases.add(passes("7.1", "close after messages", HELLO, close(1000, "")));
        cases.add(passes("7.3", "close without code", frame(CLOSE)));
        cases.add(ends("7.3", "close with half a code", 1002, frame(CLOSE, (byte) 3)));
        cases.add(passes("7.3", "close with a reason", close(1000, "Hello World!")));
        cases.add(passes("7.3", "close with the longest reason", close(1000, "*".repeat(123))));
        cases.add(ends(
                "7.5",
                "close with a reason that is no UTF-8",
                1007,
                frame(CLOSE, concat(hex("03e8"), hex("cebaedbfbf")))));
        cases.add(ends(
                "7.5",
                "close with a reason that is not complete",
                1007,
                frame(CLOSE, hex("03e8ceba ce".replace(" ", "")))));
        for (int code : new int[] {
            1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999
        }) {
            cases.add(passes("7.7", "close with code " + code, close(code, "")));
        }
        for (int code : new int[] {0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535}) {
            cases.add(ends("7.9", "close with code " + code, 1002, close(code, "")));
        }
        return cases;
    }

    /** After a close frame of the client nothing more is sent to the upstream, not even a close frame. */
    public static List<WebsocketCase> afterClose() {
        WebsocketFrame bye = close(1000, "bye");
        return List.of(
                ends("7.1", "text after close", 1002, HELLO).after(bye),
                ends("7.1", "ping after close", 1002, frame(PING)).after(bye),
                ends("7.1", "close after close", 1002, bye).after(bye),
                ends("7.1", "anything after close", 1002, new byte[] {0}).after(bye));
    }

    private static List<WebsocketCase> limits() {
        WebsocketFrame large = text("*".repeat(MIB));
        WebsocketFrame half = frame(CONTINUATION, new byte[MIB / 2]);
        WebsocketFrame begin = text("").more();
        List<WebsocketFrame> many = new ArrayList<>(List.of(begin));
        many.addAll(Collections.nCopies(4095, NOTHING.more()));
        many.add(NOTHING);
        return List.of(
                passes("9.1", "text of the largest size", large),
                ends("9.1", "text beyond it, by its head alone", 1009, text("").head(MIB + 1, 8)),
                arrives(
                        "9.3",
                        "fragments of the largest size together",
                        List.of(frame(TEXT, new byte[MIB])),
                        begin,
                        half.more(),
                        half),
                new WebsocketCase(
                        "9.3",
                        "fragments beyond it, by a head alone",
                        false,
                        concat(begin.masked(), half.more().masked(), half.more().masked(), NOTHING.head(1, 0)),
                        List.of(),
                        1009),
                new WebsocketCase(
                        "9.2",
                        "a binary message beyond 16 MiB, by its head alone",
                        false,
                        frame(BINARY).head((16L << 20) + 1, 8),
                        List.of(),
                        1009),
                ends(
                        "9.2",
                        "a binary message of 2^62 bytes, by its head alone",
                        1009,
                        frame(BINARY).head(1L << 62, 8)),
                ends(
                                "9.2",
                                "a binary message in fragments beyond 16 MiB, by a head alone",
                                1009,
                                NOTHING.head(16L << 20, 8))
                        .after(frame(BINARY, (byte) 1).more()),
                new WebsocketCase(
                        "9.4",
                        "more than 4096 fragments",
                        false,
                        WebsocketCase.masked(many.toArray(WebsocketFrame[]::new)),
                        List.of(),
                        1008));
    }

    /** One message's bytes compressed as RFC 7692 section 7.2.1 says. */
    public static byte[] deflate(byte... bytes) {
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        deflater.setInput(bytes);
        byte[] out = new byte[bytes.length + 1024];
        int length = deflater.deflate(out, 0, out.length, Deflater.SYNC_FLUSH);
        deflater.end();
        return Arrays.copyOf(out, length - 4);
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }
}
