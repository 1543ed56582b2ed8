package io.openshell.example.redis;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads commands, which are arrays of bulk strings in RESP2 and RESP3 alike, from bytes in any division. Strict: one
 * spelling of each number, no inline commands, nothing empty. Since there is one way only to write a command, the bytes
 * that were read can be sent on as they are.
 */
final class CommandReader {

    private static final int LONGEST_NUMBER = 9;

    /** What has been read. */
    sealed interface Result {

        /** The end of a command is still to come. */
        record Incomplete() implements Result {}

        /**
         * A command.
         *
         * @param wire its bytes
         */
        record Complete(RedisCommand command, ByteBuffer wire) implements Result {}

        /** Not a command. Nothing more is read then. */
        record Malformed(String problem) implements Result {}
    }

    private enum Expected {
        STAR,
        COUNT,
        DOLLAR,
        LENGTH,
        DATA,
        DATA_END
    }

    private static final Result INCOMPLETE = new Result.Incomplete();

    private final RedisLimits limits;
    private ByteArrayOutputStream wire = new ByteArrayOutputStream();
    private List<byte[]> arguments = new ArrayList<>();
    private final StringBuilder line = new StringBuilder();
    private Expected expected = Expected.STAR;
    private int remaining;
    private long argumentBytes;
    private byte[] argument = new byte[0];
    private int filled;
    private int bytesToCome;

    CommandReader(RedisLimits limits) {
        this.limits = limits;
    }

    /** Takes bytes up to the end of a command, or all. */
    Result read(ByteBuffer in) {
        while (in.hasRemaining()) {
            Result result = expected == Expected.DATA ? data(in) : step(in.get());
            if (!(result instanceof Result.Incomplete)) {
                return result;
            }
        }
        return INCOMPLETE;
    }

    private Result step(byte b) {
        wire.write(b);
        return switch (expected) {
            case STAR -> marker(b, '*', Expected.COUNT, "inline command, or not RESP (expected: *)");
            case DOLLAR -> marker(b, '$', Expected.LENGTH, "argument is not a bulk string (expected: $)");
            case COUNT, LENGTH -> number(b);
            case DATA_END -> dataEnd(b);
            case DATA -> throw new IllegalStateException("data is read in one go");
        };
    }

    private Result marker(byte b, char marker, Expected next, String problem) {
        if (b != marker) {
            return new Result.Malformed(problem);
        }
        expected = next;
        line.setLength(0);
        return INCOMPLETE;
    }

    private Result number(byte b) {
        boolean ended = !line.isEmpty() && line.charAt(line.length() - 1) == '\r';
        if (ended && b == '\n') {
            line.setLength(line.length() - 1);
            return expected == Expected.COUNT ? count() : length();
        }
        boolean digit = b >= '0' && b <= '9';
        boolean leadingZero = line.length() == 1 && line.charAt(0) == '0';
        boolean carriageReturn = b == '\r' && !line.isEmpty();
        if (ended || !(carriageReturn || (digit && !leadingZero && line.length() < LONGEST_NUMBER))) {
            return new Result.Malformed("length is malformed (expected: a decimal number, CR LF)");
        }
        line.append((char) b);
        return INCOMPLETE;
    }

    private Result count() {
        remaining = Integer.parseInt(line.toString());
        if (remaining < 1 || remaining > limits.arguments()) {
            return new Result.Malformed(
                    "arguments: " + remaining + " (expected: 1 to " + limits.arguments() + ", max_arguments)");
        }
        expected = Expected.DOLLAR;
        return INCOMPLETE;
    }

    /** Looks at the length before there is room for the data. */
    private Result length() {
        int length = Integer.parseInt(line.toString());
        line.setLength(0);
        argumentBytes += length;
        if (length > limits.bulkBytes() || argumentBytes > limits.commandBytes()) {
            return new Result.Malformed("argument of " + length + " bytes (expected: at most " + limits.bulkBytes()
                    + ", max_bulk_bytes, and four times that in one command)");
        }
        argument = new byte[Math.min(length, 1 << 16)];
        filled = 0;
        remaining--;
        bytesToCome = length;
        expected = length == 0 ? Expected.DATA_END : Expected.DATA;
        return INCOMPLETE;
    }

    private Result data(ByteBuffer in) {
        int taken = Math.min(in.remaining(), bytesToCome);
        if (filled + taken > argument.length) {
            argument = Arrays.copyOf(argument, Math.max(filled + taken, Math.min(filled + bytesToCome, 2 * filled)));
        }
        in.get(argument, filled, taken);
        wire.write(argument, filled, taken);
        filled += taken;
        bytesToCome -= taken;
        if (bytesToCome == 0) {
            expected = Expected.DATA_END;
        }
        return INCOMPLETE;
    }

    private Result dataEnd(byte b) {
        char wanted = line.isEmpty() ? '\r' : '\n';
        if (b != wanted) {
            return new Result.Malformed("argument is longer than its length says (expected: CR LF)");
        }
        if (wanted == '\r') {
            line.append('\r');
            return INCOMPLETE;
        }
        arguments.add(filled == argument.length ? argument : Arrays.copyOf(argument, filled));
        if (remaining > 0) {
            expected = Expected.DOLLAR;
            return INCOMPLETE;
        }
        return complete();
    }

    private Result complete() {
        Result complete = new Result.Complete(new RedisCommand(arguments), ByteBuffer.wrap(wire.toByteArray()));
        wire = new ByteArrayOutputStream();
        arguments = new ArrayList<>();
        argumentBytes = 0;
        expected = Expected.STAR;
        return complete;
    }

    /** For messages to the client. */
    static ByteBuffer error(String text) {
        return ByteBuffer.wrap(("-" + text + "\r\n").getBytes(StandardCharsets.UTF_8));
    }
}
