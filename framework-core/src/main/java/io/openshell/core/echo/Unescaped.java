package io.openshell.core.echo;

/**
 * A stretch of the wire with escapes of one kind replaced, in the workspace.
 *
 * @param length how many bytes of text there are
 * @param end where on the wire the stretch ends, or an escape begins whose end has not come
 */
record Unescaped(int length, int end) {

    /** The three-byte and longer sequences of UTF-8 begin with these bits. */
    private static final int[] UTF8_LEADS = {0, 0xc0, 0xe0, 0xf0};

    /** Reads the wire from {@code from}, which is no place within an escape, to {@code to}. */
    static Unescaped of(Escapes escapes, EchoWorkspace workspace, int from, int to, boolean whole) {
        byte[] wire = workspace.wire;
        byte[] text = workspace.text;
        int[] starts = workspace.starts;
        int length = 0;
        int at = from;
        while (at < to) {
            byte octet = wire[at];
            if (octet != escapes.lead) {
                starts[length] = at++;
                text[length++] = octet;
                continue;
            }
            long read = escapes.read(wire, at, to, whole);
            if (read == Escapes.UNFINISHED) {
                break;
            }
            int before = length;
            length = append(text, length, (int) (read >>> 32), (int) read);
            while (before < length) {
                starts[before++] = at;
            }
            at += (int) (read >>> 32);
        }
        return new Unescaped(length, at);
    }

    /** Where the wire of the text before {@code stop} ends. */
    int wireEnd(int[] starts, int stop) {
        int next = stop;
        while (next < length && starts[next] == starts[stop - 1]) {
            next++;
        }
        return next < length ? starts[next] : end;
    }

    private static int append(byte[] text, int length, int width, int value) {
        if (width <= Escapes.WIDEST_BYTE || value < 0x80) {
            text[length] = (byte) value;
            return length + 1;
        }
        int more = value < 0x800 ? 1 : value < 0x10000 ? 2 : 3;
        text[length] = (byte) (UTF8_LEADS[more] | value >> (6 * more));
        for (int i = 1; i <= more; i++) {
            text[length + i] = (byte) (0x80 | (value >> (6 * (more - i)) & 0x3f));
        }
        return length + 1 + more;
    }
}
