package io.pledgemq.engine.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.pledgemq.engine.command.TopicConfig;
import io.pledgemq.engine.command.TopicType;
import org.junit.jupiter.api.Test;

class TopicTest {
    private static final int MESSAGES = 10_000;
    private static final int OF_ONE_MOMENT = 700;
    private static final long FIRST_MS = 1_000_000;

    @Test
    void messagesOfATimeOrLaterLieBehindTheOffsetOfThatTime() {
        Topic topic = new Topic(1, new TopicConfig("orders", TopicType.NORMAL));
        for (int offset = 0; offset < MESSAGES; offset++) {
            assertThat(topic.publish(offset, 0, publishedMs(offset))).isEqualTo(offset);
        }

        for (int offset = 0; offset < MESSAGES; offset++) {
            assertThat(topic.offsetAt(publishedMs(offset)))
                    .as("message %d, published at %d", offset, publishedMs(offset))
                    .isLessThanOrEqualTo(offset);
        }
        assertThat(topic.offsetAt(FIRST_MS - 1)).isZero();
        assertThat(topic.offsetAt(publishedMs(MESSAGES) + 1))
                .as("it does not begin from the first one")
                .isGreaterThan(MESSAGES / 2);
    }

    /** Messages of one batch have one time. */
    private static long publishedMs(int offset) {
        return FIRST_MS + offset / OF_ONE_MOMENT;
    }
}
