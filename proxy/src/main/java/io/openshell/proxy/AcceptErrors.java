package io.openshell.proxy;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.unix.Errors;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of a listener whose accept fails: a connection's own error is passed over, a lack of descriptors or
 * memory is waited out, and what is not understood ends the listener when it comes again and again.
 */
@SuppressWarnings("FutureReturnValueIgnored") // nobody waits for a close
final class AcceptErrors extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = LoggerFactory.getLogger(AcceptErrors.class);

    private static final long FIRST_PAUSE_MILLIS = 100;
    private static final long LONGEST_PAUSE_MILLIS = 5_000;
    private static final int UNKNOWN_IN_A_ROW = 5;

    /** EBADF, EFAULT, EINVAL, ENOTSOCK, EOPNOTSUPP. */
    private static final Set<Integer> TERMINAL = Set.of(-9, -14, -22, -88, -95);

    /** ENOMEM, ENFILE, EMFILE, ENOBUFS. */
    private static final Set<Integer> EXHAUSTED = Set.of(-12, -23, -24, -105);

    /** EINTR, EPERM (a firewall's), ENONET, EPROTO, ENOPROTOOPT, ENETDOWN, ENETUNREACH, ECONNABORTED, ECONNRESET,
     * ETIMEDOUT, EHOSTDOWN, EHOSTUNREACH: accept(2) says to treat these like EAGAIN. */
    private static final Set<Integer> PASSING = Set.of(-4, -1, -64, -71, -92, -100, -101, -103, -104, -110, -112, -113);

    private long pauseMillis = FIRST_PAUSE_MILLIS;
    private int unknownInARow;

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object accepted) {
        pauseMillis = FIRST_PAUSE_MILLIS;
        unknownInARow = 0;
        ctx.fireChannelRead(accepted);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        int error = cause instanceof Errors.NativeIoException known ? known.expectedErr() : 0;
        if (PASSING.contains(error)) {
            return;
        }
        LOG.warn("accept failed", cause);
        if (TERMINAL.contains(error) || !(cause instanceof IOException)) {
            ctx.close();
        } else if (EXHAUSTED.contains(error)) {
            pause(ctx.channel());
        } else if (++unknownInARow >= UNKNOWN_IN_A_ROW) {
            ctx.close();
        } else {
            pause(ctx.channel());
        }
    }

    private void pause(Channel listener) {
        listener.config().setAutoRead(false);
        listener.eventLoop().schedule(() -> listener.config().setAutoRead(true), pauseMillis, TimeUnit.MILLISECONDS);
        pauseMillis = Math.min(2 * pauseMillis, LONGEST_PAUSE_MILLIS);
    }
}
