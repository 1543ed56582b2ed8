package io.openshell.core.inference;

import io.openshell.core.target.HostName;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;

/**
 * Where a backend is.
 *
 * @param tls whether its scheme is {@code https}
 * @param host canonical; an IPv6 address without brackets
 * @param port 1 to 65535
 * @param basePath begins with a slash and does not end with one; empty for the root
 */
public record InferenceEndpoint(boolean tls, String host, int port, String basePath) {

    private static final String VERSION_SEGMENT = "/v1";
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;
    private static final int MAX_PORT = 65535;

    /**
     * Reads a base URL.
     *
     * @return empty if it is no {@code http} or {@code https} URL of a host that can be named, or has more than a path
     */
    public static Optional<InferenceEndpoint> parse(String text) {
        URI url;
        try {
            url = new URI(text);
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
        String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
        boolean tls = scheme.equals("https");
        boolean plain = url.getRawUserInfo() == null && url.getRawQuery() == null && url.getRawFragment() == null;
        if (url.getHost() == null || !plain || !(tls || scheme.equals("http"))) {
            return Optional.empty();
        }
        int port = url.getPort() >= 0 ? url.getPort() : tls ? HTTPS_PORT : HTTP_PORT;
        String path = trimmed(url.getRawPath());
        boolean ascii = path.chars().allMatch(c -> c > ' ' && c < 0x7f);
        if (port < 1 || port > MAX_PORT || !ascii || path.contains("//") || path.contains("/.")) {
            return Optional.empty();
        }
        return HostName.parse(url.getHost()) instanceof HostName.Canonical canonical
                ? Optional.of(new InferenceEndpoint(tls, canonical.host(), port, path))
                : Optional.empty();
    }

    /** The backend's path for a request's: a {@code /v1} that both have stands there once. */
    public String path(String requestPath) {
        boolean twice = basePath.endsWith(VERSION_SEGMENT) && requestPath.startsWith(VERSION_SEGMENT + "/");
        return basePath + (twice ? requestPath.substring(VERSION_SEGMENT.length()) : requestPath);
    }

    /** What goes into the Host field. */
    public String authority() {
        String bracketed = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return port == (tls ? HTTPS_PORT : HTTP_PORT) ? bracketed : bracketed + ":" + port;
    }

    /** The URL. */
    @Override
    public String toString() {
        return (tls ? "https://" : "http://") + authority() + basePath;
    }

    private static String trimmed(String path) {
        int end = path.length();
        while (end > 0 && path.charAt(end - 1) == '/') {
            end--;
        }
        return path.substring(0, end);
    }
}
