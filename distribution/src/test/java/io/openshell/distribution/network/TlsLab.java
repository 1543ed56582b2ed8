package io.openshell.distribution.network;

import io.openshell.distribution.Programs;
import io.openshell.testkit.CertificateLab;
import io.openshell.testkit.CertificateLab.ServerCertificate;
import io.openshell.testkit.NetworkLab;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A {@link NetworkLab} with a certificate authority, which its servers have certificates of and its agents' proxies trust. */
final class TlsLab implements AutoCloseable {

    static final String PYTHON = "/usr/bin/python3";

    private static final int PORT = 443;

    private final NetworkLab network;
    private final CertificateLab certificates = CertificateLab.create();
    private final Path authority;

    private TlsLab(NetworkLab network) throws IOException {
        this.network = network;
        this.authority = Files.writeString(network.folder().resolve("authority.pem"), certificates.authorityPem());
    }

    /** A new one, with nothing in it. */
    static TlsLab open() throws IOException {
        return new TlsLab(NetworkLab.open());
    }

    /** Where servers and agents are. */
    NetworkLab network() {
        return network;
    }

    /** The lab's own. */
    Path folder() {
        return network.folder();
    }

    /** The authority's certificate. */
    Path authority() {
        return authority;
    }

    /** The authority itself, for servers that are not programs of the test resources. */
    CertificateLab certificates() {
        return certificates;
    }

    /** Gives {@link NetworkLab#WEB_ADDRESS} these names. */
    void name(String... hosts) throws IOException {
        for (String host : hosts) {
            network.name(host, NetworkLab.WEB_ADDRESS);
        }
    }

    /**
     * Serves port 443 of {@link NetworkLab#WEB_ADDRESS} with a program of the test resources. Its arguments are its address,
     * its port, and the files of its certificate's chain and key; what else it wants comes after.
     *
     * @param interpreter what runs it
     * @param resource its name
     * @param hosts whom its certificate is for; they get their addresses elsewhere
     */
    void serve(String interpreter, String resource, List<String> hosts, Object... more) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                interpreter,
                Programs.copy("/network/" + resource, folder()).toString(),
                NetworkLab.WEB_ADDRESS,
                Integer.toString(PORT)));
        command.addAll(certificate(hosts));
        for (Object argument : more) {
            command.add(argument.toString());
        }
        network.serve(NetworkLab.WEB_ADDRESS, PORT, command.toArray(String[]::new));
    }

    /** The file of a new certificate's chain and that of its key, for programs that are started in other ways. */
    List<String> certificate(List<String> hosts) throws IOException {
        ServerCertificate certificate = certificates.issue(hosts.toArray(String[]::new));
        Path chain = Files.createTempFile(folder(), "chain", ".pem");
        Path key = Files.createTempFile(folder(), "key", ".pem");
        Files.writeString(chain, certificate.chainPem());
        Files.writeString(key, certificate.keyPem());
        return List.of(chain.toString(), key.toString());
    }

    /**
     * An agent whose proxy believes the authority.
     *
     * @param folder empty, the test's own
     */
    Agent agent(Path folder) throws IOException {
        return new Agent(network, folder).option("--upstream-ca", authority.toString());
    }

    @Override
    public void close() {
        network.close();
    }
}
