package io.openshell.proxy.http;

import io.netty.buffer.ByteBuf;

/**
 * Reads request heads off one connection (RFC 9112 sections 2 to 6, strictly): lines end with CR LF, the request
 * line is three parts with one space between, names are tokens, nothing is folded, nothing stands before the
 * request line, one Host names what the target names, and the framing has one reading. For one thread.
 */
public final class RequestHeadParser {

    private final HeadScanner scanner = new HeadScanner();

    /**
     * Looks for one head at the buffer's reader index. A complete head is taken from the buffer; otherwise the
     * buffer is as it was, and the next call must find the same bytes at its reader index, and more behind them.
     *
     * @param limit the longest head in bytes, its empty line included
     */
    public HeadResult<RequestHead> parse(ByteBuf in, int limit) {
        try {
            return find(in, limit);
        } catch (Malformed malformed) {
            return new HeadResult.Malformed<>(malformed.problem());
        }
    }

    private HeadResult<RequestHead> find(ByteBuf in, int limit) throws Malformed {
        if (in.isReadable() && !Octets.isToken(in.getByte(in.readerIndex()))) {
            throw Malformed.because(
                    HttpProblem.PARSING, "request", "begins with a byte that no method has", "a method");
        }
        int length = scanner.find(in, limit, HttpProblem.BAD_REQUEST);
        if (length == HeadScanner.INCOMPLETE) {
            return HeadResult.Incomplete.instance();
        }
        if (length == HeadScanner.TOO_LARGE) {
            return new HeadResult.TooLarge<>(limit);
        }
        byte[] block = new byte[length];
        in.getBytes(in.readerIndex(), block);
        RequestHead head = new RequestHeadReader(block).read(scanner.lines() - 2);
        in.skipBytes(length);
        scanner.reset();
        return new HeadResult.Complete<>(head, length);
    }
}
