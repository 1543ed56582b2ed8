package io.openshell.proxy.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.openshell.core.credential.MarkerScan;
import org.jspecify.annotations.Nullable;

/**
 * Searches a body that streams for a placeholder. Only the bytes that may be the beginning of one, a few hundred at most,
 * wait for what comes next, so that no placeholder's marker is ever passed on whole.
 */
final class HeldMarker {

    private final MarkerScan scan = new MarkerScan();
    private ByteBuf held = Unpooled.EMPTY_BUFFER;

    /**
     * Takes bytes; owns them from now on.
     *
     * @return what may be passed on, perhaps nothing; {@code null} if a placeholder is complete, and nothing more may be
     */
    @Nullable
    ByteBuf take(ByteBuf data, ByteBufAllocator allocator) {
        if (data.forEachByte(octet -> !scan.take(octet)) >= 0) {
            data.release();
            return null;
        }
        int waiting = scan.held();
        if (waiting == 0 && !held.isReadable()) {
            return data;
        }
        ByteBuf all = joined(data, allocator);
        int safe = Math.max(0, all.readableBytes() - waiting);
        ByteBuf passed = all.readRetainedSlice(safe);
        held = allocator.buffer(all.readableBytes()).writeBytes(all);
        all.release();
        return passed;
    }

    private ByteBuf joined(ByteBuf data, ByteBufAllocator allocator) {
        ByteBuf before = held;
        held = Unpooled.EMPTY_BUFFER;
        if (!before.isReadable()) {
            before.release();
            return data;
        }
        ByteBuf all = allocator.buffer(before.readableBytes() + data.readableBytes());
        all.writeBytes(before).writeBytes(data);
        before.release();
        data.release();
        return all;
    }

    /** What waits at the end of the body, where nothing can come any more. */
    ByteBuf rest() {
        ByteBuf rest = held;
        held = Unpooled.EMPTY_BUFFER;
        return rest;
    }

    void release() {
        held.release();
        held = Unpooled.EMPTY_BUFFER;
    }
}
