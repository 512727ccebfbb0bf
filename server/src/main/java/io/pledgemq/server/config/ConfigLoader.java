package io.pledgemq.server.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Reads configurations: defaults, then one file, then the environment, then flags; later ones win. A file is strict:
 * whatever is not understood, out of range, there twice or contradictory is a problem, and all problems are reported
 * together. Reads only; needs no data directory.
 */
public final class ConfigLoader {

    private ConfigLoader() {}

    /**
     * Reads and checks a configuration.
     *
     * @throws ConfigException if there is anything wrong with it
     * @throws IllegalArgumentException if a flag stands for no key, or for a list of records
     */
    public static LoadedConfig load(ConfigSources sources) throws ConfigException {
        Problems problems = new Problems();
        Layers layers = new Layers();
        Optional<Path> file = sources.file()
                .or(() -> sources.places().stream().filter(Files::exists).findFirst());
        file.ifPresent(path -> new FileLayer(layers, problems).read(YamlFile.read(path, problems), ""));
        new EnvironmentLayer(layers, problems).read(sources.environment());
        flags(sources, layers, problems);
        ServerConfig config = SettingTable.build(layers::value);
        new Contradictions(config, layers, problems).find();
        if (!problems.found().isEmpty()) {
            throw new ConfigException(problems.found());
        }
        return new LoadedConfig(
                config,
                file,
                SettingTable.keys().stream().map(key -> value(key, layers)).toList());
    }

    static ServerConfig defaults() {
        return SettingTable.build(Key::defaultValue);
    }

    private static void flags(ConfigSources sources, Layers layers, Problems problems) {
        ValueReader values = new ValueReader(problems);
        for (ConfigSources.FlagValue flag : sources.flags()) {
            Key key = SettingTable.find(flag.key())
                    .filter(Key::hasVariable)
                    .orElseThrow(() -> new IllegalArgumentException(
                            flag.flag() + " stands for no key of single values: " + flag.key()));
            Origin origin = new Origin.Flag(flag.flag());
            values.ofText(key, flag.text(), origin)
                    .ifPresentOrElse(value -> layers.put(key, value, origin), () -> layers.putUnreadable(key));
        }
    }

    private static LoadedConfig.Value value(Key key, Layers layers) {
        return new LoadedConfig.Value(
                key.path(),
                key.show(layers.value(key)),
                layers.origin(key.path()).text(),
                key.setting().reloadable());
    }
}
