package io.pledgemq.server.access;

import io.pledgemq.server.files.PrivateFile;
import io.pledgemq.server.files.UnusableFileException;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The file in the data directory that says where the server that uses it is administered: one line, a URL, mode 0600.
 * It is there from when the server is ready until it stops in order; after a kill it is stale, so a reader must have
 * the server prove itself ({@link CallProof}).
 */
public final class ServerAddress implements Closeable {
    /** Name of the file in the data directory. */
    public static final String FILE_NAME = "server.address";

    private static final int MAX_BYTES = 1024;

    private final Path file;

    private ServerAddress(Path file) {
        this.file = file;
    }

    /** Writes it; closing removes it. */
    public static ServerAddress write(Path dataDirectory, URI address) throws UnusableFileException {
        Path file = dataDirectory.resolve(FILE_NAME);
        PrivateFile.create(file, (address + "\n").getBytes(StandardCharsets.US_ASCII));
        return new ServerAddress(file);
    }

    /** Returns what is written there; empty if there is nothing that can be used. */
    public static Optional<URI> read(Path dataDirectory) {
        try {
            byte[] line = PrivateFile.read(dataDirectory.resolve(FILE_NAME), MAX_BYTES);
            URI address = URI.create(new String(line, StandardCharsets.US_ASCII).strip());
            return address.getHost() == null ? Optional.empty() : Optional.of(address);
        } catch (UnusableFileException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(file);
    }
}
