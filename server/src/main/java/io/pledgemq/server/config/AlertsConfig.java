package io.pledgemq.server.config;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** Where alerts go besides the log. */
public record AlertsConfig(
        @Setting(secret = true, text = "http or https URL that every alert is posted to as JSON.")
        Optional<URI> webhook,

        @Setting(
                pattern = "\\S(.{0,118}\\S)?",
                accepts = "1 to 120 characters",
                text = "How this server is called in alerts; without it host name and port.")
        Optional<String> serverName,

        @Setting(
                value = "10m",
                min = "1s",
                max = "30d",
                text = "A group whose oldest unsettled message is older than this needs a person.")
        Duration lag,

        @Setting(
                value = "1h",
                min = "1s",
                max = "30d",
                text = "Half messages that are undecided for longer than this need a person.")
        Duration undecided) {

    /** Without the URL, which may hold a token. */
    @Override
    public String toString() {
        return "AlertsConfig[webhook=" + (webhook.isPresent() ? "set" : "none") + ", serverName=" + serverName
                + ", lag=" + lag + ", undecided=" + undecided + "]";
    }
}
