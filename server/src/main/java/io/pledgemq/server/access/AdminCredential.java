package io.pledgemq.server.access;

import io.pledgemq.server.files.PrivateFile;
import io.pledgemq.server.files.UnusableFileException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;

/**
 * The credential that the first start makes, for the user {@value #USER} with the role admin: 160 random bits, in a
 * file with mode 0600 that holds one line {@code admin:SECRET}, the form that {@code curl --user} takes. The command
 * line on the same machine finds it there. To replace it, delete the file. It is never printed.
 */
public final class AdminCredential {

    /** Name of the user; the users' file cannot have one of this name. */
    public static final String USER = "admin";

    /** Name of the file in the data directory. */
    public static final String FILE_NAME = "admin.credential";

    private static final int SECRET_BYTES = 20;
    private static final int MAX_FILE_BYTES = 1024;
    private static final String PREFIX = USER + ":";

    private final String line;

    private AdminCredential(String line) {
        this.line = line;
    }

    /** Reads the file; fails if it is missing, readable by others or of another form. */
    public static AdminCredential read(Path file) throws UnusableFileException {
        String line = new String(PrivateFile.read(file, MAX_FILE_BYTES), StandardCharsets.UTF_8).strip();
        if (!line.startsWith(PREFIX) || !Secret.fits(line.substring(PREFIX.length()))) {
            throw new UnusableFileException(
                    "Cannot use " + file + ".",
                    "it is not one line of the form " + PREFIX + "SECRET.",
                    "delete it; the server makes a new one, at the latest when it starts.");
        }
        return new AdminCredential(line);
    }

    /** Reads the file, or makes it with a new secret if there is none. */
    static AdminCredential readOrCreate(Path file, SecureRandom random) throws UnusableFileException {
        if (!PrivateFile.exists(file)) {
            byte[] secret = new byte[SECRET_BYTES];
            random.nextBytes(secret);
            String line = PREFIX + HexFormat.of().formatHex(secret) + "\n";
            PrivateFile.create(file, line.getBytes(StandardCharsets.UTF_8));
        }
        return read(file);
    }

    /**
     * Returns the value of the {@code authorization} header that proves this credential. A secret: keep it out of logs.
     */
    public String authorizationHeader() {
        return "Basic " + Base64.getEncoder().encodeToString(line.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns the key that proves this credential, see {@link CallProof}. A secret, too. */
    public byte[] callKey() {
        return secret().callKey();
    }

    Secret secret() {
        return Secret.of(line.substring(PREFIX.length()));
    }

    @Override
    public String toString() {
        return "AdminCredential";
    }
}
