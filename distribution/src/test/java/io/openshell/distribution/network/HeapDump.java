package io.openshell.distribution.network;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A heap dump of a JVM (hprof, as {@code jcmd GC.heap_dump} writes it), read for arrays that hold a canary and for strings
 * that are made of those. Identifiers have eight bytes on the machines that this runs on.
 */
final class HeapDump {

    private static final int ID = 8;
    private static final int TEXT = 0x01;
    private static final int LOAD_CLASS = 0x02;
    private static final int DUMP = 0x0c;
    private static final int DUMP_SEGMENT = 0x1c;
    private static final int CHARS = 5;
    private static final int BYTES = 8;
    private static final Map<Integer, Integer> SIZES = Map.of(2, ID, 4, 1, 5, 2, 6, 4, 7, 8, 8, 1, 9, 2, 10, 4, 11, 8);

    /** How many bytes follow the identifier in each kind of root. */
    private static final Map<Integer, Integer> ROOTS =
            Map.of(0xff, 0, 0x01, ID, 0x02, 8, 0x03, 8, 0x04, 4, 0x05, 0, 0x06, 4, 0x07, 0, 0x08, 8);

    private final Canary canary;
    private final Map<Long, String> texts = new HashMap<>();
    private final Map<Long, String> classes = new HashMap<>();
    private final List<byte[]> arrays = new ArrayList<>();
    private final List<String> chars = new ArrayList<>();
    private final Set<Long> found = new HashSet<>();
    private int strings;
    private int stringsOfCanaries;
    private boolean second;

    private HeapDump(Canary canary) {
        this.canary = canary;
    }

    /** Reads one. */
    static HeapDump read(Path file, Canary canary) throws IOException {
        HeapDump dump = new HeapDump(canary);
        dump.pass(file);
        dump.second = true;
        dump.pass(file);
        return dump;
    }

    /** The arrays of bytes that hold a canary in any form. */
    List<byte[]> arrays() {
        return arrays;
    }

    /** The arrays of chars that hold one. */
    List<String> chars() {
        return chars;
    }

    /** How many strings there are. */
    int strings() {
        return strings;
    }

    /** How many strings hold a canary. */
    int stringsOfCanaries() {
        return stringsOfCanaries;
    }

    private void pass(Path file) throws IOException {
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16))) {
            while (in.readByte() != 0) {
                // the name of the format
            }
            if (in.readInt() != ID) {
                throw new IOException(file + ": identifiers of another size (expected: " + ID + " bytes)");
            }
            in.readLong();
            while (true) {
                int tag;
                try {
                    tag = in.readUnsignedByte();
                } catch (EOFException end) {
                    return;
                }
                in.readInt();
                long length = Integer.toUnsignedLong(in.readInt());
                record(in, tag, length);
            }
        }
    }

    private void record(DataInputStream in, int tag, long length) throws IOException {
        switch (tag) {
            case TEXT -> {
                long id = in.readLong();
                byte[] text = in.readNBytes((int) length - ID);
                texts.put(id, new String(text, java.nio.charset.StandardCharsets.UTF_8));
            }
            case LOAD_CLASS -> {
                in.readInt();
                long id = in.readLong();
                in.readInt();
                classes.put(id, texts.getOrDefault(in.readLong(), ""));
            }
            case DUMP, DUMP_SEGMENT -> segment(in, length);
            default -> in.skipNBytes(length);
        }
    }

    private void segment(DataInputStream in, long length) throws IOException {
        for (long left = length; left > 0; ) {
            int tag = in.readUnsignedByte();
            left -= 1 + entry(in, tag);
        }
    }

    /** Reads one entry and gives its length without the tag. */
    private long entry(DataInputStream in, int tag) throws IOException {
        Integer root = ROOTS.get(tag);
        if (root != null) {
            in.skipNBytes(ID + root);
            return (long) ID + root;
        }
        return switch (tag) {
            case 0x20 -> classDump(in);
            case 0x21 -> instance(in);
            case 0x22 -> objects(in);
            case 0x23 -> primitives(in);
            default -> throw new IOException("heap dump: entry " + tag + " (expected: a known one)");
        };
    }

    private static long classDump(DataInputStream in) throws IOException {
        in.skipNBytes(ID + 4 + 6 * ID + 4);
        long length = ID + 4 + 6 * ID + 4;
        int constants = in.readUnsignedShort();
        length += 2;
        for (int i = 0; i < constants; i++) {
            in.readShort();
            int size = size(in.readUnsignedByte());
            in.skipNBytes(size);
            length += 3 + size;
        }
        int statics = in.readUnsignedShort();
        length += 2;
        for (int i = 0; i < statics; i++) {
            in.readLong();
            int size = size(in.readUnsignedByte());
            in.skipNBytes(size);
            length += ID + 1 + size;
        }
        int fields = in.readUnsignedShort();
        in.skipNBytes(fields * (ID + 1L));
        return length + 2 + fields * (ID + 1L);
    }

    private long instance(DataInputStream in) throws IOException {
        in.skipNBytes(ID + 4);
        long type = in.readLong();
        int length = in.readInt();
        byte[] fields = in.readNBytes(length);
        if (second && classes.getOrDefault(type, "").equals("java/lang/String")) {
            strings++;
            java.nio.ByteBuffer values = java.nio.ByteBuffer.wrap(fields);
            for (int i = 0; i + ID <= fields.length; i++) {
                if (found.contains(values.getLong(i))) {
                    stringsOfCanaries++;
                }
            }
        }
        return 2L * ID + 8 + length;
    }

    private static long objects(DataInputStream in) throws IOException {
        in.skipNBytes(ID + 4);
        int count = in.readInt();
        in.skipNBytes(ID + (long) ID * count);
        return ID + 4 + 4 + ID + (long) ID * count;
    }

    private long primitives(DataInputStream in) throws IOException {
        long id = in.readLong();
        in.readInt();
        int count = in.readInt();
        int type = in.readUnsignedByte();
        byte[] content = in.readNBytes(Math.multiplyExact(count, size(type)));
        if (!second && (type == BYTES || type == CHARS)) {
            if (type == BYTES && !canary.in(content).isEmpty()) {
                arrays.add(content);
                found.add(id);
            }
            if (type == CHARS) {
                String text = new String(content, java.nio.charset.StandardCharsets.UTF_16BE);
                if (!canary.in(text).isEmpty()) {
                    chars.add(text);
                }
            }
        }
        return ID + 9L + content.length;
    }

    private static int size(int type) {
        Integer size = SIZES.get(type);
        if (size == null) {
            throw new IllegalStateException("heap dump: type " + type + " (expected: a known one)");
        }
        return size;
    }
}
