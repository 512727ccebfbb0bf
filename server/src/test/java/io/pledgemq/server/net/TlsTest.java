package io.pledgemq.server.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pledgemq.server.PledgeServer;
import io.pledgemq.server.Requests;
import io.pledgemq.server.Running;
import io.pledgemq.server.Sockets;
import io.pledgemq.server.tls.Pem;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One port, as clients of the platform see it. */
class TlsTest {
    private final Instant later = Instant.now().plus(Duration.ofDays(300));

    @TempDir
    Path directory;

    private @Nullable PledgeServer server;

    @AfterEach
    void stop() throws IOException {
        if (server != null) {
            server.close();
        }
    }

    private PledgeServer server() {
        return Objects.requireNonNull(server);
    }

    private void start(String... yaml) throws IOException {
        server = PledgeServer.start(Running.config(directory, yaml));
    }

    private static SSLContext trusting(Certificate trusted, @Nullable Pem own)
            throws GeneralSecurityException, IOException {
        KeyStore trust = KeyStore.getInstance("PKCS12");
        trust.load(null, null);
        trust.setCertificateEntry("server", trusted);
        TrustManagerFactory trustManagers = TrustManagerFactory.getInstance("PKIX");
        trustManagers.init(trust);
        KeyManagerFactory keyManagers = KeyManagerFactory.getInstance("PKIX");
        KeyStore keys = KeyStore.getInstance("PKCS12");
        keys.load(null, null);
        if (own != null) {
            keys.setKeyEntry("own", own.keys().getPrivate(), new char[0], new Certificate[] {own.certificate()});
        }
        keyManagers.init(keys, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keyManagers.getKeyManagers(), trustManagers.getTrustManagers(), null);
        return context;
    }

    private HttpResponse<String> get(HttpClient.Builder client, Version version, String scheme)
            throws IOException, InterruptedException {
        URI uri = URI.create(scheme + "://localhost:" + server().port() + "/none");
        return client.version(version).build().send(Requests.to(uri).build(), BodyHandlers.ofString());
    }

    /**
     * The status of a GET over a socket of its own. For clients that the server refuses: with TLS 1.3 such a client
     * learns it after its own handshake, and JDK 17's HttpClient sometimes stops reading just then. It hangs with the
     * alert and the server's FIN unread (5 of 4,200 requests, six at a time on two cores).
     */
    private int status(SSLContext context) throws IOException {
        try (Socket plain = Sockets.open(server().port());
                SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, "localhost", 0, true)) {
            socket.getOutputStream()
                    .write("GET /none HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
            return Integer.parseInt(answer.substring("HTTP/1.1 ".length()));
        }
    }

    private HttpResponse<String> get(SSLContext context, Version version) throws IOException, InterruptedException {
        return get(HttpClient.newBuilder().sslContext(context), version, "https");
    }

    @Test
    void onePortTakesTlsAndPlaintextWithEitherHttp() throws Exception {
        start();
        Certificate made = CertificateFactory.getInstance("X.509")
                .generateCertificate(Files.newInputStream(directory.resolve("data/tls.pem")));
        SSLContext context = trusting(made, null);

        assertThat(get(context, Version.HTTP_2).version()).isEqualTo(Version.HTTP_2);
        assertThat(get(context, Version.HTTP_1_1).version()).isEqualTo(Version.HTTP_1_1);
        assertThat(get(HttpClient.newBuilder(), Version.HTTP_2, "http").version())
                .isEqualTo(Version.HTTP_2);
        assertThat(get(HttpClient.newBuilder(), Version.HTTP_1_1, "http").version())
                .isEqualTo(Version.HTTP_1_1);
        for (String protocol : new String[] {"TLSv1.2", "TLSv1.3"}) {
            SSLParameters only = new SSLParameters();
            only.setProtocols(new String[] {protocol});
            HttpResponse<String> answer =
                    get(HttpClient.newBuilder().sslContext(context).sslParameters(only), Version.HTTP_2, "https");
            assertThat(answer.sslSession().orElseThrow().getProtocol()).isEqualTo(protocol);
        }
    }

    @Test
    void changedFilesReachClientsWithoutRestart() throws Exception {
        Path certificateFile = directory.resolve("a.crt");
        Path keyFile = directory.resolve("a.key");
        Pem first = Pem.make("RSA", later);
        first.write(certificateFile, keyFile);
        start("tls.mode: files", "tls.certificate-file: " + certificateFile, "tls.key-file: " + keyFile);
        assertThat(get(trusting(first.certificate(), null), Version.HTTP_2).statusCode())
                .isEqualTo(404);

        Pem second = Pem.make("EC", later);
        second.write(certificateFile, keyFile);

        awaitServed(trusting(second.certificate(), null));
    }

    private void awaitServed(SSLContext context) throws InterruptedException {
        Running.await("the changed files are used", () -> {
            try {
                return status(context) == 404;
            } catch (IOException e) {
                return false;
            }
        });
    }

    @Test
    void requiredClientCertificatesShutEverybodyElseOut() throws Exception {
        Pem server = Pem.make("EC", later);
        Pem client = Pem.make("EC", later);
        startWithClients("required", server, client);

        assertThat(get(trusting(server.certificate(), client), Version.HTTP_2).statusCode())
                .isEqualTo(404);
        assertThatThrownBy(() -> status(trusting(server.certificate(), null)))
                .isInstanceOf(SSLException.class)
                .hasMessageContaining("certificate_required");
        assertThatThrownBy(() -> status(trusting(server.certificate(), Pem.make("EC", later))))
                .isInstanceOf(SSLException.class)
                .hasMessageContaining("alert");
        assertThatThrownBy(() -> get(HttpClient.newBuilder(), Version.HTTP_1_1, "http"))
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(HttpTimeoutException.class);

        Pem next = Pem.make("EC", later);
        next.write(directory.resolve("ca.crt"), directory.resolve("ca.key"));
        awaitServed(trusting(server.certificate(), next));
        assertThatThrownBy(() -> status(trusting(server.certificate(), client)))
                .isInstanceOf(SSLException.class)
                .hasMessageContaining("alert");
    }

    @Test
    void optionalClientCertificatesAreCheckedIfShown() throws Exception {
        Pem server = Pem.make("EC", later);
        Pem client = Pem.make("EC", later);
        startWithClients("optional", server, client);

        assertThat(get(trusting(server.certificate(), client), Version.HTTP_2).statusCode())
                .isEqualTo(404);
        assertThat(get(trusting(server.certificate(), null), Version.HTTP_2).statusCode())
                .isEqualTo(404);
        assertThat(get(HttpClient.newBuilder(), Version.HTTP_1_1, "http").statusCode())
                .isEqualTo(404);
    }

    private void startWithClients(String mode, Pem own, Pem client) throws Exception {
        own.write(directory.resolve("a.crt"), directory.resolve("a.key"));
        client.write(directory.resolve("ca.crt"), directory.resolve("ca.key"));
        start(
                "tls.mode: files",
                "tls.certificate-file: " + directory.resolve("a.crt"),
                "tls.key-file: " + directory.resolve("a.key"),
                "tls.client-certificate: " + mode,
                "tls.client-ca-file: " + directory.resolve("ca.crt"));
    }

    @Test
    void withoutTlsOnlyPlaintextIsServed() throws Exception {
        start("tls.mode: off");

        assertThat(get(HttpClient.newBuilder(), Version.HTTP_1_1, "http").statusCode())
                .isEqualTo(404);
        assertThatThrownBy(() -> get(HttpClient.newBuilder(), Version.HTTP_1_1, "https"))
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(HttpTimeoutException.class);
    }

    @Test
    void separateAdminListenerHasItsOwnPort() throws Exception {
        start("admin.port: 0");

        assertThat(server().adminPort()).isNotEqualTo(server().port());
    }
}
