package io.pledgemq.cli;

import io.pledgemq.server.tls.ClientIdentity;
import io.pledgemq.server.tls.UnusableCertificateException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ExitCode;

/**
 * The user's choices for https; null where there is none.
 *
 * @param trusted certificates to trust in place of Java's
 * @param certificate of the user, for a server that asks for one
 * @param key of that certificate
 */
record ClientTls(
        @Nullable Path trusted,
        @Nullable Path certificate,
        @Nullable Path key) {
    private static final Pattern CERTIFICATE =
            Pattern.compile("-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----");

    /** @param own certificate of a server on this machine, to trust beside Java's if the user named none */
    SSLContext context(Optional<Path> own) throws CommandFailure {
        if ((certificate == null) != (key == null)) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "Cannot show a certificate.",
                    "--cert and --cert-key go together.",
                    "name the certificate's file and its key's.");
        }
        Path file = trusted == null ? own.orElse(null) : trusted;
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(identity(), file == null ? null : trust(file), null);
            return context;
        } catch (UnusableCertificateException e) {
            throw new CommandFailure(ExitCode.SOFTWARE, String.valueOf(e.getMessage()));
        } catch (IOException | GeneralSecurityException e) {
            throw new CommandFailure(
                    ExitCode.SOFTWARE,
                    "Cannot use " + file + ".",
                    CommandFailure.why(e),
                    "give a file of certificates in PEM with --ca.");
        }
    }

    private KeyManager @Nullable [] identity() throws UnusableCertificateException {
        return certificate == null || key == null ? null : ClientIdentity.of(certificate, key);
    }

    private TrustManager[] trust(Path file) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        if (trusted == null) {
            addUsual(store);
        }
        int count = 0;
        // Block by block: the file of a server's own certificate has its key too.
        Matcher blocks = CERTIFICATE.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
        while (blocks.find()) {
            byte[] block = blocks.group().getBytes(StandardCharsets.ISO_8859_1);
            store.setCertificateEntry(
                    "ca-" + count++,
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(block)));
        }
        if (count == 0) {
            throw new CertificateException("there is no certificate in it");
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    private static void addUsual(KeyStore store) throws GeneralSecurityException {
        TrustManagerFactory usual = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        usual.init((KeyStore) null);
        int count = 0;
        for (TrustManager manager : usual.getTrustManagers()) {
            if (manager instanceof X509TrustManager authorities) {
                for (X509Certificate authority : authorities.getAcceptedIssuers()) {
                    store.setCertificateEntry("usual-" + count++, authority);
                }
            }
        }
    }
}
