package io.pledgemq.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.pledgemq.engine.command.Alert;
import io.pledgemq.engine.command.Decision;
import io.pledgemq.engine.command.Delivery;
import io.pledgemq.engine.command.GroupConfig;
import io.pledgemq.engine.command.Limits;
import io.pledgemq.engine.command.Message;
import io.pledgemq.engine.command.MessageId;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.Party;
import io.pledgemq.engine.command.Refusal;
import io.pledgemq.engine.command.Sender;
import io.pledgemq.engine.command.TopicConfig;
import io.pledgemq.engine.command.TopicType;
import io.pledgemq.engine.sim.SimClock;
import io.pledgemq.engine.view.TopicView;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Topics keep no more messages than the memory limit allows. */
class KeptLimitTest {
    private static final int KEPT = 800;
    private static final Sender SENDER = new Sender("orders", "orders-1");

    @TempDir
    Path directory;

    private final SimClock clock = new SimClock(0, 1_700_000_000_000L);
    private final List<Alert> alerts = Collections.synchronizedList(new ArrayList<>());
    private Engine engine;
    private int sent;

    @BeforeEach
    void open() throws Exception {
        engine = Engine.open(
                directory,
                EngineConfig.defaults()
                        .withClock(clock)
                        .withOnAlert(alerts::add)
                        .withLimits(Limits.DEFAULT.withRows(new Limits.Rows(1_000, 500, 2_000, 2_000, KEPT))));
        engine.createTopic(new TopicConfig("plain", TopicType.NORMAL)).join();
        engine.createTopic(new TopicConfig("ordered", TopicType.FIFO)).join();
        engine.createTopic(new TopicConfig("orders", TopicType.TRANSACTION)).join();
        engine.putGroup(GroupConfig.of("group")).join();
        for (String topic : List.of("plain", "ordered", "orders")) {
            engine.subscribe("group", topic, true).join();
        }
    }

    @AfterEach
    void close() throws Exception {
        engine.close();
    }

    private Outcome send(String topic) {
        String messageGroup = topic.equals("ordered") ? "g" : null;
        return engine.send(new Message(
                        MessageId.of("m-" + sent++), topic, null, null, messageGroup, Map.of(), new byte[] {1}, 0))
                .join();
    }

    private void send(String topic, int count) {
        for (int i = 0; i < count; i++) {
            assertThat(send(topic)).isInstanceOf(Outcome.Stored.class);
        }
        clock.advance(1_000);
    }

    private void settle(String topic, int count) {
        int left = count;
        while (left > 0) {
            ReceiveRequest request =
                    new ReceiveRequest("group", topic, "c", Math.min(left, 32), Duration.ZERO, Duration.ofSeconds(30));
            Outcome outcome = engine.receive(request, null).join();
            for (Delivery delivery : ((Outcome.Received) outcome).deliveries()) {
                engine.ack(delivery.receipt(), "c", "").join();
                left--;
            }
        }
    }

    private long kept(String topic) {
        TopicView view = engine.desk().stats().join().topics().stream()
                .filter(one -> one.name().equals(topic))
                .findFirst()
                .orElseThrow();
        return view.endOffset() - view.firstOffset();
    }

    private void refusedAsKept(Outcome outcome) {
        assertThat(outcome).isInstanceOfSatisfying(Outcome.Refused.class, refused -> {
            assertThat(refused.why()).isEqualTo(Refusal.TOO_MANY_KEPT);
            assertThat(refused.text()).contains("limit kept=" + KEPT);
        });
    }

    @Test
    void newMessagesAreRefusedAtTheBoundAndDecisionsAreNot() throws Exception {
        Outcome.Stored half = (Outcome.Stored)
                engine.prepare(Message.of("half", "orders", new byte[] {1}), SENDER, Duration.ofDays(1))
                        .join();
        send("plain", KEPT);

        refusedAsKept(send("plain"));
        refusedAsKept(engine.prepare(Message.of("late", "orders", new byte[] {1}), SENDER, Duration.ofDays(1))
                .join());
        assertThat(engine.decide(half.position(), MessageId.of("half"), Decision.COMMIT, Party.sender("orders-1"))
                        .join())
                .isEqualTo(new Outcome.Decided(Decision.COMMIT, false));
        engine.maintain();
        assertThat(kept("plain")).as("messages that the group has not received").isEqualTo(KEPT);
        settle("orders", 1);
        settle("plain", KEPT);

        engine.maintain();
        clock.advance(1_000);
        assertThat(send("plain")).isInstanceOf(Outcome.Stored.class);
        assertThat(alerts)
                .filteredOn(alert -> alert.text().contains("new messages are refused"))
                .hasSize(1);
    }

    @Test
    void fromSevenEighthsOnSettledMessagesAreTrimmedOldestFirstAndOthersAreNot() throws Exception {
        send("ordered", 100);
        send("plain", 550);
        send("plain", 1);
        settle("plain", 500);

        engine.maintain();

        // 200 for the ordered ones, 551 for the others: 51 more than 7/8 of the bound.
        assertThat(kept("ordered")).isEqualTo(100);
        assertThat(kept("plain")).isEqualTo(500);
        settle("plain", 51);
        settle("ordered", 100);
        assertThat(alerts)
                .filteredOn(alert -> alert.text().contains("forgotten before their retention is over"))
                .hasSize(1);
    }

    @Test
    void belowTheLimitNothingIsTrimmedEarly() throws Exception {
        send("plain", 690);
        settle("plain", 690);

        engine.maintain();

        assertThat(kept("plain")).isEqualTo(690);
    }
}
