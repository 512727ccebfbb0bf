package io.pledgemq.examples.demo;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which messages were decided by the answer to a check, at all starts of a run. Each id is a line of a file and is
 * handed to the system at once, so a kill of this process loses none; it is not forced, so a power cut may. It is for
 * the reader's information alone. Safe for all threads.
 */
final class ResolvedByCheck implements AutoCloseable {

    static final String FILE = "resolved-by-check";

    private static final Logger LOG = LoggerFactory.getLogger(ResolvedByCheck.class);

    private final FileChannel file;
    private final Set<String> ids;

    private ResolvedByCheck(FileChannel file, Set<String> ids) {
        this.file = file;
        this.ids = ids;
    }

    /** Goes on behind what earlier starts noted. */
    static ResolvedByCheck open(DataDirectory directory) throws DemoException {
        Path path = directory.demo().resolve(FILE);
        try {
            FileChannel file = FileChannel.open(
                    path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            try {
                return new ResolvedByCheck(file, noted(file));
            } catch (IOException e) {
                file.close();
                throw e;
            }
        } catch (IOException e) {
            throw new DemoException("Cannot use " + path + ".", e, "check the directory and its permissions.");
        }
    }

    /** Reads whole lines, and cuts off what a kill has left of another one. */
    private static Set<String> noted(FileChannel file) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(file.size()));
        while (bytes.hasRemaining() && file.read(bytes) >= 0) {
            // Reads on until all is there.
        }
        String text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII);
        int whole = text.lastIndexOf('\n') + 1;
        file.truncate(whole);
        file.position(whole);
        return new HashSet<>(text.substring(0, whole).lines().toList());
    }

    /** Notes a message; one that is noted already is not counted again. */
    synchronized void add(String messageId) {
        if (!ids.add(messageId)) {
            return;
        }
        try {
            ByteBuffer line = ByteBuffer.wrap((messageId + "\n").getBytes(StandardCharsets.US_ASCII));
            while (line.hasRemaining()) {
                file.write(line);
            }
        } catch (IOException e) {
            LOG.warn("message {} is counted as decided by a check at this start only: {}", messageId, e.toString());
        }
    }

    synchronized long count() {
        return ids.size();
    }

    @Override
    public void close() throws DemoException {
        try {
            file.close();
        } catch (IOException e) {
            throw new DemoException("The data directory failed.", e, "check the disk.");
        }
    }
}
