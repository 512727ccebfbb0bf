package io.pledgemq.server.config;

/** What the server says about itself on its standard output. */
public record LoggingConfig(
        @Setting(value = "info", text = "Least important lines that are printed.")
        Level level,

        @Setting(
                value = "auto",
                text = "`text` for people, `json` with one object per line, `auto`: text on a terminal, else json.")
        Format format) {

    /** Importance of a line. */
    public enum Level {
        TRACE,
        DEBUG,
        INFO,
        WARN,
        ERROR
    }

    /** Shape of a line. */
    public enum Format {
        AUTO,
        TEXT,
        JSON
    }
}
