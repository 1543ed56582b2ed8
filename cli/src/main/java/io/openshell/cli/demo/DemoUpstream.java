package io.openshell.cli.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** The demo's API: an HTTPS server of the JDK with a certificate made for this run. */
final class DemoUpstream implements AutoCloseable {

    static final String HOST = "api.demo.test";
    static final int PORT = 8443;

    private static final char[] PASSWORD = "demo-only".toCharArray();
    private static final String ALIAS = "upstream";

    private final HttpsServer server;
    private final Path authority;

    private DemoUpstream(HttpsServer server, Path authority) {
        this.server = server;
        this.authority = authority;
    }

    /**
     * Starts it on the lab's address.
     *
     * @param folder for the key store and the certificate
     */
    static DemoUpstream start(Path folder) throws IOException, InterruptedException {
        Path store = folder.resolve("upstream.p12");
        makeCertificate(store);
        try {
            KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD);
            HttpsServer server = HttpsServer.create(new InetSocketAddress(DemoLab.ADDRESS, PORT), 0);
            server.setHttpsConfigurator(new HttpsConfigurator(context(keys)));
            server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            server.createContext("/", DemoUpstream::answer);
            server.start();
            return new DemoUpstream(server, writeAuthority(keys, folder));
        } catch (GeneralSecurityException e) {
            throw new IOException("demo upstream: " + e.getMessage(), e);
        }
    }

    /** The certificate to trust, as PEM. */
    Path authority() {
        return authority;
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private static void makeCertificate(Path store) throws IOException, InterruptedException {
        Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        Process process = new ProcessBuilder(
                        keytool.toString(),
                        "-genkeypair",
                        "-alias",
                        ALIAS,
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-dname",
                        "CN=" + HOST,
                        "-ext",
                        "SAN=dns:" + HOST,
                        "-validity",
                        "1",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        new String(PASSWORD))
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("demo upstream: keytool: " + said.strip());
        }
    }

    private static SSLContext context(KeyStore keys) throws GeneralSecurityException {
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }

    private static Path writeAuthority(KeyStore keys, Path folder) throws IOException, GeneralSecurityException {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'})
                .encodeToString(keys.getCertificate(ALIAS).getEncoded());
        return Files.writeString(
                folder.resolve("upstream.pem"),
                "-----BEGIN CERTIFICATE-----\n" + base64 + "\n-----END CERTIFICATE-----\n");
    }

    private static void answer(HttpExchange exchange) throws IOException {
        exchange.getRequestBody().readAllBytes();
        String text = exchange.getRequestURI().getPath().equals("/zen")
                ? "Deny by default.\n"
                : "{\"method\":\"" + exchange.getRequestMethod() + "\",\"did\":\"it\"}\n";
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}
