package io.pledgemq.server.tls;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Certificates of users, for tests. */
public record Pem(X509Certificate certificate, KeyPair keys) {

    /** For localhost, signed by itself. */
    public static Pem make(String algorithm, Instant until)
            throws GeneralSecurityException, OperatorCreationException, CertIOException {
        return make(algorithm, until, "test " + System.nanoTime());
    }

    /**
     * As {@link #make(String, Instant)}, of that common name: clients show one only to a server that takes its issuer.
     */
    public static Pem make(String algorithm, Instant until, String commonName)
            throws GeneralSecurityException, OperatorCreationException, CertIOException {
        KeyPair keys = KeyPairGenerator.getInstance(algorithm).generateKeyPair();
        X500Name name = new X500Name("CN=" + commonName);
        var builder = new JcaX509v3CertificateBuilder(
                name,
                BigInteger.valueOf(System.nanoTime()),
                Date.from(until.minus(Duration.ofDays(800))),
                Date.from(until),
                name,
                keys.getPublic());
        builder.addExtension(
                Extension.subjectAlternativeName,
                false,
                new GeneralNames(new GeneralName(GeneralName.dNSName, "localhost")));
        String signature = algorithm.equals("EC") ? "SHA256withECDSA" : "SHA256withRSA";
        return new Pem(
                new JcaX509CertificateConverter()
                        .getCertificate(builder.build(new JcaContentSignerBuilder(signature).build(keys.getPrivate()))),
                keys);
    }

    /** Puts certificate and key there. */
    public void write(Path certificateFile, Path keyFile) throws IOException, GeneralSecurityException {
        Files.writeString(certificateFile, block("CERTIFICATE", certificate.getEncoded()));
        Files.writeString(keyFile, block("PRIVATE KEY", keys.getPrivate().getEncoded()));
    }

    private static String block(String kind, byte[] der) {
        return "-----BEGIN " + kind + "-----\n" + Base64.getMimeEncoder().encodeToString(der) + "\n-----END " + kind
                + "-----\n";
    }
}
