package io.pledgemq.server.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pledgemq.server.Running;
import io.pledgemq.server.config.ServerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PKCS8Generator;
import org.bouncycastle.openssl.jcajce.JcaMiscPEMGenerator;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8EncryptorBuilder;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemObjectGenerator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificatesTest {
    private final Instant later = Instant.now().plus(Duration.ofDays(300));

    @TempDir
    Path directory;

    private Path certificateFile;
    private Path keyFile;
    private Instant now = Instant.now();
    private final InstantSource clock = () -> now;

    @BeforeEach
    void nameFiles() {
        certificateFile = directory.resolve("server.crt");
        keyFile = directory.resolve("server.key");
    }

    private ServerConfig files() throws Exception {
        return Running.config(
                directory, "tls.mode: files", "tls.certificate-file: " + certificateFile, "tls.key-file: " + keyFile);
    }

    private static X509Certificate used(Certificates certificates) {
        return certificates.keyPair("localhost").certificateChain().get(0);
    }

    @Test
    void madeCertificateIsPrivateKeptAndForItsNames() throws Exception {
        ServerConfig config = Running.config(directory, "access.hosts: [mq.example.org]");
        X509Certificate first;
        try (Certificates certificates = Certificates.open(config, clock)) {
            first = used(certificates);
        }

        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(config.data().resolve(OwnCertificate.FILE))))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(config.data())))
                .as("the first that needs the data directory makes it, and messages are in it")
                .isEqualTo("rwx------");
        assertThat(first.getSubjectAlternativeNames())
                .extracting(name -> String.valueOf(name.get(1)))
                .containsExactlyInAnyOrder("localhost", "mq.example.org", "127.0.0.1", "0:0:0:0:0:0:0:1");
        try (Certificates again = Certificates.open(config, clock)) {
            assertThat(used(again)).isEqualTo(first);
        }
        try (Certificates other = Certificates.open(Running.config(directory, "access.hosts: [b.org]"), clock)) {
            assertThat(used(other)).isNotEqualTo(first);
        }
    }

    @Test
    void madeCertificateIsRenewedBeforeItExpires() throws Exception {
        try (Certificates certificates = Certificates.open(Running.config(directory), clock)) {
            X509Certificate first = used(certificates);

            now = first.getNotAfter().toInstant().minus(Duration.ofDays(29));
            certificates.look();

            assertThat(used(certificates).getNotAfter()).isAfter(first.getNotAfter());
        }
    }

    @Test
    void changedFilesAreUsedAndBrokenOnesAreNot() throws Exception {
        Pem.make("RSA", later).write(certificateFile, keyFile);
        try (Certificates certificates = Certificates.open(files(), clock)) {
            Pem second = Pem.make("EC", later);
            second.write(certificateFile, keyFile);
            certificates.look();
            assertThat(used(certificates)).isEqualTo(second.certificate());

            Files.writeString(certificateFile, "nonsense");
            certificates.look();
            assertThat(used(certificates)).isEqualTo(second.certificate());

            Pem third = Pem.make("EC", later);
            third.write(certificateFile, directory.resolve("other.key"));
            certificates.look();
            assertThat(used(certificates)).isEqualTo(second.certificate());

            third.write(certificateFile, keyFile);
            certificates.look();
            assertThat(used(certificates)).isEqualTo(third.certificate());
        }
    }

    @Test
    void unusableFilesAreToldApart() throws Exception {
        assertUnusable("there is no such file");

        Pem.make("EC", Instant.now().minus(Duration.ofDays(1))).write(certificateFile, keyFile);
        assertUnusable("it expired at");

        Pem.make("EC", Instant.now().plus(Duration.ofDays(1_000))).write(certificateFile, keyFile);
        assertUnusable("it is valid from");

        Pem.make("EC", later).write(certificateFile, keyFile);
        Pem.make("EC", later).write(directory.resolve("other.crt"), keyFile);
        assertUnusable("it does not belong to the first certificate");

        Files.writeString(keyFile, "-----BEGIN PRIVATE KEY-----\n!!\n-----END PRIVATE KEY-----\n");
        assertUnusable("a block of it cannot be parsed");

        Files.writeString(keyFile, "no key");
        assertUnusable("it contains no block -----BEGIN PRIVATE KEY-----");

        write(
                keyFile,
                new JcaPKCS8Generator(
                        Pem.make("EC", later).keys().getPrivate(),
                        new JceOpenSSLPKCS8EncryptorBuilder(PKCS8Generator.AES_256_CBC)
                                .setProvider(new BouncyCastleProvider())
                                .setPassword("secret".toCharArray())
                                .build()));
        assertUnusable("it is encrypted");

        Pem.make("RSA", later).write(directory.resolve("other.crt"), keyFile);
        assertUnusable("it is not a key of the kind EC");
    }

    @Test
    void keysAsOpenSslWroteThemBeforeAreRead() throws Exception {
        Pem rsa = Pem.make("RSA", later);
        assertRead(rsa, new JcaMiscPEMGenerator(rsa.keys().getPrivate()), "BEGIN RSA PRIVATE KEY");

        Pem ec = Pem.make("EC", later);
        java.security.interfaces.ECPrivateKey key =
                (java.security.interfaces.ECPrivateKey) ec.keys().getPrivate();
        assertThat(key.getParams().getCurve().getField().getFieldSize()).isEqualTo(256);
        byte[] der = new ECPrivateKey(256, key.getS(), SECObjectIdentifiers.secp256r1).getEncoded();
        assertRead(ec, new PemObject("EC PRIVATE KEY", der), "BEGIN EC PRIVATE KEY");
    }

    private void assertRead(Pem pem, PemObjectGenerator key, String block) throws Exception {
        pem.write(certificateFile, keyFile);
        write(keyFile, key);
        assertThat(Files.readString(keyFile)).contains(block);
        try (Certificates certificates = Certificates.open(files(), clock)) {
            assertThat(used(certificates)).isEqualTo(pem.certificate());
        }
    }

    private static void write(Path file, PemObjectGenerator block) throws IOException {
        try (JcaPEMWriter writer = new JcaPEMWriter(Files.newBufferedWriter(file))) {
            writer.writeObject(block);
        }
    }

    private void assertUnusable(String why) {
        assertThatThrownBy(() -> Certificates.open(files(), clock))
                .isInstanceOf(UnusableCertificateException.class)
                .hasMessageContainingAll("why:", why, "next:");
    }
}
