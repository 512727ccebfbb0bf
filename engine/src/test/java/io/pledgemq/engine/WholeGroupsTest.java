package io.pledgemq.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.pledgemq.engine.command.Delivery;
import io.pledgemq.engine.command.GroupConfig;
import io.pledgemq.engine.command.Message;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.RetryPolicy;
import io.pledgemq.engine.command.TopicConfig;
import io.pledgemq.engine.command.TopicType;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Receivers that get all available messages of a message group and keep their order themselves. */
@Timeout(60)
class WholeGroupsTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Duration LEASE = Duration.ofMinutes(10);

    @TempDir
    Path directory;

    private Engine engine;

    @BeforeEach
    void open() throws IOException {
        engine = Engine.open(directory, EngineConfig.defaults());
        engine.createTopic(new TopicConfig("orders", TopicType.FIFO)).join();
        engine.putGroup(GroupConfig.of("warehouse").withFifo(true).withRetry(17, RetryPolicy.parse("fixed:0:0")))
                .join();
        engine.subscribe("warehouse", "orders", true).join();
    }

    @AfterEach
    void close() throws IOException {
        engine.close();
    }

    private void send(String messageGroup, String... ids) {
        for (String id : ids) {
            engine.send(Message.of(id, "orders", new byte[] {1}).withMessageGroup(messageGroup))
                    .join();
        }
    }

    private List<Delivery> receive(int max, Duration wait, Duration lease) {
        ReceiveRequest request = new ReceiveRequest("warehouse", "orders", "c", max, wait, lease).withWholeGroups();
        return ((Outcome.Received) engine.receive(request, null).join()).deliveries();
    }

    private List<Delivery> receive(int max) {
        return receive(max, SOON, LEASE);
    }

    private static List<String> ids(List<Delivery> deliveries) {
        return deliveries.stream()
                .map(delivery -> delivery.message().id().text())
                .toList();
    }

    private void ack(Delivery delivery) {
        assertThat(engine.ack(delivery.receipt(), "c", "").join()).isEqualTo(Outcome.DONE);
    }

    @Test
    void allAvailableMessagesOfAGroupComeAtOnceAndTheRestLater() {
        send("a", "a1", "a2", "a3");
        send("b", "b1");

        List<Delivery> first = receive(32);
        send("a", "a4", "a5");

        assertThat(ids(first)).containsExactly("a1", "a2", "a3", "b1");
        assertThat(receive(32, Duration.ZERO, LEASE)).isEmpty();
        first.forEach(this::ack);
        assertThat(ids(receive(32))).containsExactly("a4", "a5");
    }

    @Test
    void messagesBehindTheHeadCanBeSettledFirst() {
        send("a", "a1", "a2", "a3");
        List<Delivery> all = receive(32);

        ack(all.get(2));
        ack(all.get(1));
        ack(all.get(0));
        send("a", "a4");

        assertThat(ids(receive(32))).containsExactly("a4");
    }

    @Test
    void aHeadThatFailedComesAgainAndThoseBehindItStayWithTheirReceiver() {
        send("a", "a1", "a2");
        List<Delivery> all = receive(32);

        engine.fail(all.get(0).receipt(), "c", new Failure("no", true, false, 0))
                .join();
        List<Delivery> again = receive(32);

        assertThat(ids(again)).containsExactly("a1");
        ack(all.get(1));
        ack(again.get(0));
        send("a", "a3");
        assertThat(ids(receive(32))).containsExactly("a3");
    }

    @Test
    void leasesThatRanOutComeAgainInOrder() {
        send("a", "a1", "a2", "a3");
        assertThat(receive(32, SOON, Duration.ofMillis(1))).hasSize(3);

        for (String id : new String[] {"a1", "a2", "a3"}) {
            List<Delivery> next = receive(1);
            assertThat(ids(next)).containsExactly(id);
            ack(next.get(0));
        }
    }

    @Test
    void aRestartKeepsLeasesOfAWholeGroup() throws IOException {
        send("a", "a1", "a2", "a3");
        List<Delivery> all = receive(2);
        engine.close();
        engine = Engine.open(directory, EngineConfig.defaults());

        assertThat(receive(32, Duration.ZERO, LEASE)).isEmpty();
        all.forEach(this::ack);
        assertThat(ids(receive(32))).containsExactly("a3");
    }

    @Test
    void anAnswerHoldsNoMoreThanItsReceiverWants() {
        send("a", "a1", "a2", "a3", "a4");

        List<Delivery> first = receive(3);

        assertThat(ids(first)).containsExactly("a1", "a2", "a3");
        first.forEach(this::ack);
        assertThat(ids(receive(3))).containsExactly("a4");
    }
}
