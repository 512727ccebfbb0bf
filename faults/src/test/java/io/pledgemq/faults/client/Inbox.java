package io.pledgemq.faults.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.rocketmq.client.apis.ClientException;
import org.apache.rocketmq.client.apis.consumer.ConsumeResult;
import org.apache.rocketmq.client.apis.consumer.MessageListener;
import org.apache.rocketmq.client.apis.consumer.SimpleConsumer;
import org.apache.rocketmq.client.apis.message.MessageView;

/** Messages that arrived, in their order. */
public final class Inbox implements MessageListener {
    /** How long a message is hidden that a simple consumer has taken. */
    public static final Duration HIDDEN = Duration.ofSeconds(30);

    private final List<MessageView> messages = new CopyOnWriteArrayList<>();

    @Override
    public ConsumeResult consume(MessageView message) {
        messages.add(message);
        return ConsumeResult.SUCCESS;
    }

    public List<MessageView> messages() {
        return List.copyOf(messages);
    }

    public List<String> bodies() {
        return messages.stream().map(Official::body).toList();
    }

    /** Waits until there are so many. */
    public void await(int count) throws Exception {
        Eventually.until(() -> messages.size() >= count, () -> messages.size() + " of " + count + " came: " + bodies());
    }

    /** Receives and acknowledges until so many have come. */
    public static List<MessageView> take(SimpleConsumer consumer, int count) throws Exception {
        List<MessageView> taken = new ArrayList<>();
        Eventually.until(
                () -> {
                    for (MessageView message : consumer.receive(16, HIDDEN)) {
                        consumer.ack(message);
                        taken.add(message);
                    }
                    return taken.size() >= count;
                },
                () -> taken.size() + " of " + count + " came");
        return taken;
    }

    /** Receives one and leaves it open. */
    public static MessageView receive(SimpleConsumer consumer, Duration hidden) throws Exception {
        List<MessageView> got = new ArrayList<>();
        Eventually.until(
                () -> {
                    got.addAll(consumer.receive(1, hidden));
                    return !got.isEmpty();
                },
                () -> "no message came");
        return got.get(0);
    }

    /** What comes within one wait of the consumer; acknowledged. */
    public static List<MessageView> poll(SimpleConsumer consumer) throws ClientException {
        List<MessageView> got = consumer.receive(16, HIDDEN);
        for (MessageView message : got) {
            consumer.ack(message);
        }
        return got;
    }
}
