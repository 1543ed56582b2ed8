package io.openshell.proxy.http;

import java.util.Arrays;
import java.util.Optional;

/**
 * A response's head, checked.
 *
 * @param version the upstream's version
 * @param status 100 to 999
 * @param reason the reason phrase; may be empty
 * @param headers the fields as received
 * @param framing where the body ends, the request's method considered
 * @param options what the Connection fields say
 */
public record ResponseHead(
        HttpVersion version,
        int status,
        String reason,
        HeaderFields headers,
        BodyFraming framing,
        ConnectionOptions options) {

    /** Where the reason begins in a head. */
    private static final int REASON_AT = 13;

    /** Whether the final response is still to come: 1xx, save 101. */
    public boolean isInterim() {
        return status < 200 && status != 101;
    }

    /** Whether the upstream changes protocol. */
    public boolean isSwitchingProtocols() {
        return status == 101;
    }

    /** The head as received; not a copy, and not to be changed. */
    public byte[] octets() {
        return headers.block();
    }

    /**
     * This head over octets that differ from {@link #octets} in the reason and in field values alone, and not in length.
     *
     * @return empty if they differ elsewhere
     */
    public Optional<ResponseHead> over(byte[] changed) {
        byte[] before = headers.block();
        byte[] rest = changed.clone();
        System.arraycopy(before, REASON_AT, rest, REASON_AT, reason.length());
        headers.copyValues(before, rest);
        if (!Arrays.equals(rest, before)) {
            return Optional.empty();
        }
        String newReason = Octets.ascii(changed, REASON_AT, REASON_AT + reason.length());
        return Optional.of(new ResponseHead(version, status, newReason, headers.over(changed), framing, options));
    }

    /** Whether the upstream will take another request on this connection once the body has ended. */
    public boolean isPersistent() {
        return !options.close()
                && (version == HttpVersion.HTTP_1_1 || options.keepAlive())
                && !(framing instanceof BodyFraming.UntilClose);
    }
}
