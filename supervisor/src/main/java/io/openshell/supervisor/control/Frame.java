package io.openshell.supervisor.control;

import java.util.List;

/** One frame as it travels: a type, a payload, and the numbers of the descriptors beside it. */
final class Frame {

    /** Bytes of type, length and descriptor count in front of a payload. */
    static final int HEADER_BYTES = 8;

    /** The longest payload, in bytes. */
    static final int MAX_PAYLOAD = 4 * 1024 * 1024;

    /** The most descriptors that any frame carries. */
    static final int MAX_DESCRIPTORS = 3;

    private final int type;
    private final byte[] payload;
    private final List<Integer> descriptors;

    Frame(int type, byte[] payload, List<Integer> descriptors) {
        if (payload.length > MAX_PAYLOAD) {
            throw new IllegalArgumentException(
                    "payload: " + payload.length + " bytes (expected: at most " + MAX_PAYLOAD + ")");
        }
        if (descriptors.size() > MAX_DESCRIPTORS) {
            throw new IllegalArgumentException(
                    "descriptors: " + descriptors.size() + " (expected: at most " + MAX_DESCRIPTORS + ")");
        }
        this.type = type;
        this.payload = payload;
        this.descriptors = List.copyOf(descriptors);
    }

    Frame(int type, FieldWriter fields) {
        this(type, fields.toBytes(), List.of());
    }

    int type() {
        return type;
    }

    byte[] payload() {
        return payload;
    }

    List<Integer> descriptors() {
        return descriptors;
    }

    /** @param allowed what this type may carry */
    void requireDescriptors(String name, int... allowed) throws MalformedFrameException {
        for (int count : allowed) {
            if (descriptors.size() == count) {
                return;
            }
        }
        throw new MalformedFrameException(
                name + ": descriptors: " + descriptors.size() + " (expected: " + allowed[0] + ")");
    }
}
