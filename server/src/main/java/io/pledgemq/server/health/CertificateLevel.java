package io.pledgemq.server.health;

import io.pledgemq.server.tls.Certificates;
import java.time.Duration;
import java.time.Instant;

/**
 * How soon a certificate ends. The server's own certificate is renewed 30 days before its end, so it counts only if
 * that fails.
 */
enum CertificateLevel {
    FINE(0),
    WITHIN_30_DAYS(1),
    WITHIN_7_DAYS(2),
    WITHIN_A_DAY(3),
    ENDED(4);

    private static final Duration SOON = Duration.ofDays(30);
    private static final Duration SOONER = Duration.ofDays(7);
    private static final Duration NOW = Duration.ofDays(1);

    private final int urgency;

    CertificateLevel(int urgency) {
        this.urgency = urgency;
    }

    /** Higher is worse. */
    int urgency() {
        return urgency;
    }

    static CertificateLevel of(Certificates.End end, Instant now) {
        Duration left = Duration.between(now, end.at());
        if (left.isNegative() || left.isZero()) {
            return ENDED;
        }
        if (left.compareTo(NOW) <= 0) {
            return WITHIN_A_DAY;
        }
        if (left.compareTo(SOONER) <= 0) {
            return WITHIN_7_DAYS;
        }
        return left.compareTo(SOON) <= 0 && !end.renewed() ? WITHIN_30_DAYS : FINE;
    }

    String text(Certificates.End end, Instant now) {
        String which = "the certificate of " + end.whose();
        return this == ENDED
                ? which + " ended at " + end.at() + ": connections by TLS fail; put a new one in its file"
                : which + " ends at " + end.at() + ", in " + Concerns.words(Duration.between(now, end.at()))
                        + ": put a new one in its file, a running server takes it";
    }
}
