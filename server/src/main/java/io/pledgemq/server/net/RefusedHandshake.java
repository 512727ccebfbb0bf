package io.pledgemq.server.net;

import io.netty.channel.Channel;
import io.netty.handler.ssl.NotSslRecordException;
import java.nio.channels.ClosedChannelException;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs in one line why a client could not connect: its certificate was refused. */
final class RefusedHandshake {
    private static final Logger LOG = LoggerFactory.getLogger(RefusedHandshake.class);

    /**
     * What BoringSSL says when a client refuses the certificate that it is shown. The last one comes of some clients of
     * TLS 1.3, whose alert is not encrypted.
     */
    private static final List<String> NOT_TRUSTED = List.of(
            "ALERT_CERTIFICATE_UNKNOWN",
            "ALERT_BAD_CERTIFICATE",
            "ALERT_UNKNOWN_CA",
            "ALERT_CERTIFICATE_EXPIRED",
            "BAD_PACKET_LENGTH");

    private RefusedHandshake() {}

    static void tell(Channel channel, Throwable failure) {
        if (failure instanceof ClosedChannelException) {
            LOG.debug("{} went away in its TLS handshake", channel.remoteAddress());
        } else {
            LOG.warn("a connection from {} is refused: {}", channel.remoteAddress(), why(failure));
        }
    }

    static String why(Throwable failure) {
        List<Throwable> causes =
                Stream.iterate(failure, Objects::nonNull, Throwable::getCause).toList();
        String said = String.valueOf(causes.get(causes.size() - 1).getMessage());
        if (causes.stream().anyMatch(NotSslRecordException.class::isInstance)) {
            return "it does not speak TLS, and this port takes nothing else";
        }
        if (causes.stream().anyMatch(GeneralSecurityException.class::isInstance)) {
            return "its certificate is not trusted: " + said;
        }
        if (said.contains("PEER_DID_NOT_RETURN_A_CERTIFICATE")) {
            return "it shows no certificate, and tls.client-certificate is required";
        }
        return NOT_TRUSTED.stream().anyMatch(said::contains)
                ? "it may not trust this server's certificate: " + said
                : "its TLS handshake failed: " + said;
    }
}
