package io.pledgemq.server.tls;

import com.linecorp.armeria.common.TlsKeyPair;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Instant;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;

/** The certificate that a client shows to a server that asks for one. */
public final class ClientIdentity {
    private static final char[] NO_PASSWORD = {};

    private ClientIdentity() {}

    /** From the files of a certificate chain and its key, both PEM. */
    public static KeyManager[] of(Path certificateFile, Path keyFile) throws UnusableCertificateException {
        TlsKeyPair pair = PemFiles.identity(certificateFile, keyFile, Instant.now());
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            X509Certificate[] chain = pair.certificateChain().toArray(X509Certificate[]::new);
            store.setKeyEntry("client", pair.privateKey(), NO_PASSWORD, chain);
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(store, NO_PASSWORD);
            return factory.getKeyManagers();
        } catch (GeneralSecurityException | IOException e) {
            throw new UnusableCertificateException(
                    "Cannot use the key " + keyFile + ".", e + ".", "use an RSA or EC key.");
        }
    }
}
