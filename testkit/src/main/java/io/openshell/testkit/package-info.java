/**
 * The test kit: for this project's own tests and for authors of plugins.
 *
 * <p>{@link io.openshell.testkit.RawClient} sends exactly the bytes it is given, {@link
 * io.openshell.testkit.RecordingUpstream} answers as scripted and remembers every byte, {@link
 * io.openshell.testkit.CertificateLab} makes the certificates between them:
 *
 * <pre>{@code
 * CertificateLab lab = CertificateLab.create();
 * try (RecordingUpstream upstream = RecordingUpstream.tls(lab.issue("api.test").serverContext(), r -> Reply.ok("hi"));
 *         RawClient client = RawClient.tunnel(proxy, "api.test", 443).startTls(trusted, "api.test")) {
 *     assertThat(client.send("GET /denied HTTP/1.1\r\nHost: api.test\r\n\r\n").readResponse().status()).isEqualTo(403);
 *     assertThat(upstream.text()).isEmpty();
 * }
 * }</pre>
 *
 * <p>{@link io.openshell.testkit.NetworkLab} is for whole programs: namespaces with a real nginx, a DNS server and
 * recording upstreams on addresses of any range, in which a command is run with {@link
 * io.openshell.testkit.NetworkLab#command}. It needs root and says so where it has not.
 *
 * <p>{@link io.openshell.testkit.cases.HttpCases} is a table of hostile requests and responses.
 */
@NullMarked
package io.openshell.testkit;

import org.jspecify.annotations.NullMarked;
