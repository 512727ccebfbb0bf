package io.pledgemq.server.config;

import java.nio.file.Path;
import java.util.Optional;

/** Encryption of connections. Plaintext is served on the same port. */
public record TlsConfig(
        @Setting(
                value = "generated",
                text = "`generated` makes a certificate of its own at the first start, `files` uses yours,"
                        + " `off` serves plaintext only.")
        Mode mode,

        @Setting(text = "PEM file with the certificate chain; only with `tls.mode: files`.")
        Optional<Path> certificateFile,

        @Setting(text = "PEM file with the private key (PKCS#8, not encrypted); only with `tls.mode: files`.")
        Optional<Path> keyFile,

        @Setting(text = "PEM file with the authorities whose client certificates are trusted.")
        Optional<Path> clientCaFile,

        @Setting(
                value = "off",
                text = "Whether clients show a certificate: `off`, `optional` or `required`."
                        + " The last two need `tls.client-ca-file`; `required` also turns plaintext off.")
        ClientCertificate clientCertificate) {

    /** Where the server's certificate comes from. */
    public enum Mode {
        GENERATED,
        FILES,
        OFF
    }

    /** Whether clients show a certificate. */
    public enum ClientCertificate {
        OFF,
        OPTIONAL,
        REQUIRED
    }

    /** Returns whether TLS is served at all. */
    public boolean enabled() {
        return mode != Mode.OFF;
    }
}
