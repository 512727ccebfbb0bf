package io.pledgemq.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import io.pledgemq.sdk.embedded.EmbeddedTransport;
import io.pledgemq.sdk.retry.RetryPolicy;
import io.pledgemq.sdk.retry.WhenExhausted;
import io.pledgemq.sdk.transport.Body;
import io.pledgemq.sdk.transport.Decision;
import io.pledgemq.sdk.transport.DecisionResult;
import io.pledgemq.sdk.transport.Delivery;
import io.pledgemq.sdk.transport.GroupDeclaration;
import io.pledgemq.sdk.transport.Origin;
import io.pledgemq.sdk.transport.OutgoingMessage;
import io.pledgemq.sdk.transport.PledgeProperties;
import io.pledgemq.sdk.transport.PrepareResult;
import io.pledgemq.sdk.transport.Receiver;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the SDK prepares in order the embedded engine publishes in order. */
@Timeout(60)
class EmbeddedOrderTest {
    @TempDir
    Path directory;

    private static OutgoingMessage message(String key) {
        return new OutgoingMessage(
                UUID.randomUUID().toString(),
                new Origin("orders", "orders-1", "db"),
                "fifo",
                key,
                Body.of(new byte[] {1}),
                "one",
                null,
                Map.of());
    }

    private static DecisionResult commit(EmbeddedTransport engine, OutgoingMessage message, PrepareResult prepared)
            throws Exception {
        String transaction = ((PrepareResult.Prepared) prepared).transaction();
        return engine.decide(List.of(new Decision(message.messageId(), transaction, true, "orders-1")))
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS)
                .get(0);
    }

    @Test
    void aLaterCommitWaitsForTheEarlierOne() throws Exception {
        try (EmbeddedTransport engine = EmbeddedTransport.open(directory)) {
            engine.createFifoTopic("fifo");
            OutgoingMessage first = message("k-1").inOrder();
            OutgoingMessage second = message("k-2").inOrder();
            assertThat(first.ordered()).isTrue();
            List<PrepareResult> prepared = engine.prepare(List.of(first, second));
            GroupDeclaration group =
                    new GroupDeclaration("fifo", "stock", "stock-1", RetryPolicy.standard(), WhenExhausted.PARK);
            Receiver receiver = engine.openReceiver(group);
            assertThat(commit(engine, second, prepared.get(1))).isEqualTo(DecisionResult.DONE);
            assertThat(receiver.receive(10, Duration.ofMillis(20), Duration.ofSeconds(30)))
                    .isEmpty();
            assertThat(commit(engine, first, prepared.get(0))).isEqualTo(DecisionResult.DONE);
            Delivery delivery = receiver.receive(1, Duration.ofSeconds(10), Duration.ofSeconds(30))
                    .get(0);
            assertThat(delivery.key()).isEqualTo("k-1");
            assertThat(delivery.properties()).doesNotContainKey(PledgeProperties.ORDERED);
        }
    }
}
