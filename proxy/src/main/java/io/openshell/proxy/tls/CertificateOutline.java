package io.openshell.proxy.tls;

import java.nio.ByteBuffer;

/**
 * As much of a certificate (RFC 5280 section 4.1) as shows whether Java can read it: where its parts lie.
 * The roots of a system are parsed when a server is to be verified; until then this is all that is looked at.
 */
final class CertificateOutline {

    private static final int INTEGER = 0x02;
    private static final int BIT_STRING = 0x03;
    private static final int OBJECT_IDENTIFIER = 0x06;
    private static final int SEQUENCE = 0x30;
    private static final int VERSION = 0xa0;

    private static final int LONG_FORM = 0x80;
    private static final int MOST_LENGTH_BYTES = 3;
    private static final int BYTE = 0xff;
    private static final int BYTE_BITS = 8;

    private CertificateOutline() {}

    /** Whether this is one certificate. Its key may be of any kind: Java (17 and 25 were tried) reads those that it does not know too. */
    static boolean isReadByJava(byte[] der) {
        try {
            requireParts(ByteBuffer.wrap(der));
            return true;
        } catch (Malformed notACertificate) {
            return false;
        }
    }

    private static void requireParts(ByteBuffer all) throws Malformed {
        ByteBuffer certificate = last(all, SEQUENCE);
        ByteBuffer body = next(certificate, SEQUENCE);
        next(certificate, SEQUENCE);
        last(certificate, BIT_STRING);
        if (body.hasRemaining() && (body.get(body.position()) & BYTE) == VERSION) {
            next(body, VERSION);
        }
        next(body, INTEGER);
        // Signature algorithm, issuer, validity, subject.
        for (int i = 0; i < 4; i++) {
            next(body, SEQUENCE);
        }
        ByteBuffer key = next(body, SEQUENCE);
        next(next(key, SEQUENCE), OBJECT_IDENTIFIER);
        last(key, BIT_STRING);
    }

    private static ByteBuffer last(ByteBuffer from, int tag) throws Malformed {
        ByteBuffer content = next(from, tag);
        if (from.hasRemaining()) {
            throw new Malformed();
        }
        return content;
    }

    /** The content of the next element, which is passed over. */
    private static ByteBuffer next(ByteBuffer from, int tag) throws Malformed {
        if (number(from) != tag) {
            throw new Malformed();
        }
        int length = length(from);
        if (length > from.remaining()) {
            throw new Malformed();
        }
        ByteBuffer content = from.slice(from.position(), length);
        from.position(from.position() + length);
        return content;
    }

    private static int length(ByteBuffer from) throws Malformed {
        int first = number(from);
        if (first < LONG_FORM) {
            return first;
        }
        int bytes = first - LONG_FORM;
        if (bytes == 0 || bytes > MOST_LENGTH_BYTES) {
            throw new Malformed();
        }
        int length = 0;
        for (int i = 0; i < bytes; i++) {
            length = length << BYTE_BITS | number(from);
        }
        return length;
    }

    private static int number(ByteBuffer from) throws Malformed {
        if (!from.hasRemaining()) {
            throw new Malformed();
        }
        return from.get() & BYTE;
    }

    private static final class Malformed extends Exception {
        private static final long serialVersionUID = 1;
    }
}
