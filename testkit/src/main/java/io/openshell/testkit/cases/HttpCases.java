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

    /** Cases of the reference that stand elsewhere, or nowhere, each with the reason. */
    public static List<String> elsewhere() {
        return List.of(
                "18.1, N3, N4 (globs, duplicate query keys): the rest protocol decides these; its own tests hold them",
                "18.1 (encoded slash of a sibling endpoint): decided per endpoint in the core, whose tests hold it",
                "18.2 (trailers and caps in body rewrite): credentials come with an issue of their own",
                "18.3 (binary of another rule, port not listed): the core's connection decisions, and its tests",
                "N11 to N13 (address embeddings, rebinding, hosts file): the address guard's tests and the end-to-end tests",
                "S9, S10 (early answers, early bytes): conversations rather than rows; DesyncTest beside the table's tests",
                "T1 to T4, T10 to T14 (TLS itself): the tests of TLS termination and of upstream trust",
                "T9 (CONNECT by :protocol in HTTP/2): no HTTP/2 is spoken here");
    }
}
