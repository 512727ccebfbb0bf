package io.pledgemq.server.config;

/** Reads configurations. */
public final class ConfigLoader {

    private ConfigLoader() {}

    static ServerConfig defaults() {
        return SettingTable.build(Key::defaultValue);
    }
}
