package io.openshell.core.echo;

/**
 * A secret that came back.
 *
 * @param key the credential's name, which is no secret
 * @param form how it was written: {@code raw}, {@code form}, {@code base64} or {@code hex}, and, behind a plus sign, whose
 *     escapes it had: {@code percent}, {@code backslash} or {@code entity}
 */
public record EchoMatch(String key, String form) {}
