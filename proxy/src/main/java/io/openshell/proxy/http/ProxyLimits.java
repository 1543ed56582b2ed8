package io.openshell.proxy.http;

/** The data plane's limits. What passes one is refused, never cut. Sizes are bytes. */
public final class ProxyLimits {

    /** The first head on a connection of the agent: CONNECT or absolute-form. */
    public static final int FIRST_HEAD = 8192;

    /** A request head that is inspected, within a tunnel. */
    public static final int REQUEST_HEAD = 16384;

    /** A response head. */
    public static final int RESPONSE_HEAD = 16384;

    /** Header or trailer fields in one section. */
    public static final int FIELDS = 256;

    /** Options in all of a message's Connection fields. */
    public static final int CONNECTION_OPTIONS = 32;

    /** Digits of a chunk's size, leading zeros included; 16 hexadecimal digits are 64 bits. */
    public static final int CHUNK_SIZE_DIGITS = 16;

    /** One chunk-size line with its extensions, without the line end. */
    public static final int CHUNK_LINE = 1024;

    /** Chunk framing beyond 16 bytes a chunk and twice the data, over a whole body. */
    public static final int CHUNK_OVERHEAD = 16384;

    /** A chunked body's trailer section. */
    public static final int TRAILERS = 8192;

    /** How much is handed on in one step of a relay. */
    public static final int COPY_BUFFER = 8192;

    /** The longest canonical path. */
    public static final int CANONICAL_PATH = 4096;

    /** Milliseconds that a response without framing may be silent before it is taken to have ended. */
    public static final int UNFRAMED_IDLE_MILLIS = 5_000;

    /** Bytes looked at to tell what a tunnel carries: the length of the HTTP/2 preface. */
    public static final int PROTOCOL_PEEK = 24;

    /** Milliseconds to wait for the rest of a preface that has begun. */
    public static final int PROTOCOL_PEEK_MILLIS = 100;

    private ProxyLimits() {}
}
