package io.openshell.testkit.cases;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Bytes of a client, and what must come of them.
 *
 * <p>In the text, {@code $T} stands for what makes a target absolute ({@code http://api.test} on a forward proxy,
 * nothing in a tunnel), {@code $H} for the host and {@code $S} for the tunnel's scheme.
 *
 * @param source where the case comes from, as in {@code 18.2, S1}
 * @param what the case in a few words; unique
 * @param text the client's bytes, one character each
 * @param ways how it may be sent
 * @param host the host that is asked for
 * @param statuses the answers in order; an empty list for a connection that just ends
 * @param reaches request lines that the upstream gets, in order
 * @param never texts that no upstream gets
 * @param truncated whether the beginning of a request may reach the upstream, though never all of it
 * @param ends whether the client ends its side after the bytes
 * @param note why the case is decided differently from the reference; empty if it is not
 */
public record HttpCase(
        String source,
        String what,
        String text,
        Set<Way> ways,
        String host,
        List<Integer> statuses,
        List<String> reaches,
        List<String> never,
        boolean truncated,
        boolean ends,
        String note) {

    /** How a client gets through a proxy. */
    public enum Way {
        /** CONNECT, then TLS. */
        TLS_TUNNEL,
        /** CONNECT, then plain HTTP. */
        PLAIN_TUNNEL,
        /** An absolute-form request. */
        FORWARD,
        /** The bytes as they are, as the first on the connection. */
        LISTENER
    }

    /** The host that allows {@code GET}, {@code HEAD}, {@code POST} and {@code PUT} below {@code /public/}. */
    public static final String HOST = "api.test";

    /** The same with {@code allow_encoded_slash}. */
    public static final String SLASH_HOST = "slash.test";

    public HttpCase {
        ways = Set.copyOf(ways);
        statuses = List.copyOf(statuses);
        reaches = List.copyOf(reaches);
        never = List.copyOf(never);
    }

    /** A case for tunnels and forward proxy alike; nothing reaches the upstream unless said. */
    static HttpCase sending(String source, String what, String text) {
        return new HttpCase(
                source,
                what,
                text,
                EnumSet.of(Way.TLS_TUNNEL, Way.PLAIN_TUNNEL, Way.FORWARD),
                HOST,
                List.of(400),
                List.of(),
                List.of(),
                false,
                false,
                "");
    }

    /** A GET for a target. */
    static HttpCase get(String source, String what, String target) {
        return sending(source, what, "GET $T" + target + " HTTP/1.1\r\nHost: $H\r\n\r\n");
    }

    /** A GET of a public path with more fields. */
    static HttpCase fields(String source, String what, String fields) {
        return sending(source, what, "GET $T/public/a HTTP/1.1\r\nHost: $H\r\n" + fields + "\r\n\r\n");
    }

    /** A POST to a public path with fields and a body. */
    static HttpCase post(String source, String what, String fields, String body) {
        return sending(source, what, "POST $T/public/a HTTP/1.1\r\nHost: $H\r\n" + fields + "\r\n\r\n" + body);
    }

    /** With these answers, in this order. */
    HttpCase answered(int... inOrder) {
        return new HttpCase(
                source,
                what,
                text,
                ways,
                host,
                IntStream.of(inOrder).boxed().toList(),
                reaches,
                never,
                truncated,
                ends,
                note);
    }

    /** Denied by the policy. */
    HttpCase denied() {
        return answered(403);
    }

    /** Answered by the upstream, which gets these request lines. */
    HttpCase reaching(String... lines) {
        List<String> sent = List.of(lines);
        List<Integer> answers =
                statuses.equals(List.of(400)) ? sent.stream().map(line -> 200).toList() : statuses;
        return new HttpCase(source, what, text, ways, host, answers, sent, never, truncated, ends, note);
    }

    /** With texts that never reach the upstream. */
    HttpCase never(String... texts) {
        return new HttpCase(source, what, text, ways, host, statuses, reaches, List.of(texts), truncated, ends, note);
    }

    /** In these ways only. */
    HttpCase only(Way first, Way... more) {
        return new HttpCase(
                source, what, text, EnumSet.of(first, more), host, statuses, reaches, never, truncated, ends, note);
    }

    /** In tunnels only. */
    HttpCase tunnels() {
        return only(Way.TLS_TUNNEL, Way.PLAIN_TUNNEL);
    }

    /** For the host that allows encoded slashes. */
    HttpCase slashes() {
        return new HttpCase(source, what, text, ways, SLASH_HOST, statuses, reaches, never, truncated, ends, note);
    }

    /** Refused when the upstream may have the head and part of the body already. */
    HttpCase midway() {
        return new HttpCase(source, what, text, ways, host, statuses, reaches, never, true, ends, note);
    }

    /** The client ends its side, and the connection just ends. */
    HttpCase cutOff() {
        return new HttpCase(source, what, text, ways, host, List.of(), reaches, never, true, true, note);
    }

    /** Decided otherwise than the reference, for a reason. */
    HttpCase because(String reason) {
        return new HttpCase(source, what, text, ways, host, statuses, reaches, never, truncated, ends, reason);
    }

    /** The bytes for a way. */
    public String textFor(Way way) {
        String absolute = way == Way.FORWARD ? "http://" + host : "";
        return text.replace("$T", absolute).replace("$H", host).replace("$S", way == Way.TLS_TUNNEL ? "https" : "http");
    }

    /** The answers in a way: a forward proxy gives one and closes. */
    public List<Integer> statusesFor(Way way) {
        return way == Way.FORWARD && statuses.size() > 1 ? statuses.subList(0, 1) : statuses;
    }

    /** What reaches the upstream in a way. */
    public List<String> reachesFor(Way way) {
        return way == Way.FORWARD && reaches.size() > 1 ? reaches.subList(0, 1) : reaches;
    }

    /** The method of the first request, which says whether its response has a body. */
    public String method() {
        int space = text.indexOf(' ');
        return space < 0 ? "" : text.substring(0, space);
    }

    @Override
    public String toString() {
        return source + ": " + what;
    }
}
