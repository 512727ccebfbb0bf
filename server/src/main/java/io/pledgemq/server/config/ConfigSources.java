package io.pledgemq.server.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The sources of a configuration. Later ones win: defaults, one file, environment, flags. Immutable.
 *
 * @param file the file that the user named; it must be there
 * @param places where a file is looked for if the user named none; the first one there is read
 * @param environment the variables of the process; those that begin with {@code PLEDGEMQ_} count
 * @param flags options of the command line that stand for a key
 */
public record ConfigSources(
        Optional<Path> file, List<Path> places, Map<String, String> environment, List<FlagValue> flags) {

    private static final List<Path> PLACES = List.of(Path.of("pledgemq.yaml"), Path.of("/etc/pledgemq/pledgemq.yaml"));

    public ConfigSources {
        places = List.copyOf(places);
        environment = Map.copyOf(environment);
        flags = List.copyOf(flags);
    }

    /**
     * An option of the command line.
     *
     * @param flag as the user wrote it, such as {@code --port}
     * @param key the key it stands for, such as {@code listen.port}
     * @param text the value, to be read like a value of the file
     */
    public record FlagValue(String flag, String key, String text) {}

    /** Reads no file and no environment. */
    public static ConfigSources none() {
        return new ConfigSources(Optional.empty(), List.of(), Map.of(), List.of());
    }

    /** Reads {@code ./pledgemq.yaml} or {@code /etc/pledgemq/pledgemq.yaml}, and this process's environment. */
    public static ConfigSources ofProcess() {
        return new ConfigSources(Optional.empty(), PLACES, System.getenv(), List.of());
    }

    /** Reads the given file instead of looking for one. */
    public ConfigSources withFile(Path newFile) {
        return new ConfigSources(Optional.of(newFile), places, environment, flags);
    }

    public ConfigSources withPlaces(List<Path> newPlaces) {
        return new ConfigSources(file, newPlaces, environment, flags);
    }

    public ConfigSources withEnvironment(Map<String, String> newEnvironment) {
        return new ConfigSources(file, places, newEnvironment, flags);
    }

    /** Adds one option of the command line. */
    public ConfigSources withFlag(String flag, String key, String text) {
        List<FlagValue> more = new ArrayList<>(flags);
        more.add(new FlagValue(flag, key, text));
        return new ConfigSources(file, places, environment, more);
    }
}
