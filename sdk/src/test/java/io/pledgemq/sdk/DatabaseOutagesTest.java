package io.pledgemq.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class DatabaseOutagesTest {
    private static final Settlement.Away AWAY = new Settlement.Away("connection refused");

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1);
    private final DatabaseOutages news = new DatabaseOutages("stock", now::get);

    @Test
    void aDatabaseThatComesAndGoesIsToldOfOnceAMinute() {
        try (LogLines lines = LogLines.of(DatabaseOutages.class)) {
            for (int times = 0; times < 100; times++) {
                news.away(AWAY);
                news.back();
            }
            assertThat(lines.at(Level.WARN)).hasSize(1);
            assertThat(lines.at(Level.INFO)).hasSize(1);

            now.addAndGet(DatabaseOutages.AT_MOST_EVERY.toNanos());
            news.away(AWAY);
            news.away(AWAY);
            assertThat(lines.at(Level.WARN)).hasSize(2);
            assertThat(lines.at(Level.INFO)).as("it is not back").hasSize(1);
            news.back();
            news.back();
            assertThat(lines.at(Level.INFO)).hasSize(2);
        }
    }

    @Test
    void oneThatWentAgainBeforeTheMinuteWasOverAndStaysAwayIsToldOfAfterIt() {
        try (LogLines lines = LogLines.of(DatabaseOutages.class)) {
            news.away(AWAY);
            news.back();
            news.away(AWAY);
            assertThat(lines.at(Level.WARN)).hasSize(1);

            now.addAndGet(DatabaseOutages.AT_MOST_EVERY.toNanos());
            news.away(AWAY);
            assertThat(lines.at(Level.WARN)).hasSize(2);
            news.back();
            assertThat(lines.at(Level.INFO)).hasSize(2);
        }
    }
}
