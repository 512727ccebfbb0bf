package io.pledgemq.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.pledgemq.engine.command.Delivery;
import io.pledgemq.engine.command.GroupConfig;
import io.pledgemq.engine.command.Message;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.TopicConfig;
import io.pledgemq.engine.command.TopicType;
import io.pledgemq.engine.sim.SimClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A group that looks back in time gets everything that was published since. */
class RewindToTimeTest {
    private static final long BEGIN = 1_700_000_000_000L;
    private static final long TWO_MINUTES = 120_000;

    @TempDir
    Path directory;

    private final SimClock clock = new SimClock(0, BEGIN);
    private Engine engine;

    @BeforeEach
    void open() throws Exception {
        engine = Engine.open(directory, EngineConfig.defaults().withClock(clock));
        engine.createTopic(new TopicConfig("plain", TopicType.NORMAL)).join();
        engine.putGroup(GroupConfig.of("group")).join();
        engine.subscribe("group", "plain", true).join();
    }

    @AfterEach
    void close() throws Exception {
        engine.close();
    }

    private void send(String... ids) {
        for (String id : ids) {
            engine.send(Message.of(id, "plain", new byte[1])).join();
        }
        clock.advance(TWO_MINUTES);
    }

    private List<String> receiveAndAck() {
        ReceiveRequest request = new ReceiveRequest("group", "plain", "c", 32, Duration.ZERO, Duration.ofSeconds(30));
        List<Delivery> deliveries =
                ((Outcome.Received) engine.receive(request, null).join()).deliveries();
        deliveries.forEach(delivery -> engine.ack(delivery.receipt(), "c", "").join());
        return deliveries.stream()
                .map(delivery -> delivery.message().id().text())
                .toList();
    }

    @Test
    void everythingPublishedAtTheTimeOrLaterComesAgain() {
        send("a1", "a2");
        send("b1", "b2");
        send("c1");
        assertThat(receiveAndAck()).containsExactly("a1", "a2", "b1", "b2", "c1");

        assertThat(engine.rewindToTime("group", "plain", BEGIN + 2 * TWO_MINUTES)
                        .join())
                .isNotInstanceOf(Outcome.Refused.class);
        assertThat(receiveAndAck()).contains("c1").doesNotContain("a1", "a2");
        engine.rewindToTime("group", "plain", BEGIN + TWO_MINUTES).join();
        assertThat(receiveAndAck()).contains("b1", "b2", "c1");
        engine.rewindToTime("group", "plain", BEGIN).join();
        assertThat(receiveAndAck()).containsExactly("a1", "a2", "b1", "b2", "c1");
        engine.rewindToTime("group", "plain", BEGIN + 10 * TWO_MINUTES).join();
        assertThat(receiveAndAck()).isSubsetOf("c1");
    }
}
