package io.openshell.api.inspect;

import java.nio.ByteBuffer;
import java.util.List;

/** What becomes of a stretch of bytes. */
public sealed interface StreamVerdict {

    /**
     * Go on.
     *
     * @param onward bytes for the other side, in order; empty while a message is incomplete
     * @param back bytes for the side that these came from (a refusal in the protocol's own words); usually empty
     */
    record Forward(List<ByteBuffer> onward, List<ByteBuffer> back) implements StreamVerdict {
        public Forward {
            onward = List.copyOf(onward);
            back = List.copyOf(back);
        }
    }

    /**
     * End the connection after sending these last bytes.
     *
     * @param onward last bytes for the other side
     * @param back last bytes for the side that these came from
     * @param reason one line for the event; never data of the connection
     */
    record Close(List<ByteBuffer> onward, List<ByteBuffer> back, String reason) implements StreamVerdict {
        public Close {
            onward = List.copyOf(onward);
            back = List.copyOf(back);
        }
    }

    /** Hands on these bytes and nothing else. */
    static StreamVerdict forward(ByteBuffer bytes) {
        return new Forward(List.of(bytes), List.of());
    }

    /** Waits for more. */
    static StreamVerdict more() {
        return new Forward(List.of(), List.of());
    }
}
