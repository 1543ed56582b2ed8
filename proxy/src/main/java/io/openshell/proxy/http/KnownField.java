package io.openshell.proxy.http;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.IntStream;

/** The field names that mean something to a proxy, and what each is barred from. */
enum KnownField {
    /** Any name that is not listed. */
    OTHER(),

    HOST(Bar.NOMINATION, Bar.TRAILER, Bar.REQUEST),
    CONTENT_LENGTH(Bar.NOMINATION, Bar.TRAILER, Bar.REQUEST, Bar.RESPONSE),
    TRANSFER_ENCODING(Bar.NOMINATION, Bar.TRAILER, Bar.REQUEST, Bar.RESPONSE),

    CONNECTION(Bar.NOMINATION, Bar.TRAILER, Bar.REQUEST, Bar.RESPONSE),
    KEEP_ALIVE(Bar.TRAILER, Bar.REQUEST, Bar.RESPONSE),
    PROXY_CONNECTION(Bar.TRAILER, Bar.REQUEST, Bar.RESPONSE),
    PROXY_AUTHORIZATION(Bar.TRAILER, Bar.REQUEST, Bar.RESPONSE),
    PROXY_AUTHENTICATE(Bar.TRAILER, Bar.REQUEST, Bar.RESPONSE),
    PROXY_AUTHENTICATION_INFO(Bar.TRAILER, Bar.REQUEST, Bar.RESPONSE),
    TE(Bar.TRAILER, Bar.REQUEST, Bar.RESPONSE),
    TRAILER(Bar.TRAILER, Bar.REQUEST, Bar.RESPONSE),
    UPGRADE(Bar.TRAILER, Bar.REQUEST, Bar.RESPONSE),
    HTTP2_SETTINGS(Bar.TRAILER, Bar.REQUEST),
    EXPECT(Bar.NOMINATION, Bar.TRAILER, Bar.REQUEST),
    VIA(Bar.NOMINATION, Bar.TRAILER),
    ALT_SVC(Bar.TRAILER, Bar.RESPONSE),

    AUTHORIZATION(Bar.NOMINATION, Bar.TRAILER),
    COOKIE(Bar.NOMINATION, Bar.TRAILER),
    SET_COOKIE(Bar.NOMINATION, Bar.TRAILER),
    WWW_AUTHENTICATE(Bar.NOMINATION, Bar.TRAILER),
    ORIGIN(Bar.NOMINATION, Bar.TRAILER),
    CONTENT_TYPE(Bar.NOMINATION, Bar.TRAILER),
    CONTENT_ENCODING(Bar.NOMINATION, Bar.TRAILER),
    CONTENT_RANGE(Bar.NOMINATION, Bar.TRAILER),
    CONTENT_LANGUAGE(Bar.TRAILER),
    CONTENT_LOCATION(Bar.TRAILER),
    CACHE_CONTROL(Bar.NOMINATION, Bar.TRAILER),
    PRAGMA(Bar.TRAILER),
    RANGE(Bar.NOMINATION, Bar.TRAILER),
    MAX_FORWARDS(Bar.NOMINATION, Bar.TRAILER),
    IF_MATCH(Bar.NOMINATION, Bar.TRAILER),
    IF_NONE_MATCH(Bar.NOMINATION, Bar.TRAILER),
    IF_MODIFIED_SINCE(Bar.NOMINATION, Bar.TRAILER),
    IF_UNMODIFIED_SINCE(Bar.NOMINATION, Bar.TRAILER),
    IF_RANGE(Bar.NOMINATION, Bar.TRAILER),
    LOCATION(Bar.NOMINATION, Bar.TRAILER),
    FORWARDED(Bar.TRAILER),
    X_FORWARDED_FOR(Bar.TRAILER),
    X_FORWARDED_HOST(Bar.TRAILER),
    X_FORWARDED_PROTO(Bar.TRAILER),
    X_REAL_IP(Bar.TRAILER),
    X_API_KEY(Bar.NOMINATION, Bar.TRAILER),

    X_HTTP_METHOD_OVERRIDE(Bar.TRAILER, Bar.INSPECTED),
    X_HTTP_METHOD(Bar.TRAILER, Bar.INSPECTED),
    X_METHOD_OVERRIDE(Bar.TRAILER, Bar.INSPECTED),
    X_ORIGINAL_URL(Bar.TRAILER, Bar.INSPECTED),
    X_REWRITE_URL(Bar.TRAILER, Bar.INSPECTED);

    private enum Bar {
        /** A Connection field may not name it. */
        NOMINATION(1),
        /** It may not stand in, or be announced for, a trailer section. */
        TRAILER(2),
        /** It is not copied to the upstream; some are written anew. */
        REQUEST(4),
        /** It would make the upstream see another method or path than was judged: not copied if requests are judged. */
        INSPECTED(8),
        /** It is not copied to the client; some are written anew. */
        RESPONSE(16);

        private final int bit;

        Bar(int bit) {
            this.bit = bit;
        }
    }

    private static final int LONGEST = 32;
    private static final KnownField[][] BY_LENGTH = byLength();

    private final String lower;
    private final int bars;

    KnownField(Bar... bars) {
        this.lower = name().toLowerCase(Locale.ROOT).replace('_', '-');
        int mask = 0;
        for (Bar bar : bars) {
            mask |= bar.bit;
        }
        this.bars = mask;
    }

    /** The name in lower case. */
    String lower() {
        return lower;
    }

    boolean mayBeNominated() {
        return !has(Bar.NOMINATION);
    }

    boolean mayBeTrailer() {
        return !has(Bar.TRAILER);
    }

    boolean isCopiedToUpstream() {
        return !has(Bar.REQUEST);
    }

    boolean isCopiedToClient() {
        return !has(Bar.RESPONSE);
    }

    boolean redirectsJudgement() {
        return has(Bar.INSPECTED);
    }

    private boolean has(Bar bar) {
        return (bars & bar.bit) != 0;
    }

    static KnownField of(byte[] block, int start, int end) {
        int length = end - start;
        if (length >= LONGEST) {
            return OTHER;
        }
        for (KnownField candidate : BY_LENGTH[length]) {
            if (Octets.equalsLower(block, start, end, candidate.lower)) {
                return candidate;
            }
        }
        return OTHER;
    }

    private static KnownField[][] byLength() {
        return IntStream.range(0, LONGEST)
                .mapToObj(length -> Arrays.stream(values())
                        .filter(field -> field != OTHER && field.lower.length() == length)
                        .toArray(KnownField[]::new))
                .toArray(KnownField[][]::new);
    }
}
