package io.openshell.testkit.cases;

import java.util.List;
import java.util.stream.Stream;

/** The table. */
public final class HttpCases {

    private HttpCases() {}

    /** Every case of a client. */
    public static List<HttpCase> ofClients() {
        return Stream.of(TargetCases.all(), HeadCases.all(), FramingCases.all(), ConnectCases.all())
                .flatMap(List::stream)
                .toList();
    }

    /** Every case of an upstream. */
    public static List<UpstreamCase> ofUpstreams() {
        return UpstreamCases.all();
    }

    /** Every case of an address. */
    public static List<AddressCase> ofAddresses() {
        return AddressCases.all();
    }

    /** What holds for many rows and differs from the reference, each with the reason. */
    public static List<String> throughout() {
        return List.of(
                "A request that is refused as malformed within a tunnel gets a 400 that cites the rule; the reference"
                        + " closes without a word. Whoever sent it by mistake finds out why",
                "A CONNECT target that cannot be read gets a 400; the reference closes",
                "An upstream that cannot be reached, or whose response cannot be passed on, is a 502 in tunnels too",
                "Two equal Content-Length fields are one in a request, as in the reference, and refused in a response",
                "Bytes behind a CONNECT are the tunnel's first and are judged as such; the reference drops them",
                "Fields that change the method or path behind the policy's back do not reach inspected upstreams",
                "Alt-Svc does not reach the client",
                "192.0.2.0/24, 0.0.0.0/8, multicast, 240.0.0.0/4 and IPv4 within IPv6 count as internal");
    }

    /** Cases of the reference that stand elsewhere, or nowhere, each with the reason. */
    public static List<String> elsewhere() {
        return List.of(
                "18.1, N3, N4 (globs, duplicate query keys): the rest protocol decides these; its own tests hold them",
                "18.1 (encoded slash of a sibling endpoint): decided per endpoint in the core, whose tests hold it",
                "18.2 (trailers and caps in body rewrite): credentials come with an issue of their own",
                "18.3 (binary of another rule, port not listed): the core's connection decisions, and its tests",
                "18.4 (bad allowed_ips, gateway aliases), N13 (hosts file): the policy loader's, the address guard's and the"
                        + " supervisor's tests",
                "S9, S10 (early answers, early bytes): conversations rather than rows; DesyncTest beside the table's tests",
                "T1 to T4, T10 to T14 (TLS itself): the tests of TLS termination and of upstream trust",
                "T9 (CONNECT by :protocol in HTTP/2): no HTTP/2 is spoken here");
    }
}
