package io.pledgemq.server.config;

import java.net.URI;
import java.util.Optional;

/** Who is told when a person is needed. Alerts are always logged too. */
public record AlertsConfig(
        @Setting(secret = true, text = "http or https URL that every alert is posted to as JSON.")
        Optional<URI> webhook) {

    /** Without the URL, which may hold a token. */
    @Override
    public String toString() {
        return "AlertsConfig[webhook=" + (webhook.isPresent() ? "set" : "none") + "]";
    }
}
