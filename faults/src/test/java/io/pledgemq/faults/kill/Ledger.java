package io.pledgemq.faults.kill;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * What the clients of the campaign know, one line for each fact: {@code FACT key}. A fact is written before anybody
 * relies on it. Thread-safe.
 */
final class Ledger implements AutoCloseable {
    /** What may be written. */
    enum Fact {
        /** Its commit was acknowledged. */
        COMMITTED,
        /** Its rollback was acknowledged. */
        ROLLED_BACK,
        /** It was prepared; the checker will say commit. */
        LEFT_TO_COMMIT,
        /** It was prepared; the checker will say rollback. */
        LEFT_TO_ROLL_BACK,
        /** A handler got it, and succeeded. */
        CONSUMED,
        /** A normal message whose send was acknowledged. */
        SENT,
        /** A simple consumer got it. */
        TAKEN,
        /** What a sender was told instead of an acknowledgement. */
        REFUSED
    }

    private final Writer out;

    Ledger(Path file) throws IOException {
        out = Files.newBufferedWriter(file);
    }

    synchronized void write(Fact fact, String key) {
        try {
            out.write(fact + " " + key.replace('\n', ' ') + "\n");
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public synchronized void close() throws IOException {
        out.close();
    }

    /** The facts of one moment. */
    static final class Facts {
        private final Map<Fact, Set<String>> keys = new EnumMap<>(Fact.class);

        Set<String> of(Fact fact) {
            return keys.computeIfAbsent(fact, f -> new LinkedHashSet<>());
        }
    }

    /** All facts so far; a line that is being written is left for the next look. */
    static Facts read(Path file) throws IOException {
        Facts facts = new Facts();
        if (!Files.exists(file)) {
            return facts;
        }
        String text = Files.readString(file);
        text.substring(0, text.lastIndexOf('\n') + 1).lines().forEach(line -> {
            int blank = line.indexOf(' ');
            facts.of(Fact.valueOf(line.substring(0, blank))).add(line.substring(blank + 1));
        });
        return facts;
    }
}
