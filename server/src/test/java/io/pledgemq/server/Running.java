package io.pledgemq.server;

import io.pledgemq.server.config.ConfigException;
import io.pledgemq.server.config.ConfigLoader;
import io.pledgemq.server.config.ConfigSources;
import io.pledgemq.server.config.ServerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Configurations of small servers, and waiting for what they do. */
public final class Running {
    private static final long PAUSE_MS = 10;

    private Running() {}

    /** A configuration with port 0 and small files in a directory; the lines of YAML are added. */
    public static ServerConfig config(Path directory, String... yaml) throws IOException {
        try {
            return ConfigLoader.load(ConfigSources.none().withFile(file(directory, yaml)))
                    .config();
        } catch (ConfigException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** The same as a file. */
    public static Path file(Path directory, String... yaml) throws IOException {
        String text = "data: " + directory.resolve("data") + "\nlisten.port: 0\n"
                + "store.segment: 8MiB\nstore.disk-reserve: 8MiB\nlimits.body: 1MiB\n"
                + "topics:\n  - name: orders\n    type: transaction\n"
                + String.join("\n", yaml) + "\n";
        return Files.writeString(directory.resolve("pledgemq.yaml"), text);
    }

    /** Waits until something is so, but not for ever. */
    public static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not within 120 s: " + what);
            }
            Thread.sleep(PAUSE_MS);
        }
    }
}
