package io.openshell.example.redis;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes commands as clients do. */
final class Resp {

    private Resp() {}

    static byte[] command(String... arguments) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(bytes("*" + arguments.length + "\r\n"));
        for (String argument : arguments) {
            byte[] data = bytes(argument);
            bytes.writeBytes(bytes("$" + data.length + "\r\n"));
            bytes.writeBytes(data);
            bytes.writeBytes(bytes("\r\n"));
        }
        return bytes.toByteArray();
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            bytes.writeBytes(part);
        }
        return bytes.toByteArray();
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
