package io.pledgemq.server.doctor;

import io.pledgemq.server.config.TlsConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;

/**
 * How long the server's certificate is good.
 *
 * @param data directory where a generated one is
 */
record CertificateLook(TlsConfig tls, Path data) {
    private static final String CHECK = "certificate";
    private static final Duration SOON = Duration.ofDays(14);

    Finding examine(Instant now) {
        return switch (tls.mode()) {
            case OFF -> Finding.ok(CHECK, "none: TLS is off");
            case GENERATED -> {
                Path own = data.resolve("tls.pem");
                yield Files.exists(own)
                        ? look(own, now, true)
                        : Finding.ok(CHECK, "none yet; the first start makes one");
            }
            case FILES ->
                tls.certificateFile()
                        .map(file -> look(file, now, false))
                        .orElseGet(() -> Finding.fail(CHECK, "no file is named", "set tls.certificate-file"));
        };
    }

    private static Finding look(Path file, Instant now, boolean renewed) {
        try (InputStream in = Files.newInputStream(file)) {
            X509Certificate certificate =
                    (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
            Instant until = certificate.getNotAfter().toInstant();
            String found = file + " is good until " + until;
            if (now.isBefore(certificate.getNotBefore().toInstant())) {
                return Finding.fail(
                        CHECK,
                        file + " is good only from "
                                + certificate.getNotBefore().toInstant() + " on",
                        "correct the clock, or use another certificate");
            }
            if (renewed) {
                return Finding.ok(CHECK, found + "; the server renews it by itself");
            }
            if (!now.isBefore(until)) {
                return Finding.fail(CHECK, file + " ended at " + until, "renew it; clients do not connect");
            }
            return until.isBefore(now.plus(SOON))
                    ? Finding.warn(CHECK, found, "renew it; a running server takes the new file by itself")
                    : Finding.ok(CHECK, found);
        } catch (IOException | CertificateException e) {
            return Finding.fail(
                    CHECK,
                    "cannot use " + file + ": " + e,
                    "correct tls.certificate-file, or the file's mode and content");
        }
    }
}
