package io.pledgemq.server.tls;

import com.linecorp.armeria.common.TlsKeyPair;
import io.netty.util.NetUtil;
import io.pledgemq.engine.io.FileStorage;
import io.pledgemq.server.files.PrivateFile;
import io.pledgemq.server.files.UnusableFileException;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * The server's self-made certificate: a self-signed key on P-256, in one file of mode 0600 in the data directory. It
 * keeps eavesdroppers out; clients that verify the server need the file's certificate.
 */
final class OwnCertificate {
    static final String FILE = "tls.pem";

    private static final Duration LIFE = Duration.ofDays(397);
    private static final Duration RENEW_BEFORE_END = Duration.ofDays(30);
    /** Clients' clocks may be behind ours. */
    private static final Duration BACKDATED = Duration.ofHours(1);

    private static final int LINE = 64;
    private static final int SERIAL_BITS = 127;
    private static final int SAN_DNS = 2;
    private static final int SAN_IP = 7;

    private final Path directory;
    private final Path file;
    private final Set<String> names;

    /** @param names host names and IP addresses that the certificate is for */
    OwnCertificate(Path dataDirectory, Collection<String> names) {
        this.directory = dataDirectory;
        this.file = dataDirectory.resolve(FILE);
        this.names = new TreeSet<>();
        names.forEach(name -> this.names.add(canonical(name)));
    }

    Path file() {
        return file;
    }

    /** Makes a certificate if there is none, it ends soon, or it is for other names; else leaves it alone. */
    TlsKeyPair current(Instant now) throws UnusableCertificateException {
        Optional<TlsKeyPair> found = kept(now);
        if (found.isPresent()) {
            return found.get();
        }
        try {
            FileStorage.createIfMissing(directory);
            PrivateFile.create(file, make(now).getBytes(StandardCharsets.US_ASCII));
            return PemFiles.identity(file, file, now);
        } catch (UnusableFileException e) {
            throw new UnusableCertificateException(String.valueOf(e.getMessage()));
        } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
            throw new UnusableCertificateException(
                    "Cannot make a certificate in " + file + ".",
                    e + ".",
                    "check the directory, its permissions and the disk, or use tls.mode: files.");
        }
    }

    /** The certificate that is there, unless another is to be made; changes nothing. */
    Optional<TlsKeyPair> kept(Instant now) throws UnusableCertificateException {
        try {
            if (!PrivateFile.exists(file)) {
                return Optional.empty();
            }
            // Refuses a file that others may read.
            var unused = PrivateFile.read(file, 1 << 16);
            X509Certificate made = PemFiles.certificates(file).get(0);
            boolean young = made.getNotAfter().toInstant().isAfter(now.plus(RENEW_BEFORE_END));
            return young && names(made).containsAll(names)
                    ? Optional.of(PemFiles.identity(file, file, now))
                    : Optional.empty();
        } catch (UnusableCertificateException e) {
            throw new UnusableCertificateException(e.getMessage() + " Or remove it: the next start makes another.");
        } catch (UnusableFileException e) {
            throw new UnusableCertificateException(String.valueOf(e.getMessage()));
        } catch (GeneralSecurityException e) {
            throw new UnusableCertificateException(
                    "Cannot use the certificate in " + file + ".",
                    e + ".",
                    "remove it, and the next start makes another; or use tls.mode: files.");
        }
    }

    private static Set<String> names(X509Certificate made) throws GeneralSecurityException {
        Set<String> found = new TreeSet<>();
        Collection<List<?>> alternatives = made.getSubjectAlternativeNames();
        if (alternatives != null) {
            for (List<?> alternative : alternatives) {
                found.add(canonical(String.valueOf(alternative.get(1))));
            }
        }
        return found;
    }

    /** The same text for the same address, as certificates have it. */
    private static String canonical(String name) {
        return isAddress(name) ? NetUtil.toAddressString(NetUtil.createInetAddressFromIpAddressString(name)) : name;
    }

    private String make(Instant now) throws GeneralSecurityException, OperatorCreationException, CertIOException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair pair = generator.generateKeyPair();
        X500Name subject = new X500Name("CN=PledgeMQ");
        JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                subject,
                new BigInteger(SERIAL_BITS, new SecureRandom()).add(BigInteger.ONE),
                Date.from(now.minus(BACKDATED)),
                Date.from(now.plus(LIFE)),
                subject,
                pair.getPublic());
        GeneralName[] alternatives = names.stream()
                .map(name -> new GeneralName(isAddress(name) ? SAN_IP : SAN_DNS, name))
                .toArray(GeneralName[]::new);
        builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(alternatives));
        // Also an authority, so that clients can trust it by itself.
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
        builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
        X509Certificate certificate = new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate())));
        return pem("CERTIFICATE", certificate.getEncoded())
                + pem("PRIVATE KEY", pair.getPrivate().getEncoded());
    }

    private static boolean isAddress(String name) {
        return NetUtil.isValidIpV4Address(name) || NetUtil.isValidIpV6Address(name);
    }

    private static String pem(String kind, byte[] der) {
        String text = Base64.getMimeEncoder(LINE, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n";
    }
}
