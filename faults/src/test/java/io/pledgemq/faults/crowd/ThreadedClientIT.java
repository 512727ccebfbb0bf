package io.pledgemq.faults.crowd;

import static org.assertj.core.api.Assertions.assertThat;

import io.pledgemq.faults.broker.GroupKind;
import io.pledgemq.faults.broker.Kind;
import io.pledgemq.faults.broker.PledgeBroker;
import io.pledgemq.faults.broker.WithBroker;
import io.pledgemq.faults.client.Eventually;
import io.pledgemq.faults.client.WarmUp;
import io.pledgemq.faults.raw.Wire;
import io.pledgemq.rpc.v2.Code;
import io.pledgemq.rpc.v2.Language;
import io.pledgemq.rpc.v2.MessageType;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clients that spend a thread on each receive hear of all their topics long before a receive of another one ends. */
class ThreadedClientIT {
    private static final String POLL = "20s";
    private static final Duration LONG_BEFORE_A_POLL_ENDS = Duration.ofSeconds(12);
    private static final int ROUNDS = 3;

    private static PledgeBroker broker;

    @BeforeAll
    static void start() {
        broker = new PledgeBroker.Setup()
                .set("delivery.long-poll", POLL)
                .set("delivery.long-poll-max", POLL)
                .start(WithBroker.directory("threaded"));
        WarmUp.of(broker);
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    /** Two topics, four, and more than there are threads; a client that nobody knows is taken for such a one. */
    @ParameterizedTest
    @CsvSource({"2, PYTHON", "4, PYTHON", "12, PYTHON", "8, LANGUAGE_UNSPECIFIED"})
    void everyTopicIsHeardSoon(int count, Language language) throws Exception {
        Set<String> topics = new LinkedHashSet<>();
        for (int i = 0; i < count; i++) {
            topics.add(broker.topic(Kind.NORMAL));
        }
        Wire sender = Wire.java(broker.endpoint());
        try (ThreadedClient client =
                new ThreadedClient(broker.endpoint(), broker.group(GroupKind.FRESH), topics, language)) {
            for (int round = 1; round <= ROUNDS; round++) {
                for (String topic : topics) {
                    assertThat(sender.send(Wire.message(topic, MessageType.NORMAL)
                                            .build())
                                    .getStatus()
                                    .getCode())
                            .isEqualTo(Code.OK);
                }
                int sent = round * count;
                Eventually.until(
                        LONG_BEFORE_A_POLL_ENDS,
                        () -> client.received() == sent,
                        () -> client.received() + " of " + sent + " came");
            }
        }
    }
}
