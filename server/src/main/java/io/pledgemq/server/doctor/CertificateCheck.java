package io.pledgemq.server.doctor;

import io.pledgemq.server.config.ServerConfig;
import io.pledgemq.server.tls.Certificates;
import io.pledgemq.server.tls.UnusableCertificateException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Checks whether the server's certificate, its key and the authorities of its clients can be used, and for how long.
 */
record CertificateCheck(ServerConfig config) {
    private static final String CHECK = "certificate";
    private static final Duration SOON = Duration.ofDays(14);

    Finding examine(Instant now) {
        try {
            Optional<Instant> until = Certificates.examine(config, now);
            return switch (config.tls().mode()) {
                case OFF -> Finding.ok(CHECK, "none: TLS is off");
                case GENERATED ->
                    Finding.ok(
                            CHECK,
                            until.map(end -> "good until " + end + "; the server renews it by itself")
                                    .orElse(
                                            "none for the names of this server that is good for 30 days; the next start makes one"));
                case FILES -> judge(until.orElseThrow(), now);
            };
        } catch (UnusableCertificateException e) {
            return Finding.fail(CHECK, e);
        }
    }

    private Finding judge(Instant until, Instant now) {
        String found = "good until " + until + ", and its key belongs to it";
        if (Certificates.isKeyOpen(config.tls())) {
            return Finding.warn(
                    CHECK,
                    found + ", but everybody on this machine may read or write that",
                    "chmod 600 " + config.tls().keyFile().orElseThrow() + ", or 640 for a group of its own");
        }
        return until.isBefore(now.plus(SOON))
                ? Finding.warn(CHECK, found, "renew it; a running server takes the new files by itself")
                : Finding.ok(CHECK, found);
    }
}
