package io.pledgemq.faults.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pledgemq.faults.broker.Broker;
import io.pledgemq.faults.broker.GroupKind;
import io.pledgemq.faults.broker.Kind;
import io.pledgemq.faults.broker.OursAlone;
import io.pledgemq.faults.broker.WithBroker;
import org.apache.rocketmq.client.apis.ClientException;
import org.apache.rocketmq.client.apis.consumer.FilterExpression;
import org.apache.rocketmq.client.apis.consumer.FilterExpressionType;
import org.apache.rocketmq.client.apis.consumer.SimpleConsumer;
import org.apache.rocketmq.client.apis.producer.Producer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@ExtendWith(WithBroker.class)
@Execution(ExecutionMode.CONCURRENT)
class FiltersIT {
    @Test
    void tagsDecideWhoGetsWhat(Broker broker) throws Exception {
        String topic = broker.topic(Kind.NORMAL);
        try (Official client = new Official(broker.endpoint())) {
            SimpleConsumer some = client.simple(
                    broker.group(GroupKind.FRESH),
                    topic,
                    new FilterExpression("red || blue", FilterExpressionType.TAG));
            SimpleConsumer all = client.simple(broker.group(GroupKind.FRESH), topic);
            Producer producer = client.producer(topic);
            for (String tag : new String[] {"green", "red", "black", "blue"}) {
                producer.send(Official.message(topic)
                        .setTag(tag)
                        .setBody(Official.bytes(tag))
                        .build());
            }
            producer.send(Official.message(topic, "none"));
            assertThat(Inbox.take(some, 2)).extracting(Official::body).containsExactlyInAnyOrder("red", "blue");
            assertThat(Inbox.poll(some)).isEmpty();
            assertThat(Inbox.take(all, 5)).hasSize(5);
        }
    }

    @Test
    void sql92DecidesOnPropertiesAndTags(Broker broker) throws Exception {
        String topic = broker.topic(Kind.NORMAL);
        try (Official client = new Official(broker.endpoint())) {
            SimpleConsumer consumer = client.simple(
                    broker.group(GroupKind.FRESH),
                    topic,
                    new FilterExpression(
                            "(amount BETWEEN 10 AND 20 AND region IN ('eu', 'us')) OR TAGS = 'vip'",
                            FilterExpressionType.SQL92));
            Producer producer = client.producer(topic);
            String[][] orders = {
                {"5", "eu", "t"}, {"15", "eu", "t"}, {"15", "asia", "t"}, {"20", "us", "t"}, {"99", "asia", "vip"}
            };
            for (String[] order : orders) {
                producer.send(Official.message(topic)
                        .addProperty("amount", order[0])
                        .addProperty("region", order[1])
                        .setTag(order[2])
                        .setBody(Official.bytes(String.join(" ", order)))
                        .build());
            }
            assertThat(Inbox.take(consumer, 3))
                    .extracting(Official::body)
                    .containsExactlyInAnyOrder("15 eu t", "20 us t", "99 asia vip");
            assertThat(Inbox.poll(consumer)).isEmpty();
        }
    }

    @Test
    @OursAlone("answers INTERNAL_SERVER_ERROR to a filter that cannot be parsed")
    void aFilterThatIsNoneIsRefused(Broker broker) throws Exception {
        String topic = broker.topic(Kind.NORMAL);
        try (Official client = new Official(broker.endpoint())) {
            SimpleConsumer consumer = client.simple(
                    broker.group(GroupKind.FRESH),
                    topic,
                    new FilterExpression("amount BETWEEN AND", FilterExpressionType.SQL92));
            assertThatThrownBy(() -> consumer.receive(1, Inbox.HIDDEN))
                    .isInstanceOf(ClientException.class)
                    .hasMessageContaining("40010");
        }
    }
}
