package io.pledgemq.server.config;

/**
 * One error in the configuration.
 *
 * @param where file with line and column, environment variable or flag
 * @param key what it is about, such as {@code listen.port}; empty if it is no single key
 * @param what what is wrong, and what was expected
 */
public record Problem(String where, String key, String what) {

    @Override
    public String toString() {
        return where + ": " + (key.isEmpty() ? "" : key + ": ") + what;
    }
}
