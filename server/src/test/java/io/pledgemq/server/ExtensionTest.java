package io.pledgemq.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.common.HttpResponse;
import io.pledgemq.engine.Engine;
import io.pledgemq.engine.command.Decision;
import io.pledgemq.engine.command.Message;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.Party;
import io.pledgemq.engine.command.Sender;
import io.pledgemq.server.alert.AlertListener;
import io.pledgemq.server.alert.AlertListener.Raised;
import io.pledgemq.server.http.AdminParts;
import io.pledgemq.server.net.Routes;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a module above the server adds is served, and hears alerts. */
class ExtensionTest {

    private static final class Board implements Extension {
        private final Queue<Raised> heard = new ConcurrentLinkedQueue<>();
        private @Nullable Engine engine;

        @Override
        public List<Routes> routes(AdminParts parts) {
            engine = parts.engine();
            return List.of(listener -> listener.service(
                    "/board",
                    (context, request) -> HttpResponse.of(
                            "topics: " + parts.catalog().topics().size())));
        }

        @Override
        public AlertListener alerts() {
            return heard::add;
        }

        void contradictAnOperator() {
            Engine open = Objects.requireNonNull(engine);
            Message message = Message.of("m-1", "orders", new byte[1]);
            Outcome outcome = open.prepare(message, new Sender("order-service", "a"), Duration.ofMinutes(1))
                    .join();
            long transactionId = ((Outcome.Stored) outcome).position();
            open.desk()
                    .decide(transactionId, message.id(), Decision.COMMIT, Party.operator("amy", "asked the shop"))
                    .join();
            open.decide(transactionId, message.id(), Decision.ROLLBACK, Party.sender("a"))
                    .join();
        }
    }

    private static final class Broken implements Extension {
        @Override
        public AlertListener alerts() {
            return alert -> {
                throw new IllegalStateException("broken on purpose");
            };
        }
    }

    @Test
    void addedRoutesAreServed(@TempDir Path directory) throws Exception {
        try (PledgeServer server = PledgeServer.start(Running.config(directory), List.of(new Board()))) {
            URI page = server.administration().resolve("/board");
            String body = HttpClient.newHttpClient()
                    .send(Requests.to(page).build(), BodyHandlers.ofString())
                    .body();
            assertThat(body).isEqualTo("topics: 1");
        }
    }

    @Test
    void alertsReachAListenerWhateverAnotherOneDoes(@TempDir Path directory) throws Exception {
        Board board = new Board();
        try (PledgeServer server = PledgeServer.start(Running.config(directory), List.of(new Broken(), board))) {
            assertThat(server.lifecycle().ready()).isTrue();
            board.contradictAnOperator();
            Running.await("the alert", () -> !board.heard.isEmpty());
        }
        assertThat(board.heard).extracting(Raised::kind).containsExactly("CONTRARY_DECISION");
    }
}
