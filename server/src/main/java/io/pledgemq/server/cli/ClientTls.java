package io.pledgemq.server.cli;

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
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ExitCode;

/**
 * What the user chose for https; null where he chose nothing.
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

    /** Empty if Java's own will do. */
    Optional<SSLContext> context() throws CommandFailure {
        if ((certificate == null) != (key == null)) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "Cannot show a certificate.",
                    "--cert and --cert-key go together.",
                    "name the certificate's file and its key's.");
        }
        if (trusted == null && certificate == null) {
            return Optional.empty();
        }
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(identity(), trust(), null);
            return Optional.of(context);
        } catch (UnusableCertificateException e) {
            throw new CommandFailure(ExitCode.SOFTWARE, String.valueOf(e.getMessage()));
        } catch (IOException | GeneralSecurityException e) {
            throw new CommandFailure(
                    ExitCode.SOFTWARE,
                    "Cannot use " + trusted + ".",
                    CommandFailure.why(e),
                    "give a file of certificates in PEM with --ca.");
        }
    }

    private KeyManager @Nullable [] identity() throws UnusableCertificateException {
        return certificate == null || key == null ? null : ClientIdentity.of(certificate, key);
    }

    private TrustManager @Nullable [] trust() throws IOException, GeneralSecurityException {
        if (trusted == null) {
            return null;
        }
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        int count = 0;
        // Block by block: the file of a server's own certificate has its key too.
        Matcher blocks = CERTIFICATE.matcher(Files.readString(trusted, StandardCharsets.ISO_8859_1));
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
}
