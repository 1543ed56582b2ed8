package io.openshell.supervisor.sandbox;

import io.openshell.proxy.tls.SandboxAuthority;
import io.openshell.proxy.tls.UpstreamTrust;
import io.openshell.supervisor.control.SupervisorMessage.PlacedFile;
import java.util.List;

/** The files that make programs in the sandbox trust its own authority (the reference's two, and Java's store). */
final class TrustFiles {

    static final String DIRECTORY = "/etc/openshell-tls";
    static final String CA = DIRECTORY + "/openshell-ca.pem";
    static final String BUNDLE = DIRECTORY + "/ca-bundle.pem";
    static final String JAVA_STORE = DIRECTORY + "/truststore.p12";

    /** Java wants one, and takes any; the store holds only certificates, which everybody may read. */
    static final String JAVA_STORE_PASSWORD = "changeit";

    private static final int READABLE = 0444;

    private TrustFiles() {}

    static List<PlacedFile> of(SandboxAuthority authority, UpstreamTrust trust) {
        return List.of(
                new PlacedFile(CA, READABLE, authority.caPem()),
                new PlacedFile(BUNDLE, READABLE, trust.bundlePem(authority)),
                new PlacedFile(JAVA_STORE, READABLE, trust.pkcs12(authority)));
    }
}
