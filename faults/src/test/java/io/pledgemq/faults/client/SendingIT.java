package io.pledgemq.faults.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pledgemq.faults.broker.Broker;
import io.pledgemq.faults.broker.GroupKind;
import io.pledgemq.faults.broker.Kind;
import io.pledgemq.faults.broker.OursAlone;
import io.pledgemq.faults.broker.WithBroker;
import java.util.List;
import java.util.Random;
import org.apache.rocketmq.client.apis.ClientException;
import org.apache.rocketmq.client.apis.consumer.SimpleConsumer;
import org.apache.rocketmq.client.apis.message.Message;
import org.apache.rocketmq.client.apis.message.MessageView;
import org.apache.rocketmq.client.apis.producer.Producer;
import org.apache.rocketmq.client.apis.producer.SendReceipt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@ExtendWith(WithBroker.class)
@Execution(ExecutionMode.CONCURRENT)
class SendingIT {
    private static final int LARGEST = 4 << 20;

    @Test
    @OursAlone("makes two keys of a key with a blank")
    void everythingThatASenderSaysReachesTheReceiver(Broker broker) throws Exception {
        String topic = broker.topic(Kind.NORMAL);
        try (Official client = new Official(broker.endpoint())) {
            SimpleConsumer consumer = client.simple(broker.group(GroupKind.FRESH), topic);
            Message message = Official.message(topic)
                    .setTag("red")
                    .setKeys("order 1", "order2")
                    .addProperty("region", "eu; 中文 \u00e4")
                    .addProperty("amount", "17.5")
                    .setBody(Official.bytes("hello"))
                    .build();
            long before = System.currentTimeMillis();
            SendReceipt receipt = client.producer(topic).send(message);

            MessageView got = Inbox.take(consumer, 1).get(0);
            assertThat(got.getMessageId().toString())
                    .isEqualTo(receipt.getMessageId().toString());
            assertThat(got.getTopic()).isEqualTo(topic);
            assertThat(got.getTag()).contains("red");
            assertThat(got.getKeys()).containsExactlyInAnyOrder("order 1", "order2");
            assertThat(got.getProperties()).containsEntry("amount", "17.5").hasSize(2);
            assertThat(got.getProperties()).containsEntry("region", "eu; 中文 \u00e4");
            assertThat(Official.body(got)).isEqualTo("hello");
            assertThat(got.getDeliveryAttempt()).isEqualTo(1);
            assertThat(got.getBornTimestamp()).isBetween(before - 1000, System.currentTimeMillis());
            assertThat(got.getBornHost()).isNotEmpty();
        }
    }

    @Test
    void theLargestMessageArrivesWholeAndALargerOneIsRefused(Broker broker) throws Exception {
        String topic = broker.topic(Kind.NORMAL);
        byte[] body = new byte[LARGEST];
        new Random(4).nextBytes(body);
        try (Official client = new Official(broker.endpoint())) {
            SimpleConsumer consumer = client.simple(broker.group(GroupKind.FRESH), topic);
            Producer producer = client.producer(topic);
            producer.send(Official.message(topic).setBody(body).build());

            assertThat(Official.bytesOf(Inbox.take(consumer, 1).get(0))).isEqualTo(body);
            Message larger =
                    Official.message(topic).setBody(new byte[LARGEST + 1]).build();
            assertThatThrownBy(() -> producer.send(larger)).hasMessageContaining("exceeds the threshold");
        }
    }

    @Test
    void aTopicThatIsNotThereIsNotCreatedBySendingToIt(Broker broker) throws Exception {
        try (Official client = new Official(broker.endpoint())) {
            Producer producer = client.producer();
            assertThatThrownBy(() -> producer.send(Official.message("nobody-made-this", "x")))
                    .isInstanceOf(ClientException.class)
                    .hasMessageContaining("40402");
        }
    }

    @Test
    void aDelayedMessageComesWhenItsTimeHasComeAndNotBefore(Broker broker) throws Exception {
        String topic = broker.topic(Kind.DELAY);
        try (Official client = new Official(broker.endpoint())) {
            SimpleConsumer consumer = client.simple(broker.group(GroupKind.FRESH), topic);
            long due = System.currentTimeMillis() + 3_000;
            client.producer(topic)
                    .send(Official.message(topic)
                            .setDeliveryTimestamp(due)
                            .setBody(Official.bytes("later"))
                            .build());

            MessageView got = Inbox.take(consumer, 1).get(0);
            assertThat(System.currentTimeMillis()).isGreaterThanOrEqualTo(due);
            assertThat(got.getDeliveryTimestamp()).contains(due);
        }
    }

    @Test
    void aRecalledMessageNeverComesAndADeliveredOneCannotBeRecalled(Broker broker) throws Exception {
        String topic = broker.topic(Kind.DELAY);
        try (Official client = new Official(broker.endpoint())) {
            SimpleConsumer consumer = client.simple(broker.group(GroupKind.FRESH), topic);
            Producer producer = client.producer(topic);
            long due = System.currentTimeMillis() + 5_000;
            SendReceipt recalled = producer.send(Official.message(topic)
                    .setDeliveryTimestamp(due)
                    .setBody(Official.bytes("recalled"))
                    .build());
            SendReceipt kept = producer.send(Official.message(topic)
                    .setDeliveryTimestamp(due)
                    .setBody(Official.bytes("kept"))
                    .build());
            assertThat(producer.recallMessage(topic, recalled.getRecallHandle())
                            .getMessageId()
                            .toString())
                    .isEqualTo(recalled.getMessageId().toString());
            // A client whose answer was lost asks again.
            producer.recallMessage(topic, recalled.getRecallHandle());

            List<String> bodies =
                    Inbox.take(consumer, 1).stream().map(Official::body).toList();
            assertThat(bodies).containsExactly("kept");
            assertThat(Inbox.poll(consumer)).isEmpty();
            assertThatThrownBy(() -> producer.recallMessage(topic, kept.getRecallHandle()))
                    .isInstanceOf(ClientException.class);
        }
    }
}
