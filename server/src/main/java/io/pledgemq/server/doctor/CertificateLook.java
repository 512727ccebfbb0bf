package io.pledgemq.server.doctor;

import io.pledgemq.server.config.TlsConfig;
import io.pledgemq.server.tls.Certificates;
import io.pledgemq.server.tls.UnusableCertificateException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Whether the server's certificate, its key and the authorities of its clients can be used, and for how long.
 *
 * @param data directory where a generated one is
 */
record CertificateLook(TlsConfig tls, Path data) {
    private static final String CHECK = "certificate";
    private static final Duration SOON = Duration.ofDays(14);

    Finding examine(Instant now) {
        try {
            Optional<Instant> until = Certificates.examine(tls, data, now);
            return switch (tls.mode()) {
                case OFF -> Finding.ok(CHECK, "none: TLS is off");
                case GENERATED ->
                    Finding.ok(
                            CHECK,
                            until.map(end -> "good until " + end + "; the server renews it by itself")
                                    .orElse("none yet; the first start makes one"));
                case FILES -> judge(until.orElseThrow(), now);
            };
        } catch (UnusableCertificateException e) {
            return Finding.fail(CHECK, e);
        }
    }

    private static Finding judge(Instant until, Instant now) {
        String found = "good until " + until + ", and its key belongs to it";
        return until.isBefore(now.plus(SOON))
                ? Finding.warn(CHECK, found, "renew it; a running server takes the new files by itself")
                : Finding.ok(CHECK, found);
    }
}
