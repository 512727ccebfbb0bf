package io.pledgemq.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;

/** What is not seen with a whole server in {@code ServerProcessIT}. */
class RefusedHandshakeTest {

    @Test
    void aClientThatRefusesTheServersCertificateIsTold() {
        String alert = "error:10000416:SSL routines:OPENSSL_internal:SSLV3_ALERT_CERTIFICATE_UNKNOWN";

        assertThat(RefusedHandshake.why(new SSLHandshakeException(alert)))
                .isEqualTo("it may not trust this server's certificate: " + alert);
    }

    @Test
    void anyOtherFailureIsToldByItsCause() {
        Exception failure = new IllegalStateException(new SSLHandshakeException("no cipher suites in common"));

        assertThat(RefusedHandshake.why(failure)).isEqualTo("its TLS handshake failed: no cipher suites in common");
    }
}
