package io.pledgemq.server.config;

import java.time.Duration;

/** How the server stops. */
public record ShutdownConfig(
        @Setting(
                value = "30s",
                min = "0s",
                max = "10m",
                text =
                        "How long requests in progress may take after SIGTERM, SIGINT or SIGHUP before their connections are cut.")
        Duration drainTimeout) {}
