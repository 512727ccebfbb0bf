package io.pledgemq.server.config;

import java.time.Duration;

/** What happens when the writer makes no progress. */
public record WatchdogConfig(
        @Setting(
                value = "60s",
                min = "1s",
                max = "1h",
                text = "A writer that has work and finishes nothing for this long halts the process;"
                        + " a restart recovers.")
        Duration timeout) {}
