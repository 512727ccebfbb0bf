package io.pledgemq.server.tls;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslCertificateException;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts the clients' certificates that the platform trusts by these authorities. A client whose certificate has
 * another issuer gets the alert {@code unknown_ca}; without a number of OpenSSL's it would be {@code internal_error},
 * which says that the server is broken. Thread-safe.
 */
final class ClientTrust extends X509ExtendedTrustManager {
    /** {@code X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY} of OpenSSL. */
    private static final int UNKNOWN_ISSUER = 20;

    /** What Netty gives a number of its own. */
    private static final Set<BasicReason> TOLD =
            EnumSet.of(BasicReason.EXPIRED, BasicReason.NOT_YET_VALID, BasicReason.REVOKED);

    private final X509ExtendedTrustManager platform;

    ClientTrust(List<X509Certificate> authorities) {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (X509Certificate authority : authorities) {
                store.setCertificateEntry(Integer.toString(store.size()), authority);
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            this.platform = Stream.of(factory.getTrustManagers())
                    .filter(X509ExtendedTrustManager.class::isInstance)
                    .map(X509ExtendedTrustManager.class::cast)
                    .findFirst()
                    .orElseThrow();
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("this Java cannot hold authorities of certificates", e);
        }
    }

    /** One of the platform's ways to judge a client's certificate. */
    private interface Judging {
        void judge() throws CertificateException;
    }

    private static void told(Judging platform) throws CertificateException {
        try {
            platform.judge();
        } catch (CertificateException e) {
            boolean told = Stream.<Throwable>iterate(e, Objects::nonNull, Throwable::getCause)
                    .anyMatch(cause -> cause instanceof CertPathValidatorException path
                            && path.getReason() instanceof BasicReason reason
                            && TOLD.contains(reason));
            throw told || !OpenSsl.isAvailable()
                    ? e
                    : new OpenSslCertificateException(e.getMessage(), e, UNKNOWN_ISSUER);
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        told(() -> platform.checkClientTrusted(chain, authType));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        told(() -> platform.checkClientTrusted(chain, authType, socket));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        told(() -> platform.checkClientTrusted(chain, authType, engine));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        platform.checkServerTrusted(chain, authType);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        platform.checkServerTrusted(chain, authType, socket);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        platform.checkServerTrusted(chain, authType, engine);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return platform.getAcceptedIssuers();
    }
}
