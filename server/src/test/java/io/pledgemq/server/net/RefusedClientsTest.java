package io.pledgemq.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.pledgemq.server.PledgeServer;
import io.pledgemq.server.Running;
import io.pledgemq.server.tls.Pem;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A client without the certificate that it needs hears so, each time, whatever it has sent meanwhile. */
class RefusedClientsTest {
    private static final int CLIENTS = 8;
    private static final int TRIES = 25;
    private static final int PATIENCE_MS = 20_000;

    @TempDir
    Path directory;

    @Test
    void clientsWithoutCertificateAlwaysGetTheAlert() throws Exception {
        Pem own = Pem.make("EC", Instant.now().plus(Duration.ofDays(300)));
        own.write(directory.resolve("a.crt"), directory.resolve("a.key"));
        try (PledgeServer server = PledgeServer.start(Running.config(
                directory,
                "tls.mode: files",
                "tls.certificate-file: " + directory.resolve("a.crt"),
                "tls.key-file: " + directory.resolve("a.key"),
                "tls.client-certificate: required",
                "tls.client-ca-file: " + directory.resolve("a.crt")))) {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new Anybody()}, new SecureRandom());
            ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
            try {
                List<Future<List<Throwable>>> heard = new ArrayList<>();
                for (int i = 0; i < CLIENTS; i++) {
                    String version = i % 4 == 0 ? "TLSv1.2" : "TLSv1.3";
                    heard.add(clients.submit(() -> told(context, server.port(), version)));
                }
                for (Future<List<Throwable>> one : heard) {
                    assertThat(one.get(120, TimeUnit.SECONDS)).allSatisfy(failure -> assertThat(failure)
                            .isInstanceOf(SSLException.class)
                            .hasMessageMatching("(?s).*(alert|certificate).*"));
                }
            } finally {
                clients.shutdownNow();
            }
            Running.await("all are gone", () -> server.connections().count() == 0);
        }
    }

    private static List<Throwable> told(SSLContext context, int port, String version) throws IOException {
        List<Throwable> failures = new ArrayList<>();
        for (int i = 0; i < TRIES; i++) {
            try (SSLSocket socket =
                    (SSLSocket) context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port)) {
                socket.setSoTimeout(PATIENCE_MS);
                socket.setEnabledProtocols(new String[] {version});
                failures.add(told(socket));
            }
        }
        return failures;
    }

    /** How it ends; with TLS 1.3 a handshake succeeds at the client, which then sends before it reads. */
    private static Throwable told(SSLSocket socket) {
        try {
            socket.startHandshake();
            OutputStream out = socket.getOutputStream();
            byte[] request = new byte[1 << 10];
            for (int i = 0; i < 16; i++) {
                out.write(request);
            }
            return new AssertionError(
                    "it is answered " + socket.getInputStream().read());
        } catch (IOException e) {
            return e;
        }
    }

    /** Which server it is does not matter here. */
    private static final class Anybody implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
