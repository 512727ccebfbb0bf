package io.pledgemq.server.access;

import io.pledgemq.server.files.PrivateFile;
import io.pledgemq.server.files.UnusableFileException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.spec.SecretKeySpec;

/**
 * The random key of the capabilities: 256 bits as a line of hex in a file with mode 0600, created at the first start.
 */
final class CapabilityKey {

    static final String FILE_NAME = "capability.key";

    private static final int KEY_BYTES = 32;
    private static final int MAX_FILE_BYTES = 1024;

    private CapabilityKey() {}

    static SecretKeySpec readOrCreate(Path dataDirectory, SecureRandom random) throws UnusableFileException {
        Path file = dataDirectory.resolve(FILE_NAME);
        if (!PrivateFile.exists(file)) {
            byte[] key = new byte[KEY_BYTES];
            random.nextBytes(key);
            PrivateFile.create(file, (HexFormat.of().formatHex(key) + "\n").getBytes(StandardCharsets.UTF_8));
        }
        return read(file);
    }

    /** Reads the file; fails if it is missing, readable by others or of another form. */
    static SecretKeySpec read(Path file) throws UnusableFileException {
        byte[] key = parse(PrivateFile.read(file, MAX_FILE_BYTES))
                .orElseThrow(
                        () -> new UnusableFileException(
                                "Cannot use " + file + ".",
                                "it is not one line of " + 2 * KEY_BYTES + " hex digits.",
                                "restore it, or delete it: a new one is made at the next start, and the transaction ids and receipts"
                                        + " that clients hold are worth nothing then (checks and redelivery settle those messages)."));
        SecretKeySpec spec = new SecretKeySpec(key, "HmacSHA256");
        Arrays.fill(key, (byte) 0);
        return spec;
    }

    private static Optional<byte[]> parse(byte[] content) {
        String text = new String(content, StandardCharsets.UTF_8).strip();
        boolean fits = text.length() == 2 * KEY_BYTES && text.chars().allMatch(HexFormat::isHexDigit);
        return fits ? Optional.of(HexFormat.of().parseHex(text)) : Optional.empty();
    }
}
