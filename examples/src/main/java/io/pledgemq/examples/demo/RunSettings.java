package io.pledgemq.examples.demo;

import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Reader;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;

/**
 * What decides how a run goes. It is kept in the data directory: a run that is continued has the same orders and the
 * same fault plan, and one with contrary options is refused, because nobody could tell what its outcome should be. Only
 * {@code on-exhausted} may change from start to start.
 */
final class RunSettings {

    /** {@code sample}, {@code count:N} or {@code file:PATH}. */
    static final String ORDERS = "orders";

    /** SHA-256 of the user's file; empty for other orders. */
    static final String ORDERS_DIGEST = "orders-digest";

    static final String DB = "db";
    static final String FAULTS = "faults";
    static final String SEED = "seed";
    static final String ON_EXHAUSTED = "on-exhausted";

    private static final String FILE = "run.properties";
    private static final Map<String, String> DEFAULTS =
            Map.of(ORDERS, "sample", ORDERS_DIGEST, "", DB, "h2", FAULTS, "0", SEED, "1", ON_EXHAUSTED, "park");

    private final Properties values;

    private RunSettings(Properties values) {
        this.values = values;
    }

    /**
     * Joins what the user gave with what the directory remembers. Nothing is written before {@link #remember}.
     *
     * @param given only what the user really gave
     */
    static RunSettings settle(DataDirectory directory, Map<String, String> given) throws DemoException {
        Path file = directory.demo().resolve(FILE);
        try {
            Properties values = new Properties();
            values.putAll(DEFAULTS);
            if (Files.exists(file)) {
                Properties remembered = load(file);
                refuseContrary(directory, remembered, given);
                values.putAll(remembered);
            }
            values.putAll(given);
            return new RunSettings(values);
        } catch (IOException e) {
            throw unusable(file, e);
        }
    }

    /** Writes the settings durably; to be called when the orders they stand for are known to be right. */
    void remember(DataDirectory directory) throws DemoException {
        Path file = directory.demo().resolve(FILE);
        try {
            store(file, values);
        } catch (IOException e) {
            throw unusable(file, e);
        }
    }

    private static DemoException unusable(Path file, IOException e) {
        return new DemoException(
                "Cannot keep the settings of the run in " + file + ".",
                e,
                "check the directory, its permissions and the space on its disk.");
    }

    String orders() {
        return value(ORDERS);
    }

    String ordersDigest() {
        return value(ORDERS_DIGEST);
    }

    DatabaseKind db() {
        return DatabaseKind.valueOf(value(DB).toUpperCase(Locale.ROOT));
    }

    boolean compensates() {
        return value(ON_EXHAUSTED).equals("compensate");
    }

    long seed() {
        return Long.parseLong(value(SEED));
    }

    /** Returns the settings in words. */
    String plan() {
        return "databases: " + value(DB) + ", faults: " + value(FAULTS) + " %, seed: " + value(SEED) + ", exhausted: "
                + value(ON_EXHAUSTED);
    }

    FaultPlan faultPlan() {
        return new FaultPlan(seed(), Integer.parseInt(value(FAULTS)));
    }

    private String value(String key) {
        return values.getProperty(key, "");
    }

    private static void refuseContrary(DataDirectory directory, Properties remembered, Map<String, String> given)
            throws DemoException {
        List<String> contrary = new ArrayList<>();
        for (String key : List.of(ORDERS, DB, FAULTS, SEED)) {
            String wanted = given.get(key);
            String before = remembered.getProperty(key, "");
            if (wanted != null && !wanted.equals(before)) {
                contrary.add(key + " was " + before + ", now " + wanted);
            }
        }
        if (!contrary.isEmpty()) {
            throw new DemoException(
                    "Cannot continue the run in " + directory.root() + ".",
                    "it began with other options: " + String.join("; ", contrary) + ".",
                    "leave these options out to continue it, or choose another directory with --data for a new run.");
        }
        String digest = given.get(ORDERS_DIGEST);
        if (digest != null && !digest.equals(remembered.getProperty(ORDERS_DIGEST, ""))) {
            throw ordersChanged(given.getOrDefault(ORDERS, "").substring("file:".length()));
        }
    }

    /** The same path, but not the same orders. */
    static DemoException ordersChanged(String file) {
        return new DemoException(
                "Cannot continue with the orders in " + file + ".",
                "the file has changed since the run began.",
                "put the old file back, or choose another directory with --data for a new run.");
    }

    /** @param digest SHA-256 of the file, in hexadecimal */
    static DemoException ordersGone(String file, String digest) {
        return new DemoException(
                "Cannot continue with the orders in " + file + ".",
                "there is no such file any more.",
                "put it back, its SHA-256 was " + digest + ", or choose another directory with --data for a new run.");
    }

    private static Properties load(Path file) throws IOException {
        Properties values = new Properties();
        try (Reader in = Files.newBufferedReader(file)) {
            values.load(in);
        }
        return values;
    }

    private static void store(Path file, Properties values) throws IOException {
        Path fresh = file.resolveSibling(FILE + ".new");
        try (FileChannel channel = FileChannel.open(
                fresh, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            OutputStream out = Channels.newOutputStream(channel);
            values.store(new OutputStreamWriter(out, StandardCharsets.UTF_8), "the demo run in this directory");
            channel.force(true);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
