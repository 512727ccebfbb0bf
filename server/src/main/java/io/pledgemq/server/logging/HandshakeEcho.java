package io.pledgemq.server.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.Objects;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;

/**
 * Suppresses Armeria's log of each failed TLS handshake, with its stack trace: the server logs its own line. Anything
 * else from the same logger passes.
 */
public final class HandshakeEcho extends TurboFilter {
    private static final String SAID_BY = "com.linecorp.armeria.server.HttpServerPipelineConfigurator";
    /** Without the exception, where Armeria takes it for usual. */
    private static final String FAILED = "TLS handshake failed";

    @Override
    public FilterReply decide(
            @Nullable Marker marker,
            Logger logger,
            Level level,
            @Nullable String format,
            Object @Nullable [] values,
            @Nullable Throwable failure) {
        if (!logger.getName().startsWith(SAID_BY) || format == null) {
            return FilterReply.NEUTRAL;
        }
        Object last = values == null || values.length == 0 ? null : values[values.length - 1];
        return format.contains(FAILED)
                        || isOfHandshake(failure)
                        || (last instanceof Throwable said && isOfHandshake(said))
                ? FilterReply.DENY
                : FilterReply.NEUTRAL;
    }

    private static boolean isOfHandshake(@Nullable Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause).anyMatch(SSLException.class::isInstance);
    }
}
