package io.pledgemq.faults.crowd;

import io.pledgemq.faults.broker.GroupKind;
import io.pledgemq.faults.broker.Kind;
import io.pledgemq.faults.broker.PledgeBroker;
import io.pledgemq.faults.broker.WithBroker;
import io.pledgemq.faults.client.Eventually;
import io.pledgemq.faults.client.Inbox;
import io.pledgemq.faults.client.Official;
import io.pledgemq.faults.client.WarmUp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.rocketmq.client.apis.producer.Producer;
import org.junit.jupiter.api.Test;

class ManyTopicsIT {
    private static final int TOPICS = 60;
    private static final int ROUNDS = 3;
    /** A receive that waits for nothing; what has to wait for its stream comes after that. */
    private static final String POLL = "20s";

    private static final Duration LONG_BEFORE_A_POLL_ENDS = Duration.ofSeconds(10);

    @Test
    void aConsumerOfManyTopicsIsNotHeldUpByItsOwnReceives() throws Exception {
        try (PledgeBroker broker = new PledgeBroker.Setup()
                        .set("delivery.long-poll", POLL)
                        .set("delivery.long-poll-max", POLL)
                        .set("limits.streams-per-connection", "80")
                        .start(WithBroker.directory("topics"));
                Official client = new Official(broker.endpoint())) {
            WarmUp.of(broker);
            List<String> topics = new ArrayList<>();
            for (int i = 0; i < TOPICS; i++) {
                topics.add(broker.topic(Kind.NORMAL));
            }
            Inbox inbox = new Inbox();
            client.push(broker.group(GroupKind.FRESH), Set.copyOf(topics), inbox);
            Producer producer = client.producer(topics.toArray(String[]::new));
            for (int round = 1; round <= ROUNDS; round++) {
                for (String topic : topics) {
                    producer.send(Official.message(topic, "round " + round));
                }
                int sent = round * TOPICS;
                Eventually.until(
                        LONG_BEFORE_A_POLL_ENDS,
                        () -> inbox.messages().size() == sent,
                        () -> inbox.messages().size() + " of " + sent + " came");
            }
        }
    }
}
