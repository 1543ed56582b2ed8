package io.openshell.testkit;

import io.openshell.testkit.DnsZone.Answer;
import java.net.Inet6Address;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Questions read and answers written (RFC 1035 section 4), as much as a test's server needs. */
final class DnsMessages {

    private static final int HEADER = 12;
    private static final int LARGEST = 4096;
    private static final int FLAGS_ANSWER = 0x8580; // response, authoritative, recursion desired and available
    private static final int NAME_UNKNOWN = 3;
    private static final int CLASS_IN = 1;
    private static final int TYPE_A = 1;
    private static final int TYPE_CNAME = 5;
    private static final int TYPE_AAAA = 28;
    private static final int POINTER_TO_QUESTION = 0xc00c;

    private DnsMessages() {}

    /** The answer to a query, or nothing if it is no query. */
    static Optional<ByteBuffer> answer(ByteBuffer query, DnsZone zone) {
        try {
            return answerTo(query, zone);
        } catch (BufferUnderflowException truncated) {
            return Optional.empty();
        }
    }

    private static Optional<ByteBuffer> answerTo(ByteBuffer query, DnsZone zone) {
        short id = query.getShort();
        int flags = query.getShort() & 0xffff;
        int questions = query.getShort();
        if ((flags & 0x8000) != 0 || questions != 1) {
            return Optional.empty();
        }
        query.position(HEADER);
        String name = name(query);
        int type = query.getShort() & 0xffff;
        query.getShort();
        ByteBuffer question = query.duplicate().position(HEADER).limit(query.position());
        Optional<List<Answer>> answers = zone.answer(name, type);
        ByteBuffer out = ByteBuffer.allocate(LARGEST);
        out.putShort(id).putShort((short) (answers.isPresent() ? FLAGS_ANSWER : FLAGS_ANSWER | NAME_UNKNOWN));
        out.putShort((short) 1).putShort((short) 0).putInt(0);
        out.put(question);
        int count = answers.map(list -> write(out, list, type, zone)).orElse(0);
        out.putShort(6, (short) count);
        return Optional.of(out.flip());
    }

    private static String name(ByteBuffer in) {
        StringBuilder name = new StringBuilder();
        for (int length = in.get() & 0xff; length > 0; length = in.get() & 0xff) {
            byte[] label = new byte[length];
            in.get(label);
            name.append(name.isEmpty() ? "" : ".").append(new String(label, StandardCharsets.ISO_8859_1));
        }
        return name.toString();
    }

    private static int write(ByteBuffer out, List<Answer> answers, int type, DnsZone zone) {
        int count = 0;
        for (Answer answer : answers) {
            switch (answer) {
                case Answer.Address address -> {
                    out.putShort((short) POINTER_TO_QUESTION);
                    writeAddress(out, address);
                    count++;
                }
                case Answer.Alias alias -> count += writeAlias(out, alias, type, zone);
            }
        }
        return count;
    }

    private static int writeAlias(ByteBuffer out, Answer.Alias alias, int type, DnsZone zone) {
        ByteBuffer target = encode(alias.target());
        out.putShort((short) POINTER_TO_QUESTION);
        out.putShort((short) TYPE_CNAME).putShort((short) CLASS_IN).putInt(0);
        out.putShort((short) target.remaining()).put(target.duplicate());
        int count = 1;
        for (Answer answer : zone.answer(alias.target(), type).orElse(List.of())) {
            if (answer instanceof Answer.Address address) {
                out.put(target.duplicate());
                writeAddress(out, address);
                count++;
            }
        }
        return count;
    }

    private static void writeAddress(ByteBuffer out, Answer.Address answer) {
        byte[] bytes = answer.address().getAddress();
        out.putShort((short) (answer.address() instanceof Inet6Address ? TYPE_AAAA : TYPE_A));
        out.putShort((short) CLASS_IN).putInt(0).putShort((short) bytes.length).put(bytes);
    }

    private static ByteBuffer encode(String name) {
        ByteBuffer out = ByteBuffer.allocate(name.length() + 2);
        for (String label : name.split("\\.", -1)) {
            out.put((byte) label.length()).put(label.getBytes(StandardCharsets.ISO_8859_1));
        }
        return out.put((byte) 0).flip();
    }
}
