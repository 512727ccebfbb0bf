package io.pledgemq.sdk.embedded;

import io.pledgemq.engine.command.GroupConfig;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How the code declared its groups last time: {@code declared-groups.properties} beside the engine's files, one line
 * for each group. If the file is lost, groups that exist stay as they are until the code changes again.
 */
final class DeclaredGroups {
    private static final Logger LOG = LoggerFactory.getLogger(DeclaredGroups.class);
    private static final String FILE = "declared-groups.properties";

    private final @Nullable Path file;
    private final Properties declared = new Properties();

    private DeclaredGroups(@Nullable Path file) {
        this.file = file;
    }

    static DeclaredGroups inMemory() {
        return new DeclaredGroups(null);
    }

    static DeclaredGroups in(Path directory) {
        Path file = directory.resolve(FILE);
        DeclaredGroups groups = new DeclaredGroups(file);
        if (Files.exists(file)) {
            try (Reader reader = Files.newBufferedReader(file)) {
                groups.declared.load(reader);
            } catch (IOException | IllegalArgumentException e) {
                LOG.warn("{} cannot be read, so groups stay as they are: {}", file, e.toString());
            }
        }
        return groups;
    }

    /** Returns true if the code declared this group before, and otherwise than now. */
    synchronized boolean wasDifferent(GroupConfig wanted) {
        String before = declared.getProperty(wanted.name());
        return before != null && !before.equals(text(wanted));
    }

    synchronized void remember(GroupConfig wanted) {
        Object before = declared.setProperty(wanted.name(), text(wanted));
        if (file != null && !text(wanted).equals(before)) {
            save(file);
        }
    }

    private void save(Path target) {
        Path written = target.resolveSibling(FILE + ".new");
        try {
            try (Writer writer = Files.newBufferedWriter(written)) {
                declared.store(writer, "How the code declared its consumer groups; PledgeMQ compares with it.");
            }
            Files.move(written, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            LOG.warn("{} cannot be written; a later change in the code may go unnoticed: {}", target, e.toString());
        }
    }

    static String text(GroupConfig config) {
        return "fifo=" + config.fifo() + " attempts=" + config.maxAttempts() + " retry="
                + config.retry().text() + " exhausted=" + config.onExhausted();
    }
}
