package io.openshell.proxy.http;

import java.util.Locale;
import java.util.Optional;

/**
 * A request's head, checked.
 *
 * @param method the method as received; a token
 * @param target the request target as received; visible ASCII
 * @param version the version
 * @param headers the fields as received
 * @param framing where the body ends; never {@link BodyFraming.UntilClose}
 * @param options what the Connection fields say
 */
public record RequestHead(
        String method,
        String target,
        HttpVersion version,
        HeaderFields headers,
        BodyFraming framing,
        ConnectionOptions options) {

    /** Whether this asks for a tunnel. */
    public boolean isConnect() {
        return method.equals("CONNECT");
    }

    /** Whether the target is a URI with a scheme, as a forward proxy gets it. */
    public boolean isAbsoluteForm() {
        return !isConnect() && !target.startsWith("/") && target.contains("://");
    }

    /** An absolute-form target's scheme in lower case. */
    public Optional<String> scheme() {
        return isAbsoluteForm()
                ? Optional.of(target.substring(0, target.indexOf("://")).toLowerCase(Locale.ROOT))
                : Optional.empty();
    }

    /** An absolute-form target's authority as received; its form has been checked, and it equals Host if there is one. */
    public Optional<String> absoluteAuthority() {
        if (!isAbsoluteForm()) {
            return Optional.empty();
        }
        int start = target.indexOf("://") + 3;
        return Optional.of(target.substring(start, RequestTargets.authorityEnd(target, start)));
    }

    /**
     * Whether the request is for this authority: its Host field, if it has one, names it. (An absolute-form
     * target's authority was compared with Host before.) An HTTP/1.0 request may lack Host.
     *
     * @param host lower case, no brackets, no trailing dot
     * @param port what was connected to
     * @param defaultPort what a Host without port means: 80 or 443
     */
    public boolean isFor(String host, int port, int defaultPort) {
        int index = headers.next(KnownField.HOST, 0);
        return index < 0
                || HostField.names(
                        headers.block(), headers.valueStart(index), headers.valueEnd(index), host, port, defaultPort);
    }

    /** Whether another request may follow on this connection; never on one of HTTP/1.0 (RFC 9112 section 9.3). */
    public boolean isPersistent() {
        return version == HttpVersion.HTTP_1_1 && !options.close();
    }

    /** Whether the client waits for 100 before it sends the body. */
    public boolean expectsContinue() {
        return version == HttpVersion.HTTP_1_1 && !framing.isEmpty() && headers.has(KnownField.EXPECT);
    }

    /** Whether this asks to change protocol: an Upgrade field that a Connection option makes valid. */
    public boolean wantsUpgrade() {
        return version == HttpVersion.HTTP_1_1 && options.upgrade() && headers.has(KnownField.UPGRADE);
    }

    /** The same request with other fields. Its framing and options stay. */
    public RequestHead withHeaders(HeaderFields changed) {
        return new RequestHead(method, target, version, changed, framing, options);
    }

    /** The same request with another framing, which the body that is sent must have. */
    public RequestHead withFraming(BodyFraming changed) {
        return new RequestHead(method, target, version, headers, changed, options);
    }
}
