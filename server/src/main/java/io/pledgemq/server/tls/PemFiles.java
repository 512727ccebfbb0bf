package io.pledgemq.server.tls;

import com.linecorp.armeria.common.TlsKeyPair;
import java.io.IOException;
import java.io.StringReader;
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
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMException;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;

/** Reads certificates and keys in PEM, and says what is wrong with them. */
final class PemFiles {
    private static final long MAX_BYTES = 1 << 20;

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

    /** Returns the certificates of a file in their order; other blocks, such as a key, may stand between them. */
    static List<X509Certificate> certificates(Path file) throws UnusableCertificateException {
        List<X509Certificate> found = new ArrayList<>();
        try {
            JcaX509CertificateConverter converter = new JcaX509CertificateConverter();
            for (Object block : blocks(file)) {
                if (block instanceof X509CertificateHolder holder) {
                    found.add(converter.getCertificate(holder));
                }
            }
        } catch (CertificateException | PEMException e) {
            throw notCertificates(file, String.valueOf(e.getMessage()));
        }
        if (found.isEmpty()) {
            throw notCertificates(file, "it contains none");
        }
        return found;
    }

    /** @throws PEMException if a block cannot be parsed */
    private static List<Object> blocks(Path file) throws UnusableCertificateException, PEMException {
        List<Object> blocks = new ArrayList<>();
        String text = new String(read(file), StandardCharsets.US_ASCII);
        try (PEMParser parser = new PEMParser(new StringReader(text))) {
            for (Object block = parser.readObject(); block != null; block = parser.readObject()) {
                blocks.add(block);
            }
        } catch (IOException | IllegalStateException | IllegalArgumentException e) {
            // The last two are the parser's for what is no Base64.
            throw new PEMException("a block of it cannot be parsed: " + e.getMessage(), e);
        }
        return blocks;
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
                    "it expired at " + until + "; no client would accept it.",
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
        try {
            PKCS8EncodedKeySpec key = new PKCS8EncodedKeySpec(keyInfo(file).getEncoded());
            return KeyFactory.getInstance(algorithm).generatePrivate(key);
        } catch (PEMException e) {
            throw noKey(file, e.getMessage() + ".");
        } catch (GeneralSecurityException | IOException e) {
            throw noKey(file, "it is not a key of the kind " + algorithm + ", which its certificate needs.");
        }
    }

    /** The first key of the file, as PKCS #8 or as OpenSSL wrote it before. */
    private static PrivateKeyInfo keyInfo(Path file) throws UnusableCertificateException, PEMException {
        for (Object block : blocks(file)) {
            if (block instanceof PrivateKeyInfo key) {
                return key;
            } else if (block instanceof PEMKeyPair pair) {
                return pair.getPrivateKeyInfo();
            } else if (block instanceof PKCS8EncryptedPrivateKeyInfo || block instanceof PEMEncryptedKeyPair) {
                throw noKey(file, "it is encrypted, and the server starts without a password.");
            }
        }
        throw noKey(file, "it contains no block -----BEGIN PRIVATE KEY-----.");
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
