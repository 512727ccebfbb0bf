package io.pledgemq.server.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.Layout;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import io.pledgemq.server.config.LoggingConfig;
import java.nio.charset.StandardCharsets;
import org.slf4j.LoggerFactory;

/** Configures the log on standard output: lines for people on a terminal, JSON elsewhere. */
public final class Logging {
    /** A line break in what was logged must not begin a line of its own: names come from strangers. */
    private static final String TEXT =
            "%d{yyyy-MM-dd'T'HH:mm:ss.SSS} %-5level %logger{0}: %replace(%msg){'\\R', ' | '}%n%ex{full}%nopex";

    private Logging() {}

    /** Replaces whatever set-up there was. */
    public static void configure(LoggingConfig config, boolean terminal) {
        if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
            return;
        }
        context.reset();
        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setContext(context);
        boolean json = config.format() == LoggingConfig.Format.JSON
                || (config.format() == LoggingConfig.Format.AUTO && !terminal);
        if (json) {
            Layout<ILoggingEvent> layout = new JsonLayout();
            layout.setContext(context);
            layout.start();
            LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
            encoder.setContext(context);
            encoder.setCharset(StandardCharsets.UTF_8);
            encoder.setLayout(layout);
            encoder.start();
            console.setEncoder(encoder);
        } else {
            PatternLayoutEncoder encoder = new PatternLayoutEncoder();
            encoder.setContext(context);
            encoder.setCharset(StandardCharsets.UTF_8);
            encoder.setPattern(TEXT);
            encoder.start();
            console.setEncoder(encoder);
        }
        console.start();
        Repeats repeats = new Repeats();
        repeats.setContext(context);
        repeats.start();
        context.addTurboFilter(repeats);
        HandshakeEcho echo = new HandshakeEcho();
        echo.setContext(context);
        echo.start();
        context.addTurboFilter(echo);
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.addAppender(console);
        Level level = Level.valueOf(config.level().name());
        // What the libraries have to say below a warning is of no use to operators.
        root.setLevel(level.isGreaterOrEqual(Level.INFO) ? maximum(level, Level.WARN) : level);
        context.getLogger("io.pledgemq").setLevel(level);
        // Warns of meters that a listener registers again when its services are exchanged.
        context.getLogger("io.micrometer").setLevel(Level.ERROR);
    }

    private static Level maximum(Level a, Level b) {
        return a.isGreaterOrEqual(b) ? a : b;
    }
}
