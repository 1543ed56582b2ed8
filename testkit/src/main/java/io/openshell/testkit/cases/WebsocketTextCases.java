package io.openshell.testkit.cases;

import static io.openshell.testkit.WebsocketFrame.BINARY;
import static io.openshell.testkit.WebsocketFrame.COMPRESSED;
import static io.openshell.testkit.WebsocketFrame.CONTINUATION;
import static io.openshell.testkit.WebsocketFrame.PING;
import static io.openshell.testkit.WebsocketFrame.TEXT;
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
import java.util.HexFormat;
import java.util.List;

/** What is in a client's text messages: right and wrong UTF-8, as it is and compressed. */
final class WebsocketTextCases {

    private static final int MIB = 1 << 20;
    private static final WebsocketFrame HELLO = text("Hello");

    private WebsocketTextCases() {}

    static List<WebsocketCase> utf8() {
        List<WebsocketCase> cases = new ArrayList<>();
        String greek = "\u03ba\u1f79\u03c3\u03bc\u03b5";
        cases.add(passes("6.2", "UTF-8", text("Hello-\u00b5@\u00df\u00f6\u00e4\u00fc\u00e0\u00e1-UTF-8!!")));
        byte[] bytes = greek.getBytes(UTF_8);
        for (int at = 1; at < bytes.length; at++) {
            cases.add(arrives(
                    "6.2",
                    "UTF-8 in fragments, divided at " + at,
                    List.of(text(greek)),
                    frame(TEXT, Arrays.copyOf(bytes, at)).more(),
                    frame(CONTINUATION, Arrays.copyOfRange(bytes, at, bytes.length))));
        }
        for (String valid : List.of(
                "00",
                "7f",
                "c280",
                "dfbf",
                "e0a080",
                "ed9fbf",
                "ee8080",
                "efbfbf",
                "f0908080",
                "f48fbfbf",
                "efbfbe",
                "f09fbfbe",
                "cebae1bdb9cf83cebcceb5f48fbfbf")) {
            cases.add(passes("6.5 to 6.22", "valid " + valid, frame(TEXT, hex(valid))));
        }
        for (String invalid : List.of(
                "80",
                "bf",
                "c0",
                "c1",
                "c080",
                "c0af",
                "c1bf",
                "c2",
                "e0",
                "e08080",
                "e09fbf",
                "e0a0",
                "ed",
                "eda080",
                "edad7f",
                "edbfbf",
                "eda080edb080",
                "f0",
                "f0808080",
                "f08fbfbf",
                "f09080",
                "f4908080",
                "f5808080",
                "f8888080 80",
                "fc8480808080",
                "fe",
                "ff",
                "feff",
                "fffe",
                "c320",
                "e28220",
                "cebae1bdb9cf83cebcceb5eda080656469746564",
                "cebae1bdb9cf83cebcceb5f4908080656469746564")) {
            byte[] payload = hex(invalid.replace(" ", ""));
            cases.add(ends("6.3 to 6.21", "invalid " + invalid, 1007, frame(TEXT, payload))
                    .after(HELLO));
            cases.add(ends(
                    "6.3 to 6.21",
                    "invalid " + invalid + ", in fragments",
                    1007,
                    frame(TEXT, Arrays.copyOf(payload, 1)).more(),
                    frame(CONTINUATION, Arrays.copyOfRange(payload, 1, payload.length))));
            cases.add(passes("RFC 5.6", "no text, " + invalid + " in a binary message", frame(BINARY, payload)));
        }
        cases.add(new WebsocketCase(
                "6.4",
                "invalid at once, with more to come",
                false,
                concat(text("x").head(1000, 2), mask(hex("cebaff"))),
                List.of(),
                1007));
        return cases;
    }

    static List<WebsocketCase> compression() {
        WebsocketFrame hello = frame(TEXT, hex("f248cdc9c90700")).rsv(COMPRESSED);
        byte[] stored = hex("000500faff48656c6c6f00");
        byte[] last = hex("f348cdc9c90700");
        byte[] two = WebsocketCases.deflate("*".repeat(5000).getBytes(UTF_8));
        byte[] beyond = WebsocketCases.deflate(new byte[MIB + 1]);
        return List.<WebsocketCase>of(
                        passes("RFC 7692 7.2.3.1", "Hello", hello, hello),
                        passes(
                                "RFC 7692 7.2.3.3",
                                "a stored block",
                                frame(TEXT, stored).rsv(COMPRESSED)),
                        passes(
                                "RFC 7692 7.2.3.4",
                                "a final block",
                                frame(TEXT, concat(last, new byte[1])).rsv(COMPRESSED)),
                        passes(
                                "12.1",
                                "compressed text of 5000 bytes",
                                frame(TEXT, two).rsv(COMPRESSED)),
                        passes(
                                "12.2",
                                "a compressed binary message",
                                frame(BINARY, hex("f248cdc9c90700")).rsv(COMPRESSED)),
                        passes("13.1", "text that is not compressed", HELLO),
                        passes("12.1", "an empty message", frame(TEXT, (byte) 0).rsv(COMPRESSED)),
                        arrives(
                                "RFC 7692 7.2.3.1",
                                "Hello in fragments",
                                List.of(frame(PING), HELLO),
                                frame(TEXT, hex("f248cd")).rsv(COMPRESSED).more(),
                                frame(PING),
                                frame(CONTINUATION, hex("c9c90700"))),
                        passes(
                                "12.3",
                                "the largest size",
                                frame(TEXT, WebsocketCases.deflate(new byte[MIB]))
                                        .rsv(COMPRESSED)),
                        ends(
                                "12.3",
                                "beyond the largest size",
                                1009,
                                frame(TEXT, beyond).rsv(COMPRESSED)),
                        ends(
                                "12.3",
                                "beyond the largest size, in fragments",
                                1009,
                                frame(TEXT).rsv(COMPRESSED).more(),
                                frame(CONTINUATION, beyond)),
                        ends(
                                "RFC 7692 6.1",
                                "RSV1 on a continuation",
                                1002,
                                frame(TEXT, hex("f248cd")).rsv(COMPRESSED).more(),
                                frame(CONTINUATION, hex("c9c90700")).rsv(COMPRESSED)),
                        ends("RFC 7692 6.1", "RSV1 on a ping", 1002, frame(PING).rsv(COMPRESSED)),
                        ends(
                                "RFC 7692 7.2.2",
                                "damaged data",
                                1007,
                                frame(TEXT, hex("ffffffff")).rsv(COMPRESSED)),
                        ends(
                                "RFC 7692 7.2.2",
                                "data behind a final block",
                                1007,
                                frame(TEXT, concat(last, last)).rsv(COMPRESSED)),
                        ends(
                                        "RFC 7692 7.1.1.2",
                                        "context of the message before",
                                        1007,
                                        frame(TEXT, hex("f200110000")).rsv(COMPRESSED))
                                .after(hello),
                        ends(
                                "6.3",
                                "inflated text that is no UTF-8",
                                1007,
                                frame(TEXT, WebsocketCases.deflate(hex("48656cff")))
                                        .rsv(COMPRESSED)))
                .stream()
                .map(WebsocketCase::deflated)
                .toList();
    }

    private static byte[] mask(byte... payload) {
        byte[] frame = frame(TEXT, payload).masked();
        return Arrays.copyOfRange(frame, 6, frame.length);
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }
}
