package io.pledgemq.server.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The version of this build. */
public final class Version {
    private Version() {}

    /** Returns it as the build wrote it: {@code 0.1.0}. */
    public static String text() {
        Properties properties = new Properties();
        try (InputStream in = Version.class.getResourceAsStream("version.properties")) {
            if (in == null) {
                throw new IllegalStateException("version.properties is not in the jar; build again");
            }
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException("version.properties in the jar cannot be read; build again", e);
        }
        return properties.getProperty("version", "unknown");
    }
}
