package io.openshell.plugin.websocket;

import io.openshell.api.inspect.Judge;
import io.openshell.api.inspect.TextRewrite;
import io.openshell.api.inspect.Verdict;
import io.openshell.plugin.websocket.Violation.Kind;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Puts one connection's messages to the judge, and credentials into those that pass. */
final class MessageGate {

    private static final String TEXT = "WEBSOCKET_TEXT";
    private static final String CONTROL = "WEBSOCKET_CONTROL";
    private static final String BINARY = "WEBSOCKET_BINARY";

    private final MessageRules rules;
    private final Judge judge;

    MessageGate(MessageRules rules, Judge judge) {
        this.rules = rules;
        this.judge = judge;
    }

    /**
     * Judges a text message.
     *
     * @param bytes checked to be UTF-8
     * @return the frame that is sent instead, or {@code null} if the message is not changed
     * @throws Violation if it may not pass
     */
    @Nullable
    ByteBuffer text(byte[] bytes, int length) throws Violation {
        String message = new String(bytes, 0, length, StandardCharsets.UTF_8);
        Verdict verdict = rules.text(message);
        if (!judge.admits(OperationRules.isControl(verdict) ? CONTROL : TEXT, verdict)) {
            throw denied("websocket text message denied by policy");
        }
        return switch (judge.rewriteText(message)) {
            case TextRewrite.Unchanged unchanged -> null;
            case TextRewrite.Changed changed -> framed(changed.utf8());
            case TextRewrite.Refused refused -> throw denied(refused.reason());
        };
    }

    /** Holds secrets, which are masked in place, and overwritten where they came from. */
    private static ByteBuffer framed(ByteBuffer utf8) {
        byte[] payload = new byte[utf8.remaining()];
        ByteBuffer secret = utf8.duplicate();
        secret.get(payload);
        for (int i = utf8.position(); !utf8.isReadOnly() && i < utf8.limit(); i++) {
            utf8.put(i, (byte) 0);
        }
        return Frames.masked(Opcode.TEXT, payload, payload.length);
    }

    /** Judges a binary message by its being one. */
    void binary() throws Violation {
        if (!judge.admits(BINARY, rules.binary())) {
            throw denied("websocket binary message denied by policy");
        }
    }

    private static Violation denied(String reason) {
        return new Violation(Kind.DENIED, CloseCode.POLICY_VIOLATION, reason);
    }
}
