package io.pledgemq.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** What one class logs, on every level, while this is open. */
final class LogLines extends AppenderBase<ILoggingEvent> implements AutoCloseable {
    private final List<ILoggingEvent> events = new CopyOnWriteArrayList<>();
    private final Logger logger;
    private final Level levelBefore;

    private LogLines(Logger logger) {
        this.logger = logger;
        this.levelBefore = logger.getEffectiveLevel();
    }

    static LogLines of(Class<?> type) {
        LogLines lines = new LogLines((Logger) LoggerFactory.getLogger(type));
        lines.start();
        lines.logger.addAppender(lines);
        lines.logger.setAdditive(false);
        lines.logger.setLevel(Level.DEBUG);
        return lines;
    }

    @Override
    protected void append(ILoggingEvent event) {
        events.add(event);
    }

    List<ILoggingEvent> at(Level level) {
        return events.stream().filter(event -> event.getLevel().equals(level)).toList();
    }

    /** The text of the only one. */
    String only(Level level) {
        assertThat(at(level)).hasSize(1);
        return at(level).get(0).getFormattedMessage();
    }

    @Override
    public void close() {
        logger.detachAppender(this);
        logger.setAdditive(true);
        logger.setLevel(levelBefore);
    }
}
