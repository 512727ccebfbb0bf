package io.pledgemq.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.Refusal;
import io.pledgemq.engine.command.TopicConfig;
import io.pledgemq.engine.command.TopicType;
import io.pledgemq.engine.view.TopicView;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The number of queues, which the engine only stores. */
class TopicQueuesTest {

    @Test
    void aTopicHasEightQueuesByDefault(@TempDir Path directory) throws IOException {
        try (Engine engine = Engine.open(directory, EngineConfig.defaults())) {
            engine.createTopic(new TopicConfig("usual", TopicType.NORMAL)).join();

            assertThat(queues(engine, "usual")).isEqualTo(8);
        }
    }

    @Test
    void creatingATopicAgainChangesItsQueuesAndARestartKeepsThem(@TempDir Path directory) throws IOException {
        try (Engine engine = Engine.open(directory, EngineConfig.defaults())) {
            engine.createTopic(new TopicConfig("orders", TopicType.FIFO, 4)).join();
            assertThat(engine.createTopic(new TopicConfig("orders", TopicType.FIFO, 16))
                            .join())
                    .isEqualTo(Outcome.DONE);
        }
        try (Engine engine = Engine.open(directory, EngineConfig.defaults())) {
            assertThat(queues(engine, "orders")).isEqualTo(16);
        }
    }

    @Test
    void ensuringATopicKeepsItsNumberOfQueues(@TempDir Path directory) throws IOException {
        try (Engine engine = Engine.open(directory, EngineConfig.defaults())) {
            engine.createTopic(new TopicConfig("orders", TopicType.FIFO, 4)).join();
            assertThat(engine.ensureTopic("orders", TopicType.FIFO).join()).isEqualTo(Outcome.DONE);
            assertThat(engine.ensureTopic("orders", TopicType.NORMAL).join())
                    .isInstanceOfSatisfying(Outcome.Refused.class, refused -> assertThat(refused.why())
                            .isEqualTo(Refusal.CONFLICT));
            assertThat(engine.ensureTopic("new", TopicType.DELAY).join()).isEqualTo(Outcome.DONE);
            assertThat(queues(engine, "orders")).isEqualTo(4);
            assertThat(queues(engine, "new")).isEqualTo(8);
        }
    }

    @Test
    void aNumberOutOfBoundsIsRefusedForNewAndForKnownTopics(@TempDir Path directory) throws IOException {
        try (Engine engine = Engine.open(directory, EngineConfig.defaults())) {
            engine.createTopic(new TopicConfig("known", TopicType.NORMAL)).join();
            for (String name : new String[] {"new", "known"}) {
                for (int queues : new int[] {0, 65, -1}) {
                    assertThat(engine.createTopic(new TopicConfig(name, TopicType.NORMAL, queues))
                                    .join())
                            .isInstanceOfSatisfying(Outcome.Refused.class, refused -> {
                                assertThat(refused.why()).isEqualTo(Refusal.ILLEGAL_ARGUMENT);
                                assertThat(refused.text()).contains("use 1 to 64");
                            });
                }
            }
            assertThat(queues(engine, "known")).isEqualTo(8);
        }
    }

    private static int queues(Engine engine, String topic) {
        return engine.desk().topics().join().stream()
                .filter(view -> view.name().equals(topic))
                .mapToInt(TopicView::queues)
                .findFirst()
                .orElseThrow();
    }
}
