package io.openshell.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.testkit.CertificateLab.ServerCertificate;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("root")
@Tag("slow")
class NetworkLabTest {

    @Test
    void a_real_curl_on_the_users_machine_reaches_nginx_by_name_over_tls(@TempDir Path files) throws Exception {
        CertificateLab certificates = CertificateLab.create();
        ServerCertificate certificate = certificates.issue("www.lab.test");
        Files.writeString(files.resolve("hello.txt"), "hello from nginx\n");
        try (NetworkLab lab = NetworkLab.open()) {
            Path log = lab.nginx(NetworkLab.WEB_ADDRESS, certificate, files);
            lab.name("www.lab.test", NetworkLab.WEB_ADDRESS);
            Path ca = Files.writeString(lab.folder().resolve("ca.pem"), certificates.authorityPem());

            String answer = run(lab.command(
                    "curl", "-sS", "--max-time", "10", "--cacert", ca.toString(), "https://www.lab.test/hello.txt"));

            assertThat(answer).isEqualTo("hello from nginx\n");
            assertThat(Files.readString(log)).isEqualTo("GET www.lab.test /hello.txt 200\n");
            assertThat(lab.queries()).contains("1 www.lab.test");
        }
    }

    @Test
    void addresses_of_any_range_can_be_reached_and_every_byte_is_remembered() throws Exception {
        CertificateLab certificates = CertificateLab.create();
        try (NetworkLab lab = NetworkLab.open()) {
            lab.addAddress("169.254.169.254");
            lab.addAddress("10.11.12.13");
            lab.addAddress("fd00::1");
            NetworkLab.RecordedPlace metadata = lab.record("169.254.169.254", 80);
            NetworkLab.RecordedPlace inside = lab.record("10.11.12.13", 80);
            NetworkLab.RecordedPlace six = lab.recordTls("fd00::1", 443, certificates.issue("fd00::1"));
            lab.flippingName("flip.test", List.of(List.of("10.11.12.13"), List.of("169.254.169.254")));

            String first = run(lab.command("curl", "-sS4", "--max-time", "10", "http://flip.test/1"));
            String second = run(lab.command("curl", "-sS4", "--max-time", "10", "http://flip.test/2"));
            String third = run(lab.command("curl", "-ksS", "--max-time", "10", "https://[fd00::1]/3"));

            assertThat(first + second + third)
                    .isEqualTo("recorded GET /1 HTTP/1.1\nrecorded GET /2 HTTP/1.1\nrecorded GET /3 HTTP/1.1\n");
            assertThat(inside.text()).startsWith("GET /1 HTTP/1.1\r\n");
            assertThat(metadata.text()).startsWith("GET /2 HTTP/1.1\r\n");
            assertThat(six.text()).startsWith("GET /3 HTTP/1.1\r\n");
            assertThat(metadata.connections()).isEqualTo(1);
            metadata.forget();
            assertThat(metadata.text()).isEmpty();
        }
    }

    @Test
    void closing_removes_namespaces_interfaces_files_and_processes() throws Exception {
        String interfaces = run(List.of("ip", "-o", "link"));
        String routes = run(List.of("ip", "route"));
        String namespace;
        Path folder;
        try (NetworkLab lab = NetworkLab.open()) {
            namespace = lab.userNamespace();
            folder = lab.folder();
            assertThat(run(List.of("ip", "netns", "list"))).contains(namespace);
            assertThat(run(List.of("ip", "-o", "link"))).isEqualTo(interfaces);
            assertThat(run(List.of("ip", "route"))).isEqualTo(routes);
        }
        assertThat(run(List.of("ip", "netns", "list"))).doesNotContain(namespace);
        assertThat(Path.of("/etc/netns", namespace)).doesNotExist();
        assertThat(folder).doesNotExist();
    }

    private static String run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
