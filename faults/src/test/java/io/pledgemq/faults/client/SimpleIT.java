package io.pledgemq.faults.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pledgemq.faults.broker.Broker;
import io.pledgemq.faults.broker.GroupKind;
import io.pledgemq.faults.broker.Kind;
import io.pledgemq.faults.broker.OursAlone;
import io.pledgemq.faults.broker.WithBroker;
import java.time.Duration;
import org.apache.rocketmq.client.apis.ClientException;
import org.apache.rocketmq.client.apis.consumer.SimpleConsumer;
import org.apache.rocketmq.client.apis.message.MessageView;
import org.apache.rocketmq.client.apis.producer.Producer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@ExtendWith(WithBroker.class)
@Execution(ExecutionMode.CONCURRENT)
class SimpleIT {
    private static final Duration SHORT = Duration.ofSeconds(2);

    @Test
    @OursAlone("a consumer of the dead letters' topic does not start")
    void whatIsNotAcknowledgedComesAgainAndTheServerCountsToTheDeadLetter(Broker broker) throws Exception {
        String topic = broker.topic(Kind.NORMAL);
        String group = broker.group(GroupKind.IMPATIENT);
        try (Official client = new Official(broker.endpoint())) {
            SimpleConsumer consumer = client.simple(group, topic);
            client.producer(topic).send(Official.message(topic, "again"));
            for (int attempt = 1; attempt <= 3; attempt++) {
                assertThat(Inbox.receive(consumer, SHORT).getDeliveryAttempt()).isEqualTo(attempt);
            }
            SimpleConsumer dead = client.simple(broker.group(GroupKind.FRESH), "%DLQ%" + group);
            assertThat(Inbox.take(dead, 1)).extracting(Official::body).containsExactly("again");
            assertThat(Inbox.poll(consumer)).isEmpty();
        }
    }

    @Test
    void anAcknowledgementAfterTheTimeIsOverIsRefused(Broker broker) throws Exception {
        String topic = broker.topic(Kind.NORMAL);
        try (Official client = new Official(broker.endpoint())) {
            SimpleConsumer consumer = client.simple(broker.group(GroupKind.FRESH), topic);
            client.producer(topic).send(Official.message(topic, "late"));
            MessageView first = Inbox.receive(consumer, SHORT);
            MessageView second = Inbox.receive(consumer, Inbox.HIDDEN);
            assertThat(second.getDeliveryAttempt()).isEqualTo(2);
            assertThatThrownBy(() -> consumer.ack(first))
                    .isInstanceOf(ClientException.class)
                    .hasMessageContaining("40013");
            consumer.ack(second);
        }
    }

    @Test
    void aLongerInvisibleDurationKeepsTheMessage(Broker broker) throws Exception {
        String topic = broker.topic(Kind.NORMAL);
        try (Official client = new Official(broker.endpoint())) {
            SimpleConsumer consumer = client.simple(broker.group(GroupKind.FRESH), topic);
            client.producer(topic).send(Official.message(topic, "kept"));
            MessageView message = Inbox.receive(consumer, SHORT.multipliedBy(2));
            consumer.changeInvisibleDuration(message, Inbox.HIDDEN);
            assertThat(Inbox.poll(consumer)).isEmpty();
            assertThat(Inbox.poll(consumer)).isEmpty();
            // The handle is the one that the change answered.
            consumer.changeInvisibleDuration(message, Inbox.HIDDEN);
            consumer.ack(message);
        }
    }

    @Test
    void aShorterInvisibleDurationGivesTheMessageBack(Broker broker) throws Exception {
        String topic = broker.topic(Kind.NORMAL);
        try (Official client = new Official(broker.endpoint())) {
            SimpleConsumer consumer = client.simple(broker.group(GroupKind.FRESH), topic);
            client.producer(topic).send(Official.message(topic, "back"));
            MessageView message = Inbox.receive(consumer, Inbox.HIDDEN);
            consumer.changeInvisibleDuration(message, Duration.ofMillis(500));
            MessageView again = Inbox.receive(consumer, Inbox.HIDDEN);
            assertThat(again.getDeliveryAttempt()).isEqualTo(2);
            consumer.ack(again);
        }
    }

    @Test
    void everyPollSeesTheMessagesOfAllQueues(Broker broker) throws Exception {
        String topic = broker.topic(Kind.NORMAL);
        try (Official client = new Official(broker.endpoint())) {
            SimpleConsumer consumer = client.simple(broker.group(GroupKind.FRESH), topic);
            Producer producer = client.producer(topic);
            for (int i = 0; i < 5; i++) {
                producer.send(Official.message(topic, "m" + i));
                assertThat(Inbox.poll(consumer)).hasSize(1);
            }
        }
    }
}
