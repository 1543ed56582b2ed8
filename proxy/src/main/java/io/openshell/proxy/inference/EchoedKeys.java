package io.openshell.proxy.inference;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.concurrent.FastThreadLocal;
import io.openshell.core.echo.EchoPatterns;
import io.openshell.core.echo.EchoScanner;
import io.openshell.core.echo.EchoWorkspace;
import org.jspecify.annotations.Nullable;

/** Masks the keys of backends in one answer: some put the key that they refuse into the message. */
final class EchoedKeys implements AutoCloseable {

    private static final FastThreadLocal<EchoWorkspace> WORKSPACE = new FastThreadLocal<>() {
        @Override
        protected EchoWorkspace initialValue() {
            return new EchoWorkspace();
        }
    };

    private final @Nullable EchoScanner scanner;

    EchoedKeys(EchoPatterns patterns) {
        this.scanner = patterns.isEmpty()
                ? null
                : EchoScanner.open(patterns, WORKSPACE.get())
                        .orElseThrow(
                                () -> new IllegalStateException("patterns: closed (expected: ones that are open)"));
    }

    /** Whether one stands in a text that is whole, such as a head; the text is not changed. */
    static boolean in(ByteBuf whole, EchoPatterns patterns) {
        try (EchoedKeys keys = new EchoedKeys(patterns)) {
            ByteBuf masked = keys.pass(whole.retainedDuplicate(), true, whole.alloc());
            masked.release();
            return keys.found();
        }
    }

    boolean found() {
        return scanner != null && !scanner.found().isEmpty();
    }

    /**
     * The bytes that may go on.
     *
     * @param bytes owned from now on
     * @param last whether no more will come
     */
    ByteBuf pass(ByteBuf bytes, boolean last, ByteBufAllocator allocator) {
        EchoScanner with = scanner;
        if (with == null) {
            return bytes;
        }
        ByteBuf out = allocator.buffer(bytes.readableBytes() + with.held());
        try {
            do {
                int count = Math.min(bytes.readableBytes(), EchoScanner.PIECE);
                int at = with.prepare(count);
                bytes.readBytes(with.wire(), at, count);
                int go = with.scan(count, last && !bytes.isReadable());
                out.writeBytes(with.wire(), 0, go);
            } while (bytes.isReadable());
            return out;
        } finally {
            bytes.release();
        }
    }

    @Override
    public void close() {
        if (scanner != null) {
            scanner.close();
        }
    }
}
