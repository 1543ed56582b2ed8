package io.openshell.plugin.websocket;

/** Tokens (RFC 9110 section 5.6.2). */
final class Token {

    private Token() {}

    static boolean is(String text) {
        return !text.isEmpty() && text.chars().allMatch(Token::isCharacter);
    }

    static boolean isCharacter(int c) {
        return (c >= '0' && c <= '9')
                || (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
    }
}
