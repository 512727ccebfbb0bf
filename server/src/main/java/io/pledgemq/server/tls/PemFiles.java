package io.pledgemq.server.tls;

import com.linecorp.armeria.common.TlsKeyPair;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads certificates and keys in PEM, and says what is wrong with them. */
final class PemFiles {
    private static final long MAX_BYTES = 1 << 20;
    /** Other blocks, such as the key, may stand in the same file. */
    private static final Pattern CERTIFICATE =
            Pattern.compile("-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----");

    private static final Pattern KEY = Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]+)-----END PRIVATE KEY-----");

    private PemFiles() {}

    /** The chain and its key, which fit each other and are valid now. */
    static TlsKeyPair identity(Path certificateFile, Path keyFile, Instant now) throws UnusableCertificateException {
        List<X509Certificate> chain = certificates(certificateFile);
        X509Certificate own = chain.get(0);
        requireValid(certificateFile, own, now);
        PrivateKey key = key(keyFile, own.getPublicKey().getAlgorithm());
        if (!belongTogether(key, own.getPublicKey())) {
            throw new UnusableCertificateException(
                    "Cannot use the key " + keyFile + ".",
                    "it does not belong to the first certificate in " + certificateFile + " ("
                            + own.getSubjectX500Principal() + ").",
                    "put the key of that certificate there, and that certificate first in its file.");
        }
        return TlsKeyPair.of(key, chain);
    }

    static List<X509Certificate> certificates(Path file) throws UnusableCertificateException {
        List<X509Certificate> found = new ArrayList<>();
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            Matcher blocks = CERTIFICATE.matcher(new String(read(file), StandardCharsets.US_ASCII));
            while (blocks.find()) {
                byte[] pem = blocks.group().getBytes(StandardCharsets.US_ASCII);
                found.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(pem)));
            }
        } catch (CertificateException e) {
            throw notCertificates(file, String.valueOf(e.getMessage()));
        }
        if (found.isEmpty()) {
            throw notCertificates(file, "there is none in it");
        }
        return found;
    }

    private static UnusableCertificateException notCertificates(Path file, String why) {
        return new UnusableCertificateException(
                "Cannot read the certificates in " + file + ".",
                why + ".",
                "it must hold X.509 certificates in PEM: -----BEGIN CERTIFICATE----- and so on.");
    }

    private static void requireValid(Path file, X509Certificate own, Instant now) throws UnusableCertificateException {
        Instant until = own.getNotAfter().toInstant();
        if (until.isBefore(now)) {
            throw new UnusableCertificateException(
                    "Cannot use the certificate in " + file + ".",
                    "it expired at " + until + "; nobody would accept it.",
                    "put a new one there, or check the clock of this machine: it says " + now + ".");
        }
        Instant from = own.getNotBefore().toInstant();
        if (from.isAfter(now)) {
            throw new UnusableCertificateException(
                    "Cannot use the certificate in " + file + ".",
                    "it is valid from " + from + " only.",
                    "check the clock of this machine: it says " + now + ".");
        }
    }

    private static PrivateKey key(Path file, String algorithm) throws UnusableCertificateException {
        Matcher block = KEY.matcher(new String(read(file), StandardCharsets.US_ASCII));
        if (!block.find()) {
            throw noKey(file, "there is no block -----BEGIN PRIVATE KEY----- in it; other forms are not read.");
        }
        try {
            byte[] der = Base64.getMimeDecoder().decode(block.group(1));
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw noKey(file, "it is no key of kind " + algorithm + ", which its certificate is for.");
        }
    }

    private static UnusableCertificateException noKey(Path file, String why) {
        return new UnusableCertificateException(
                "Cannot read the private key in " + file + ".",
                why,
                "convert the key: openssl pkcs8 -topk8 -nocrypt -in KEY -out " + file + ".");
    }

    private static boolean belongTogether(PrivateKey key, PublicKey certified) {
        try {
            String algorithm =
                    switch (certified.getAlgorithm()) {
                        case "EC" -> "SHA256withECDSA";
                        case "RSA" -> "SHA256withRSA";
                        default -> certified.getAlgorithm();
                    };
            byte[] sample = {1, 2, 3};
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(sample);
            byte[] signed = signature.sign();
            signature.initVerify(certified);
            signature.update(sample);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static byte[] read(Path file) throws UnusableCertificateException {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new UnusableCertificateException(
                        "Cannot use " + file + ".",
                        "it is longer than " + MAX_BYTES + " bytes.",
                        "check that it is the right file.");
            }
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw unreadable(file, "there is no such file.");
        } catch (AccessDeniedException e) {
            throw unreadable(file, "user " + System.getProperty("user.name") + " may not read it.");
        } catch (IOException e) {
            throw unreadable(file, e + ".");
        }
    }

    private static UnusableCertificateException unreadable(Path file, String why) {
        return new UnusableCertificateException(
                "Cannot read " + file + ".", why, "check the path, its owner and its mode.");
    }
}
