package io.openshell.proxy.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/** Bytes from text and text from bytes, one byte a character. */
final class Wire {

    private Wire() {}

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** A head of these lines. */
    static String lines(String... lines) {
        return String.join("\r\n", lines) + "\r\n\r\n";
    }

    static ByteBuf buffer(String text) {
        return Unpooled.copiedBuffer(bytes(text));
    }

    static String text(ByteBuf buffer) {
        return buffer.toString(StandardCharsets.ISO_8859_1);
    }

    /** Parses in one go. */
    static HeadResult<RequestHead> request(String text) {
        return new RequestHeadParser().parse(buffer(text), ProxyLimits.REQUEST_HEAD);
    }

    /** Parses what must be a head. */
    static RequestHead requestHead(String text) {
        if (request(text) instanceof HeadResult.Complete<RequestHead> complete) {
            return complete.head();
        }
        throw new AssertionError(request(text).toString());
    }

    /** Parses in one go, as the answer to a GET. */
    static HeadResult<ResponseHead> response(String text) {
        return response(text, "GET");
    }

    static HeadResult<ResponseHead> response(String text, String method) {
        return new ResponseHeadParser().parse(buffer(text), ProxyLimits.RESPONSE_HEAD, method);
    }

    /** Parses what must be a head. */
    static ResponseHead responseHead(String text) {
        if (response(text) instanceof HeadResult.Complete<ResponseHead> complete) {
            return complete.head();
        }
        throw new AssertionError(response(text).toString());
    }

    /** The problem of what must be refused. */
    static HttpProblem problem(HeadResult<?> result) {
        if (result instanceof HeadResult.Malformed<?> malformed) {
            return malformed.problem();
        }
        throw new AssertionError(result.toString());
    }
}
