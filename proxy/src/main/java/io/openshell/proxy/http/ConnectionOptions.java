package io.openshell.proxy.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a message's Connection fields say (RFC 9110 section 7.6.1).
 *
 * @param close whether this message is the connection's last
 * @param keepAlive whether an HTTP/1.0 peer would keep the connection
 * @param upgrade whether the Upgrade field is meant
 * @param nominated other options, lower case: the names of fields that end at this hop
 */
record ConnectionOptions(boolean close, boolean keepAlive, boolean upgrade, List<String> nominated) {

    static final ConnectionOptions NONE = new ConnectionOptions(false, false, false, List.of());
    private static final ConnectionOptions CLOSE = new ConnectionOptions(true, false, false, List.of());
    private static final ConnectionOptions KEEP_ALIVE = new ConnectionOptions(false, true, false, List.of());
    private static final ConnectionOptions UPGRADE = new ConnectionOptions(false, false, true, List.of());

    /** Whether a field of this name ends at this hop because an option names it. */
    boolean nominates(HeaderFields fields, int index) {
        for (int i = 0; i < nominated.size(); i++) {
            if (fields.nameEquals(index, nominated.get(i))) {
                return true;
            }
        }
        return false;
    }

    static ConnectionOptions of(HeaderFields fields, int failureStatus) throws Malformed {
        int index = fields.next(KnownField.CONNECTION, 0);
        if (index < 0) {
            return NONE;
        }
        if (fields.next(KnownField.CONNECTION, index + 1) < 0) {
            ConnectionOptions usual = usual(fields.block(), fields.valueStart(index), fields.valueEnd(index));
            if (usual != null) {
                return usual;
            }
        }
        return collect(fields, index, failureStatus);
    }

    private static @Nullable ConnectionOptions usual(byte[] block, int start, int end) {
        if (Octets.equalsLower(block, start, end, "keep-alive")) {
            return KEEP_ALIVE;
        }
        if (Octets.equalsLower(block, start, end, "close")) {
            return CLOSE;
        }
        return Octets.equalsLower(block, start, end, "upgrade") ? UPGRADE : null;
    }

    private static ConnectionOptions collect(HeaderFields fields, int first, int failureStatus) throws Malformed {
        boolean close = false;
        boolean keepAlive = false;
        boolean upgrade = false;
        List<String> nominated = new ArrayList<>();
        int seen = 0;
        for (int index = first; index >= 0; index = fields.next(KnownField.CONNECTION, index + 1)) {
            TokenList options = new TokenList(fields, index, HttpProblem.CONNECTION, failureStatus);
            while (options.next()) {
                if (++seen > ProxyLimits.CONNECTION_OPTIONS) {
                    throw Malformed.withStatus(
                            failureStatus,
                            HttpProblem.CONNECTION,
                            "Connection",
                            "more than " + ProxyLimits.CONNECTION_OPTIONS + " options",
                            "fewer");
                }
                close |= options.is("close");
                keepAlive |= options.is("keep-alive");
                upgrade |= options.is("upgrade");
                if (!options.kind().mayBeNominated()) {
                    throw Malformed.withStatus(
                            failureStatus,
                            HttpProblem.CONNECTION,
                            "Connection",
                            options.text(),
                            "no field that is meant for the recipient");
                }
                nominated.add(options.text().toLowerCase(Locale.ROOT));
            }
        }
        return new ConnectionOptions(close, keepAlive, upgrade, nominated);
    }
}
