package io.pledgemq.server.logging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.pledgemq.server.PledgeServer;
import io.pledgemq.server.Running;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A refused TLS handshake is one line of the server's log. */
@Timeout(60)
class HandshakeEchoTest {
    private static final String ARMERIA = "com.linecorp.armeria.server.HttpServerPipelineConfigurator";

    private final List<ILoggingEvent> lines = new CopyOnWriteArrayList<>();
    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final AppenderBase<ILoggingEvent> seen = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent line) {
            lines.add(line);
        }
    };

    @BeforeEach
    void look() {
        seen.setContext(root.getLoggerContext());
        seen.start();
        root.addAppender(seen);
    }

    @AfterEach
    void stop() {
        root.detachAppender(seen);
    }

    @Test
    void aClientThatDoesNotTrustTheServerIsOneLine(@TempDir Path directory) throws Exception {
        try (PledgeServer server = PledgeServer.start(Running.config(directory));
                SSLSocket socket = (SSLSocket)
                        SSLContext.getDefault().getSocketFactory().createSocket("127.0.0.1", server.port())) {
            socket.setSoTimeout(20_000);
            assertThatThrownBy(socket::startHandshake).isInstanceOf(SSLException.class);
            Running.await("the line", () -> told().contains("a connection from {} is refused: {}"));
        }
        assertThat(lines).noneMatch(line -> line.getLoggerName().startsWith(ARMERIA));
        assertThat(told().stream().filter(text -> text.contains("is refused"))).hasSize(1);
    }

    @Test
    void whatElseIsSaidThereIsLetThrough() {
        org.slf4j.Logger armeria = LoggerFactory.getLogger(ARMERIA);
        armeria.warn("{} Unexpected exception:", "[id]", new IllegalStateException(new SSLHandshakeException("no")));
        armeria.warn("{} Unexpected exception:", "[id]", new IllegalStateException("a bug"));
        armeria.warn("of no exception");
        LoggerFactory.getLogger("other").warn("{} Unexpected exception:", "[id]", new SSLHandshakeException("no"));

        assertThat(lines).extracting(ILoggingEvent::getLoggerName).containsExactly(ARMERIA, ARMERIA, "other");
    }

    private List<String> told() {
        return lines.stream().map(ILoggingEvent::getMessage).toList();
    }
}
