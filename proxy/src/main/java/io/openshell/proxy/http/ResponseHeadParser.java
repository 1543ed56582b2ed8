package io.openshell.proxy.http;

import io.netty.buffer.ByteBuf;

/**
 * Reads response heads off one upstream connection, as strictly as {@link RequestHeadParser} reads requests. For
 * one thread.
 */
public final class ResponseHeadParser {

    private final HeadScanner scanner = new HeadScanner();

    /**
     * Looks for one head at the buffer's reader index; see {@link RequestHeadParser#parse}.
     *
     * @param limit the longest head in bytes, its empty line included
     * @param requestMethod the method of the request that this answers, which has a say in the framing
     */
    public HeadResult<ResponseHead> parse(ByteBuf in, int limit, String requestMethod) {
        try {
            return find(in, limit, requestMethod);
        } catch (Malformed malformed) {
            return new HeadResult.Malformed<>(malformed.problem());
        }
    }

    private HeadResult<ResponseHead> find(ByteBuf in, int limit, String requestMethod) throws Malformed {
        if (in.isReadable() && in.getByte(in.readerIndex()) != 'H') {
            throw Malformed.withStatus(
                    HttpProblem.BAD_GATEWAY,
                    HttpProblem.STATUS_LINE,
                    "response",
                    "does not begin with HTTP",
                    "a status line");
        }
        int length = scanner.find(in, limit, HttpProblem.BAD_GATEWAY);
        if (length == HeadScanner.INCOMPLETE) {
            return HeadResult.Incomplete.instance();
        }
        if (length == HeadScanner.TOO_LARGE) {
            return new HeadResult.TooLarge<>(limit);
        }
        byte[] block = new byte[length];
        in.getBytes(in.readerIndex(), block);
        ResponseHead head = new ResponseHeadReader(block).read(scanner.lines() - 2, requestMethod);
        in.skipBytes(length);
        scanner.reset();
        return new HeadResult.Complete<>(head, length);
    }
}
