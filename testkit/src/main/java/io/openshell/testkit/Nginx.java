package io.openshell.testkit;

import io.openshell.testkit.CertificateLab.ServerCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** Writes nginx's configuration and starts it in a namespace. */
final class Nginx {

    private Nginx() {}

    static LabProcess start(String namespace, Path home, String address, ServerCertificate certificate, Path files)
            throws IOException {
        Files.writeString(home.resolve("chain.pem"), certificate.chainPem());
        Files.writeString(home.resolve("key.pem"), certificate.keyPem());
        Files.setPosixFilePermissions(home.resolve("key.pem"), PosixFilePermissions.fromString("rw-------"));
        Files.createDirectories(home.resolve("temp"));
        Files.writeString(home.resolve("nginx.conf"), configuration(home, address, files));
        return LabProcess.start(List.of(
                "ip",
                "netns",
                "exec",
                namespace,
                "nginx",
                "-p",
                home.toString(),
                "-e",
                home.resolve("error.log").toString(),
                "-c",
                home.resolve("nginx.conf").toString()));
    }

    /** The worker is root too: files of a test's temporary folder are not readable by others. */
    private static String configuration(Path home, String address, Path files) {
        String listen = address.indexOf(':') >= 0 ? "[" + address + "]" : address;
        return """
                daemon off;
                user root;
                worker_processes 1;
                pid %1$s/nginx.pid;
                error_log %1$s/error.log;
                events { worker_connections 1024; }
                http {
                    log_format lab '$request_method $host $request_uri $status';
                    access_log %1$s/access.log lab;
                    client_body_temp_path %1$s/temp/body;
                    proxy_temp_path %1$s/temp/proxy;
                    fastcgi_temp_path %1$s/temp/fastcgi;
                    uwsgi_temp_path %1$s/temp/uwsgi;
                    scgi_temp_path %1$s/temp/scgi;
                    client_max_body_size 0;
                    keepalive_requests 100000;
                    default_type application/octet-stream;
                    types { text/html html; text/plain txt; application/json json; }
                    server {
                        listen %2$s:80;
                        listen %2$s:443 ssl;
                        ssl_certificate %1$s/chain.pem;
                        ssl_certificate_key %1$s/key.pem;
                        ssl_protocols TLSv1.2 TLSv1.3;
                        root %3$s;
                        location = /lab/method { return 200 "$request_method $request_uri\\n"; }
                        location = /lab/headers { return 200 "$http_authorization|$http_x_lab\\n"; }
                        location = /lab/post { dav_methods PUT; root %1$s/temp; }
                    }
                }
                """.formatted(home, listen, files);
    }
}
