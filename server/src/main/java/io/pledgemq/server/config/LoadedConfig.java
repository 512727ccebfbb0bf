package io.pledgemq.server.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A configuration that was read and checked, with the origin of its values.
 *
 * @param file the file that was read, if there was one
 * @param values every key, in the order of the reference; safe to print
 */
public record LoadedConfig(ServerConfig config, Optional<Path> file, List<Value> values) {

    public LoadedConfig {
        values = List.copyOf(values);
    }

    /**
     * The value of one key.
     *
     * @param text as it would be written in the file; asterisks for a secret; empty if there is none
     * @param origin {@code default}, file with line and column, {@code environment VARIABLE} or {@code flag --OPTION}
     */
    public record Value(String key, Optional<String> text, String origin, boolean reloadable) {}
}
